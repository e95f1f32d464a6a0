"""The product graph of two versions: both run at once for the same person, with the same answer to the same question.

A pair of nodes stands for all people who are at both, so that all conversations are covered, and none is sampled.
Where one version asks something earlier than the other, the answer is remembered until the other asks it, too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.authoring.diff.version_graph import VersionGraph, VersionNode
from bot.model.flow import NOT_SURE
from bot.proof.state_space.page_explorer import NO_PAGES, PageIds

MAX_PAIRS = 400_000
PendingAnswers = tuple[
    tuple[str, str], ...
]  # question and option: answered in one version, and the other may still ask


class PairBudgetExceededError(Exception):
    """The budget of pairs was exceeded: the versions differ too much to be compared whole."""


@dataclass(frozen=True, slots=True)
class ProductEdge:
    """An edge of the product graph: an answer, the pair it leads to, and the pages that each version gives for it."""

    question: str
    option: str
    target: int
    old_pages: PageIds = NO_PAGES
    new_pages: PageIds = NO_PAGES
    is_repeat: bool = False  # the other version asked it before, and gets the same answer


@dataclass(frozen=True, slots=True)
class NodePair:
    """A state of the product graph: a node of each version, and the answers that one of them has still to ask for."""

    old: int
    new: int
    pending: PendingAnswers = ()


@dataclass(slots=True)
class ProductGraph:
    """All pairs that two versions can reach together, with the *edges* of each; none where both have ended.

    `endings_first` returns their order.
    """

    old: VersionGraph
    new: VersionGraph
    max_pairs: int = MAX_PAIRS
    pairs: list[NodePair] = field(default_factory=list)
    edges: list[tuple[ProductEdge, ...]] = field(default_factory=list)
    roots: dict[str, int] = field(default_factory=dict)
    _pair_numbers: dict[NodePair, int] = field(default_factory=dict)

    def build(self) -> "ProductGraph":
        """Build all pairs and edges from every way in that both versions have, and return the graph."""
        for flow in self.old.roots.keys() & self.new.roots.keys():
            self.roots[flow] = self._pair_number(NodePair(self.old.roots[flow], self.new.roots[flow]))
        pair_number = 0
        while pair_number < len(self.pairs):
            self.edges[pair_number] = tuple(self._outgoing_edges(self.pairs[pair_number]))
            pair_number += 1
        return self

    def ranks(self, pair_number: int) -> tuple[int, int]:
        """Return the ranks of both endings at a pair of endings."""
        pair = self.pairs[pair_number]
        return self.old.nodes[pair.old].rank, self.new.nodes[pair.new].rank

    def endings_first(self) -> list[int]:
        """Return every pair after all the pairs it leads to."""
        done: set[int] = set()
        ordered: list[int] = []
        for root in self.roots.values():
            stack = [(root, iter(self.edges[root]))]
            while stack:
                pair_number, edges = stack[-1]
                if (edge := next((candidate for candidate in edges if candidate.target not in done), None)) is not None:
                    stack.append((edge.target, iter(self.edges[edge.target])))
                else:
                    stack.pop()
                    if pair_number not in done:
                        done.add(pair_number)
                        ordered.append(pair_number)
        return ordered

    def _pair_number(self, pair: NodePair) -> int:
        """Return the number of a pair, and add the pair when it is new."""
        if pair not in self._pair_numbers:
            if len(self.pairs) >= self.max_pairs:
                raise PairBudgetExceededError
            self._pair_numbers[pair] = len(self.pairs)
            self.pairs.append(pair)
            self.edges.append(())
        return self._pair_numbers[pair]

    # ---- one step

    def _outgoing_edges(self, pair: NodePair) -> Iterator[ProductEdge]:
        """Yield the edges from a pair."""
        old, new = self.old.nodes[pair.old], self.new.nodes[pair.new]
        pending = dict(pair.pending)
        if old.question and old.question == new.question:
            for answer in _options_of_both(old, new):
                yield self._edge(pair, old.question, answer, (old, new))
        elif old.question and (old.question in pending or not self._new_moves_first(pair, old, new, pending)):
            yield from self._edges_of_one_version(
                pair, old, pending, ahead=self.new.questions_ahead[pair.new], is_old=True
            )
        elif new.question:
            yield from self._edges_of_one_version(
                pair, new, pending, ahead=self.old.questions_ahead[pair.old], is_old=False
            )

    def _new_moves_first(self, pair: NodePair, old: VersionNode, new: VersionNode, pending: dict[str, str]) -> bool:
        """Whether the new version moves on while the old one waits.

        The choice decides only how much must be remembered: so nothing, if possible; else the question that was moved
        further, and not all that it was moved past.
        """
        if not new.question or new.question in pending:
            return bool(new.question)
        if (
            old.question not in self.new.questions_ahead[pair.new]
            or new.question not in self.old.questions_ahead[pair.old]
        ):
            return (
                new.question not in self.old.questions_ahead[pair.old]
                and old.question in self.new.questions_ahead[pair.new]
            )
        old_distance = self.old.question_depths[new.question] - self.old.question_depths[old.question]
        return old_distance > self.new.question_depths[old.question] - self.new.question_depths[new.question]

    def _edges_of_one_version(
        self, pair: NodePair, node: VersionNode, pending: dict[str, str], ahead: frozenset[str], is_old: bool
    ) -> Iterator[ProductEdge]:
        """Yield the edges where one version asks and the other waits.

        *ahead* are the questions that the other may still ask.
        """
        equivalents: Mapping[str, str] = {}
        if node.question in pending:
            answers: tuple[str, ...] = (pending[node.question],)
        else:
            equivalents = (
                (self.new if is_old else self.old).equivalent_options(node.question) if node.question in ahead else {}
            )
            answers = tuple(dict.fromkeys((*node.options, *equivalents)))
        for answer in answers:
            nodes = (node, None) if is_old else (None, node)
            is_repeat = node.question in pending
            remembered = equivalents.get(answer, NOT_SURE) if node.question in ahead and not is_repeat else ""
            yield self._edge(pair, node.question, answer, nodes, remembered, is_repeat)

    def _edge(
        self,
        pair: NodePair,
        question: str,
        answer: str,
        nodes: tuple[VersionNode | None, VersionNode | None],
        remembered: str = "",
        is_repeat: bool = False,
    ) -> ProductEdge:
        """Return the edge for one answer.

        *remembered* is the option to remember for the version that waits; empty for none.
        """
        old, new = nodes
        old_target, old_pages = _follow(old, answer, pair.old)
        new_target, new_pages = _follow(new, answer, pair.new)
        pending = {asked_question: option for asked_question, option in pair.pending if asked_question != question}
        if remembered:
            pending[question] = remembered
        questions_ahead = self.old.questions_ahead[old_target] | self.new.questions_ahead[new_target]
        still_pending = tuple(
            sorted(
                (asked_question, option)
                for asked_question, option in pending.items()
                if asked_question in questions_ahead
            )
        )
        return ProductEdge(
            question,
            answer,
            self._pair_number(NodePair(old_target, new_target, still_pending)),
            old_pages,
            new_pages,
            is_repeat,
        )


def _follow(node: VersionNode | None, answer: str, waiting_at: int) -> tuple[int, PageIds]:
    """Return where a version goes with *answer*, and the pages it gives.

    A version that did not ask stays at *waiting_at*. An answer that a version does not offer counts there as
    "not sure", which every question has.
    """
    if node is None:
        return waiting_at, NO_PAGES
    option_index = node.option_index(answer, NOT_SURE)
    return node.targets[option_index], node.option_pages[option_index]


def _options_of_both(old: VersionNode, new: VersionNode) -> tuple[str, ...]:
    """Return the options of both versions, those of the new one first."""
    return tuple(dict.fromkeys((*new.options, *old.options)))
