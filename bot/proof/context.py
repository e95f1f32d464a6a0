"""The proof context: the bundle, the explored state space and the promises that every check reads."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from bot.model.bundle import BASE, Library
from bot.model.content import RedFlag
from bot.model.flow import Flow, Question
from bot.model.guards import AtLeast, Is, Not, When, questions
from bot.model.promises import Bound, Promises
from bot.model.urgency import Urgency
from bot.proof.finding import Chat, Length
from bot.proof.state_space.explorer import BUDGET, Explored, Explorer
from bot.proof.state_space.formulas import Formulas
from bot.proof.state_space.graph import Graph
from bot.proof.state_space.ranks import EMERGENCY, LOWEST, urgency_at
from bot.proof.state_space.reachability import Map
from bot.proof.state_space.symbolic_step import End
from bot.proof.state_space.tracking import Track

UNSAID = -1  # the rank of an ending that says nothing about how soon


@dataclass
class Case:
    """What the checks read about one bundle.

    *bundle* holds the flows and the promises. Each part is worked out when a check first asks for it."""

    library: Library
    budget: int = BUDGET
    formulas: Formulas = field(default_factory=Formulas)
    watched: dict[str, Track] = field(default_factory=dict)  # by red flag
    parted: dict[frozenset[int], Graph] = field(default_factory=dict)  # by the ranks that make a difference
    lengths: list[tuple[Bound, Length]] | None = None

    @cached_property
    def flows(self) -> dict[str, Flow]:
        """Return the flows in the base language, by name."""
        return dict(self.library.flows[BASE])

    @property
    def promises(self) -> Promises:
        """Return the promises of the bundle."""
        return self.library.promises

    @cached_property
    def map(self) -> Map:
        """Return which flow and state leads to which."""
        return Map(self.flows, self.formulas)

    @cached_property
    def explored(self) -> Explored:
        """Explore every state from every entry flow."""
        return Explorer(self.map, self.budget).explore(self.library.entrances)

    @cached_property
    def unfolded(self) -> Graph:
        """Return the graph with every explored state as a node of its own, so that its floor can still be read."""
        return Graph.of(self.explored, self.flows, self.formulas, folded=False)

    @cached_property
    def graph(self) -> Graph:
        """Return the graph that tells apart all that matters to people: the ending, in its own words, and its floor."""
        return Graph.of(self.explored, self.flows, self.formulas)

    @cached_property
    def floors(self) -> Graph:
        """Return the graph that tells endings apart by floor alone, and by whether they only inform."""
        return self.graph.folded(lambda end: (end.height, self.informs(end)))

    @cached_property
    def urgencies(self) -> Graph:
        """Return the graph that tells endings apart by urgency (not by days), and by whether they only inform."""
        return self.floors.folded(lambda end: (urgency_at(end.height), self.informs(end)))

    @cached_property
    def urgent(self) -> Graph:
        """Return the graph that tells apart only same day, emergency and everything below."""
        return self.urgencies.folded(lambda end: (max(urgency_at(end.height), Urgency.SOON), self.informs(end)))

    def informs(self, end: End) -> bool:
        """Return whether an ending belongs to a flow that only informs.

        Such an ending shows every warning sign and tells nobody to wait."""
        flow = self.flows.get(end.outcome.partition(".")[0])
        return flow is not None and bool(flow.information)

    def spared(self, graph: Graph) -> Graph:
        """Return *graph* with every ending that only informs raised to emergency.

        No question that is missing before such an ending counts as asked too late."""
        return graph.raised(self.informs, EMERGENCY) if self.library.resting else graph

    def rests(self, when: When) -> bool:
        """Return whether *guard* looks at a suspended flow: it may never hold.

        Suspended are the flows in information mode, and every flow that they would run."""
        return any(at.partition(".")[0] in self.library.resting for at in questions(when))

    @cached_property
    def asked(self) -> dict[str, list[int]]:
        """Return every question that can be asked, with the numbers of the graph's nodes that ask it."""
        spots: dict[str, list[int]] = {}
        for number, spot in enumerate(self.graph.spots):
            if spot.asks:
                spots.setdefault(spot.asks, []).append(number)
        return spots

    def questions(self) -> Iterator[tuple[str, Question, list[int]]]:
        """Yield every question that can be asked: its id (`flow.state`), the question, the nodes that ask it."""
        for at, spots in self.asked.items():
            yield at, self.question(at), spots

    def question(self, at: str) -> Question:
        """Return the question with the id *question_id* (`flow.state`)."""
        flow, _, name = at.partition(".")
        question = self.flows[flow].states[name]
        assert isinstance(question, Question)
        return question

    def track(self, *whens: When, graph: Graph | None = None, settled: bool = False, met: int = 0) -> Track:
        """Return a tracker of *guards* over *graph*; see `FormulaTracker` for the other parameters."""
        return Track(graph or self.graph, self.formulas, *map(self.formulas.of, whens), settled=settled, met=met)

    def ending(self, when: When, wrong: Callable[[int], bool]) -> tuple[End, Chat] | None:
        """Return an ending of a wrong rank and a chat to it, after answers that make *guard* true, or None."""
        heights = frozenset(filter(wrong, self.heights))
        if not heights:
            return None
        graph = self._parted(heights)
        track = self.track(when, graph=graph, settled=True)

        def ends(number: int) -> frozenset[int]:
            """Return which of the wrong ranks a node can still end at."""
            return heights & {graph.lowest[number], graph.highest[number]}

        found = [(number, left) for number, left in track.closed() if ends(number) and track.holds(left[0])]
        if not found:
            return None
        number, _, way_in, said = track.nearest(found)
        chat = Chat(way_in, said + graph.way_on(number, min(ends(number))))
        return self.end_of(chat), chat

    def _parted(self, heights: frozenset[int]) -> Graph:
        """Return a graph that tells apart only whether an ending has one of these ranks: it has at most two endings."""
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
        """Return every rank that an ending has."""
        return frozenset(spot.end.height for spot in self.floors.spots if spot.end)

    def end_of(self, chat: Chat) -> End:
        """Return the ending that *chat* leads to, in its own words."""
        end = self.graph.end_of(chat.way_in, chat.said)
        assert end is not None
        return end


def needed(flag: RedFlag) -> When:
    """Return the guard of a red flag's need: the flag is up, and nothing lifts it."""
    return AtLeast(2, (flag.when, Not(flag.unless))) if flag.unless else flag.when


def said(question: str, *options: str) -> When:
    """Return the guard that *question* was answered with one of *options*."""
    return Is(question, frozenset(options))
