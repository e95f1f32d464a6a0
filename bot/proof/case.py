"""Everything a check may look at: what was written, what was explored, what was promised."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from bot.content import RedFlag
from bot.flow import Flow, Question
from bot.library import BASE, Library
from bot.promises import Bound, Promises
from bot.proof.ahead import Map
from bot.proof.explore import BUDGET, Explored, Explorer
from bot.proof.finding import Chat, Length
from bot.proof.formulas import Formulas
from bot.proof.graph import Graph
from bot.proof.heights import EMERGENCY, LOWEST, urgency_at
from bot.proof.move import End
from bot.proof.track import Track
from bot.urgency import Urgency
from bot.when import AtLeast, Is, Not, When, questions

UNSAID = -1  # the height of an ending that says nothing about how soon


@dataclass
class Case:
    """*library* holds the flows and the promises. Each part is worked out when a check first asks for it."""

    library: Library
    budget: int = BUDGET
    formulas: Formulas = field(default_factory=Formulas)
    watched: dict[str, Track] = field(default_factory=dict)  # by red flag
    parted: dict[frozenset[int], Graph] = field(default_factory=dict)  # by the heights that make a difference
    lengths: list[tuple[Bound, Length]] | None = None

    @cached_property
    def flows(self) -> dict[str, Flow]:
        return dict(self.library.flows[BASE])

    @property
    def promises(self) -> Promises:
        return self.library.promises

    @cached_property
    def map(self) -> Map:
        return Map(self.flows, self.formulas)

    @cached_property
    def explored(self) -> Explored:
        return Explorer(self.map, self.budget).explore(self.library.entrances)

    @cached_property
    def unfolded(self) -> Graph:
        """Every place by itself, so that its floor can still be asked for."""
        return Graph.of(self.explored, self.flows, self.formulas, folded=False)

    @cached_property
    def graph(self) -> Graph:
        """Everything that makes a difference to people: the ending, in its own words, and how soon."""
        return Graph.of(self.explored, self.flows, self.formulas)

    @cached_property
    def floors(self) -> Graph:
        """Only how soon makes a difference, not in which words; but for an ending that only informs."""
        return self.graph.folded(lambda end: (end.height, self.informs(end)))

    @cached_property
    def urgencies(self) -> Graph:
        """Only the urgency makes a difference, not the days."""
        return self.floors.folded(lambda end: (urgency_at(end.height), self.informs(end)))

    @cached_property
    def urgent(self) -> Graph:
        """Only same day and emergency make a difference."""
        return self.urgencies.folded(lambda end: (max(urgency_at(end.height), Urgency.SOON), self.informs(end)))

    def informs(self, end: End) -> bool:
        """Whether an ending is that of a flow that only informs: it shows every warning sign, and nobody is to wait."""
        flow = self.flows.get(end.outcome.partition(".")[0])
        return flow is not None and bool(flow.information)

    def spared(self, graph: Graph) -> Graph:
        """*graph*, where whoever comes to an ending that only informs is asked nothing that could be too late."""
        return graph.raised(self.informs, EMERGENCY) if self.library.resting else graph

    def rests(self, when: When) -> bool:
        """Whether *when* speaks of a flow that only informs, or of one that it would run: perhaps it cannot hold."""
        return any(at.partition(".")[0] in self.library.resting for at in questions(when))

    @cached_property
    def asked(self) -> dict[str, list[int]]:
        """Every question that can come up, with the spots of the graph where it is asked."""
        spots: dict[str, list[int]] = {}
        for number, spot in enumerate(self.graph.spots):
            if spot.asks:
                spots.setdefault(spot.asks, []).append(number)
        return spots

    def questions(self) -> Iterator[tuple[str, Question, list[int]]]:
        for at, spots in self.asked.items():
            yield at, self.question(at), spots

    def question(self, at: str) -> Question:
        flow, _, name = at.partition(".")
        question = self.flows[flow].states[name]
        assert isinstance(question, Question)
        return question

    def track(self, *whens: When, graph: Graph | None = None, settled: bool = False, met: int = 0) -> Track:
        return Track(graph or self.graph, self.formulas, *map(self.formulas.of, whens), settled=settled, met=met)

    def ending(self, when: When, wrong: Callable[[int], bool]) -> tuple[End, Chat] | None:
        """An ending of a *wrong* height, for somebody whose answers make *when* true."""
        heights = frozenset(filter(wrong, self.heights))
        if not heights:
            return None
        graph = self._parted(heights)
        track = self.track(when, graph=graph, settled=True)

        def ends(number: int) -> frozenset[int]:
            return heights & {graph.lowest[number], graph.highest[number]}

        found = [(number, left) for number, left in track.closed() if ends(number) and track.holds(left[0])]
        if not found:
            return None
        number, _, way_in, said = track.nearest(found)
        chat = Chat(way_in, said + graph.way_on(number, min(ends(number))))
        return self.end_of(chat), chat

    def _parted(self, heights: frozenset[int]) -> Graph:
        """Only whether an ending has one of these heights makes a difference: it has two endings at the most."""
        if heights not in self.parted:
            urgencies = {urgency_at(height) for height in heights}
            whole = {height for height in self.heights if urgency_at(height) in urgencies} == heights
            graph = self.urgencies if whole else self.floors
            if self.library.resting:  # where nothing was raised before, an ending that only informs says nothing
                graph = graph.raised(lambda end: self.informs(end) and end.height == LOWEST, UNSAID)
            self.parted[heights] = graph.folded(
                lambda end: end.height in heights, dull=lambda end: end.height not in heights
            )
        return self.parted[heights]

    @cached_property
    def heights(self) -> frozenset[int]:
        """Every height that an ending has."""
        return frozenset(spot.end.height for spot in self.floors.spots if spot.end)

    def end_of(self, chat: Chat) -> End:
        """The ending that *chat* comes to, in its own words."""
        end = self.graph.end_of(chat.way_in, chat.said)
        assert end is not None
        return end


def needed(flag: RedFlag) -> When:
    """When a red flag's need stands: it is up, and nothing lifts it."""
    return AtLeast(2, (flag.when, Not(flag.unless))) if flag.unless else flag.when


def said(question: str, *options: str) -> When:
    return Is(question, frozenset(options))
