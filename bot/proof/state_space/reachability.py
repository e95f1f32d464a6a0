"""Reachability: the states and questions that lie ahead of every stack, before anything is answered."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.model.flow import Call, Flow, Outcome, Question, Return, State, Statement, rules_triggered_by
from bot.proof.state_space.formulas import Formulas

StateRef = tuple[str, str]  # flow, state
Stack = tuple[StateRef, ...]  # from the outermost caller in


@dataclass(frozen=True, slots=True)
class Reachable:
    """What can still be reached: states as (flow, state), questions as bits, and the flows that can be entered."""

    states: frozenset[tuple[str, str]]
    questions: int
    flows: frozenset[str]


def next_states(flow: Flow, state: State) -> Iterator[str]:
    """Yield every state of *flow* that *state* can lead to."""
    match state:
        case Question():
            yield from (option.goto for option in state.options)
            yield from (rule.goto for rule in rules_triggered_by(flow, state.name))
            if state.only_if is not None:
                yield state.goto
        case Statement() | Call():
            yield state.goto
        case Outcome() if state.only_if is not None:
            yield state.goto


class FlowGraph:
    """Which state leads to which, which flow runs which, and which returns to its caller."""

    def __init__(self, flows: Mapping[str, Flow], formulas: Formulas) -> None:
        self.flows = flows
        self.formulas = formulas
        self._reachable: dict[Stack, Reachable] = {}
        self._short_stacks: dict[Stack, Stack] = {}

    @cached_property
    def reachable_states(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """Return for each state of each flow the states of that flow it can lead to, itself included."""
        flows = self.flows.values()
        return {(flow.name, name): frozenset(_reachable_states(flow, name)) for flow in flows for name in flow.states}

    def called_flows(self, flow: str, states: Iterable[str]) -> frozenset[str]:
        """Return the flows that these states of *flow* run."""
        states_of_flow = self.flows[flow].states
        return frozenset(state.run for name in states if isinstance(state := states_of_flow[name], Call))

    @cached_property
    def call_cycle(self) -> tuple[str, ...]:
        """Return flows that run each other in a cycle; empty when there is none."""
        for name in self.flows:
            if found := self._find_call_cycle((name,)):
                return found
        return ()

    def _find_call_cycle(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """Return the first cycle that the path of flows *path* runs into; empty when there is none."""
        for called in sorted(self.called_flows(path[-1], self.flows[path[-1]].states)):
            if called in path:
                return (*path[path.index(called) :], called)
            if found := self._find_call_cycle((*path, called)):
                return found
        return ()

    def can_return(self, flow: str, state: str) -> bool:
        """Return whether *flow* can return to its caller from *state* on."""
        states = self.flows[flow].states
        return any(isinstance(states[name], Return) for name in self.reachable_states[flow, state])

    def without_idle_callers(self, stack: Stack) -> Stack:
        """Return *stack* without the callers below a flow that will never return to them."""
        if stack not in self._short_stacks:
            not_returning = (depth for depth in range(len(stack) - 1, 0, -1) if not self.can_return(*stack[depth]))
            self._short_stacks[stack] = stack[next(not_returning, 0) :]
        return self._short_stacks[stack]

    def reachable_from(self, stack: Stack) -> Reachable:
        """Return what lies ahead of *stack*; the caller's own call lies behind it."""
        if stack not in self._reachable:
            self._reachable[stack] = self._compute_reachable(stack)
        return self._reachable[stack]

    def _compute_reachable(self, stack: Stack) -> Reachable:
        """Compute what lies ahead of *stack*, from its top down to the first flow that does not return."""
        states: set[tuple[str, str]] = set()
        inner = len(stack) - 1
        for depth in range(inner, -1, -1):
            flow, state = stack[depth]
            if depth < inner:
                call = self.flows[flow].states[state]
                state = call.goto  # type: ignore[union-attr]
            states |= self._states_within(flow, state)
            if not self.can_return(flow, state):
                break
        asked = (f"{flow}.{name}" for flow, name in states if isinstance(self.flows[flow].states[name], Question))
        called = (self.flows[flow].states[name] for flow, name in states)
        flows = frozenset(state.run for state in called if isinstance(state, Call))
        return Reachable(frozenset(states), self.formulas.bits(asked), flows)

    def _states_within(self, flow: str, state: str) -> set[tuple[str, str]]:
        """Return every state from *state* on, and of every flow that is run there."""
        names = self.reachable_states[flow, state]
        states = {(flow, name) for name in names}
        for called in self.called_flows(flow, names):
            states |= self._states_within(called, self.flows[called].start)
        return states


def _reachable_states(flow: Flow, start: str) -> set[str]:
    """Return the states of *flow* that *start* can lead to, itself included."""
    seen, todo = {start}, [start]
    while todo:
        for name in next_states(flow, flow.states[todo.pop()]):
            if name not in seen:
                seen.add(name)
                todo.append(name)
    return seen
