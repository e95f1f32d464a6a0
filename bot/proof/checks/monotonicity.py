"""Monotonicity: a worse answer never ends lower. Two conversations that differ in one answer are explored together."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from bot.model.flow import NOT_SURE, PREFER_NOT_TO_SAY
from bot.model.urgency import Urgency
from bot.proof.checks.uncertainty import find_too_low
from bot.proof.context import ProofContext
from bot.proof.finding import ExampleChat, Finding, field_key, state_key
from bot.proof.state_space.graph import AnswerSequence, ConversationGraph
from bot.proof.state_space.ranks import floor_of, lowest_rank_of

MAX_SKIPPED_QUESTIONS_NAMED = 3  # of the questions that only one of the two is asked
AnswersToRepeat = tuple[
    tuple[int, int], ...
]  # what one will be asked and the other has answered: question's bit, option


class ConversationPair(NamedTuple):
    """The nodes that the milder and the worse conversation have reached, and the answers each must still repeat."""

    mild: int
    worse: int
    mild_pending: AnswersToRepeat = ()
    worse_pending: AnswersToRepeat = ()


class PairMove(NamedTuple):
    """One move of a pair: the option that each chooses (None: it waits), and the pair after it."""

    mild: int | None
    worse: int | None
    pair: ConversationPair


def check_worse_answer_not_lower(context: ProofContext) -> Iterator[Finding]:
    """Yield a finding where the next more worrying answer to a question can end less urgently.

    All other answers, and all questions asked because of it, are tried. "Prefer not to say" has no rank; it must not
    end lower than the mildest answer.
    """
    explorer = PairExplorer(context.floor_graph, _separate_path_options(context))
    ordered = {question_id for question_id, question, _ in context.asked_questions() if not question.unordered}
    starts = [number for number, node in enumerate(explorer.graph.nodes) if node.question_id in ordered]
    violating_pairs = explorer.violating_pairs(move.pair for number in starts for move in explorer.first_moves(number))
    reported = set()
    for number in reversed(starts):
        for move in explorer.first_moves(number) if violating_pairs else ():
            question = explorer.graph.nodes[number].question_id, move.mild
            if move.pair in violating_pairs and question not in reported:
                reported.add(question)
                yield _violation_finding(explorer, number, move, violating_pairs)


def check_unordered_unsure(context: ProofContext) -> Iterator[Finding]:
    """Yield a finding where options have no order and "not sure" can end later than soon."""
    for question_id, question, numbers in context.asked_questions():
        if question.unordered and question.option(NOT_SURE):
            yield from find_too_low(context, question_id, NOT_SURE, numbers, lowest_rank_of(Urgency.SOON), "unordered")


def _separate_path_options(context: ProofContext) -> Mapping[str, frozenset[int]]:
    """Return for each question the options, by number, that lead to a separate path of questions."""
    separate_options = {
        separate_path.question: separate_path.options for separate_path in context.promises.separate_paths
    }
    return {
        question_id: frozenset(
            number
            for number, option in enumerate(question.options)
            if option.id in separate_options.get(question_id, ())
        )
        for question_id, question, _ in context.asked_questions()
    }


def _next_worse(options: tuple[str, ...], separate_options: frozenset[int]) -> Iterator[tuple[int, int]]:
    """Yield (milder, worse): neighbours in the list of options, among those that lead the same way.

    "Prefer not to say" has no place in that list: it is compared with the mildest."""
    ranked = [number for number, option in enumerate(options) if option != PREFER_NOT_TO_SAY]
    for group in ([o for o in ranked if o in separate_options], [o for o in ranked if o not in separate_options]):
        yield from pairwise(group)
        if (
            group
            and PREFER_NOT_TO_SAY in options
            and (options.index(PREFER_NOT_TO_SAY) in separate_options) == (group[0] in separate_options)
        ):
            yield group[0], options.index(PREFER_NOT_TO_SAY)


class PairExplorer:
    """All pairs of conversations that differ in one answer, and give the same answer to every other question.

    The questions may come in any order. A pair is dropped when its two have met, when the milder one cannot end higher
    any more, or when only one of them takes a separate path."""

    def __init__(self, graph: ConversationGraph, separate_options: Mapping[str, frozenset[int]]) -> None:
        self.graph, self.separate_options = graph, separate_options
        self.separate_by_bit = {
            node.question_bit: separate_options[node.question_id]
            for node in graph.nodes
            if node.question_id and separate_options[node.question_id]
        }

    def first_moves(self, number: int) -> Iterator[PairMove]:
        """Yield the first moves at a node: each answer, paired with the next more worrying one."""
        node = self.graph.nodes[number]
        separate_options = self.separate_options[node.question_id]
        for mild, worse in _next_worse(node.options, separate_options):
            pair = ConversationPair(node.successors[mild], node.successors[worse])
            if self._may_violate(pair):
                yield PairMove(mild, worse, pair)

    def _may_violate(self, pair: ConversationPair) -> bool:
        """Return whether the worse conversation of *pair* may still end lower than the milder one."""
        same = pair.mild == pair.worse and pair.mild_pending == pair.worse_pending
        return not same and self.graph.highest_ranks[pair.mild] > self.graph.lowest_ranks[pair.worse]

    def violating_pairs(self, starts: Iterable[ConversationPair]) -> Mapping[ConversationPair, ConversationPair | None]:
        """Return the pairs from which the worse one can end lower, each with the next pair of a shortest way there."""
        predecessors: dict[ConversationPair, list[ConversationPair]] = {pair: [] for pair in starts}
        todo = deque(predecessors)
        next_pair_toward: dict[ConversationPair, ConversationPair | None] = {}
        while todo:
            pair = todo.popleft()
            if self.graph.nodes[pair.mild].ending and self.graph.nodes[pair.worse].ending:
                next_pair_toward[pair] = None
                continue
            for next_pair in self._next_pairs(pair):
                if next_pair not in predecessors:
                    predecessors[next_pair] = []
                    todo.append(next_pair)
                predecessors[next_pair].append(pair)
        todo.extend(next_pair_toward)
        while todo:
            next_pair = todo.popleft()
            for pair in predecessors[next_pair]:
                if pair not in next_pair_toward:
                    next_pair_toward[pair] = next_pair
                    todo.append(pair)
        return next_pair_toward

    def _next_pairs(self, pair: ConversationPair) -> Iterable[ConversationPair]:
        """Return the pairs after one move. Nearly always both are asked the same, and no answer is pending."""
        mild, worse, mild_pending, worse_pending = pair
        mild_node, worse_node = self.graph.nodes[mild], self.graph.nodes[worse]
        if mild_pending or worse_pending or mild_node.question_bit != worse_node.question_bit:
            return (move.pair for move in self._next_moves(pair))
        highest, lowest = self.graph.highest_ranks, self.graph.lowest_ranks
        both = dict.fromkeys(zip(mild_node.successors, worse_node.successors, strict=True))
        return [
            ConversationPair(mild, worse) for mild, worse in both if mild != worse and highest[mild] > lowest[worse]
        ]

    def _next_moves(self, pair: ConversationPair) -> Iterator[PairMove]:
        """Yield the moves of a pair that may still lead to a violation."""
        mild, worse = self.graph.nodes[pair.mild], self.graph.nodes[pair.worse]
        if mild.question_id == worse.question_id:
            moves = self._moves_together(pair)
        elif worse.ending or (mild.question_id and self._mild_moves_first(pair)):
            moves = self._moves_alone(pair, True)
        else:
            moves = self._moves_alone(pair, False)
        return (move for move in moves if self._may_violate(move.pair))

    def _moves_together(self, pair: ConversationPair) -> Iterator[PairMove]:
        """Yield the moves where both are asked the same question and give the same answer."""
        targets = zip(self.graph.nodes[pair.mild].successors, self.graph.nodes[pair.worse].successors, strict=True)
        first: dict[tuple[int, int], int] = {}
        for option, both in enumerate(targets):
            first.setdefault(both, option)
        for (mild, worse), option in first.items():
            mild_pending, worse_pending = (
                self._still_pending(pair.mild_pending, mild),
                self._still_pending(pair.worse_pending, worse),
            )
            if mild_pending is not None and worse_pending is not None:
                yield PairMove(option, option, ConversationPair(mild, worse, mild_pending, worse_pending))

    def _still_pending(self, pending: AnswersToRepeat, target: int) -> AnswersToRepeat | None:
        """Return the pending answers that can still be asked for at *target*.

        None when the other took a separate path that this one never will."""
        if not pending:
            return pending
        still = tuple(answer for answer in pending if answer[0] & self.graph.questions_ahead[target])
        dropped = (answer for answer in pending if answer not in still)
        return None if any(option in self.separate_by_bit.get(bit, ()) for bit, option in dropped) else still

    def _mild_moves_first(self, pair: ConversationPair) -> bool:
        """Return whether the milder one moves alone.

        So it is when the other will not be asked this question, or when each will be asked what the other is asked."""
        mild, worse, ahead = self.graph.nodes[pair.mild], self.graph.nodes[pair.worse], self.graph.questions_ahead
        return not mild.question_bit & ahead[pair.worse] or bool(worse.question_bit & ahead[pair.mild])

    def _moves_alone(self, pair: ConversationPair, mild_moves: bool) -> Iterator[PairMove]:
        """Yield the moves of one of the two alone; it repeats the other's answer to a question that both are asked."""
        here, there = (pair.mild, pair.worse) if mild_moves else (pair.worse, pair.mild)
        own_pending, other_pending = (
            (pair.mild_pending, pair.worse_pending) if mild_moves else (pair.worse_pending, pair.mild_pending)
        )
        node = self.graph.nodes[here]
        other_asked_later = (
            node.question_bit & self.graph.questions_ahead[there]
        )  # then the other will have to answer it in the same way
        given_option = dict(own_pending).get(node.question_bit)
        for option, target in enumerate(node.successors):
            if option != given_option and (
                given_option is not None
                or (option in self.separate_options[node.question_id] and not other_asked_later)
            ):
                continue
            own_pending_after = self._still_pending(own_pending, target)
            other_pending_after = (*other_pending, (node.question_bit, option)) if other_asked_later else other_pending
            if own_pending_after is None:
                continue
            if mild_moves:
                yield PairMove(option, None, ConversationPair(target, there, own_pending_after, other_pending_after))
            else:
                yield PairMove(None, option, ConversationPair(there, target, other_pending_after, own_pending_after))

    def trace_violation(
        self, number: int, move: PairMove, next_pair_toward: Mapping[ConversationPair, ConversationPair | None]
    ) -> tuple[AnswerSequence, AnswerSequence, ConversationPair]:
        """Return what each of the two answers from the node on where they part, and the pair of endings."""
        sides: tuple[list[tuple[str, str]], list[tuple[str, str]]] = ([], [])
        here: tuple[int, int] = number, number
        current_move: PairMove | None = move
        while current_move:
            for side, question_id, option in zip(sides, here, (current_move.mild, current_move.worse), strict=True):
                if option is not None:
                    side.append(self.graph.nodes[question_id].answer_of(option))
            pair = current_move.pair
            here, next_pair = (pair.mild, pair.worse), next_pair_toward[pair]
            current_move = (
                next(move for move in self._next_moves(pair) if move.pair == next_pair) if next_pair else None
            )
        return tuple(sides[0]), tuple(sides[1]), pair


