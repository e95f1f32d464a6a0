"""The conversation graph: explored states with the same futures are one node, and every promise is proved on it."""

from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from bot.model.flow import Flow, Question
from bot.proof.state_space.explorer import Explored
from bot.proof.state_space.formulas import Formulas
from bot.proof.state_space.ranks import LOWEST
from bot.proof.state_space.reachability import Here
from bot.proof.state_space.step_cache import Heard
from bot.proof.state_space.symbolic_step import End

Said = tuple[tuple[str, str], ...]  # what was answered, in order: question (`flow.state`) and option


class Spot(NamedTuple):
    """A node of the graph: a question with where each option leads, or an ending. Successors have lower numbers."""

    asks: str = ""  # the question (`flow.state`)
    bit: int = 0  # of the question, in formulas
    options: tuple[str, ...] = ()
    next: tuple[int, ...] = ()  # for each option
    ways: tuple[tuple[int, int], ...] = ()  # each target once, with the first option that leads there
    heard: Heard = ()  # for each option, the statements said after it
    end: End | None = None
    height: int = LOWEST

    def said(self, option: int) -> tuple[str, str]:
        """Return the question and the id of one of its options."""
        return self.asks, self.options[option]

    def led(self, next_: tuple[int, ...], heard: Heard, height: int) -> "Spot":
        """Return the same question with other successors."""
        return Spot(self.asks, self.bit, self.options, next_, _ways(next_), heard, None, height)


