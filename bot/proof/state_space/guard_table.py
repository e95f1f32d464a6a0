"""The guard table: every guard that waits for answers, and so what a state must remember of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.model.flow import Flow, Question, rules_triggered_by
from bot.model.guards import AnswerIs, Guard, atoms
from bot.proof.state_space.bits import single_bits
from bot.proof.state_space.formulas import FALSE
from bot.proof.state_space.ranks import LOWEST_RANK, rank_of, urgency_of
from bot.proof.state_space.reachability import FlowGraph, Reachable, Stack, StateRef
from bot.proof.state_space.residuals import Residuals


@dataclass(frozen=True, slots=True)
class GotoRule:
    """A rule that leads from a question to an outcome: it is tried before any option."""

    formula: int
    rule_number: int
    goto: str


@dataclass(frozen=True, slots=True)
class FloorRule:
    """A rule that raises the floor."""

    formula: int
    rule_number: int
    rank: int


@dataclass(slots=True)
class ControlState:
    """A stack and the rank of its floor, with what matters of the guards there.

    *base_residuals* holds each guard that still matters, and its residual if no answer bore on it: a state stores only
    what differs from that. The open question bears on the *touched_guards*.

    *classified_bits* are the residual bits from elsewhere that were looked at: the *unchanged_bits* stay as they are,
    *changed_bits* says what each of the *changing_bits* becomes, and the rest matters no more."""

    number: int
    reachable: Reachable
    base_residuals: dict[int, int]
    touched_guards: list[int] = field(default_factory=list)
    classified_bits: int = 0
    unchanged_bits: int = 0
    changing_bits: int = 0
    changed_bits: dict[int, int] = field(default_factory=dict)


_BaseResiduals = tuple[dict[int, int], list[tuple[FloorRule, int]]]


class GuardTable:
    """Every guard of the flows as a formula, and which of them an answer to a question bears on."""

    def __init__(self, flow_graph: FlowGraph) -> None:
        self.flow_graph, self.formulas, self.residuals = flow_graph, flow_graph.formulas, Residuals()
        self.only_if: dict[tuple[str, str], int] = {}
        self.goto_rules: dict[StateRef, list[GotoRule]] = {}
        self.floor_rules: dict[str, list[FloorRule]] = {}
        self.was_answered: dict[
            StateRef, int
        ] = {}  # that it was answered, for questions that might come up a second time
        self._guards_by_bit: dict[int, list[int]] = {}
        self._distinguished_options: dict[
            str, set[frozenset[str]]
        ] = {}  # what the guards tell apart among a question's options
        self._control_states: dict[tuple[Stack, int], ControlState] = {}
        self._base_residuals_cache: dict[tuple[Stack, int], _BaseResiduals] = {}
        for flow in flow_graph.flows.values():
            self._add_flow(flow)
        self.highest_rank = max(
            (floor_rule.rank for floor_rules in self.floor_rules.values() for floor_rule in floor_rules),
            default=LOWEST_RANK,
        )

    def _add_flow(self, flow: Flow) -> None:
        """Add all guards of one flow."""
        for name, state in flow.states.items():
            if state.only_if is not None:
                self.only_if[flow.name, name] = self._register_guard(state.only_if)
            if isinstance(state, Question):
                question_id = flow.full_name(name)
                self.was_answered[flow.name, name] = self._register_guard(
                    AnswerIs(question_id, frozenset(option.id for option in state.options))
                )
                for rule in rules_triggered_by(flow, name):
                    goto_rule = GotoRule(self._register_guard(rule.when), flow.rules.index(rule), rule.goto)
                    self.goto_rules.setdefault((flow.name, name), []).append(goto_rule)
        for number, rule in enumerate(flow.rules):
            if rule.effect.at_least:
                floor_rule = FloorRule(self._register_guard(rule.when), number, rank_of(rule.effect.at_least))
                self.floor_rules.setdefault(flow.name, []).append(floor_rule)

    def _register_guard(self, guard: Guard) -> int:
        """Return the formula of *guard*, and note which questions and options it looks at."""
        formula = self.formulas.from_guard(guard)
        for atom in atoms(guard):
            if isinstance(atom, AnswerIs):
                self._distinguished_options.setdefault(atom.question, set()).add(atom.options)
        for question in self.formulas.questions_in(formula):
            guards = self._guards_by_bit.setdefault(self.formulas.bit(question), [])
            if formula not in guards:
                guards.append(formula)
        return formula

    def option_groups(self, question_id: str, question: Question) -> list[list[int]]:
        """Return the options of a question, by number, in groups that no guard tells apart."""
        groups: dict[object, list[int]] = {}
        for number, option in enumerate(question.options):
            signature = tuple(option.id in options for options in self._distinguished_options.get(question_id, ()))
            groups.setdefault((option.goto, option.effect.at_least, signature), []).append(number)
        return list(groups.values())

    def control_state(self, stack: Stack, rank: int) -> ControlState:
        """Return the control state of a stack and the rank of its floor."""
        key = stack, rank
        if key not in self._control_states:
            reachable = self.flow_graph.reachable_from(stack)
            state_residuals, floor_rule_residuals = self._base_residuals(stack, reachable, urgency_of(rank))
            base_residuals = state_residuals | {
                floor_rule.formula: residual for floor_rule, residual in floor_rule_residuals if floor_rule.rank > rank
            }
            guards_on_question = self._guards_by_bit.get(self.formulas.bit(".".join(stack[-1])), ())
            touched_guards = [formula for formula in guards_on_question if formula in base_residuals]
            self._control_states[key] = ControlState(
                len(self._control_states), reachable, base_residuals, touched_guards
            )
        return self._control_states[key]

    def bits_on_arrival(self, residual_bits: int, control_state: ControlState, rank: int) -> int:
        """Return *residual_bits* with only what still matters in a control state, as it looks there."""
        for bit in single_bits(residual_bits & ~control_state.classified_bits):
            self._classify_bit(bit, control_state, rank)
        result_bits = residual_bits & control_state.unchanged_bits
        for bit in single_bits(residual_bits & control_state.changing_bits):
            result_bits |= control_state.changed_bits[bit]
        return result_bits

    def _classify_bit(self, bit: int, control_state: ControlState, rank: int) -> None:
        """Note what becomes of one bit in a control state."""
        guard, formula = self.residuals.guard_and_formula(bit)
        base_residual = control_state.base_residuals.get(guard)
        residual = (
            base_residual
            if base_residual is None
            else self.formulas.with_only_ahead(formula, control_state.reachable.questions, urgency_of(rank))
        )
        new_bit = 0 if residual is None or residual == base_residual else self.residuals.bit(guard, residual)
        control_state.classified_bits |= bit
        if new_bit == bit:
            control_state.unchanged_bits |= bit
        elif new_bit:
            control_state.changing_bits |= bit
            control_state.changed_bits[bit] = new_bit

    def _base_residuals(self, stack: Stack, reachable: Reachable, urgency: int) -> _BaseResiduals:
        """Return the residuals, without any answer, of the guards of states ahead and of the rules for the floor."""
        if (stack, urgency) not in self._base_residuals_cache:
            with_only_ahead, questions = self.formulas.with_only_ahead, reachable.questions
            state_residuals = {
                guard: with_only_ahead(guard, questions, urgency) for guard in self._guards_of_states(reachable)
            }
            floor_rules = [
                floor_rule
                for floor_rules in self.floor_rules.values()
                for floor_rule in floor_rules
                if floor_rule.formula != FALSE
            ]
            self._base_residuals_cache[stack, urgency] = (
                state_residuals,
                [(floor_rule, with_only_ahead(floor_rule.formula, questions, urgency)) for floor_rule in floor_rules],
            )
        return self._base_residuals_cache[stack, urgency]

    def _guards_of_states(self, reachable: Reachable) -> Iterator[int]:
        """Yield the guards that belong to the states ahead."""
        for state_ref in reachable.states:
            yield from (guards[state_ref] for guards in (self.only_if, self.was_answered) if state_ref in guards)
            yield from (goto_rule.formula for goto_rule in self.goto_rules.get(state_ref, ()))

    def can_raise_floor(self, flow: str, rank: int, residual_bits: int, base_residuals: dict[int, int]) -> bool:
        """Return whether a rule of *flow* may still raise the floor, given what is left of the guards."""
        for floor_rule in self.floor_rules.get(flow, ()):
            if (
                floor_rule.rank > rank
                and self.residuals.residual_of(residual_bits, floor_rule.formula, base_residuals, FALSE) != FALSE
            ):
                return True
        return False
