"""Monotonicity: a worse answer never ends lower. Two conversations that differ in one answer are explored together."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from bot.model.flow import PRIVATE, UNSURE
from bot.model.urgency import Urgency
from bot.proof.checks.uncertainty import too_low
from bot.proof.context import Case
from bot.proof.finding import Chat, Finding, field_of, key_of
from bot.proof.state_space.graph import Graph, Said
from bot.proof.state_space.ranks import floor_at, least

MOST_PASSED = 3  # of the questions that only one of the two is asked
Owed = tuple[tuple[int, int], ...]  # what one will be asked and the other has answered: question's bit, option


class Pair(NamedTuple):
    """The nodes that the milder and the worse conversation have reached, and the answers each must still repeat."""

    mild: int
    worse: int
    mild_owes: Owed = ()
    worse_owes: Owed = ()


class Step(NamedTuple):
    """One move of a pair: the option that each chooses (None: it waits), and the pair after it."""

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
    """Return for each question the options, by number, that lead to a separate path of questions."""
    own = {way.question: way.options for way in case.promises.own_ways}
    return {
        at: frozenset(number for number, option in enumerate(question.options) if option.id in own.get(at, ()))
        for at, question, _ in case.questions()
    }


def _next_worse(options: tuple[str, ...], own: frozenset[int]) -> Iterator[tuple[int, int]]:
    """Yield (milder, worse): neighbours in the list of options, among those that lead the same way.

    "Prefer not to say" has no place in that list: it is compared with the mildest."""
    ranked = [number for number, option in enumerate(options) if option != PRIVATE]
    for way in ([o for o in ranked if o in own], [o for o in ranked if o not in own]):
        yield from pairwise(way)
        if way and PRIVATE in options and (options.index(PRIVATE) in own) == (way[0] in own):
            yield way[0], options.index(PRIVATE)


class SideBySide:
    """All pairs of conversations that differ in one answer, and give the same answer to every other question.

    The questions may come in any order. A pair is dropped when its two have met, when the milder one cannot end higher
    any more, or when only one of them takes a separate path."""

    def __init__(self, graph: Graph, own: Mapping[str, frozenset[int]]) -> None:
        self.graph, self.own = graph, own
        self.own_by_bit = {spot.bit: own[spot.asks] for spot in graph.spots if spot.asks and own[spot.asks]}

    def begin(self, number: int) -> Iterator[Step]:
        """Yield the first moves at a node: each answer, paired with the next more worrying one."""
        spot = self.graph.spots[number]
        own = self.own[spot.asks]
        for mild, worse in _next_worse(spot.options, own):
            pair = Pair(spot.next[mild], spot.next[worse])
            if self._matters(pair):
                yield Step(mild, worse, pair)

    def _matters(self, pair: Pair) -> bool:
        """Return whether the worse conversation of *pair* may still end lower than the milder one."""
        same = pair.mild == pair.worse and pair.mild_owes == pair.worse_owes
        return not same and self.graph.highest[pair.mild] > self.graph.lowest[pair.worse]

    def lower(self, starts: Iterable[Pair]) -> Mapping[Pair, Pair | None]:
        """Return the pairs from which the worse one can end lower, each with the next pair of a shortest way there."""
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
        """Return the pairs after one move. Nearly always both are asked the same, and no answer is pending."""
        mild, worse, mild_owes, worse_owes = pair
        one, other = self.graph.spots[mild], self.graph.spots[worse]
        if mild_owes or worse_owes or one.bit != other.bit:
            return (step.pair for step in self._on(pair))
        highest, lowest = self.graph.highest, self.graph.lowest
        both = dict.fromkeys(zip(one.next, other.next, strict=True))
        return [Pair(mild, worse) for mild, worse in both if mild != worse and highest[mild] > lowest[worse]]

    def _on(self, pair: Pair) -> Iterator[Step]:
        """Yield the moves of a pair that may still lead to a violation."""
        mild, worse = self.graph.spots[pair.mild], self.graph.spots[pair.worse]
        if mild.asks == worse.asks:
            steps = self._both(pair)
        elif worse.end or (mild.asks and self._mild_first(pair)):
            steps = self._alone(pair, True)
        else:
            steps = self._alone(pair, False)
        return (step for step in steps if self._matters(step.pair))

    def _both(self, pair: Pair) -> Iterator[Step]:
        """Yield the moves where both are asked the same question and give the same answer."""
        targets = zip(self.graph.spots[pair.mild].next, self.graph.spots[pair.worse].next, strict=True)
        first: dict[tuple[int, int], int] = {}
        for option, both in enumerate(targets):
            first.setdefault(both, option)
        for (mild, worse), option in first.items():
            mine, yours = self._still_owed(pair.mild_owes, mild), self._still_owed(pair.worse_owes, worse)
            if mine is not None and yours is not None:
                yield Step(option, option, Pair(mild, worse, mine, yours))

    def _still_owed(self, owes: Owed, target: int) -> Owed | None:
        """Return the pending answers that can still be asked for at *target*.

        None when the other took a separate path that this one never will."""
        if not owes:
            return owes
        still = tuple(owed for owed in owes if owed[0] & self.graph.ahead[target])
        lost = (owed for owed in owes if owed not in still)
        return None if any(option in self.own_by_bit.get(bit, ()) for bit, option in lost) else still

    def _mild_first(self, pair: Pair) -> bool:
        """Return whether the milder one moves alone.

        So it is when the other will not be asked this question, or when each will be asked what the other is asked."""
        mild, worse, ahead = self.graph.spots[pair.mild], self.graph.spots[pair.worse], self.graph.ahead
        return not mild.bit & ahead[pair.worse] or bool(worse.bit & ahead[pair.mild])

    def _alone(self, pair: Pair, mild: bool) -> Iterator[Step]:
        """Yield the moves of one of the two alone; it repeats the other's answer to a question that both are asked."""
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
        """Return what each of the two answers from the node on where they part, and the pair of endings."""
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
    """Return the finding that a worse answer can end lower, with both chats."""
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
