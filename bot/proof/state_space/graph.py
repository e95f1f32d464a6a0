"""The conversation graph: explored states with the same futures are one node, and every promise is proved on it."""

from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from bot.model.flow import Flow, Question
from bot.proof.state_space.explorer import Exploration
from bot.proof.state_space.formulas import Formulas
from bot.proof.state_space.ranks import LOWEST_RANK
from bot.proof.state_space.reachability import StateRef
from bot.proof.state_space.step_cache import StatementsByOption
from bot.proof.state_space.symbolic_step import Ending

AnswerSequence = tuple[tuple[str, str], ...]  # what was answered, in order: question (`flow.state`) and option


class GraphNode(NamedTuple):
    """A node of the graph: a question with where each option leads, or an ending. Successors have lower numbers."""

    question_id: str = ""  # the question (`flow.state`)
    question_bit: int = 0  # of the question, in formulas
    options: tuple[str, ...] = ()
    successors: tuple[int, ...] = ()  # for each option
    distinct_edges: tuple[tuple[int, int], ...] = ()  # each target once, with the first option that leads there
    statements: StatementsByOption = ()  # for each option, the statements said after it
    ending: Ending | None = None
    rank: int = LOWEST_RANK

    def answer_of(self, option: int) -> tuple[str, str]:
        """Return the question and the id of one of its options."""
        return self.question_id, self.options[option]

    def with_successors(self, successors: tuple[int, ...], statements: StatementsByOption, rank: int) -> "GraphNode":
        """Return the same question with other successors."""
        return GraphNode(
            self.question_id,
            self.question_bit,
            self.options,
            successors,
            _distinct_edges(successors),
            statements,
            None,
            rank,
        )


