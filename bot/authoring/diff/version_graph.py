"""The folded state graph of one version: states with the same futures (urgency and pages) are one node."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.model.bundle import ContentBundle
from bot.proof.state_space.explorer import MAX_STATES, Exploration
from bot.proof.state_space.graph import post_order
from bot.proof.state_space.page_explorer import NO_PAGES, PageExplorer, PageIds
from bot.proof.state_space.ranks import EMERGENCY_RANK, LOWEST_RANK
from bot.proof.state_space.symbolic_step import Ending, SymbolicState


class TooEntangledError(Exception):
    """The version has more states than the budget allows; the message names the question with the most states."""


@dataclass(frozen=True, slots=True)
class VersionNode:
    """A node: a *question* (`flow.state`) with the target and pages of each option, or an ending when that is empty."""

    question: str = ""
    options: tuple[str, ...] = ()
    targets: tuple[int, ...] = ()
    option_pages: tuple[PageIds, ...] = ()
    rank: int = LOWEST_RANK  # only of an ending
    ending_pages: PageIds = NO_PAGES  # only of an ending: those it adds

    def option_index(self, answer: str, fallback: str) -> int:
        """Return the index of *answer*, or of *fallback*, which every question offers, where this version lacks it."""
        return self.options.index(answer if answer in self.options else fallback)


class VersionGraph:
    """The nodes of one version; targets have lower numbers than the nodes they are reached from.

    *roots* are the ways in, *initial_pages* the pages given there before any question.
    """

    def __init__(self, bundle: ContentBundle, budget: int = MAX_STATES) -> None:
        self.bundle = bundle
        explorer = PageExplorer(bundle, budget)
        explored = explorer.explore_bundle()
        if explored.too_entangled_at:
            raise TooEntangledError(explored.too_entangled_at)
        self.nodes: list[VersionNode] = []
        node_numbers: dict[int, int] = {}
        number_of_node: dict[VersionNode, int] = {}
        for state_number in post_order(explored):
            node = _build_node(explorer, explored, state_number, node_numbers)
            if node not in number_of_node:
                number_of_node[node] = len(self.nodes)
                self.nodes.append(node)
            node_numbers[state_number] = number_of_node[node]
        self.roots = {flow: node_numbers[state_number] for flow, state_number in explored.roots.items()}
        self.initial_pages = {flow: explorer.pages_at_start(flow) for flow in self.roots}
        self._compute_lookahead()
        self.question_depths = self._find_question_depths()
        self._equivalent_options: dict[str, dict[str, str]] = {}

    def _compute_lookahead(self) -> None:
        """Compute for each node the questions ahead of it, its lowest ending, and its number of conversations."""
        self.questions_ahead: list[frozenset[str]] = []
        self.lowest_ranks: list[int] = []
        self.conversation_counts: list[int] = []
        for node in self.nodes:
            targets = set(node.targets)
            own_question = frozenset({node.question}) if node.question else frozenset()
            self.questions_ahead.append(own_question.union(*(self.questions_ahead[target] for target in targets)))
            self.lowest_ranks.append(min((self.lowest_ranks[target] for target in targets), default=node.rank))
            self.conversation_counts.append(
                sum(self.conversation_counts[target] for target in node.targets) if node.targets else 1
            )

    def _find_question_depths(self) -> Mapping[str, int]:
        """Return for each question how many others come before it on the shortest way to it."""
        depths: dict[str, int] = {}
        level, visited, depth = set(self.roots.values()), set[int](), 0
        while level:
            for number in level:
                depths.setdefault(self.nodes[number].question, depth)
            visited |= level
            level = {target for number in level for target in self.nodes[number].targets} - visited
            depth += 1
        return depths

    def equivalent_options(self, question: str) -> Mapping[str, str]:
        """Return for each option of *question* the first option that has the same effect at every node."""
        if question not in self._equivalent_options:
            nodes = [self.nodes[number] for number in self.nodes_by_question.get(question, ())]
            first: dict[object, str] = {}
            equivalents: dict[str, str] = {}
            for option_position, option in enumerate(nodes[0].options if nodes else ()):
                effects = tuple((node.targets[option_position], node.option_pages[option_position]) for node in nodes)
                equivalents[option] = first.setdefault(effects, option)
            self._equivalent_options[question] = equivalents
        return self._equivalent_options[question]

    @cached_property
    def nodes_by_question(self) -> Mapping[str, list[int]]:
        """Every question that can come up, with the numbers of the nodes that ask it."""
        nodes: dict[str, list[int]] = {}
        for number, node in enumerate(self.nodes):
            if node.question:
                nodes.setdefault(node.question, []).append(number)
        return nodes


def _build_node(
    explorer: PageExplorer, explored: Exploration, state_number: int, node_numbers: Mapping[int, int]
) -> VersionNode:
    """Return the node for an explored state."""
    state = explored.states[state_number]
    if isinstance(state, Ending):
        pages = NO_PAGES if state.rank >= EMERGENCY_RANK else explorer.pages_at_ending(state)  # an emergency shows none
        return VersionNode(rank=state.rank, ending_pages=pages)
    assert isinstance(state, SymbolicState)
    options = tuple(option.id for option in state.question(explorer.flows).options)
    targets = tuple(node_numbers[target] for target in explored.successors[state_number])
    return VersionNode(".".join(state.stack[-1]), options, targets, explorer.pages_by_option(state_number))
