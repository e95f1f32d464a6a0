"""Uncertainty: what "not sure" and "prefer not to say" must lead to on a safety question ("not sure" is not "no")."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from bot.model.flow import NOT_SURE, PREFER_NOT_TO_SAY
from bot.model.guards import AtLeast, guard_questions
from bot.model.promises import ForbiddenEnding
from bot.model.urgency import Urgency
from bot.proof.context import ProofContext, answer_is
from bot.proof.finding import ExampleChat, Finding, state_key
from bot.proof.state_space.ranks import floor_of, lowest_rank_of, rank_of


def check_unsure_not_low(context: ProofContext) -> Iterator[Finding]:
    """Yield a finding where "not sure" or "prefer not to say" on a safety question can end too low.

    So does each question that shows a red flag and is not marked as a safety question.
    """
    for question_id, question, numbers in context.asked_questions():
        for option in (NOT_SURE, PREFER_NOT_TO_SAY):
            if question.safety and question.option(option):
                required_rank = max(
                    rank_of(context.promises.uncertainty_floors.lowest_floor(question_id, option)),
                    lowest_rank_of(Urgency.ROUTINE),
                )
                yield from find_too_low(context, question_id, option, numbers, required_rank, "unsure")
    yield from _two_unsure_too_low(context)
    yield from _unmarked_safety_questions(context)


def find_too_low(
    context: ProofContext, question_id: str, option: str, numbers: list[int], required_rank: int, code: str
) -> Iterator[Finding]:
    """Yield a finding when the answer *option* can end below *required_rank*."""
    graph = context.graph
    targets = {number: graph.nodes[number].successors[graph.nodes[number].options.index(option)] for number in numbers}
    if too_low_numbers := [number for number, target in targets.items() if graph.lowest_ranks[target] < required_rank]:
        number = graph.nearest(too_low_numbers)
        target, (entry_flow, answers_before) = targets[number], graph.shortest_way_to(number)
        lowest_rank = graph.lowest_ranks[target]
        chat = ExampleChat(
            entry_flow,
            (*answers_before, (question_id, option), *graph.shortest_way_to_rank(target, lowest_rank)),
            "",
            len(answers_before) + 1,
            "",
            frozenset({question_id}),
        )
        message = (
            f"after '{option}' an ending can be {floor_of(lowest_rank)}; "
            f"it should be {floor_of(required_rank)} or sooner"
        )
        yield Finding(code, state_key(question_id, option), message, (chat,))


def _two_unsure_too_low(context: ProofContext) -> Iterator[Finding]:
    """Yield a finding when two "not sure" on safety questions can end lower than was written down."""
    required_rank = rank_of(context.promises.uncertainty_floors.two_unsure_floor)
    unsure_guards = tuple(
        answer_is(question_id, NOT_SURE) for question_id, question, _ in context.asked_questions() if question.safety
    )
    if len(unsure_guards) > 1 and (
        found := context.find_ending(AtLeast(2, unsure_guards), lambda rank: rank < required_rank)
    ):
        ending, chat = found
        last_unsure = [question_id for question_id, option in chat.answers if option == NOT_SURE][-1]
        message = f"two 'not_sure' can end at {floor_of(ending.rank)}; it should be {floor_of(required_rank)} or sooner"
        yield Finding("unsure", state_key(last_unsure, NOT_SURE), message, (chat,), (state_key(ending.outcome),))


def _unmarked_safety_questions(context: ProofContext) -> Iterator[Finding]:
    """Yield a finding for each question that shows a red flag and is not marked as a safety question."""
    for flag in context.bundle.red_flags:
        for question_id in sorted(guard_questions(flag.when)):
            if question_id in context.nodes_by_question and not context.question(question_id).safety:
                message = f"this question shows {flag.id} ({flag.title}), and is not marked 'safety: yes'"
                yield Finding("unsure", state_key(question_id), message, (), ((flag.id,),))


def check_forbidden_endings(context: ProofContext) -> Iterator[Finding]:
    """Yield a finding for each promise of what never happens that a conversation breaks."""
    for promise in context.promises.forbidden_endings:
        is_wrong = partial(_breaks_promise, promise)
        if found := context.find_ending(promise.when, is_wrong):
            ending, chat = found
            message = (
                f"this can end at {floor_of(ending.rank)}, in '{ending.outcome.rpartition('.')[2]}': {promise.why}"
            )
            supposed_questions = guard_questions(promise.when)
            answer_keys = (state_key(*answer) for answer in chat.answers if answer[0] in supposed_questions)
            other_keys = (*answer_keys, state_key(ending.outcome))  # one of these must be sooner
            yield Finding(
                "never",
                ("promises.yaml", promise.name),
                message,
                (replace(chat, about_questions=supposed_questions),),
                other_keys,
            )


def _breaks_promise(promise: ForbiddenEnding, rank: int) -> bool:
    """Return whether an ending of that rank breaks *promise*."""
    return floor_of(rank).urgency in promise.urgencies or rank < rank_of(promise.lowest_floor)