def _distinct_edges(successors: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Return each successor once, with the first option that leads there."""
    if successors.count(successors[0]) == len(successors):
        return ((successors[0], 0),)
    first: dict[int, int] = {}
    for option, target in enumerate(successors):
        if target not in first:
            first[target] = option
    return tuple(first.items())


class ConversationGraph:
    """All conversations, with nodes numbered from the endings up.

    Whatever depends on the future of a node is one loop from first to last."""

    def __init__(self, nodes: list[GraphNode], roots: Mapping[str, int]) -> None:
        self.nodes, self.roots = nodes, roots

    @classmethod
    def from_exploration(
        cls, exploration: Exploration, flows: Mapping[str, Flow], formulas: Formulas, *, merge: bool = True
    ) -> "ConversationGraph":
        """Return the graph of everything that was explored.

        With *merge*, states with the same futures, in the same words, are one node."""
        nodes: list[GraphNode] = []
        number_by_key: dict[Hashable, int] = {}
        new_numbers: dict[int, int] = {}
        unconnected_nodes: dict[StateRef, GraphNode] = {}
        for state_number in post_order(exploration):
            state = exploration.states[state_number]
            if isinstance(state, Ending):
                nodes.append(GraphNode(ending=state, rank=state.rank))
                new_numbers[state_number] = len(nodes) - 1
                continue
            question_ref = state.stack[-1]
            if question_ref not in unconnected_nodes:
                unconnected_nodes[question_ref] = _unconnected_node(question_ref, state.question(flows), formulas)
            node, successors = (
                unconnected_nodes[question_ref],
                tuple([new_numbers[target] for target in exploration.successors[state_number]]),
            )
            statements = exploration.statements.get(state_number, node.statements)
            key = (question_ref, successors, statements) if merge else state_number
            if key not in number_by_key:
                number_by_key[key] = len(nodes)
                nodes.append(node.with_successors(successors, statements, state.rank))
            new_numbers[state_number] = number_by_key[key]
        return cls(nodes, {flow: new_numbers[root] for flow, root in exploration.roots.items()})

    def merged(
        self, ending_class: Callable[[Ending], Hashable], *, is_irrelevant: Callable[[Ending], bool] = lambda _: False
    ) -> "ConversationGraph":
        """Return the graph where endings of one *ending_class* are one, and so are nodes with the same futures.

        What is said on the way makes no difference. A node with nothing but irrelevant endings counts as ended."""
        number_by_key: dict[Hashable, int] = {}
        new_numbers: list[int] = []
        nodes: list[GraphNode] = []
        irrelevant_numbers: set[int] = set()  # the endings that are irrelevant, by their new numbers
        for node in self.nodes:
            successors = tuple([new_numbers[target] for target in node.successors])
            if (
                successors
                and successors[0] in irrelevant_numbers
                and successors.count(successors[0]) == len(successors)
            ):
                new_numbers.append(successors[0])
                continue
            key: Hashable = (
                (node.question_bit, successors) if successors else (0, node.ending and ending_class(node.ending))
            )
            if key not in number_by_key:
                number_by_key[key] = len(nodes)
                nodes.append(node.with_successors(successors, node.statements, node.rank) if successors else node)
                if node.ending and is_irrelevant(node.ending):
                    irrelevant_numbers.add(number_by_key[key])
            new_numbers.append(number_by_key[key])
        return ConversationGraph(nodes, {flow: new_numbers[root] for flow, root in self.roots.items()})

    def with_raised_endings(self, should_raise: Callable[[Ending], bool], rank: int) -> "ConversationGraph":
        """Return the graph where the endings that *should_raise* accepts have *rank*."""
        nodes = [
            node._replace(ending=node.ending._replace(rank=rank)) if node.ending and should_raise(node.ending) else node
            for node in self.nodes
        ]
        return ConversationGraph(nodes, self.roots)

    # ---- the future of a node

    @cached_property
    def lowest_ranks(self) -> list[int]:
        """Return for each node the lowest rank that an ending may have from there on."""
        return self._ranks_by(min)

    @cached_property
    def highest_ranks(self) -> list[int]:
        """Return for each node the highest rank that an ending may have from there on."""
        return self._ranks_by(max)

    def _ranks_by(self, pick: Callable[[Iterable[int]], int]) -> list[int]:
        """Return for each node the rank that *pick* chooses of its endings."""
        ranks: list[int] = []
        for node in self.nodes:
            ranks.append(node.ending.rank if node.ending else pick([ranks[target] for target in node.successors]))
        return ranks

    @cached_property
    def distinct_targets(self) -> list[tuple[int, ...]]:
        """Return for each node its successors, each once."""
        return [tuple([target for target, _ in node.distinct_edges]) for node in self.nodes]

    @cached_property
    def questions_ahead(self) -> list[int]:
        """Return for each node the questions that can still be asked from there on (its own too), as bits."""
        masks: list[int] = []
        for node in self.nodes:
            mask = node.question_bit
            for target in node.successors:
                mask |= masks[target]
            masks.append(mask)
        return masks

    @cached_property
    def conversation_counts(self) -> list[int]:
        """Return for each node how many conversations there are from there to an ending."""
        counts: list[int] = []
        for node in self.nodes:
            counts.append(sum([counts[target] for target in node.successors]) if node.successors else 1)
        return counts

    # ---- the past of a node

    @cached_property
    def _predecessors(self) -> Mapping[int, tuple[int, int] | None]:
        """Return the shortest predecessors of every node from the entry nodes on."""
        return self._shortest_predecessors(self.roots.values())

    def _shortest_predecessors(self, starts: Iterable[int]) -> Mapping[int, tuple[int, int] | None]:
        """Return for every node that *starts* lead to the node and the option before it, on a shortest way."""
        predecessors: dict[int, tuple[int, int] | None] = dict.fromkeys(starts)
        todo = deque(predecessors)
        while todo:
            number = todo.popleft()
            for target, option in self.nodes[number].distinct_edges:
                if target not in predecessors:
                    predecessors[target] = number, option
                    todo.append(target)
        return predecessors

    def nearest(self, numbers: Collection[int]) -> int:
        """Return the one of these nodes that the shortest chat reaches."""
        return next(number for number in self._predecessors if number in numbers)

    def shortest_way_to(self, number: int) -> tuple[str, AnswerSequence]:
        """Return the entry flow and the answers of a shortest chat that reaches *number*."""
        start, answers = self._trace_back(self._predecessors, number)
        return next(flow for flow, root in self.roots.items() if root == start), answers

    def shortest_way_to_rank(self, number: int, rank: int) -> AnswerSequence:
        """Return the answers of a shortest chat from *number* to an ending of that rank."""
        predecessors = self._shortest_predecessors([number])
        ending_numbers = (
            candidate for candidate in predecessors if (ending := self.nodes[candidate].ending) and ending.rank == rank
        )
        return self._trace_back(predecessors, next(ending_numbers))[1]

    def _trace_back(
        self, predecessors: Mapping[int, tuple[int, int] | None], number: int
    ) -> tuple[int, AnswerSequence]:
        """Return the start of the way to *number*, and the answers on it."""
        answers = []
        while (predecessor := predecessors[number]) is not None:
            number, option = predecessor
            answers.append(self.nodes[number].answer_of(option))
        return number, tuple(reversed(answers))

    def ending_of(self, entry_flow: str, answers: AnswerSequence) -> Ending | None:
        """Return the ending that a chat leads to; None where it does not end."""
        number = self.roots[entry_flow]
        for _, option in answers:
            node = self.nodes[number]
            number = node.successors[node.options.index(option)]
        return self.nodes[number].ending


def _unconnected_node(question_ref: StateRef, question: Question, formulas: Formulas) -> GraphNode:
    """Return the node of a question, without statements and successors."""
    question_id, options = ".".join(question_ref), tuple(option.id for option in question.options)
    return GraphNode(question_id, formulas.bit(question_id), options, statements=((),) * len(options))


def post_order(exploration: Exploration) -> Iterator[int]:
    """Yield the number of every state after all the states it leads to (post-order).

    No question is asked twice, so there is no cycle."""
    done: set[int] = set()
    for root in exploration.roots.values():
        stack = [(root, iter(exploration.successors[root]))] if root not in done else []
        while stack:
            number, targets = stack[-1]
            for target in targets:
                if target not in done:
                    stack.append((target, iter(exploration.successors[target])))
                    break
            else:
                stack.pop()
                if number not in done:
                    done.add(number)
                    yield number
