"""What was explored, folded: places with the same futures become one, and every promise is proved on what remains."""

from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from bot.flow import Flow, Question
from bot.proof.ahead import Here
from bot.proof.explore import Explored
from bot.proof.formulas import Formulas
from bot.proof.heights import LOWEST
from bot.proof.move import End
from bot.proof.ways import Heard

Said = tuple[tuple[str, str], ...]  # what was answered, in order: question (`flow.state`) and option


class Spot(NamedTuple):
    """A point of the graph: a question with where each option leads, or an ending. Targets have lower numbers."""

    asks: str = ""  # the question (`flow.state`)
    bit: int = 0  # of the question, in formulas
    options: tuple[str, ...] = ()
    next: tuple[int, ...] = ()  # for each option
    ways: tuple[tuple[int, int], ...] = ()  # each target once, with the first option that leads there
    heard: Heard = ()  # for each option, the statements said after it
    end: End | None = None
    height: int = LOWEST

    def said(self, option: int) -> tuple[str, str]:
        return self.asks, self.options[option]

    def led(self, next_: tuple[int, ...], heard: Heard, height: int) -> "Spot":
        """The same question, where its options lead elsewhere."""
        return Spot(self.asks, self.bit, self.options, next_, _ways(next_), heard, None, height)


def _ways(next_: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    if next_.count(next_[0]) == len(next_):
        return ((next_[0], 0),)
    first: dict[int, int] = {}
    for option, target in enumerate(next_):
        if target not in first:
            first[target] = option
    return tuple(first.items())


class Graph:
    """Numbered from the endings up, so that whatever depends on the future is one loop from first to last."""

    def __init__(self, spots: list[Spot], roots: Mapping[str, int]) -> None:
        self.spots, self.roots = spots, roots

    @classmethod
    def of(cls, explored: Explored, flows: Mapping[str, Flow], formulas: Formulas, *, folded: bool = True) -> "Graph":
        """Everything that was explored. *folded*, places with the same futures, in the same words, are one."""
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
        """The same conversations, where endings that are *alike* are one, and spots with the same futures too, whatever
        is said on the way. What can only end *dull* has ended."""
        known: dict[Hashable, int] = {}
        number: list[int] = []
        spots: list[Spot] = []
        boring: set[int] = set()  # the endings that are dull, by their new numbers
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
        """The same, but the endings that are *which* stand at *height*."""
        spots = [
            spot._replace(end=spot.end._replace(height=height)) if spot.end and which(spot.end) else spot
            for spot in self.spots
        ]
        return Graph(spots, self.roots)

    # ---- the future of a spot

    @cached_property
    def lowest(self) -> list[int]:
        """The lowest floor that an ending may have from here on."""
        return self._bound(min)

    @cached_property
    def highest(self) -> list[int]:
        return self._bound(max)

    def _bound(self, pick: Callable[[Iterable[int]], int]) -> list[int]:
        bounds: list[int] = []
        for spot in self.spots:
            bounds.append(spot.end.height if spot.end else pick([bounds[target] for target in spot.next]))
        return bounds

    @cached_property
    def targets(self) -> list[tuple[int, ...]]:
        """Where a spot leads, each once."""
        return [tuple([target for target, _ in spot.ways]) for spot in self.spots]

    @cached_property
    def ahead(self) -> list[int]:
        """The questions that can still be asked from here on, as bits."""
        masks: list[int] = []
        for spot in self.spots:
            mask = spot.bit
            for target in spot.next:
                mask |= masks[target]
            masks.append(mask)
        return masks

    @cached_property
    def conversations(self) -> list[int]:
        """How many conversations there are from here to an ending."""
        counts: list[int] = []
        for spot in self.spots:
            counts.append(sum([counts[target] for target in spot.next]) if spot.next else 1)
        return counts

    # ---- the past of a spot

    @cached_property
    def _came(self) -> Mapping[int, tuple[int, int] | None]:
        return self._walked(self.roots.values())

    def _walked(self, starts: Iterable[int]) -> Mapping[int, tuple[int, int] | None]:
        """For every spot that can be come to from *starts* the spot and the option before it, on a shortest way."""
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
        """The one of these spots that the shortest chat comes to."""
        return next(number for number in self._came if number in numbers)

    def way_to(self, number: int) -> tuple[str, Said]:
        """The way in and the answers of a shortest chat that comes to *number*."""
        start, said = self._back(self._came, number)
        return next(flow for flow, root in self.roots.items() if root == start), said

    def way_on(self, number: int, wanted: int) -> Said:
        """A shortest chat from *number* to an ending of height *wanted*."""
        came = self._walked([number])
        ends = (at for at in came if (end := self.spots[at].end) and end.height == wanted)
        return self._back(came, next(ends))[1]

    def _back(self, came: Mapping[int, tuple[int, int] | None], number: int) -> tuple[int, Said]:
        said = []
        while (step := came[number]) is not None:
            number, option = step
            said.append(self.spots[number].said(option))
        return number, tuple(reversed(said))

    def end_of(self, way_in: str, said: Said) -> End | None:
        """The ending that a chat comes to, if it comes to one."""
        number = self.roots[way_in]
        for _, option in said:
            spot = self.spots[number]
            number = spot.next[spot.options.index(option)]
        return self.spots[number].end


def _bare(here: Here, question: Question, formulas: Formulas) -> Spot:
    """A question after which nothing is said, and that leads nowhere yet."""
    asks, options = ".".join(here), tuple(option.id for option in question.options)
    return Spot(asks, formulas.bit(asks), options, heard=((),) * len(options))


def _endings_first(explored: Explored) -> Iterator[int]:
    """Every place after all the places it leads to. No question is asked twice, so there is no circle."""
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
