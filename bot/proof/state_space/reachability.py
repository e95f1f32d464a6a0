"""Reachability: the states and questions that lie ahead of every stack, before anything is answered."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.model.flow import Call, Flow, Outcome, Question, Return, State, Statement, arrows_of_rules
from bot.proof.state_space.formulas import Formulas

Here = tuple[str, str]  # flow, state
Stack = tuple[Here, ...]  # from the outermost caller in


@dataclass(frozen=True, slots=True)
class Ahead:
    """What can still be reached: states as (flow, state), questions as bits, and the flows that can be entered."""

    states: frozenset[tuple[str, str]]
    questions: int
    flows: frozenset[str]


def ways_on(flow: Flow, state: State) -> Iterator[str]:
    """Yield every state of *flow* that *state* can lead to."""
    match state:
        case Question():
            yield from (option.goto for option in state.options)
            yield from (rule.goto for rule in arrows_of_rules(flow, state.name))
            if state.only_if is not None:
                yield state.goto
        case Statement() | Call():
            yield state.goto
        case Outcome() if state.only_if is not None:
            yield state.goto


class Map:
    """Which state leads to which, which flow runs which, and which returns to its caller."""

    def __init__(self, flows: Mapping[str, Flow], formulas: Formulas) -> None:
        self.flows = flows
        self.formulas = formulas
        self._ahead: dict[Stack, Ahead] = {}
        self._stacks: dict[Stack, Stack] = {}

    @cached_property
    def reach(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """Return for each state of each flow the states of that flow it can lead to, itself included."""
        flows = self.flows.values()
        return {(flow.name, name): frozenset(_reached(flow, name)) for flow in flows for name in flow.states}

    def calls(self, flow: str, states: Iterable[str]) -> frozenset[str]:
        """Return the flows that these states of *flow* run."""
        there = self.flows[flow].states
        return frozenset(state.run for name in states if isinstance(state := there[name], Call))

    @cached_property
    def circle(self) -> tuple[str, ...]:
        """Return flows that run each other in a cycle; empty when there is none."""
        for name in self.flows:
            if found := self._circle((name,)):
                return found
        return ()

    def _circle(self, line: tuple[str, ...]) -> tuple[str, ...]:
        """Return the first cycle that the path of flows *path* runs into; empty when there is none."""
        for called in sorted(self.calls(line[-1], self.flows[line[-1]].states)):
            if called in line:
                return (*line[line.index(called) :], called)
            if found := self._circle((*line, called)):
                return found
        return ()

    def returns(self, flow: str, state: str) -> bool:
        """Return whether *flow* can return to its caller from *state* on."""
        states = self.flows[flow].states
        return any(isinstance(states[name], Return) for name in self.reach[flow, state])

    def without_idle_callers(self, stack: Stack) -> Stack:
        """Return *stack* without the callers below a flow that will never return to them."""
        if stack not in self._stacks:
            alone = (depth for depth in range(len(stack) - 1, 0, -1) if not self.returns(*stack[depth]))
            self._stacks[stack] = stack[next(alone, 0) :]
        return self._stacks[stack]

    def ahead(self, stack: Stack) -> Ahead:
        """Return what lies ahead of *stack*; the caller's own call lies behind it."""
        if stack not in self._ahead:
            self._ahead[stack] = self._look(stack)
        return self._ahead[stack]

    def _look(self, stack: Stack) -> Ahead:
        """Compute what lies ahead of *stack*, from its top down to the first flow that does not return."""
        states: set[tuple[str, str]] = set()
        inner = len(stack) - 1
        for depth in range(inner, -1, -1):
            flow, state = stack[depth]
            if depth < inner:
                call = self.flows[flow].states[state]
                state = call.goto  # type: ignore[union-attr]
            states |= self._within(flow, state)
            if not self.returns(flow, state):
                break
        asked = (f"{flow}.{name}" for flow, name in states if isinstance(self.flows[flow].states[name], Question))
        called = (self.flows[flow].states[name] for flow, name in states)
        flows = frozenset(state.run for state in called if isinstance(state, Call))
        return Ahead(frozenset(states), self.formulas.bits(asked), flows)

    def _within(self, flow: str, state: str) -> set[tuple[str, str]]:
        """Return every state from *state* on, and of every flow that is run there."""
        names = self.reach[flow, state]
        states = {(flow, name) for name in names}
        for called in self.calls(flow, names):
            states |= self._within(called, self.flows[called].start)
        return states


def _reached(flow: Flow, start: str) -> set[str]:
    """Return the states of *flow* that *start* can lead to, itself included."""
    seen, todo = {start}, [start]
    while todo:
        for name in ways_on(flow, flow.states[todo.pop()]):
            if name not in seen:
                seen.add(name)
                todo.append(name)
    return seen
