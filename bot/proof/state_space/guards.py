"""The guard table: every guard that waits for answers, and so what a state must remember of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.model.flow import Flow, Question, arrows_of_rules
from bot.model.guards import Is, When, atoms
from bot.proof.state_space.formulas import NO
from bot.proof.state_space.ranks import LOWEST, height, urgency_at
from bot.proof.state_space.reachability import Ahead, Here, Map, Stack
from bot.proof.state_space.residuals import Lefts, bits


@dataclass(frozen=True, slots=True)
class Arrow:
    """A rule that leads from a question to an outcome: it is tried before any option."""

    when: int
    rule: int
    goto: str


@dataclass(frozen=True, slots=True)
class Lift:
    """A rule that raises the floor."""

    when: int
    rule: int
    height: int


@dataclass(slots=True)
class Situation:
    """A stack and the rank of its floor, with what matters of the guards there.

    *base_residuals* holds each guard that still matters, and its residual if no answer bore on it: a state stores only
    what differs from that. The open question bears on the *touched_guards*.

    *classified_bits* are the residual bits from elsewhere that were looked at: the *unchanged_bits* stay as they are,
    *changed_bits* says what each of the *changing_bits* becomes, and the rest matters no more."""

    number: int
    ahead: Ahead
    base: dict[int, int]
    touched: list[int] = field(default_factory=list)
    known: int = 0
    kept: int = 0
    turning: int = 0
    turned: dict[int, int] = field(default_factory=dict)


_Settled = tuple[dict[int, int], list[tuple[Lift, int]]]


class Guards:
    """Every guard of the flows as a formula, and which of them an answer to a question bears on."""

    def __init__(self, map: Map) -> None:
        self.map, self.formulas, self.lefts = map, map.formulas, Lefts()
        self.only_if: dict[tuple[str, str], int] = {}
        self.arrows: dict[Here, list[Arrow]] = {}
        self.lifts: dict[str, list[Lift]] = {}
        self.asked: dict[Here, int] = {}  # that it was answered, for questions that might come up a second time
        self._touched: dict[int, list[int]] = {}
        self._told: dict[str, set[frozenset[str]]] = {}  # what the guards tell apart among a question's options
        self._situations: dict[tuple[Stack, int], Situation] = {}
        self._plain: dict[tuple[Stack, int], _Settled] = {}
        for flow in map.flows.values():
            self._add(flow)
        self.top = max((lift.height for lifts in self.lifts.values() for lift in lifts), default=LOWEST)

    def _add(self, flow: Flow) -> None:
        """Add all guards of one flow."""
        for name, state in flow.states.items():
            if state.only_if is not None:
                self.only_if[flow.name, name] = self._formula(state.only_if)
            if isinstance(state, Question):
                at = flow.at(name)
                self.asked[flow.name, name] = self._formula(Is(at, frozenset(option.id for option in state.options)))
                for rule in arrows_of_rules(flow, name):
                    arrow = Arrow(self._formula(rule.when), flow.rules.index(rule), rule.goto)
                    self.arrows.setdefault((flow.name, name), []).append(arrow)
        for number, rule in enumerate(flow.rules):
            if rule.effect.at_least:
                lift = Lift(self._formula(rule.when), number, height(rule.effect.at_least))
                self.lifts.setdefault(flow.name, []).append(lift)

    def _formula(self, when: When) -> int:
        """Return the formula of *guard*, and note which questions and options it looks at."""
        formula = self.formulas.of(when)
        for atom in atoms(when):
            if isinstance(atom, Is):
                self._told.setdefault(atom.question, set()).add(atom.options)
        for question in self.formulas.questions(formula):
            touched = self._touched.setdefault(self.formulas.bit(question), [])
            if formula not in touched:
                touched.append(formula)
        return formula

    def alike(self, at: str, question: Question) -> list[list[int]]:
        """Return the options of a question, by number, in groups that no guard tells apart."""
        groups: dict[object, list[int]] = {}
        for number, option in enumerate(question.options):
            told = tuple(option.id in options for options in self._told.get(at, ()))
            groups.setdefault((option.goto, option.effect.at_least, told), []).append(number)
        return list(groups.values())

    def situation(self, stack: Stack, height: int) -> Situation:
        """Return the control state of a stack and the rank of its floor."""
        key = stack, height
        if key not in self._situations:
            ahead = self.map.ahead(stack)
            states, lifts = self._settled(stack, ahead, urgency_at(height))
            base = states | {lift.when: settled for lift, settled in lifts if lift.height > height}
            asked = self._touched.get(self.formulas.bit(".".join(stack[-1])), ())
            touched = [formula for formula in asked if formula in base]
            self._situations[key] = Situation(len(self._situations), ahead, base, touched)
        return self._situations[key]

    def arrived(self, left: int, there: Situation, height: int) -> int:
        """Return *residual_bits* with only what still matters in a control state, as it looks there."""
        for bit in bits(left & ~there.known):
            self._look(bit, there, height)
        kept = left & there.kept
        for bit in bits(left & there.turning):
            kept |= there.turned[bit]
        return kept

    def _look(self, bit: int, there: Situation, height: int) -> None:
        """Note what becomes of one bit in a control state."""
        guard, formula = self.lefts.pair(bit)
        plain = there.base.get(guard)
        now = plain if plain is None else self.formulas.settled(formula, there.ahead.questions, urgency_at(height))
        turned = 0 if now is None or now == plain else self.lefts.bit(guard, now)
        there.known |= bit
        if turned == bit:
            there.kept |= bit
        elif turned:
            there.turning |= bit
            there.turned[bit] = turned

    def _settled(self, stack: Stack, ahead: Ahead, urgency: int) -> _Settled:
        """Return the residuals, without any answer, of the guards of states ahead and of the rules for the floor."""
        if (stack, urgency) not in self._plain:
            settled, questions = self.formulas.settled, ahead.questions
            states = {guard: settled(guard, questions, urgency) for guard in self._of_states(ahead)}
            lifts = [lift for lifts in self.lifts.values() for lift in lifts if lift.when != NO]
            self._plain[stack, urgency] = states, [(lift, settled(lift.when, questions, urgency)) for lift in lifts]
        return self._plain[stack, urgency]

    def _of_states(self, ahead: Ahead) -> Iterator[int]:
        """Yield the guards that belong to the states ahead."""
        for here in ahead.states:
            yield from (guards[here] for guards in (self.only_if, self.asked) if here in guards)
            yield from (arrow.when for arrow in self.arrows.get(here, ()))

    def can_lift(self, flow: str, height: int, left: int, base: dict[int, int]) -> bool:
        """Return whether a rule of *flow* may still raise the floor, given what is left of the guards."""
        for lift in self.lifts.get(flow, ()):
            if lift.height > height and self.lefts.left(left, lift.when, base, NO) != NO:
                return True
        return False
