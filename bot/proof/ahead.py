"""What can still come: from every place, the states and questions that lie ahead, before anything is answered."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.flow import Call, Flow, Outcome, Question, Return, State, Statement, arrows_of_rules
from bot.proof.formulas import Formulas

Here = tuple[str, str]  # flow, state
Stack = tuple[Here, ...]  # from the outermost caller in


@dataclass(frozen=True, slots=True)
class Ahead:
    """*states* are (flow, state), *flows* those that can still be entered, *questions* bits."""

    states: frozenset[tuple[str, str]]
    questions: int
    flows: frozenset[str]


def ways_on(flow: Flow, state: State) -> Iterator[str]:
    """Every state of *flow* that *state* can lead to."""
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
    """The flows seen from above: who leads where, who calls whom, who comes back."""

    def __init__(self, flows: Mapping[str, Flow], formulas: Formulas) -> None:
        self.flows = flows
        self.formulas = formulas
        self._ahead: dict[Stack, Ahead] = {}
        self._stacks: dict[Stack, Stack] = {}

    @cached_property
    def reach(self) -> Mapping[tuple[str, str], frozenset[str]]:
        """For each state of each flow the states of that flow it can come to, itself included."""
        flows = self.flows.values()
        return {(flow.name, name): frozenset(_reached(flow, name)) for flow in flows for name in flow.states}

    def calls(self, flow: str, states: Iterable[str]) -> frozenset[str]:
        there = self.flows[flow].states
        return frozenset(state.run for name in states if isinstance(state := there[name], Call))

    @cached_property
    def circle(self) -> tuple[str, ...]:
        """Flows that call each other in a circle; empty when there is none."""
        for name in self.flows:
            if found := self._circle((name,)):
                return found
        return ()

    def _circle(self, line: tuple[str, ...]) -> tuple[str, ...]:
        for called in sorted(self.calls(line[-1], self.flows[line[-1]].states)):
            if called in line:
                return (*line[line.index(called) :], called)
            if found := self._circle((*line, called)):
                return found
        return ()

    def returns(self, flow: str, state: str) -> bool:
        """Whether *flow* can hand back to its caller from *state* on."""
        states = self.flows[flow].states
        return any(isinstance(states[name], Return) for name in self.reach[flow, state])

    def without_idle_callers(self, stack: Stack) -> Stack:
        """*stack* down to the flow that will not hand back: what waits below it waits for good."""
        if stack not in self._stacks:
            alone = (depth for depth in range(len(stack) - 1, 0, -1) if not self.returns(*stack[depth]))
            self._stacks[stack] = stack[next(alone, 0) :]
        return self._stacks[stack]

    def ahead(self, stack: Stack) -> Ahead:
        """What lies ahead of *stack*; the caller's own call lies behind it."""
        if stack not in self._ahead:
            self._ahead[stack] = self._look(stack)
        return self._ahead[stack]

    def _look(self, stack: Stack) -> Ahead:
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
        """Every state from *state* on, and of every flow that is run there."""
        names = self.reach[flow, state]
        states = {(flow, name) for name in names}
        for called in self.calls(flow, names):
            states |= self._within(called, self.flows[called].start)
        return states


def _reached(flow: Flow, start: str) -> set[str]:
    seen, todo = {start}, [start]
    while todo:
        for name in ways_on(flow, flow.states[todo.pop()]):
            if name not in seen:
                seen.add(name)
                todo.append(name)
    return seen
