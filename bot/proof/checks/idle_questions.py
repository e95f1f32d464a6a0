"""No idle question: where a question is asked, some answer can still change something for the person."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.model.flow import Effect, Question
from bot.model.guards import AtLeast, When, questions
from bot.model.urgency import Urgency
from bot.proof.context import Case, said
from bot.proof.finding import Chat, Finding, key_of
from bot.proof.state_space.graph import Spot
from bot.proof.state_space.tracking import Left

Gift = tuple[str, str]  # what an answer gives besides its `goto`: ("page", id), ("advice", text) or ("words", text)


def idle(case: Case) -> Iterator[Finding]:
    """No question is asked where none of its answers can change urgency, pages, advice or words any more."""
    gifts = Gifts(case)
    for at, question, spots in case.questions():
        still = [number for number in spots if same(case.graph.spots[number])]
        if still and (chat := _idle(case, gifts, at, question, set(still))):
            message = f"'{question.name}' is asked here, and no answer to it can change anything any more"
            yield Finding("idle", key_of(at), message, (chat,))


def same(spot: Spot) -> bool:
    """Return whether every option leads to the same node, by the same statements."""
    return len(spot.ways) == 1 and len(set(spot.heard)) == 1


def _idle(case: Case, gifts: "Gifts", at: str, question: Question, still: set[int]) -> Chat | None:
    """Return a chat to one of *uniform_numbers* where all that the answers differ in was already given, or None."""
    given: list[set[Gift]] = [set(gifts.of_option(question, number)) for number in range(len(question.options))]
    differ = given[0].union(*given) - given[0].intersection(*given)
    waiting = gifts.waiting(at)
    if not differ and not waiting:
        return Chat(*case.graph.way_to(case.graph.nearest(still)))
    before = [AtLeast(1, tuple(gifts.given_when(gift, other_than=at))) for gift in sorted(differ)]
    track = case.track(AtLeast(len(before), tuple(before)), *waiting, met=case.formulas.bit(at))
    found = [(number, left) for number in still for left in track.at(number)]
    found = [one for one in found if track.holds(one[1][0]) and _none_told_apart(case, one[0], one[1][1:])]
    return Chat(*track.nearest(found)[2:]) if found else None


def _none_told_apart(case: Case, number: int, waiting: Left) -> bool:
    """Return whether every answer leaves the same residual of the rules that wait for it."""
    spot, formulas = case.graph.spots[number], case.formulas
    ahead = case.graph.ahead[spot.next[0]]
    return all(
        len({formulas.settled(formulas.answered(f, spot.bit, o), ahead, Urgency.SELF_CARE) for o in spot.options}) == 1
        for f in waiting
    )


@dataclass
class Gifts:
    """All effect items (pages, advice, words), by the answers and the rules that give them."""

    case: Case
    by_option: dict[Gift, list[tuple[str, str]]] = field(default_factory=dict)
    by_rule: dict[Gift, list[When]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for at, question, _ in self.case.questions():
            for number, option in enumerate(question.options):
                for gift in self.of_option(question, number):
                    self.by_option.setdefault(gift, []).append((at, option.id))
        for flow in self.case.flows.values():
            for rule in flow.rules:
                for gift in of_effect(rule.effect):
                    self.by_rule.setdefault(gift, []).append(rule.when)

    def of_option(self, question: Question, number: int) -> Iterator[Gift]:
        """Yield what one option of *question* gives."""
        option = question.options[number]
        yield from of_effect(option.effect)
        if option.say:
            yield "words", option.say

    def waiting(self, at: str) -> list[When]:
        """Return the guards of the rules that wait for an answer to *question_id*, to give a page or advice."""
        return [when for whens in self.by_rule.values() for when in whens if at in questions(when)]

    def given_when(self, gift: Gift, other_than: str) -> Iterator[When]:
        """Yield the guards under which *item* is given, apart from the options of one question."""
        yield from (said(at, option) for at, option in self.by_option.get(gift, ()) if at != other_than)
        yield from self.by_rule.get(gift, ())


def of_effect(effect: Effect) -> Iterator[Gift]:
    """Yield the pages and the advice of one effect."""
    yield from (("page", page) for page in effect.learn)
    if effect.advise:
        yield "advice", effect.advise
