"""The folded state graph of one version: states with the same futures (urgency and pages) are one node."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.model.bundle import Library
from bot.proof.state_space.explorer import BUDGET, Explored
from bot.proof.state_space.pages import NOTHING, Giving, Pages
from bot.proof.state_space.ranks import EMERGENCY, LOWEST
from bot.proof.state_space.symbolic_step import End, Place


class Entangled(Exception):
    """The version has more states than the budget allows; the message names the question with the most states."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A node: a *question* (`flow.state`) with the target and pages of each option, or an ending when that is empty."""

    asks: str = ""
    options: tuple[str, ...] = ()
    next: tuple[int, ...] = ()
    gives: tuple[Pages, ...] = ()
    height: int = LOWEST  # only of an ending
    pages: Pages = NOTHING  # only of an ending: those it adds

    def option(self, answer: str, instead: str) -> int:
        """Return the index of *answer*, or of *fallback*, which every question offers, where this version lacks it."""
        return self.options.index(answer if answer in self.options else instead)


class Side:
    """The nodes of one version; targets have lower numbers than the nodes they are reached from.

    *roots* are the ways in, *initial_pages* the pages given there before any question.
    """

    def __init__(self, library: Library, budget: int = BUDGET) -> None:
        self.library = library
        giving = Giving(library, budget)
        explored = giving.explored()
        if explored.entangled:
            raise Entangled(explored.entangled)
        self.spots: list[Spot] = []
        numbers: dict[int, int] = {}
        known: dict[Spot, int] = {}
        for place in _endings_first(explored):
            spot = _spot(giving, explored, place, numbers)
            if spot not in known:
                known[spot] = len(self.spots)
                self.spots.append(spot)
            numbers[place] = known[spot]
        self.roots = {flow: numbers[place] for flow, place in explored.roots.items()}
        self.at_first = {flow: giving.at_first(flow) for flow in self.roots}
        self._look_ahead()
        self.depth = self._depths()
        self._alike: dict[str, dict[str, str]] = {}

    def _look_ahead(self) -> None:
        """Compute for each node the questions ahead of it, its lowest ending, and its number of conversations."""
        self.ahead: list[frozenset[str]] = []
        self.lowest: list[int] = []
        self.conversations: list[int] = []
        for spot in self.spots:
            targets = set(spot.next)
            own = frozenset({spot.asks}) if spot.asks else frozenset()
            self.ahead.append(own.union(*(self.ahead[target] for target in targets)))
            self.lowest.append(min((self.lowest[target] for target in targets), default=spot.height))
            self.conversations.append(sum(self.conversations[target] for target in spot.next) if spot.next else 1)

    def _depths(self) -> Mapping[str, int]:
        """Return for each question how many others come before it on the shortest way to it."""
        depths: dict[str, int] = {}
        here, seen, depth = set(self.roots.values()), set[int](), 0
        while here:
            for number in here:
                depths.setdefault(self.spots[number].asks, depth)
            seen |= here
            here = {target for number in here for target in self.spots[number].next} - seen
            depth += 1
        return depths

    def alike(self, question: str) -> Mapping[str, str]:
        """Return for each option of *question* the first option that has the same effect at every node."""
        if question not in self._alike:
            spots = [self.spots[number] for number in self.asked.get(question, ())]
            first: dict[object, str] = {}
            named: dict[str, str] = {}
            for at, option in enumerate(spots[0].options if spots else ()):
                does = tuple((spot.next[at], spot.gives[at]) for spot in spots)
                named[option] = first.setdefault(does, option)
            self._alike[question] = named
        return self._alike[question]

    @cached_property
    def asked(self) -> Mapping[str, list[int]]:
        """Every question that can come up, with the numbers of the nodes that ask it."""
        spots: dict[str, list[int]] = {}
        for number, spot in enumerate(self.spots):
            if spot.asks:
                spots.setdefault(spot.asks, []).append(number)
        return spots


def _spot(giving: Giving, explored: Explored, number: int, numbers: Mapping[int, int]) -> Spot:
    """Return the node for an explored state."""
    place = explored.places[number]
    if isinstance(place, End):
        pages = NOTHING if place.height >= EMERGENCY else giving.at_last(place)  # an emergency shows none
        return Spot(height=place.height, pages=pages)
    assert isinstance(place, Place)
    options = tuple(option.id for option in place.question(giving.flows).options)
    targets = tuple(numbers[target] for target in explored.next[number])
    return Spot(".".join(place.stack[-1]), options, targets, giving.given(number))


def _endings_first(explored: Explored) -> Iterator[int]:
    """Yield every state after all the states it leads to."""
    done: set[int] = set()
    for root in explored.roots.values():
        stack = [(root, iter(explored.next[root]))]
        while stack:
            number, targets = stack[-1]
            if (target := next((t for t in targets if t not in done), None)) is not None:
                stack.append((target, iter(explored.next[target])))
            else:
                stack.pop()
                if number not in done:
                    done.add(number)
                    yield number
