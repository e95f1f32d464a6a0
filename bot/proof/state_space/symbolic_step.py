"""The symbolic step: one move of a conversation, on formulas.

It does what `bot.engine.interpreter` does after an answer, step by step in the same order."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from bot.model.flow import Call, Flow, Outcome, Question, Return, State, Statement
from bot.proof.state_space.formulas import FALSE, TRUE
from bot.proof.state_space.guard_table import ControlState, GotoRule, GuardTable
from bot.proof.state_space.ranks import LOWEST_RANK, rank_of, urgency_of
from bot.proof.state_space.reachability import Stack, StateRef

MAX_MOVES = 500


class SymbolicState(NamedTuple):
    """A symbolic state: where a conversation waits for an answer, and all that matters of the answers so far."""

    stack: Stack
    rank: int
    entered_flows: tuple[str, ...]  # the flows whose rules may still raise the floor
    residual_bits: int  # the residuals of the guards that answers bore on; see `bot.proof.state_space.residuals`

    def question(self, flows: Mapping[str, Flow]) -> Question:
        """Return the question that is open."""
        flow, name = self.stack[-1]
        question = flows[flow].states[name]
        assert isinstance(question, Question)
        return question


class Ending(NamedTuple):
    """An ending: the outcome (`flow.state`), and the rank of the floor. Without an outcome it got stuck."""

    outcome: str
    rank: int


STUCK_ENDING = Ending("", LOWEST_RANK)


class StateKind(Enum):
    """What a state does: ask, say, run a flow, return to the caller, end."""

    ASK, SAY, RUN, BACK, END = range(5)


@dataclass(frozen=True, slots=True)
class CompiledState:
    """The few facts about a state of a flow that a move needs."""

    kind: StateKind
    only_if: int
    goto: StateRef
    rank: int = LOWEST_RANK
    called_flow: str = ""


class CompiledFlows:
    """Every state of every flow in compiled form, and which of them the moves have reached."""

    def __init__(self, guards: GuardTable) -> None:
        self.guards, self.formulas, flows = guards, guards.formulas, guards.flow_graph.flows
        self.starts = {name: (name, flow.start) for name, flow in flows.items()}
        self.states: dict[StateRef, CompiledState] = {}
        self.reached_states: set[StateRef] = set()
        self.skipped_states: set[StateRef] = set()
        self.floor_raising_rules: set[tuple[str, int]] = set()
        for flow in flows.values():
            for state in flow.states.values():
                self.states[flow.name, state.name] = self._compile_state(flow.name, state)

    def _compile_state(self, flow: str, state: State) -> CompiledState:
        """Return one state of a flow in compiled form."""
        only_if = self.guards.only_if.get((flow, state.name), TRUE)
        match state:
            case Question(goto=goto):
                return CompiledState(StateKind.ASK, only_if, (flow, goto))
            case Statement(goto=goto, effect=effect):
                return CompiledState(StateKind.SAY, only_if, (flow, goto), rank_of(effect.at_least))
            case Call(goto=goto, run=run):
                return CompiledState(StateKind.RUN, only_if, (flow, goto), called_flow=run)
            case Return():
                return CompiledState(StateKind.BACK, only_if, (flow, ""))
            case Outcome(goto=goto, floor=floor):
                return CompiledState(StateKind.END, only_if, (flow, goto), rank_of(floor))


class SymbolicMove:
    """One move, used once, as an interpreter is.

    *guards_read* are the guards that it looked at: another move that finds the same residuals of them goes the same
    way."""

    def __init__(
        self, compiled_flows: CompiledFlows, control_state: ControlState, residual_bits: int, state: SymbolicState
    ) -> None:
        self.compiled_flows, self.control_state, self.residual_bits = compiled_flows, control_state, residual_bits
        self.frames, self.entered_flows, self.rank = list(state.stack), state.entered_flows, state.rank
        self.statements: list[StateRef] = []  # the statements on the way
        self.guards_read: set[int] = set()
        self._bits_of_guard, self._formula_of_bit = (
            compiled_flows.guards.residuals.bits_of_guard,
            compiled_flows.guards.residuals.formula_of_bit,
        )
        self.stuck_reason: tuple[str, StateRef, str] | None = None

    def holds(self, guard: int) -> bool:
        """Return whether *guard* holds now, and note that it was looked at."""
        self.guards_read.add(guard)
        bit = self.residual_bits & self._bits_of_guard[guard]
        formula = self._formula_of_bit[bit] if bit else self.control_state.base_residuals.get(guard, FALSE)
        return formula == TRUE or (
            formula != FALSE and self.compiled_flows.formulas.holds_now(formula, urgency_of(self.rank))
        )

    def raise_floor(self, rank: int) -> None:
        """Set the floor after an option, and let the rules of every flow entered so far raise it."""
        self.rank = rank
        for flow in self.entered_flows if rank < self.compiled_flows.guards.highest_rank else ():
            for floor_rule in self.compiled_flows.guards.floor_rules.get(flow, ()):
                if floor_rule.rank > self.rank and self.holds(floor_rule.formula):
                    self.rank = floor_rule.rank
                    self.compiled_flows.floor_raising_rules.add((flow, floor_rule.rule_number))

    def matching_goto_rules(self) -> list[GotoRule]:
        """Return the rules that would lead on from the open question, as it was just answered."""
        goto_rules = self.compiled_flows.guards.goto_rules.get(self.frames[-1])
        return [goto_rule for goto_rule in goto_rules if self.holds(goto_rule.formula)] if goto_rules else []

    def call_flow(self, flow: str) -> None:
        """Enter *flow* on top of the stack, at its start."""
        if flow not in self.entered_flows:
            self.entered_flows += (flow,)
        self.frames.append(("", ""))
        self.enter(self.compiled_flows.starts[flow])

    def enter(self, state_ref: StateRef) -> None:
        """Enter a state, and apply what it does on entry if it applies."""
        self.frames[-1] = state_ref
        state = self.compiled_flows.states[state_ref]
        if state.rank <= self.rank and state.kind is not StateKind.SAY:
            return  # it does nothing on being entered
        if state.only_if != TRUE and not self.holds(state.only_if):
            return
        if state.kind is StateKind.SAY:  # said now: what it raises the floor to may be what it is not said at any more
            self.statements.append(state_ref)
            self.compiled_flows.reached_states.add(state_ref)
        if state.rank > self.rank:
            self.rank = state.rank

    def run_to_next_stop(self) -> None:
        """Go on through every state that does not wait for a person, up to a question or an ending."""
        reached_states, skipped_states = self.compiled_flows.reached_states, self.compiled_flows.skipped_states
        for _ in range(MAX_MOVES):
            state_ref = self.frames[-1]
            state = self.compiled_flows.states[state_ref]
            kind = state.kind
            applies = state.only_if == TRUE or self.holds(state.only_if)
            if applies or state_ref not in self.statements:
                (reached_states if applies else skipped_states).add(state_ref)
            if applies and (kind is StateKind.ASK or kind is StateKind.END):
                return
            if applies and kind is StateKind.RUN:
                self.call_flow(state.called_flow)
            elif kind is StateKind.BACK:
                self.frames.pop()
                if not self.frames:
                    self.stuck_reason = "stranded", state_ref, "hands back, and nobody waits for it"
                    return
                self.enter(self.compiled_flows.states[self.frames[-1]].goto)
            else:
                self.enter(state.goto)
        self.stuck_reason = "loop", self.frames[-1], "is come to again and again, and nobody is asked anything"

    def check_not_repeated(self) -> None:
        """Mark the move as a loop when its question was answered before."""
        was_answered = (
            self.compiled_flows.guards.was_answered.get(self.frames[-1])
            if self.frames and not self.stuck_reason
            else None
        )
        if was_answered is not None:
            self.guards_read.add(was_answered)
            if self.compiled_flows.guards.residuals.residual_of(self.residual_bits, was_answered, {}, FALSE) == TRUE:
                self.stuck_reason = (
                    "loop",
                    self.frames[-1],
                    "is asked a second time, and the second answer is never heard",
                )

    def ending(self) -> Ending | None:
        """Return the ending that the move has reached; None where a question is open."""
        if self.stuck_reason:
            return STUCK_ENDING
        state_ref = self.frames[-1]
        return (
            Ending(".".join(state_ref), self.rank)
            if self.compiled_flows.states[state_ref].kind is StateKind.END
            else None
        )