def _ways(next_: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Return each successor once, with the first option that leads there."""
    if next_.count(next_[0]) == len(next_):
        return ((next_[0], 0),)
    first: dict[int, int] = {}
    for option, target in enumerate(next_):
        if target not in first:
            first[target] = option
    return tuple(first.items())


class Graph:
    """All conversations, with nodes numbered from the endings up.

    Whatever depends on the future of a node is one loop from first to last."""

    def __init__(self, spots: list[Spot], roots: Mapping[str, int]) -> None:
        self.spots, self.roots = spots, roots

    @classmethod
    def of(cls, explored: Explored, flows: Mapping[str, Flow], formulas: Formulas, *, folded: bool = True) -> "Graph":
        """Return the graph of everything that was explored.

        With *merge*, states with the same futures, in the same words, are one node."""
        spots: list[Spot] = []
        known: dict[Hashable, int] = {}
        number: dict[int, int] = {}
        bare: dict[Here, Spot] = {}
        for at in _endings_first(explored):
            place = explored.places[at]
            if isinstance(place, End):
                spots.append(Spot(end=place, height=place.height))
                number[at] = len(spots) - 1
                continue
            here = place.stack[-1]
            if here not in bare:
                bare[here] = _bare(here, place.question(flows), formulas)
            spot, next_ = bare[here], tuple([number[target] for target in explored.next[at]])
            heard = explored.heard.get(at, spot.heard)
            key = (here, next_, heard) if folded else at
            if key not in known:
                known[key] = len(spots)
                spots.append(spot.led(next_, heard, place.height))
            number[at] = known[key]
        return cls(spots, {flow: number[root] for flow, root in explored.roots.items()})

    def folded(self, alike: Callable[[End], Hashable], *, dull: Callable[[End], bool] = lambda _: False) -> "Graph":
        """Return the graph where endings of one *ending_class* are one, and so are nodes with the same futures.

        What is said on the way makes no difference. A node with nothing but irrelevant endings counts as ended."""
        known: dict[Hashable, int] = {}
        number: list[int] = []
        spots: list[Spot] = []
        boring: set[int] = set()  # the endings that are irrelevant, by their new numbers
        for spot in self.spots:
            next_ = tuple([number[target] for target in spot.next])
            if next_ and next_[0] in boring and next_.count(next_[0]) == len(next_):
                number.append(next_[0])
                continue
            key: Hashable = (spot.bit, next_) if next_ else (0, spot.end and alike(spot.end))
            if key not in known:
                known[key] = len(spots)
                spots.append(spot.led(next_, spot.heard, spot.height) if next_ else spot)
                if spot.end and dull(spot.end):
                    boring.add(known[key])
            number.append(known[key])
        return Graph(spots, {flow: number[root] for flow, root in self.roots.items()})

    def raised(self, which: Callable[[End], bool], height: int) -> "Graph":
        """Return the graph where the endings that *should_raise* accepts have *rank*."""
        spots = [
            spot._replace(end=spot.end._replace(height=height)) if spot.end and which(spot.end) else spot
            for spot in self.spots
        ]
        return Graph(spots, self.roots)

    # ---- the future of a node

    @cached_property
    def lowest(self) -> list[int]:
        """Return for each node the lowest rank that an ending may have from there on."""
        return self._bound(min)

    @cached_property
    def highest(self) -> list[int]:
        """Return for each node the highest rank that an ending may have from there on."""
        return self._bound(max)

    def _bound(self, pick: Callable[[Iterable[int]], int]) -> list[int]:
        """Return for each node the rank that *pick* chooses of its endings."""
        bounds: list[int] = []
        for spot in self.spots:
            bounds.append(spot.end.height if spot.end else pick([bounds[target] for target in spot.next]))
        return bounds

    @cached_property
    def targets(self) -> list[tuple[int, ...]]:
        """Return for each node its successors, each once."""
        return [tuple([target for target, _ in spot.ways]) for spot in self.spots]

    @cached_property
    def ahead(self) -> list[int]:
        """Return for each node the questions that can still be asked from there on (its own too), as bits."""
        masks: list[int] = []
        for spot in self.spots:
            mask = spot.bit
            for target in spot.next:
                mask |= masks[target]
            masks.append(mask)
        return masks

    @cached_property
    def conversations(self) -> list[int]:
        """Return for each node how many conversations there are from there to an ending."""
        counts: list[int] = []
        for spot in self.spots:
            counts.append(sum([counts[target] for target in spot.next]) if spot.next else 1)
        return counts

    # ---- the past of a node

    @cached_property
    def _came(self) -> Mapping[int, tuple[int, int] | None]:
        """Return the shortest predecessors of every node from the entry nodes on."""
        return self._walked(self.roots.values())

    def _walked(self, starts: Iterable[int]) -> Mapping[int, tuple[int, int] | None]:
        """Return for every node that *starts* lead to the node and the option before it, on a shortest way."""
        came: dict[int, tuple[int, int] | None] = dict.fromkeys(starts)
        todo = deque(came)
        while todo:
            number = todo.popleft()
            for target, option in self.spots[number].ways:
                if target not in came:
                    came[target] = number, option
                    todo.append(target)
        return came

    def nearest(self, numbers: Collection[int]) -> int:
        """Return the one of these nodes that the shortest chat reaches."""
        return next(number for number in self._came if number in numbers)

    def way_to(self, number: int) -> tuple[str, Said]:
        """Return the entry flow and the answers of a shortest chat that reaches *number*."""
        start, said = self._back(self._came, number)
        return next(flow for flow, root in self.roots.items() if root == start), said

    def way_on(self, number: int, wanted: int) -> Said:
        """Return the answers of a shortest chat from *number* to an ending of that rank."""
        came = self._walked([number])
        ends = (at for at in came if (end := self.spots[at].end) and end.height == wanted)
        return self._back(came, next(ends))[1]

    def _back(self, came: Mapping[int, tuple[int, int] | None], number: int) -> tuple[int, Said]:
        """Return the start of the way to *number*, and the answers on it."""
        said = []
        while (step := came[number]) is not None:
            number, option = step
            said.append(self.spots[number].said(option))
        return number, tuple(reversed(said))

    def end_of(self, way_in: str, said: Said) -> End | None:
        """Return the ending that a chat leads to; None where it does not end."""
        number = self.roots[way_in]
        for _, option in said:
            spot = self.spots[number]
            number = spot.next[spot.options.index(option)]
        return self.spots[number].end


def _bare(here: Here, question: Question, formulas: Formulas) -> Spot:
    """Return the node of a question, without statements and successors."""
    asks, options = ".".join(here), tuple(option.id for option in question.options)
    return Spot(asks, formulas.bit(asks), options, heard=((),) * len(options))


def _endings_first(explored: Explored) -> Iterator[int]:
    """Yield the number of every state after all the states it leads to (post-order).

    No question is asked twice, so there is no cycle."""
    done: set[int] = set()
    for root in explored.roots.values():
        stack = [(root, iter(explored.next[root]))] if root not in done else []
        while stack:
            number, targets = stack[-1]
            for target in targets:
                if target not in done:
                    stack.append((target, iter(explored.next[target])))
                    break
            else:
                stack.pop()
                if number not in done:
                    done.add(number)
                    yield number
