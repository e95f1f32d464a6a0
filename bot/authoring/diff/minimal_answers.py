"""The search for the fewest answers that matter: the mildest chat with a change that no row has reported yet."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.authoring.diff.product_graph import ProductEdge, ProductGraph
from bot.authoring.diff.version_graph import VersionGraph
from bot.model.flow import Question
from bot.model.urgency import Urgency
from bot.proof.state_space.formulas import TRUE, Formulas

Answers = frozenset[tuple[str, str]]  # question (`flow.state`) and option
PageFlags = tuple[bool, bool]  # whether the old version, and the new one, has given the page in question
SearchState = tuple[int, int, PageFlags]  # a pair, the residual of the formula of reported rows, the page flags
NO_FLAGS: PageFlags = (False, False)
ALL_FLAGS: tuple[PageFlags, ...] = (NO_FLAGS, (False, True), (True, False), (True, True))
MAX_SEARCH_STATES = 3_000_000


EndingPredicate = Callable[
    [int, PageFlags], bool
]  # whether a pair of endings, with its page flags, is what is looked for


def _flags_bit(flags: PageFlags) -> int:
    """Return one bit for each of the four page flags."""
    return 1 << (2 * flags[0] + flags[1])


# By what an edge gives (old version, new one) and the flags wanted after it: the flags before it, as bits.
FLAGS_BEFORE_EDGE = {
    given: [
        sum(
            _flags_bit(flags)
            for flags in ALL_FLAGS
            if _flags_bit((flags[0] or given[0], flags[1] or given[1])) & wanted
        )
        for wanted in range(1 << len(ALL_FLAGS))
    ]
    for given in ALL_FLAGS
}


class SearchBudgetExceededError(Exception):
    """The search for rows went beyond its budget."""


@dataclass(frozen=True, slots=True)
class FoundChat:
    """A chat that was found: the way in, every answer that is not the mildest, and the *pair* of endings."""

    way_in: str
    answers: Answers
    pair: int


@dataclass(frozen=True, slots=True)
class SearchTarget:
    """What a search looks for: a predicate on pairs of endings, and the page it is about, if any.

    *reachable_flags* has for each pair the page flags, as bits, from which a wanted ending can still be reached.
    """

    is_wanted: EndingPredicate
    page: str
    reachable_flags: list[int]


class MinimalAnswersSearch:
    """A search through the product graph: a chat costs one for each answer that is not the mildest."""

    def __init__(self, graph: ProductGraph) -> None:
        self.graph = graph
        self.mildest_options = {**_mildest_options(graph.old), **_mildest_options(graph.new)}
        self.formulas = Formulas()
        self.visited_count = 0
        self._masks_ahead: dict[int, int] = {}  # by pair: the questions that can still be asked
        self._question_bits = {question: self.formulas.bit(question) for question in self.mildest_options}

    def covered_formula(self, rows: Iterable[Answers]) -> int:
        """Return a formula that holds for all people that one of *rows* covers."""
        formulas = self.formulas
        return formulas.any_of(
            *(formulas.all_of(*(formulas.answer_is(question, [option]) for question, option in row)) for row in rows)
        )

    def find(self, covered: int, search_target: SearchTarget) -> FoundChat | None:
        """Return the mildest chat that reaches the target and for which the formula *covered* does not hold."""
        is_wanted, reachable_flags, page = search_target.is_wanted, search_target.reachable_flags, search_target.page
        origins: dict[SearchState, tuple[SearchState, ProductEdge] | str] = {}
        queue: deque[tuple[SearchState, tuple[SearchState, ProductEdge] | str]] = deque()
        for flow, root in self.graph.roots.items():
            queue.append(((root, covered, self._initial_flags(flow, page)), flow))
        while queue:
            state, origin = queue.popleft()
            if state in origins or state[1] == TRUE or not reachable_flags[state[0]] & _flags_bit(state[2]):
                continue
            origins[state] = origin
            self._count_state()
            if not self.graph.edges[state[0]]:
                if is_wanted(state[0], state[2]):
                    return self._trace_back(origins, state)
                continue
            for edge, next_state in self._successors(state, page):
                if self._is_mildest(edge):
                    queue.appendleft((next_state, (state, edge)))
                else:
                    queue.append((next_state, (state, edge)))
        return None

    def target_for(self, is_wanted: EndingPredicate, order: list[int], page: str = "") -> SearchTarget:
        """Return the target for chats whose ending satisfies *is_wanted*.

        *order* has the endings first. The target can be used for as many searches as needed.
        """
        edges, flag_sets = self.graph.edges, ALL_FLAGS if page else (NO_FLAGS,)
        reachable_flags = [0] * len(edges)
        for pair_number in order:
            if not edges[pair_number]:
                reachable_flags[pair_number] = sum(
                    _flags_bit(flags) for flags in flag_sets if is_wanted(pair_number, flags)
                )
            for edge in edges[pair_number]:
                if flags_there := reachable_flags[edge.target]:
                    reachable_flags[pair_number] |= (
                        FLAGS_BEFORE_EDGE[page in edge.old_pages, page in edge.new_pages][flags_there]
                        if page
                        else flags_there
                    )
        return SearchTarget(is_wanted, page, reachable_flags)

    def _initial_flags(self, flow: str, page: str) -> PageFlags:
        """Return the page flags at the start of a flow."""
        versions = self.graph.old, self.graph.new
        return (page in versions[0].initial_pages[flow], page in versions[1].initial_pages[flow]) if page else NO_FLAGS

    def _successors(self, state: SearchState, page: str) -> Iterator[tuple[ProductEdge, SearchState]]:
        """Yield each edge from a search state, with the state that it leads to."""
        pair_number, covered, flags = state
        for edge in self.graph.edges[pair_number]:
            residual = covered if edge.is_repeat else self._residual(covered, edge)
            yield edge, (edge.target, residual, _flags_after(flags, edge, page))

    def _residual(self, covered: int, edge: ProductEdge) -> int:
        """Return the residual of the formula *covered* after an edge.

        Rows that wait for a question that can no longer be asked are dropped.
        """
        masks, bit = self.formulas.masks, self._question_bits[edge.question]
        if masks[covered] & bit:
            covered = self.formulas.after_answer(covered, bit, edge.option)
        mask_ahead = self._masks_ahead.get(edge.target) or self._mask_ahead(edge.target)
        return (
            self.formulas.with_only_ahead(covered, mask_ahead, Urgency.SELF_CARE)
            if masks[covered] & ~mask_ahead
            else covered
        )

    def _mask_ahead(self, pair_number: int) -> int:
        """Compute, store and return the mask of the questions that can still be asked after a pair."""
        pair = self.graph.pairs[pair_number]
        self._masks_ahead[pair_number] = self.formulas.bits(
            self.graph.old.questions_ahead[pair.old] | self.graph.new.questions_ahead[pair.new]
        )
        return self._masks_ahead[pair_number]

    def _is_mildest(self, edge: ProductEdge) -> bool:
        """Whether an edge costs nothing: the mildest answer, or one that the other version has asked before."""
        return edge.is_repeat or self.mildest_options[edge.question] == edge.option

    def _count_state(self) -> None:
        """Count one visited state; raise when the budget is used up."""
        self.visited_count += 1
        if self.visited_count > MAX_SEARCH_STATES:
            raise SearchBudgetExceededError

    def _trace_back(
        self, origins: Mapping[SearchState, tuple[SearchState, ProductEdge] | str], state: SearchState
    ) -> FoundChat:
        """Return the chat that led to *state*, read backwards from where each state was reached."""
        pair, answers = state[0], set[tuple[str, str]]()
        while not isinstance(origin := origins[state], str):
            state, edge = origin
            if not self._is_mildest(edge):
                answers.add((edge.question, edge.option))
        return FoundChat(origin, frozenset(answers), pair)


def _flags_after(flags: PageFlags, edge: ProductEdge, page: str) -> PageFlags:
    """Return the page flags after an edge."""
    return (flags[0] or page in edge.old_pages, flags[1] or page in edge.new_pages) if page else flags


def _mildest_options(version: VersionGraph) -> dict[str, str]:
    """Return the mildest option of each question: the first one.

    Where the options have no order, it is the one that leads to the lowest ending, and then to the most conversations.
    """
    mildest = {}
    for full_name, nodes in version.nodes_by_question.items():
        flow, _, name = full_name.partition(".")
        question = version.bundle.flow(flow).states[name]
        assert isinstance(question, Question)
        mildest[full_name] = _mildest_by_endings(version, nodes) if question.unordered else question.options[0].id
    return mildest


def _mildest_by_endings(version: VersionGraph, nodes: list[int]) -> str:
    """Return the option that leads to the lowest ending, and among equals to the most conversations."""
    options = version.nodes[nodes[0]].options

    def sort_key(option: int) -> tuple[int, int]:
        """Return the sort key of an option: the lowest ending first, then the number of conversations."""
        targets = [version.nodes[node_number].targets[option] for node_number in nodes]
        return -min(version.lowest_ranks[target] for target in targets), max(
            version.conversation_counts[target] for target in targets
        )

    return options[max(range(len(options)), key=sort_key)]
