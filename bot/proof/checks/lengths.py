"""Short conversations: no conversation is longer than its bound, so that a frightened person can finish it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.model.content import RedFlag
from bot.model.flow import Question
from bot.model.promises import Bound
from bot.proof.context import Case, needed
from bot.proof.finding import Chat, Finding, Length, field_of
from bot.proof.state_space.formulas import YES

IMPOSSIBLE = -1


@dataclass(frozen=True, slots=True)
class Came:
    """The longest path to a node: how many questions were asked, and the answers as a linked chain that is shared."""

    asked: int
    way_in: str
    said: tuple[object, ...]

    def __lt__(self, other: "Came") -> bool:
        return self.asked < other.asked

    def chat(self) -> tuple[tuple[str, str], ...]:
        """Return the answers in the order they were given."""
        said: list[tuple[str, str]] = []
        chain: Any = self.said
        while chain:
            chain, last = chain
            said.append(last)
        return tuple(reversed(said))


def short(case: Case) -> Iterator[Finding]:
    """No conversation is longer than the bounds that were written down."""
    for bound, length in measured(case):
        if length.most == IMPOSSIBLE and case.library.resting:
            continue
        if length.most == IMPOSSIBLE:
            yield Finding("short", ("promises.yaml", bound.name), f"nobody can answer as '{bound.name}' supposes")
        elif length.most > bound.most:
            message = f"'{bound.name}' can take {length.most} questions, and {bound.most} are allowed: {bound.why}"
            yield Finding("short", field_of(("promises.yaml", bound.name), "most"), message, (length.chat,))


def measured(case: Case) -> list[tuple[Bound, Length]]:
    """Return each bound with the longest chat it covers; worked out once for a context."""
    if case.lengths is None:
        case.lengths = [(bound, measure(case, bound)) for bound in case.promises.bounds]
    return case.lengths


def measure(case: Case, bound: Bound) -> Length:
    """Return the longest chat that *bound* covers."""
    if bound.counts == "red_flags":
        lengths = (known_by(case, bound, flag) for flag in case.library.red_flags)
        return max(lengths, key=lambda length: length.most, default=Length(0, Chat("", ())))
    return _longest(case, bound)


def _longest(case: Case, bound: Bound) -> Length:
    """Return the longest chat of those that *bound* supposes, counted in its questions or its safety questions."""
    spots = case.urgent.spots
    most = [0] * len(spots)
    best: list[int] = [0] * len(spots)
    allowed = _allowed(case, bound)
    for number, spot in enumerate(spots):
        if spot.asks:
            counts = bound.counts == "questions" or case.question(spot.asks).safety
            rest, option = max(((most[spot.next[o]], -o) for o in allowed[spot.asks]), default=(IMPOSSIBLE, 0))
            most[number] = rest + counts if rest != IMPOSSIBLE else IMPOSSIBLE
            best[number] = -option
    roots = ways_in(case, bound)
    if not roots:
        return Length(IMPOSSIBLE, Chat("", ()))
    way_in, root = max(roots.items(), key=lambda item: most[item[1]])
    said, number = [], root
    while spots[number].asks and most[root] != IMPOSSIBLE:
        said.append(spots[number].said(best[number]))
        number = spots[number].next[best[number]]
    return Length(most[root], Chat(way_in, tuple(said)))


def _allowed(case: Case, bound: Bound) -> dict[str, list[int]]:
    """Return for each question the options, by number, that *bound* lets people choose."""
    return {at: list(_taken(bound, at, question)) for at, question, _ in case.questions()}


def _taken(bound: Bound, at: str, question: Question) -> Iterator[int]:
    """Yield the numbers of the options of one question that *bound* lets people choose."""
    given = bound.given.get(at)
    for number, option in enumerate(question.options):
        if option.id not in bound.without and (given is None or option.id in given):
            yield number


def ways_in(case: Case, bound: Bound) -> dict[str, int]:
    """Return the entry flows, with their nodes, from which every question that *bound* supposes can be asked."""
    wanted = case.formulas.bits(bound.given)
    return {flow: root for flow, root in case.urgent.roots.items() if wanted & ~case.urgent.ahead[root] == 0}


def known_by(case: Case, bound: Bound, flag: RedFlag) -> Length:
    """Return the most questions it takes until *flag* is known to be up or not, and a chat that takes as many."""
    spots = case.urgent.spots
    start = case.formulas.of(needed(flag))
    masks, ahead, answered = case.formulas.masks, case.urgent.ahead, case.formulas.answered
    allowed = _allowed(case, bound)
    longest: dict[int, dict[int, Came]] = {}  # for each node, by what is left of the flag there
    for flow, root in ways_in(case, bound).items():
        longest.setdefault(root, {}).setdefault(start, Came(0, flow, ()))
    known = Came(IMPOSSIBLE, "", ())
    for number in range(len(spots) - 1, -1, -1):
        spot = spots[number]
        for left, came in longest.pop(number, {}).items():
            if left <= YES:
                known = max(known, came)
            if left <= YES or not masks[left] & ahead[number]:
                continue  # known, or never to be known
            for option in allowed[spot.asks]:
                after = answered(left, spot.bit, spot.options[option])
                there = longest.setdefault(spot.next[option], {})
                if after not in there or there[after].asked <= came.asked:
                    there[after] = Came(came.asked + 1, came.way_in, (came.said, spot.said(option)))
    return Length(known.asked, Chat(known.way_in, known.chat()))
