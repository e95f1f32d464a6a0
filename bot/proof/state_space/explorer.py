"""The explorer: visits every state once. A state is a stack, a floor, and the residual of each guard.

Two conversations in equal states have equal futures, whatever was said in them. So merging them is exact, and 10^15
conversations become some thousand states."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.model.flow import Question
from bot.proof.state_space.formulas import FALSE
from bot.proof.state_space.guard_table import ControlState, GuardTable
from bot.proof.state_space.ranks import LOWEST_RANK, rank_of
from bot.proof.state_space.reachability import FlowGraph, StateRef
from bot.proof.state_space.step_cache import GroupTransition, MoveResult, StatementsByOption, StepCache, TransitionRow
from bot.proof.state_space.symbolic_step import CompiledFlows, Ending, SymbolicMove, SymbolicState

NO_PARENT = -1, 0  # the parent of the first state of an entry flow
MAX_STATES = 200_000  # with more than that nobody could review the flow either


@dataclass(frozen=True, slots=True)
class StuckMove:
    """A move that leads nowhere: from which state, by which option, and why."""

    code: str
    state_ref: tuple[str, str]
    message: str
    state_number: int
    option: int


@dataclass(slots=True)
class Exploration:
    """The result of an exploration.

    *successors* has a number for each option of a state's question; a parent is (state, option)."""

    states: list[SymbolicState | Ending] = field(default_factory=list)
    successors: list[tuple[int, ...]] = field(default_factory=list)
    statements: dict[int, StatementsByOption] = field(
        default_factory=dict
    )  # by state: the statements after each option; only where there are some
    parents: list[tuple[int, int] | None] = field(default_factory=list)
    roots: dict[str, int] = field(default_factory=dict)
    stuck_moves: list[StuckMove] = field(default_factory=list)
    reached_states: set[tuple[str, str]] = field(default_factory=set)  # states that applied
    skipped_states: set[tuple[str, str]] = field(default_factory=set)  # states that were skipped
    used_options: set[tuple[str, str, str]] = field(
        default_factory=set
    )  # flow, question, option whose own `goto` was taken
    leading_rules: set[tuple[str, int]] = field(default_factory=set)  # rules that led somewhere
    floor_raising_rules: set[tuple[str, int]] = field(default_factory=set)  # rules that raised the floor
    rule_conflicts: dict[tuple[str, int, int], tuple[int, int]] = field(
        default_factory=dict
    )  # two rules that held at once
    too_entangled_at: str = ""  # the question with the most states, when there are too many


def _statements_by_option(option_count: int, transitions: Iterable[GroupTransition]) -> StatementsByOption:
    """Return the statements said after each option; an empty tuple where there is none at all."""
    by_option = {
        option: transition.result.statements
        for transition in transitions
        for option in transition.option_numbers
        if transition.result.statements
    }
    return tuple(by_option.get(option, ()) for option in range(option_count)) if by_option else ()


