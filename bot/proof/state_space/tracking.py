"""The formula tracker: for each node of the graph, the residuals of a few formulas that a chat can arrive with."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.model.urgency import Urgency
from bot.proof.state_space.bits import bit_numbers
from bot.proof.state_space.formulas import FALSE, Formulas
from bot.proof.state_space.graph import AnswerSequence, ConversationGraph, GraphNode
from bot.proof.state_space.ranks import LOWEST_RANK, urgency_of

ALL_QUESTIONS = -1  # the bits of all questions
ResidualTuple = tuple[int, ...]  # what is left of each formula that is tracked


class TrackedAnswer(NamedTuple):
    """An answer that bears on what is tracked: at which node, with which option, to which node, and the residuals."""

    node: int
    before: ResidualTuple
    option: int
    target: int
    after: ResidualTuple


class FormulaTracker:
    """Tracks formulas through the whole graph.

    *residual_sets* has for each node a set of indexes of *residuals*, as bits: one pass from the entry nodes down to
    the endings. Nothing is followed further once the first formula can no longer hold, nor past the point where none of
    the questions lies ahead that the formulas wait for, or that are among *extra_questions*.

    With *resolve_unaskable* what can no longer be asked counts as unanswered at once; else it stays open whether
    it holds."""

    def __init__(
        self,
        graph: ConversationGraph,
        formulas: Formulas,
        *tracked: int,
        resolve_unaskable: bool = False,
        extra_questions: int = 0,
    ) -> None:
        self.graph, self.formulas, self.resolve_unaskable = graph, formulas, resolve_unaskable
        self.residuals: list[ResidualTuple] = [tracked]
        self._residual_ids = {tracked: 0}
        self._after_cache: dict[tuple[int, int], list[int]] = {}
        self._sets_after_cache: dict[tuple[int, int], list[int]] = {}
        self._resolved_cache: dict[tuple[int, int], int] = {}
        self.tracked_questions = 0
        for formula in tracked:
            self.tracked_questions |= formulas.masks[formula]
        self.followed_questions = self.tracked_questions | extra_questions
        self.residual_sets = [0] * len(graph.nodes)
        for root in graph.roots.values():
            self.residual_sets[root] = 1
        self._propagate()

    def _propagate(self) -> None:
        """Carry the residuals from the entry nodes to every node that still matters."""
        residual_sets, tracked_questions, followed_questions, nodes, ahead = (
            self.residual_sets,
            self.tracked_questions,
            self.followed_questions,
            self.graph.nodes,
            self.graph.questions_ahead,
        )
        targets = self.graph.distinct_targets
        for number in range(len(residual_sets) - 1, -1, -1):
            residual_set = residual_sets[number]
            if residual_set and ahead[number] & followed_questions:
                node = nodes[number]
                if not node.question_bit & tracked_questions:
                    for target in targets[number]:
                        residual_sets[target] |= residual_set
                    continue
                for target, after in zip(node.successors, self._sets_after(node, residual_set), strict=True):
                    if after:
                        residual_sets[target] |= (
                            self._resolved_set(after, ahead[target] & tracked_questions)
                            if self.resolve_unaskable
                            else after
                        )

    def _sets_after(self, node: GraphNode, residual_set: int) -> list[int]:
        """Return for each option the set of residuals after it, without those that can no longer hold.

        Nodes that ask the same question are often reached with the same set."""
        key = node.question_bit, residual_set
        if key not in self._sets_after_cache:
            masks = [0] * len(node.options)
            for before in bit_numbers(residual_set):
                for option, after in enumerate(self._residual_ids_after(node, before)):
                    if self.residuals[after][0] != FALSE:
                        masks[option] |= 1 << after
            self._sets_after_cache[key] = masks
        return self._sets_after_cache[key]

    def _resolved_set(self, residual_set: int, ahead: int) -> int:
        """Return a set of residuals once only the questions *ahead* can still be asked."""
        key = residual_set, ahead
        if key not in self._resolved_cache:
            resolved = [self._resolved(residual_id, ahead) for residual_id in bit_numbers(residual_set)]
            self._resolved_cache[key] = sum(
                1 << residual_id for residual_id in {*resolved} if self.residuals[residual_id][0] != FALSE
            )
        return self._resolved_cache[key]

    def _successors(self, node: GraphNode, before: int) -> Iterator[tuple[int, int]]:
        """Return for each option its target, and the index of the residuals after it."""
        successors, ahead = (
            zip(node.successors, self._residual_ids_after(node, before), strict=True),
            self.graph.questions_ahead,
        )
        if not self.resolve_unaskable:
            return successors
        return ((target, self._resolved(after, ahead[target])) for target, after in successors)

    def _residual_ids_after(self, node: GraphNode, before: int) -> list[int]:
        """Return for each option the index of the residuals after it."""
        key = node.question_bit, before
        if key not in self._after_cache:
            residuals = self.residuals[before]
            self._after_cache[key] = [
                self._residual_id_after(residuals, node.question_bit, option) for option in node.options
            ]
        return self._after_cache[key]

    def _residual_id_after(self, residuals: ResidualTuple, bit: int, option: str) -> int:
        """Return the index of *residuals* once the question of *bit* was answered with *option*."""
        return self._residual_id(tuple([self.formulas.after_answer(formula, bit, option) for formula in residuals]))

    def _resolved(self, residual_id: int, ahead: int) -> int:
        """Return the index of the residuals once only the questions *ahead* can still be asked."""
        with_only_ahead = self.formulas.with_only_ahead
        return self._residual_id(
            tuple([with_only_ahead(formula, ahead, Urgency.SELF_CARE) for formula in self.residuals[residual_id]])
        )

    def _residual_id(self, residuals: ResidualTuple) -> int:
        """Return the index of *residuals*; new ones are added."""
        if residuals not in self._residual_ids:
            self._residual_ids[residuals] = len(self.residuals)
            self.residuals.append(residuals)
        return self._residual_ids[residuals]

    def holds_now(self, residual: int, rank: int = LOWEST_RANK) -> bool:
        """Return whether a formula that is tracked holds at this moment."""
        return self.formulas.holds_now(residual, urgency_of(rank))

    def residuals_at(self, number: int) -> Iterator[ResidualTuple]:
        """Yield all residuals that a chat can reach a node with."""
        return (self.residuals[residual_id] for residual_id in bit_numbers(self.residual_sets[number]))

    def arrivals(self) -> Iterator[tuple[int, int]]:
        """Yield every node that an answer leads to, with each possible residual of the first formula by then."""
        residual_sets = [0] * len(self.residual_sets)
        for number, node in enumerate(self.graph.nodes):
            if self.residual_sets[number] and node.question_id:
                for target, after in zip(
                    node.successors, self._sets_after(node, self.residual_sets[number]), strict=True
                ):
                    residual_sets[target] |= after
        for target, residual_set in enumerate(residual_sets):
            yield from ((target, self.residuals[residual_id][0]) for residual_id in bit_numbers(residual_set))

    def answers_making_true(self) -> Iterator[TrackedAnswer]:
        """Yield the answers that make the first formula true, those that can be given early first."""
        is_true = [self.holds_now(residuals[0]) for residuals in self.residuals]
        rises: dict[tuple[int, int], bool] = {}  # by question and what can be left
        for number in range(len(self.residual_sets) - 1, -1, -1):
            node, residual_set = self.graph.nodes[number], self.residual_sets[number]
            if residual_set and node.question_bit & self.tracked_questions:
                key = node.question_bit, residual_set
                if key not in rises:
                    afters = ((before, self._residual_ids_after(node, before)) for before in bit_numbers(residual_set))
                    rises[key] = any(is_true[now] > is_true[before] for before, after in afters for now in after)
                for before in bit_numbers(residual_set if rises[key] else 0):
                    for option, (target, after) in enumerate(self._successors(node, before)):
                        if is_true[after] and not is_true[before]:
                            yield TrackedAnswer(number, self.residuals[before], option, target, self.residuals[after])

    def exhausted_nodes(self) -> Iterator[tuple[int, ResidualTuple]]:
        """Yield the nodes from which on no question is asked any more that is waited for, with the residuals there."""
        for number, ahead in enumerate(self.graph.questions_ahead):
            if self.residual_sets[number] and not ahead & self.followed_questions:
                yield from ((number, residuals) for residuals in self.residuals_at(number))

    def shortest_way_to_any(
        self, wanted: Iterable[tuple[int, ResidualTuple]]
    ) -> tuple[int, ResidualTuple, str, AnswerSequence]:
        """Return the wanted node that the shortest chat reaches: node, residuals, entry flow and answers."""
        predecessors: dict[tuple[int, int], tuple[tuple[int, int], int] | str] = {}
        for flow, root in self.graph.roots.items():
            predecessors.setdefault((root, 0), flow)
        todo = deque(predecessors)
        wanted_positions = {(node, self._residual_ids[residuals]) for node, residuals in wanted}
        while (position := todo.popleft()) not in wanted_positions:
            for option, position_after in self._edges(*position):
                if position_after not in predecessors:
                    predecessors[position_after] = position, option
                    todo.append(position_after)
        (node, residuals), answers = position, list[tuple[str, str]]()
        while not isinstance(predecessor := predecessors[position], str):
            position, option = predecessor
            answers.append(self.graph.nodes[position[0]].answer_of(option))
        return node, self.residuals[residuals], predecessor, tuple(reversed(answers))

    def _edges(self, number: int, residual_id: int) -> Iterator[tuple[int, tuple[int, int]]]:
        """Yield for each option worth following the node and the residuals that it leads to."""
        node = self.graph.nodes[number]
        if node.question_bit & self.tracked_questions:
            yield from enumerate(self._successors(node, residual_id))
        else:
            yield from ((option, (target, residual_id)) for target, option in node.distinct_edges)
