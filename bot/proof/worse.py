"""A worse answer never ends lower: two conversations that differ in one answer, walked side by side."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from bot.flow import PRIVATE, UNSURE
from bot.proof.case import Case
from bot.proof.finding import Chat, Finding, field_of, key_of
from bot.proof.graph import Graph, Said
from bot.proof.heights import floor_at, least
from bot.proof.unsure import too_low
from bot.urgency import Urgency

MOST_PASSED = 3  # of the questions that only one of two is asked, as many are named
Owed = tuple[tuple[int, int], ...]  # what one will be asked that the other has answered: question's bit, option


class Pair(NamedTuple):
    """Where the milder and the worse conversation stand, and what each must answer as the other already did."""

    mild: int
    worse: int
    mild_owes: Owed = ()
    worse_owes: Owed = ()


class Step(NamedTuple):
    """How two go on: what each answers, if it goes on, and where they stand then."""

    mild: int | None
    worse: int | None
    pair: Pair


def monotone(case: Case) -> Iterator[Finding]:
    """Replacing one answer by the next more worrying one never makes an ending less urgent, whatever else is answered
    and whatever else is asked because of it. "Prefer not to say" has no rank; it never ends lower than the mildest."""
    walk = SideBySide(case.floors, _own_ways(case))
    ordered = {at for at, question, _ in case.questions() if not question.unordered}
    starts = [number for number, spot in enumerate(walk.graph.spots) if spot.asks in ordered]
    lower = walk.lower(step.pair for number in starts for step in walk.begin(number))
    told = set()
    for number in reversed(starts):
        for step in walk.begin(number) if lower else ():
            question = walk.graph.spots[number].asks, step.mild
            if step.pair in lower and question not in told:
                told.add(question)
                yield _worse_is_lower(walk, number, step, lower)


def unordered(case: Case) -> Iterator[Finding]:
    """Where answers have no order from calm to worrying, "not sure" still ends at soon or sooner."""
    for at, question, spots in case.questions():
        if question.unordered and question.option(UNSURE):
            yield from too_low(case, at, UNSURE, spots, least(Urgency.SOON), "unordered")


def _own_ways(case: Case) -> Mapping[str, frozenset[int]]:
    """For each question the options, by number, that lead to questions of their own."""
    own = {way.question: way.options for way in case.promises.own_ways}
    return {
        at: frozenset(number for number, option in enumerate(question.options) if option.id in own.get(at, ()))
        for at, question, _ in case.questions()
    }


def _next_worse(options: tuple[str, ...], own: frozenset[int]) -> Iterator[tuple[int, int]]:
    """(milder, worse): neighbours in the list, among those that lead the same way; and the mildest with the one that
    has no place in it."""
    ranked = [number for number, option in enumerate(options) if option != PRIVATE]
    for way in ([o for o in ranked if o in own], [o for o in ranked if o not in own]):
        yield from pairwise(way)
        if way and PRIVATE in options and (options.index(PRIVATE) in own) == (way[0] in own):
            yield way[0], options.index(PRIVATE)


class SideBySide:
    """All pairs of conversations that differ in one answer. They give the same answer to the same question, in whatever
    order they are asked. A pair is let go when its two have met, when the milder one cannot end higher any more, or
    when only one of them takes a way of its own."""

    def __init__(self, graph: Graph, own: Mapping[str, frozenset[int]]) -> None:
        self.graph, self.own = graph, own
        self.own_by_bit = {spot.bit: own[spot.asks] for spot in graph.spots if spot.asks and own[spot.asks]}

    def begin(self, number: int) -> Iterator[Step]:
        """Each answer at a spot, and the next more worrying one."""
        spot = self.graph.spots[number]
        own = self.own[spot.asks]
        for mild, worse in _next_worse(spot.options, own):
            pair = Pair(spot.next[mild], spot.next[worse])
            if self._matters(pair):
                yield Step(mild, worse, pair)

    def _matters(self, pair: Pair) -> bool:
        same = pair.mild == pair.worse and pair.mild_owes == pair.worse_owes
        return not same and self.graph.highest[pair.mild] > self.graph.lowest[pair.worse]

    def lower(self, starts: Iterable[Pair]) -> Mapping[Pair, Pair | None]:
        """The pairs from which the worse one can end lower, each with the next of a shortest way there."""
        before: dict[Pair, list[Pair]] = {pair: [] for pair in starts}
        todo = deque(before)
        toward: dict[Pair, Pair | None] = {}
        while todo:
            pair = todo.popleft()
            if self.graph.spots[pair.mild].end and self.graph.spots[pair.worse].end:
                toward[pair] = None
                continue
            for next_ in self._pairs(pair):
                if next_ not in before:
                    before[next_] = []
                    todo.append(next_)
                before[next_].append(pair)
        todo.extend(toward)
        while todo:
            next_ = todo.popleft()
            for pair in before[next_]:
                if pair not in toward:
                    toward[pair] = next_
                    todo.append(pair)
        return toward

    def _pairs(self, pair: Pair) -> Iterable[Pair]:
        """Where two can stand next. Nearly always both are asked the same, and neither owes an answer."""
        mild, worse, mild_owes, worse_owes = pair
        one, other = self.graph.spots[mild], self.graph.spots[worse]
        if mild_owes or worse_owes or one.bit != other.bit:
            return (step.pair for step in self._on(pair))
        highest, lowest = self.graph.highest, self.graph.lowest
        both = dict.fromkeys(zip(one.next, other.next, strict=True))
        return [Pair(mild, worse) for mild, worse in both if mild != worse and highest[mild] > lowest[worse]]

    def _on(self, pair: Pair) -> Iterator[Step]:
        mild, worse = self.graph.spots[pair.mild], self.graph.spots[pair.worse]
        if mild.asks == worse.asks:
            steps = self._both(pair)
        elif worse.end or (mild.asks and self._mild_first(pair)):
            steps = self._alone(pair, True)
        else:
            steps = self._alone(pair, False)
        return (step for step in steps if self._matters(step.pair))

    def _both(self, pair: Pair) -> Iterator[Step]:
        targets = zip(self.graph.spots[pair.mild].next, self.graph.spots[pair.worse].next, strict=True)
        first: dict[tuple[int, int], int] = {}
        for option, both in enumerate(targets):
            first.setdefault(both, option)
        for (mild, worse), option in first.items():
            mine, yours = self._still_owed(pair.mild_owes, mild), self._still_owed(pair.worse_owes, worse)
            if mine is not None and yours is not None:
                yield Step(option, option, Pair(mild, worse, mine, yours))

    def _still_owed(self, owes: Owed, target: int) -> Owed | None:
        """What one will still be asked there; None when the other took a way of its own that this one never will."""
        if not owes:
            return owes
        still = tuple(owed for owed in owes if owed[0] & self.graph.ahead[target])
        lost = (owed for owed in owes if owed not in still)
        return None if any(option in self.own_by_bit.get(bit, ()) for bit, option in lost) else still

    def _mild_first(self, pair: Pair) -> bool:
        """Whether the milder one goes on alone: the other will not be asked this, or each what the other is asked."""
        mild, worse, ahead = self.graph.spots[pair.mild], self.graph.spots[pair.worse], self.graph.ahead
        return not mild.bit & ahead[pair.worse] or bool(worse.bit & ahead[pair.mild])

    def _alone(self, pair: Pair, mild: bool) -> Iterator[Step]:
        """One of the two goes on alone. It answers as the other did, if the other was asked the same before."""
        here, there = (pair.mild, pair.worse) if mild else (pair.worse, pair.mild)
        owes, owed = (pair.mild_owes, pair.worse_owes) if mild else (pair.worse_owes, pair.mild_owes)
        spot = self.graph.spots[here]
        later = spot.bit & self.graph.ahead[there]  # then the other will have to answer it in the same way
        given = dict(owes).get(spot.bit)
        for option, target in enumerate(spot.next):
            if option != given and (given is not None or (option in self.own[spot.asks] and not later)):
                continue
            mine = self._still_owed(owes, target)
            yours = (*owed, (spot.bit, option)) if later else owed
            if mine is None:
                continue
            if mild:
                yield Step(option, None, Pair(target, there, mine, yours))
            else:
                yield Step(None, option, Pair(there, target, yours, mine))

    def story(self, number: int, step: Step, lower: Mapping[Pair, Pair | None]) -> tuple[Said, Said, Pair]:
        """What each of the two says from the spot on where they part, and where that ends."""
        sides: tuple[list[tuple[str, str]], list[tuple[str, str]]] = ([], [])
        here: tuple[int, int] = number, number
        next_: Step | None = step
        while next_:
            for side, at, option in zip(sides, here, (next_.mild, next_.worse), strict=True):
                if option is not None:
                    side.append(self.graph.spots[at].said(option))
            pair = next_.pair
            here, wanted = (pair.mild, pair.worse), lower[pair]
            next_ = next(step for step in self._on(pair) if step.pair == wanted) if wanted else None
        return tuple(sides[0]), tuple(sides[1]), pair


def _worse_is_lower(walk: SideBySide, number: int, step: Step, lower: Mapping[Pair, Pair | None]) -> Finding:
    mild, worse, pair = walk.story(number, step, lower)
    way_in, before = walk.graph.way_to(number)
    high, low = walk.graph.highest[pair.mild], walk.graph.lowest[pair.worse]
    message = (
        f"'{worse[0][1]}' is listed as more worrying than '{mild[0][1]}', and can end lower: "
        f"{floor_at(low)} instead of {floor_at(high)}"
    )
    about = frozenset({worse[0][0]})
    chats = (
        Chat(way_in, before + mild, f"with '{mild[0][1]}'", len(before) + 1),
        Chat(way_in, before + worse, f"with '{worse[0][1]}', and everything else the same", len(before) + 1, "", about),
    )
    both = dict(mild).keys() & dict(worse).keys()
    asked = dict.fromkeys(at for at, _ in (*worse, *mild) if at not in both)  # of one alone
    passed = (field_of(key_of(at), "only_if") for at in list(asked)[:MOST_PASSED])
    return Finding("monotone", key_of(*worse[0]), message, chats, (key_of(*mild[0]), *passed))