class Explorer:
    """Explores every state from every entry flow, the shortest conversations first."""

    def __init__(self, flow_graph: FlowGraph, max_states: int = MAX_STATES, guards: GuardTable | None = None) -> None:
        self.flows, self.formulas, self.max_states = flow_graph.flows, flow_graph.formulas, max_states
        self.guards = guards or GuardTable(flow_graph)
        self.residuals = self.guards.residuals
        self.compiled_flows = CompiledFlows(self.guards)
        self.move_cache = StepCache[MoveResult](self.residuals)
        self.row_cache = StepCache[TransitionRow](self.residuals)
        self.exploration = Exploration()
        self._number_by_key: dict[object, int] = {}
        self._number_by_state: dict[SymbolicState | Ending, int] = {}
        self._control_states: list[ControlState | None] = []  # by the number of the state
        self._queue: deque[int] = deque()
        self._option_groups: dict[StateRef, list[list[int]]] = {}
        self._bits_after_cache: dict[tuple[int, int], list[int]] = {}

    def explore(self, entry_flows: tuple[str, ...]) -> Exploration:
        """Explore everything from these entry flows, up to the limit of states, and return what was found."""
        for flow in entry_flows:
            self.exploration.roots[flow] = self._enter_flow(flow)
        while self._queue and not self.exploration.too_entangled_at:
            number = self._queue.popleft()
            state, control_state = self.exploration.states[number], self._control_states[number]
            if control_state is not None and isinstance(state, SymbolicState):
                self.exploration.successors[number] = self._successors_of(number, state, control_state)
        self.exploration.reached_states = self.compiled_flows.reached_states
        self.exploration.skipped_states = self.compiled_flows.skipped_states
        self.exploration.floor_raising_rules = self.compiled_flows.floor_raising_rules
        return self.exploration

    def _enter_flow(self, flow: str) -> int:
        """Enter a flow at its start, and return the number of the first state."""
        control_state = self.guards.control_state(((flow, self.flows[flow].start),), LOWEST_RANK)
        move = SymbolicMove(self.compiled_flows, control_state, 0, SymbolicState((), LOWEST_RANK, (), 0))
        move.call_flow(flow)
        move.run_to_next_stop()
        return self._number_of_result(self._move_result(move, NO_PARENT, used_option_goto=True), 0, *NO_PARENT)

    def _successors_of(self, number: int, state: SymbolicState, control_state: ControlState) -> tuple[int, ...]:
        """Return the successor for each option. Options that leave the same residual of every guard share one."""
        row = self.row_cache.get((control_state.number, state.entered_flows), state.residual_bits)
        if row is None:
            row = self._compute_row(number, state, control_state)
        successors = [0] * row.option_count
        for transition in row.transitions:
            target = self._number_of_result(
                transition.result,
                (state.residual_bits & ~transition.dropped_bits) | transition.added_bits,
                number,
                transition.option_numbers[0],
            )
            for option in transition.option_numbers:
                successors[option] = target
        if row.statements:
            self.exploration.statements[number] = row.statements
        return tuple(successors)

    def _compute_row(self, number: int, state: SymbolicState, control_state: ControlState) -> TransitionRow:
        """Compute the successors of a state, with the guards that were read: for all states like it."""
        question_ref = state.stack[-1]
        question = state.question(self.flows)
        if question_ref not in self._option_groups:
            self._option_groups[question_ref] = self.guards.option_groups(".".join(question_ref), question)
        dropped_bits = self.residuals.mask_of(control_state.touched_guards) & state.residual_bits
        guards_read, transitions = set(control_state.touched_guards), dict[object, GroupTransition]()
        for group, added_bits in zip(
            self._option_groups[question_ref],
            self._bits_after_groups(question_ref, question, control_state, dropped_bits),
            strict=True,
        ):
            option = question.options[group[0]]
            rank = max(state.rank, rank_of(option.effect.at_least))
            key = option.goto, rank, added_bits
            if key not in transitions:
                residual_bits = (state.residual_bits ^ dropped_bits) | added_bits
                result = self._follow_once(state, control_state, residual_bits, rank, option.goto, (number, group[0]))
                transitions[key] = GroupTransition(result, dropped_bits, added_bits, [])
            transition = transitions[key]
            transition.option_numbers.extend(group)
            guards_read |= transition.result.guards_read
            if transition.result.used_option_goto:
                self.exploration.used_options.update(
                    (*question_ref, question.options[option_number].id) for option_number in group
                )
        row = TransitionRow(
            len(question.options),
            _statements_by_option(len(question.options), transitions.values()),
            tuple(transitions.values()),
        )
        self.row_cache.put((control_state.number, state.entered_flows), state.residual_bits, guards_read, row)
        return row

    def _bits_after_groups(
        self, question_ref: StateRef, question: Question, control_state: ControlState, dropped_bits: int
    ) -> list[int]:
        """Return for each group of options the new bits of the guards that the question bears on."""
        key = control_state.number, dropped_bits
        if key not in self._bits_after_cache:
            bit, option_ids = (
                self.formulas.bit(".".join(question_ref)),
                [question.options[option_number].id for option_number, *_ in self._option_groups[question_ref]],
            )
            self._bits_after_cache[key] = [
                self._bits_after_answer(control_state, dropped_bits, bit, option_id) for option_id in option_ids
            ]
        return self._bits_after_cache[key]

    def _bits_after_answer(self, control_state: ControlState, dropped_bits: int, bit: int, option: str) -> int:
        """Return the bits of the guards that the question bears on, once it was answered with *option*."""
        added_bits, base_residuals = 0, control_state.base_residuals
        for guard in control_state.touched_guards:
            residual = self.formulas.after_answer(
                self.residuals.residual_of(dropped_bits, guard, base_residuals, FALSE), bit, option
            )
            if residual != base_residuals[guard]:
                added_bits |= self.residuals.bit(guard, residual)
        return added_bits

    def _follow_once(
        self,
        state: SymbolicState,
        control_state: ControlState,
        residual_bits: int,
        rank: int,
        goto: str,
        parent: tuple[int, int],
    ) -> MoveResult:
        """Return where an answer leads, which is followed once for all states that are alike for it."""
        start = control_state.number, state.entered_flows, rank, goto
        result = self.move_cache.get(start, residual_bits)
        if result is None:
            move = SymbolicMove(self.compiled_flows, control_state, residual_bits, state)
            result = self._follow(start, move, parent)
        return result

    def _follow(
        self, start: tuple[int, tuple[str, ...], int, str], move: SymbolicMove, parent: tuple[int, int]
    ) -> MoveResult:
        """Follow the first rule that holds, else the option's own `goto`, and return where that leads."""
        *_, rank, goto = start
        move.raise_floor(rank)
        matching_rules = move.matching_goto_rules()
        flow = move.frames[-1][0]
        if matching_rules:
            self.exploration.leading_rules.add((flow, matching_rules[0].rule_number))
            for other in matching_rules[1:]:
                if other.goto != matching_rules[0].goto:
                    self.exploration.rule_conflicts.setdefault(
                        (flow, matching_rules[0].rule_number, other.rule_number), parent
                    )
        move.enter((flow, matching_rules[0].goto if matching_rules else goto))
        move.run_to_next_stop()
        result = self._move_result(move, parent, used_option_goto=not matching_rules)
        self.move_cache.put(start, move.residual_bits, result.guards_read, result)
        return result

    def _move_result(self, move: SymbolicMove, parent: tuple[int, int], *, used_option_goto: bool) -> MoveResult:
        """Check where a move has stopped, and return it as a result."""
        move.check_not_repeated()
        if move.stuck_reason:
            self._add_stuck_move(move.stuck_reason, *parent)
        ending, statements, guards_read = move.ending(), tuple(move.statements), frozenset(move.guards_read)
        if ending:
            return MoveResult(ending, (), ending.rank, (), None, used_option_goto, statements, guards_read)
        stack = self.guards.flow_graph.without_idle_callers(tuple(move.frames))
        return MoveResult(
            None,
            stack,
            move.rank,
            move.entered_flows,
            self.guards.control_state(stack, move.rank),
            used_option_goto,
            statements,
            guards_read,
        )

    def _number_of_result(self, result: MoveResult, residual_bits: int, parent_number: int, option: int) -> int:
        """Return the number of the state that a move leads to, with the residual bits that matter there."""
        control_state = result.control_state
        if control_state is not None:
            residual_bits = self.guards.bits_on_arrival(residual_bits, control_state, result.rank)
        key = result.ending or (control_state and control_state.number, result.entered_flows, residual_bits)
        number = self._number_by_key.get(key)
        if number is None:
            number = self._number_by_key[key] = self._number_of_state(result, residual_bits, parent_number, option)
        return number

    def _number_of_state(self, result: MoveResult, residual_bits: int, parent_number: int, option: int) -> int:
        """Return the number of a state; a new one is queued.

        The state may be known although its key is not: where flows were entered whose rules matter no more."""
        state: SymbolicState | Ending | None = result.ending
        if state is None:
            assert result.control_state is not None
            base_residuals, can_raise_floor = result.control_state.base_residuals, self.guards.can_raise_floor
            entered_flows = tuple(
                [
                    flow
                    for flow in result.entered_flows
                    if can_raise_floor(flow, result.rank, residual_bits, base_residuals)
                ]
            )
            state = SymbolicState(result.stack, result.rank, entered_flows, residual_bits)
        number = self._number_by_state.setdefault(state, len(self.exploration.states))
        if number == len(self.exploration.states):
            self.exploration.states.append(state)
            self._control_states.append(result.control_state)
            self.exploration.successors.append(())
            self.exploration.parents.append(None if parent_number < 0 else (parent_number, option))
            self._queue.append(number)
            if len(self.exploration.states) > self.max_states:
                self.exploration.too_entangled_at = self._most_frequent_question()
        return number

    def _add_stuck_move(self, reason: tuple[str, tuple[str, str], str], parent_number: int, option: int) -> None:
        """Record a move that leads nowhere, unless the same is known."""
        if reason not in [(known.code, known.state_ref, known.message) for known in self.exploration.stuck_moves]:
            self.exploration.stuck_moves.append(StuckMove(*reason, parent_number, option))

    def _most_frequent_question(self) -> str:
        """Return the question that most states wait at."""
        counts = Counter(
            ".".join(state.stack[-1]) for state in self.exploration.states if isinstance(state, SymbolicState)
        )
        return counts.most_common(1)[0][0]
