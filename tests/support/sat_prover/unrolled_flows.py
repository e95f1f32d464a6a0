"""The flows unrolled into gates, as `bot.engine.interpreter` runs them: the state and the floor at each step."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.flow import Call, Flow, Outcome, Question, Return, State, Statement, rules_triggered_by
from bot.model.guards import AnswerIs, AtLeast, Guard, Not, UrgencyIs
from bot.model.urgency import EMERGENCY_FLOOR, MAX_SOON_DAYS, Floor, Urgency
from tests.support.sat_prover.answer_variables import AnswerVariables
from tests.support.sat_prover.flow_layout import FlowLayout, Stack, bits
from tests.support.sat_prover.gates import FALSE, TRUE, Lit

Height = tuple[Lit, ...]  # for each of LEVELS, whether the floor is as high

SOON = [Floor(Urgency.SOON, days) for days in range(MAX_SOON_DAYS, 0, -1)]
LEVELS = (Floor(Urgency.ROUTINE), *SOON, Floor(Urgency.SAME_DAY), EMERGENCY_FLOOR)
NO_FLOOR: Height = (FALSE,) * len(LEVELS)


@dataclass
class Node:
    """A place one can come to: who comes there, with which floor; and what becomes of it."""

    stack: Stack
    before: int  # the nodes that lie before it, as bits
    comes: list[tuple[Lit, Height]] = field(default_factory=list)
    here: Lit = FALSE
    floor: Height = NO_FLOOR
    applies: Lit = FALSE  # here, and not passed over


class UnrolledFlows:
    """One library, walked by everybody at once."""

    def __init__(
        self, library: ContentBundle, people: AnswerVariables, says: Mapping[tuple[str, str], Lit] | None = None
    ) -> None:
        self.library, self.gates, self.people = library, people.gates, people
        self.flows: Mapping[str, Flow] = library.flows[BASE_LANGUAGE]
        self.says = says or people.says
        self.plan = FlowLayout(self.flows, people.ways)
        self.asks, self.starts = self.plan.asks, self.plan.starts
        self.order = [Node(stack, before) for stack, before in zip(self.plan.order, self.plan.before, strict=True)]
        self.rivals: list[Lit] = []
        self.twice: list[Lit] = []
        self.stranded: list[Lit] = []
        self.led: dict[tuple[str, int], list[Lit]] = {}
        self._asked: dict[tuple[str, int], Lit] = {}
        for flow, root in self.plan.roots.items():
            self._go(root, people.ways[flow], NO_FLOOR)
        for node in self.order:
            self._pass(node)

    def state(self, node: Node) -> State:
        return self.plan.state(node.stack)

    # ---- guards

    def asked(self, at: str, before: int) -> Lit:
        """That a question was asked on the way, at one of the nodes *before*."""
        key = at, self.asks.get(at, 0) & before
        if key not in self._asked:
            self._asked[key] = self.gates.any_of([self.order[number].applies for number in bits(key[1])])
        return self._asked[key]

    def say(self, at: str, options: frozenset[str]) -> Lit:
        return self.gates.any_of([self.says.get((at, option), FALSE) for option in options])

    def holds(self, when: Guard, before: int, floor: Height = NO_FLOOR, own: str = "") -> Lit:
        """*when*, as it stands after the nodes *before*, and after *own*, which was just answered."""
        match when:
            case AnswerIs(question, options):
                said = self.say(question, options)
                return said if question == own else self.gates.all_of([self.asked(question, before), said])
            case UrgencyIs(urgencies):
                return self.gates.any_of([self.urgency(floor, urgency) for urgency in urgencies])
            case Not(part):
                return -self.holds(part, before, floor, own)
            case AtLeast(count, parts):
                return self.gates.at_least(count, [self.holds(part, before, floor, own) for part in parts])

    def urgency(self, floor: Height, urgency: Urgency) -> Lit:
        """That *floor* has just this urgency."""
        above = least(floor, Urgency(urgency + 1)) if urgency < Urgency.EMERGENCY else FALSE
        return self.gates.all_of([least(floor, urgency), -above])

    def raised(self, floor: Height, to: Floor | None, when: Lit) -> Height:
        if to is None or when == FALSE:
            return floor
        pairs = zip(LEVELS, floor, strict=True)
        return tuple(self.gates.any_of([lit, when]) if level <= to else lit for level, lit in pairs)

    # ---- passing through

    def _pass(self, node: Node) -> None:
        gates, state = self.gates, self.state(node)
        node.here = gates.any_of([come for come, _ in node.comes])
        node.floor = self._merged(node.comes)
        guard = state.only_if
        applies = TRUE if guard is None else self.holds(guard, node.before, node.floor)
        match state:
            case Question():
                node.applies = gates.all_of([node.here, applies])
                self._ask(node, state)
            case Statement(goto=goto, effect=effect):
                node.applies = gates.all_of([node.here, applies])
                floor = self.raised(node.floor, effect.at_least, applies)
                self._go(self.plan.to(node.stack, goto), node.here, floor)
                return
            case Call(run=run):
                node.applies = gates.all_of([node.here, applies])
                self._go(self.plan.into(node.stack, run), node.applies, node.floor)
            case Return():
                node.applies = node.here
                if len(node.stack) > 1:
                    self._go(self.plan.back(node.stack), node.here, node.floor)
                else:
                    self.stranded.append(node.here)
            case Outcome(floor=to):
                node.floor = self.raised(node.floor, to, applies)
                still = TRUE if guard is None else self.holds(guard, node.before, node.floor)
                node.applies = gates.all_of([node.here, still])
        if guard is not None and not isinstance(state, Return):
            self._go(self.plan.to(node.stack, state.goto), gates.all_of([node.here, -node.applies]), node.floor)

    def _merged(self, comes: list[tuple[Lit, Height]]) -> Height:
        if len(comes) == 1:
            return comes[0][1]
        gates = self.gates
        columns = range(len(LEVELS))
        return tuple(gates.any_of([gates.all_of([come, floor[i]]) for come, floor in comes]) for i in columns)

    def _go(self, stack: Stack, who: Lit, floor: Height) -> None:
        if who != FALSE:
            self.order[self.plan.number[stack]].comes.append((who, floor))

    def _ask(self, node: Node, question: Question) -> None:
        flow = self.flows[node.stack[-1][0]]
        at = flow.full_name(question.name)
        self.twice.append(self.gates.all_of([node.applies, self.asked(at, node.before)]))
        floor = node.floor
        for option in question.options:
            floor = self.raised(floor, option.effect.at_least, self.says[at, option.id])
        floor = self._weighed(node, floor, at)
        left, held = node.applies, list[tuple[Lit, str]]()
        for rule in rules_triggered_by(flow, question.name):
            holds = self.holds(rule.when, node.before, floor, at)
            self.rivals += [self.gates.all_of([node.applies, holds, one]) for one, to in held if to != rule.goto]
            held.append((holds, rule.goto))
            taken = self.gates.all_of([left, holds])
            self.led.setdefault((flow.name, flow.rules.index(rule)), []).append(taken)
            self._go(self.plan.to(node.stack, rule.goto), taken, floor)
            left = self.gates.all_of([left, -holds])
        for goto in dict.fromkeys(option.goto for option in question.options):
            said = self.say(at, frozenset(option.id for option in question.options if option.goto == goto))
            self._go(self.plan.to(node.stack, goto), self.gates.all_of([left, said]), floor)

    def _weighed(self, node: Node, floor: Height, at: str) -> Height:
        """What the rules of every flow that was entered make of the floor."""
        inside = {flow for flow, _ in node.stack}
        for name in sorted(self.starts, key=lambda name: self.starts[name] & -self.starts[name]):
            begun = self.starts[name] & node.before
            if name in inside or begun:
                entered = TRUE if name in inside else self._entered(name, begun)
                for rule in self.flows[name].rules:
                    if rule.effect.at_least:
                        when = self.gates.all_of([entered, self.holds(rule.when, node.before, floor, at)])
                        floor = self.raised(floor, rule.effect.at_least, when)
        return floor

    def _entered(self, name: str, begun: int) -> Lit:
        key = f"begin {name}", begun
        if key not in self._asked:
            self._asked[key] = self.gates.any_of([self.order[number].here for number in bits(begun)])
        return self._asked[key]


def least(floor: Height, urgency: Urgency) -> Lit:
    """That *floor* has at least this urgency."""
    if urgency is Urgency.SELF_CARE:
        return TRUE
    return floor[next(number for number, level in enumerate(LEVELS) if level.urgency >= urgency)]
