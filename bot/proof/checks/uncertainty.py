"""Uncertainty: what "not sure" and "prefer not to say" must lead to on a safety question ("not sure" is not "no")."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from bot.model.flow import PRIVATE, UNSURE
from bot.model.guards import AtLeast, questions
from bot.model.promises import Never
from bot.model.urgency import Urgency
from bot.proof.context import Case, said
from bot.proof.finding import Chat, Finding, key_of
from bot.proof.state_space.ranks import floor_at, height, least


def unsure(case: Case) -> Iterator[Finding]:
    """After "not sure" or "prefer not to say" on a safety question no ending is lower than was written down for it, and
    none is self-care; after two "not sure" none is lower than that. What shows a red flag is a safety question."""
    for at, question, spots in case.questions():
        for option in (UNSURE, PRIVATE):
            if question.safety and question.option(option):
                wanted = max(height(case.promises.unsure.least(at, option)), least(Urgency.ROUTINE))
                yield from too_low(case, at, option, spots, wanted, "unsure")
    yield from _two(case)
    yield from _unmarked(case)


def too_low(case: Case, at: str, option: str, spots: list[int], wanted: int, slug: str) -> Iterator[Finding]:
    """Yield a finding when the answer *option* can end below *required_rank*."""
    graph = case.graph
    targets = {number: graph.spots[number].next[graph.spots[number].options.index(option)] for number in spots}
    if low := [number for number, target in targets.items() if graph.lowest[target] < wanted]:
        number = graph.nearest(low)
        target, (way_in, before) = targets[number], graph.way_to(number)
        lowest = graph.lowest[target]
        chat = Chat(
            way_in, (*before, (at, option), *graph.way_on(target, lowest)), "", len(before) + 1, "", frozenset({at})
        )
        message = f"after '{option}' an ending can be {floor_at(lowest)}; it should be {floor_at(wanted)} or sooner"
        yield Finding(slug, key_of(at, option), message, (chat,))


def _two(case: Case) -> Iterator[Finding]:
    """Yield a finding when two "not sure" on safety questions can end lower than was written down."""
    wanted = height(case.promises.unsure.two)
    doubts = tuple(said(at, UNSURE) for at, question, _ in case.questions() if question.safety)
    if len(doubts) > 1 and (found := case.ending(AtLeast(2, doubts), lambda height: height < wanted)):
        end, chat = found
        last = [at for at, option in chat.said if option == UNSURE][-1]
        message = f"two 'not_sure' can end at {floor_at(end.height)}; it should be {floor_at(wanted)} or sooner"
        yield Finding("unsure", key_of(last, UNSURE), message, (chat,), (key_of(end.outcome),))


def _unmarked(case: Case) -> Iterator[Finding]:
    """Yield a finding for each question that shows a red flag and is not marked as a safety question."""
    for flag in case.library.red_flags:
        for at in sorted(questions(flag.when)):
            if at in case.asked and not case.question(at).safety:
                message = f"this question shows {flag.id} ({flag.title}), and is not marked 'safety: yes'"
                yield Finding("unsure", key_of(at), message, (), ((flag.id,),))


def never(case: Case) -> Iterator[Finding]:
    """What was written down as never to happen does not happen."""
    for promise in case.promises.never:
        wrong = partial(_wrong, promise)
        if found := case.ending(promise.when, wrong):
            end, chat = found
            message = f"this can end at {floor_at(end.height)}, in '{end.outcome.rpartition('.')[2]}': {promise.why}"
            supposed = questions(promise.when)
            said = (key_of(*answer) for answer in chat.said if answer[0] in supposed)
            others = (*said, key_of(end.outcome))  # one of these must be sooner
            yield Finding("never", ("promises.yaml", promise.name), message, (replace(chat, about=supposed),), others)


def _wrong(promise: Never, end: int) -> bool:
    """Return whether an ending of that rank breaks *promise*."""
    return floor_at(end).urgency in promise.urgencies or end < height(promise.least)
