"""The flows laid out flat: every place one could stand in, with whoever waits below it, before all that it leads to."""

from collections.abc import Iterable, Iterator, Mapping

from bot.model.flow import Call, Flow, Outcome, Question, Return, State, Statement, rules_triggered_by

Frame = tuple[str, str]  # flow, state
Stack = tuple[Frame, ...]  # from the outermost caller in


class CircularFlowError(Exception):
    """The arrows lead back to where they came from: that cannot be laid out."""


class FlowLayout:
    """*order* has the places, and *before* for each the places that lie before it, as bits."""

    def __init__(self, flows: Mapping[str, Flow], ways_in: Iterable[str]) -> None:
        self.flows = flows
        self.roots = {flow: ((flow, flows[flow].start),) for flow in ways_in}
        self.order = self._lay_out()
        self.number = {stack: number for number, stack in enumerate(self.order)}
        self.before = [0] * len(self.order)
        self.asks: dict[str, int] = {}  # for each question, the places that ask it, as bits
        self.starts: dict[str, int] = {}  # for each flow, the places where it begins
        for number, stack in enumerate(self.order):
            self._look_back(number, stack)

    def _lay_out(self) -> list[Stack]:
        done: dict[Stack, None] = {}
        for root in self.roots.values():
            if root not in done:
                self._follow(root, done)
        return list(reversed(done))

    def _follow(self, root: Stack, done: dict[Stack, None]) -> None:
        todo, open_ = [(root, iter(self.ways_on(root)))], {root}
        while todo:
            stack, ways = todo[-1]
            way = next((way for way in ways if way not in done), None)
            if way is None:
                todo.pop()
                open_.remove(stack)
                done[stack] = None
            elif way in open_:
                raise CircularFlowError(way)
            else:
                open_.add(way)
                todo.append((way, iter(self.ways_on(way))))

    def _look_back(self, number: int, stack: Stack) -> None:
        flow, name = stack[-1]
        here = 1 << number
        if isinstance(self.state(stack), Question):
            self.asks[f"{flow}.{name}"] = self.asks.get(f"{flow}.{name}", 0) | here
        if name == self.flows[flow].start:
            self.starts[flow] = self.starts.get(flow, 0) | here
        for way in self.ways_on(stack):
            self.before[self.number[way]] |= self.before[number] | here

    def state(self, stack: Stack) -> State:
        flow, name = stack[-1]
        return self.flows[flow].states[name]

    def ways_on(self, stack: Stack) -> list[Stack]:
        flow, state = self.flows[stack[-1][0]], self.state(stack)
        match state:
            case Question(options=options):
                names = [rule.goto for rule in rules_triggered_by(flow, state.name)] + [
                    option.goto for option in options
                ]
                ways = [self.to(stack, name) for name in names]
            case Call(run=run):
                ways = [self.into(stack, run)]
            case Return():
                return [self.back(stack)] if len(stack) > 1 else []
            case Statement(goto=goto):
                return [self.to(stack, goto)]
            case Outcome():
                ways = []
        return [*ways, self.to(stack, state.goto)] if state.only_if else ways

    def to(self, stack: Stack, name: str) -> Stack:
        return (*stack[:-1], (stack[-1][0], name))

    def into(self, stack: Stack, flow: str) -> Stack:
        if any(flow == waiting for waiting, _ in stack):
            raise CircularFlowError(flow)
        return (*stack, (flow, self.flows[flow].start))

    def back(self, stack: Stack) -> Stack:
        call = self.state(stack[:-1])
        assert isinstance(call, Call)
        return self.to(stack[:-1], call.goto)


def bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
