"""No idle question: where a question is asked, some answer can still change something for the person."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.flow import Effect, Question
from bot.proof.case import Case, said
from bot.proof.finding import Chat, Finding, key_of
from bot.proof.graph import Spot
from bot.proof.track import Left
from bot.urgency import Urgency
from bot.when import AtLeast, When, questions

Gift = tuple[str, str]  # what an answer gives besides its arrow: ("page", id), ("advice", text) or ("words", text)


def idle(case: Case) -> Iterator[Finding]:
    """No question is asked where none of its answers can change urgency, pages, advice or words any more."""
    gifts = Gifts(case)
    for at, question, spots in case.questions():
        still = [number for number in spots if same(case.graph.spots[number])]
        if still and (chat := _idle(case, gifts, at, question, set(still))):
            message = f"'{question.name}' is asked here, and no answer to it can change anything any more"
            yield Finding("idle", key_of(at), message, (chat,))


def same(spot: Spot) -> bool:
    """Whether every answer leads to the same place, by the same words."""
    return len(spot.ways) == 1 and len(set(spot.heard)) == 1


def _idle(case: Case, gifts: "Gifts", at: str, question: Question, still: set[int]) -> Chat | None:
    """A chat to one of the spots *still*, where all that the answers differ in was already given."""
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
    """Whether every answer leaves the same of the rules that wait for it."""
    spot, formulas = case.graph.spots[number], case.formulas
    ahead = case.graph.ahead[spot.next[0]]
    return all(
        len({formulas.settled(formulas.answered(f, spot.bit, o), ahead, Urgency.SELF_CARE) for o in spot.options}) == 1
        for f in waiting
    )


@dataclass
class Gifts:
    """What answers give, and when each of it was given before."""

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
        option = question.options[number]
        yield from of_effect(option.effect)
        if option.say:
            yield "words", option.say

    def waiting(self, at: str) -> list[When]:
        """The rules that wait for an answer to *at*, to give a page or advice."""
        return [when for whens in self.by_rule.values() for when in whens if at in questions(when)]

    def given_when(self, gift: Gift, other_than: str) -> Iterator[When]:
        yield from (said(at, option) for at, option in self.by_option.get(gift, ()) if at != other_than)
        yield from self.by_rule.get(gift, ())


def of_effect(effect: Effect) -> Iterator[Gift]:
    yield from (("page", page) for page in effect.learn)
    if effect.advise:
        yield "advice", effect.advise