def _violation_finding(
    explorer: PairExplorer,
    number: int,
    move: PairMove,
    next_pair_toward: Mapping[ConversationPair, ConversationPair | None],
) -> Finding:
    """Return the finding that a worse answer can end lower, with both chats."""
    mild, worse, pair = explorer.trace_violation(number, move, next_pair_toward)
    entry_flow, answers_before = explorer.graph.shortest_way_to(number)
    high, low = explorer.graph.highest_ranks[pair.mild], explorer.graph.lowest_ranks[pair.worse]
    message = (
        f"'{worse[0][1]}' is listed as more worrying than '{mild[0][1]}', and can end lower: "
        f"{floor_of(low)} instead of {floor_of(high)}"
    )
    about_questions = frozenset({worse[0][0]})
    chats = (
        ExampleChat(entry_flow, answers_before + mild, f"with '{mild[0][1]}'", len(answers_before) + 1),
        ExampleChat(
            entry_flow,
            answers_before + worse,
            f"with '{worse[0][1]}', and everything else the same",
            len(answers_before) + 1,
            "",
            about_questions,
        ),
    )
    asked_of_both = dict(mild).keys() & dict(worse).keys()
    asked_of_one = dict.fromkeys(
        question_id for question_id, _ in (*worse, *mild) if question_id not in asked_of_both
    )  # of one alone
    skip_conditions = (
        field_key(state_key(question_id), "only_if") for question_id in list(asked_of_one)[:MAX_SKIPPED_QUESTIONS_NAMED]
    )
    return Finding("monotone", state_key(*worse[0]), message, chats, (state_key(*mild[0]), *skip_conditions))
