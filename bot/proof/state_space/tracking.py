"""The formula tracker: for each node of the graph, the residuals of a few formulas that a chat can arrive with."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.model.urgency import Urgency
from bot.proof.state_space.formulas import NO, Formulas
from bot.proof.state_space.graph import Graph, Said, Spot
from bot.proof.state_space.ranks import LOWEST, urgency_at

EVERYTHING = -1  # the bits of all questions
Left = tuple[int, ...]  # what is left of each formula that is tracked


class Moment(NamedTuple):
    """An answer that bears on what is tracked: at which node, with which option, to which node, and the residuals."""

    spot: int
    before: Left
    option: int
    target: int
    after: Left


class Track:
    """Tracks formulas through the whole graph.

    *residual_sets* has for each node a set of indexes of *residuals*, as bits: one pass from the entry nodes down to
    the endings. Nothing is followed further once the first formula can no longer hold, nor past the point where none of
    the questions lies ahead that the formulas wait for, or that are among *extra_questions*.

    With *resolve_unaskable* what can no longer be asked counts as unanswered at once; else it stays open whether
    it holds."""

    def __init__(self, graph: Graph, formulas: Formulas, *tracked: int, settled: bool = False, met: int = 0) -> None:
        self.graph, self.formulas, self.settled = graph, formulas, settled
        self.lefts: list[Left] = [tracked]
        self._numbers = {tracked: 0}
        self._afters: dict[tuple[int, int], list[int]] = {}
        self._answers: dict[tuple[int, int], list[int]] = {}
        self._settles: dict[tuple[int, int], int] = {}
        self.mask = 0
        for formula in tracked:
            self.mask |= formulas.masks[formula]
        self.met = self.mask | met
        self.reach = [0] * len(graph.spots)
        for root in graph.roots.values():
            self.reach[root] = 1
        self._walk()

    def _walk(self) -> None:
        """Carry the residuals from the entry nodes to every node that still matters."""
        reach, mask, met, spots, ahead = self.reach, self.mask, self.met, self.graph.spots, self.graph.ahead
        targets = self.graph.targets
        for number in range(len(reach) - 1, -1, -1):
            here = reach[number]
            if here and ahead[number] & met:
                spot = spots[number]
                if not spot.bit & mask:
                    for target in targets[number]:
                        reach[target] |= here
                    continue
                for target, after in zip(spot.next, self._all_answered(spot, here), strict=True):
                    if after:
                        reach[target] |= self._all_settled(after, ahead[target] & mask) if self.settled else after

    def _all_answered(self, spot: Spot, here: int) -> list[int]:
        """Return for each option the set of residuals after it, without those that can no longer hold.

        Nodes that ask the same question are often reached with the same set."""
        key = spot.bit, here
        if key not in self._answers:
            masks = [0] * len(spot.options)
            for before in _bits(here):
                for option, after in enumerate(self._after(spot, before)):
                    if self.lefts[after][0] != NO:
                        masks[option] |= 1 << after
            self._answers[key] = masks
        return self._answers[key]

    def _all_settled(self, lefts: int, ahead: int) -> int:
        """Return a set of residuals once only the questions *ahead* can still be asked."""
        key = lefts, ahead
        if key not in self._settles:
            settled = [self._settled(left, ahead) for left in _bits(lefts)]
            self._settles[key] = sum(1 << left for left in {*settled} if self.lefts[left][0] != NO)
        return self._settles[key]

    def _steps(self, spot: Spot, before: int) -> Iterator[tuple[int, int]]:
        """Return for each option its target, and the index of the residuals after it."""
        steps, ahead = zip(spot.next, self._after(spot, before), strict=True), self.graph.ahead
        if not self.settled:
            return steps
        return ((target, self._settled(after, ahead[target])) for target, after in steps)

    def _after(self, spot: Spot, before: int) -> list[int]:
        """Return for each option the index of the residuals after it."""
        key = spot.bit, before
        if key not in self._afters:
            left = self.lefts[before]
            self._afters[key] = [self._answered(left, spot.bit, option) for option in spot.options]
        return self._afters[key]

    def _answered(self, left: Left, bit: int, option: str) -> int:
        """Return the index of *residuals* once the question of *bit* was answered with *option*."""
        return self._number(tuple([self.formulas.answered(f, bit, option) for f in left]))

    def _settled(self, left: int, ahead: int) -> int:
        """Return the index of the residuals once only the questions *ahead* can still be asked."""
        settled = self.formulas.settled
        return self._number(tuple([settled(f, ahead, Urgency.SELF_CARE) for f in self.lefts[left]]))

    def _number(self, left: Left) -> int:
        """Return the index of *residuals*; new ones are added."""
        if left not in self._numbers:
            self._numbers[left] = len(self.lefts)
            self.lefts.append(left)
        return self._numbers[left]

    def holds(self, left: int, height: int = LOWEST) -> bool:
        """Return whether a formula that is tracked holds at this moment."""
        return self.formulas.now(left, urgency_at(height))

    def at(self, number: int) -> Iterator[Left]:
        """Yield all residuals that a chat can reach a node with."""
        return (self.lefts[left] for left in _bits(self.reach[number]))

    def arrivals(self) -> Iterator[tuple[int, int]]:
        """Yield every node that an answer leads to, with each possible residual of the first formula by then."""
        reach = [0] * len(self.reach)
        for number, spot in enumerate(self.graph.spots):
            if self.reach[number] and spot.asks:
                for target, after in zip(spot.next, self._all_answered(spot, self.reach[number]), strict=True):
                    reach[target] |= after
        for target, lefts in enumerate(reach):
            yield from ((target, self.lefts[left][0]) for left in _bits(lefts))

    def rising(self) -> Iterator[Moment]:
        """Yield the answers that make the first formula true, those that can be given early first."""
        holding = [self.holds(left[0]) for left in self.lefts]
        rises: dict[tuple[int, int], bool] = {}  # by question and what can be left
        for number in range(len(self.reach) - 1, -1, -1):
            spot, here = self.graph.spots[number], self.reach[number]
            if here and spot.bit & self.mask:
                key = spot.bit, here
                if key not in rises:
                    afters = ((before, self._after(spot, before)) for before in _bits(here))
                    rises[key] = any(holding[now] > holding[before] for before, after in afters for now in after)
                for before in _bits(here if rises[key] else 0):
                    for option, (target, after) in enumerate(self._steps(spot, before)):
                        if holding[after] and not holding[before]:
                            yield Moment(number, self.lefts[before], option, target, self.lefts[after])

    def closed(self) -> Iterator[tuple[int, Left]]:
        """Yield the nodes from which on no question is asked any more that is waited for, with the residuals there."""
        for number, ahead in enumerate(self.graph.ahead):
            if self.reach[number] and not ahead & self.met:
                yield from ((number, left) for left in self.at(number))

    def nearest(self, wanted: Iterable[tuple[int, Left]]) -> tuple[int, Left, str, Said]:
        """Return the wanted node that the shortest chat reaches: node, residuals, entry flow and answers."""
        came: dict[tuple[int, int], tuple[tuple[int, int], int] | str] = {}
        for flow, root in self.graph.roots.items():
            came.setdefault((root, 0), flow)
        todo = deque(came)
        there_are = {(spot, self._numbers[left]) for spot, left in wanted}
        while (here := todo.popleft()) not in there_are:
            for option, there in self._ways(*here):
                if there not in came:
                    came[there] = here, option
                    todo.append(there)
        (spot, left), said = here, list[tuple[str, str]]()
        while not isinstance(step := came[here], str):
            here, option = step
            said.append(self.graph.spots[here[0]].said(option))
        return spot, self.lefts[left], step, tuple(reversed(said))

    def _ways(self, number: int, left: int) -> Iterator[tuple[int, tuple[int, int]]]:
        """Yield for each option worth following the node and the residuals that it leads to."""
        spot = self.graph.spots[number]
        if spot.bit & self.mask:
            yield from enumerate(self._steps(spot, left))
        else:
            yield from ((option, (target, left)) for target, option in spot.ways)


def _bits(mask: int) -> Iterator[int]:
    """Yield the positions of the bits that are set in *mask*."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
