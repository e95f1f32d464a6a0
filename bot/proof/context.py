"""The proof context: the bundle, the explored state space and the promises that every check reads."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.content import RedFlag
from bot.model.flow import Flow, Question
from bot.model.guards import AnswerIs, AtLeast, Guard, Not, guard_questions
from bot.model.promises import LengthBound, Promises
from bot.model.urgency import Urgency
from bot.proof.finding import ExampleChat, LongestChat
from bot.proof.state_space.explorer import MAX_STATES, Exploration, Explorer
from bot.proof.state_space.formulas import Formulas
from bot.proof.state_space.graph import ConversationGraph
from bot.proof.state_space.ranks import EMERGENCY_RANK, LOWEST_RANK, urgency_of
from bot.proof.state_space.reachability import FlowGraph
from bot.proof.state_space.symbolic_step import Ending
from bot.proof.state_space.tracking import FormulaTracker

NO_RANK = -1  # the rank of an ending that says nothing about how soon


@dataclass
class ProofContext:
    """What the checks read about one bundle.

    *bundle* holds the flows and the promises. Each part is worked out when a check first asks for it."""

    bundle: ContentBundle
    max_states: int = MAX_STATES
    formulas: Formulas = field(default_factory=Formulas)
    red_flag_trackers: dict[str, FormulaTracker] = field(default_factory=dict)  # by red flag
    graphs_by_ranks: dict[frozenset[int], ConversationGraph] = field(
        default_factory=dict
    )  # by the ranks that make a difference
    measured_bounds: list[tuple[LengthBound, LongestChat]] | None = None

    @cached_property
    def flows(self) -> dict[str, Flow]:
        """Return the flows in the base language, by name."""
        return dict(self.bundle.flows[BASE_LANGUAGE])

    @property
    def promises(self) -> Promises:
        """Return the promises of the bundle."""
        return self.bundle.promises

    @cached_property
    def flow_graph(self) -> FlowGraph:
        """Return which flow and state leads to which."""
        return FlowGraph(self.flows, self.formulas)

    @cached_property
    def exploration(self) -> Exploration:
        """Explore every state from every entry flow."""
        return Explorer(self.flow_graph, self.max_states).explore(self.bundle.entry_flows)

    @cached_property
    def unmerged_graph(self) -> ConversationGraph:
        """Return the graph with every explored state as a node of its own, so that its floor can still be read."""
        return ConversationGraph.from_exploration(self.exploration, self.flows, self.formulas, merge=False)

    @cached_property
    def graph(self) -> ConversationGraph:
        """Return the graph that tells apart all that matters to people: the ending, in its own words, and its floor."""
        return ConversationGraph.from_exploration(self.exploration, self.flows, self.formulas)

    @cached_property
    def floor_graph(self) -> ConversationGraph:
        """Return the graph that tells endings apart by floor alone, and by whether they only inform."""
        return self.graph.merged(lambda ending: (ending.rank, self.is_information_only(ending)))

    @cached_property
    def urgency_graph(self) -> ConversationGraph:
        """Return the graph that tells endings apart by urgency (not by days), and by whether they only inform."""
        return self.floor_graph.merged(lambda ending: (urgency_of(ending.rank), self.is_information_only(ending)))

    @cached_property
    def same_day_graph(self) -> ConversationGraph:
        """Return the graph that tells apart only same day, emergency and everything below."""
        return self.urgency_graph.merged(
            lambda ending: (max(urgency_of(ending.rank), Urgency.SOON), self.is_information_only(ending))
        )

    def is_information_only(self, ending: Ending) -> bool:
        """Return whether an ending belongs to a flow that only informs.

        Such an ending shows every warning sign and tells nobody to wait."""
        flow = self.flows.get(ending.outcome.partition(".")[0])
        return flow is not None and bool(flow.information)

    def with_raised_information(self, graph: ConversationGraph) -> ConversationGraph:
        """Return *graph* with every ending that only informs raised to emergency.

        No question that is missing before such an ending counts as asked too late."""
        return (
            graph.with_raised_endings(self.is_information_only, EMERGENCY_RANK)
            if self.bundle.partly_unreachable_flows
            else graph
        )

    def concerns_suspended_flow(self, guard: Guard) -> bool:
        """Return whether *guard* looks at a suspended flow: it may never hold.

        Suspended are the flows in information mode, and every flow that they would run."""
        return any(
            question_id.partition(".")[0] in self.bundle.partly_unreachable_flows
            for question_id in guard_questions(guard)
        )

    @cached_property
    def nodes_by_question(self) -> dict[str, list[int]]:
        """Return every question that can be asked, with the numbers of the graph's nodes that ask it."""
        numbers: dict[str, list[int]] = {}
        for number, node in enumerate(self.graph.nodes):
            if node.question_id:
                numbers.setdefault(node.question_id, []).append(number)
        return numbers

    def asked_questions(self) -> Iterator[tuple[str, Question, list[int]]]:
        """Yield every question that can be asked: its id (`flow.state`), the question, the nodes that ask it."""
        for question_id, numbers in self.nodes_by_question.items():
            yield question_id, self.question(question_id), numbers

    def question(self, question_id: str) -> Question:
        """Return the question with the id *question_id* (`flow.state`)."""
        flow, _, name = question_id.partition(".")
        question = self.flows[flow].states[name]
        assert isinstance(question, Question)
        return question

    def make_tracker(
        self,
        *guards: Guard,
        graph: ConversationGraph | None = None,
        resolve_unaskable: bool = False,
        extra_questions: int = 0,
    ) -> FormulaTracker:
        """Return a tracker of *guards* over *graph*; see `FormulaTracker` for the other parameters."""
        return FormulaTracker(
            graph or self.graph,
            self.formulas,
            *map(self.formulas.from_guard, guards),
            resolve_unaskable=resolve_unaskable,
            extra_questions=extra_questions,
        )

    def find_ending(self, guard: Guard, is_wrong: Callable[[int], bool]) -> tuple[Ending, ExampleChat] | None:
        """Return an ending of a wrong rank and a chat to it, after answers that make *guard* true, or None."""
        ranks = frozenset(filter(is_wrong, self.ending_ranks))
        if not ranks:
            return None
        graph = self._graph_for_ranks(ranks)
        tracker = self.make_tracker(guard, graph=graph, resolve_unaskable=True)

        def matching_ranks(number: int) -> frozenset[int]:
            """Return which of the wrong ranks a node can still end at."""
            return ranks & {graph.lowest_ranks[number], graph.highest_ranks[number]}

        found = [
            (number, residuals)
            for number, residuals in tracker.exhausted_nodes()
            if matching_ranks(number) and tracker.holds_now(residuals[0])
        ]
        if not found:
            return None
        number, _, entry_flow, answers = tracker.shortest_way_to_any(found)
        chat = ExampleChat(entry_flow, answers + graph.shortest_way_to_rank(number, min(matching_ranks(number))))
        return self.ending_of(chat), chat

    def _graph_for_ranks(self, ranks: frozenset[int]) -> ConversationGraph:
        """Return a graph that tells apart only whether an ending has one of these ranks: it has at most two endings."""
        if ranks not in self.graphs_by_ranks:
            urgencies = {urgency_of(rank) for rank in ranks}
            covers_whole_urgencies = {rank for rank in self.ending_ranks if urgency_of(rank) in urgencies} == ranks
            graph = self.urgency_graph if covers_whole_urgencies else self.floor_graph
            if (
                self.bundle.partly_unreachable_flows
            ):  # where nothing was raised before, an ending that only informs says nothing
                graph = graph.with_raised_endings(
                    lambda ending: self.is_information_only(ending) and ending.rank == LOWEST_RANK, NO_RANK
                )
            self.graphs_by_ranks[ranks] = graph.merged(
                lambda ending: ending.rank in ranks, is_irrelevant=lambda ending: ending.rank not in ranks
            )
        return self.graphs_by_ranks[ranks]

    @cached_property
    def ending_ranks(self) -> frozenset[int]:
        """Return every rank that an ending has."""
        return frozenset(node.ending.rank for node in self.floor_graph.nodes if node.ending)

    def ending_of(self, chat: ExampleChat) -> Ending:
        """Return the ending that *chat* leads to, in its own words."""
        ending = self.graph.ending_of(chat.entry_flow, chat.answers)
        assert ending is not None
        return ending


def red_flag_guard(flag: RedFlag) -> Guard:
    """Return the guard of a red flag's need: the flag is up, and nothing lifts it."""
    return AtLeast(2, (flag.when, Not(flag.unless))) if flag.unless else flag.when


def answer_is(question: str, *options: str) -> Guard:
    """Return the guard that *question* was answered with one of *options*."""
    return AnswerIs(question, frozenset(options))
