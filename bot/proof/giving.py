"""What every conversation gives to read: the exploration once more, with the rules that add pages told apart as well.

For the proof a page decides nothing, so its rules are not among the guards that a place remembers. Here they are.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.flow import Flow, Outcome, Question, Statement
from bot.library import BASE, Library
from bot.proof.ahead import Ahead, Here, Map
from bot.proof.explore import BUDGET, Explored, Explorer
from bot.proof.formulas import FLOOR, NO, YES, Formulas
from bot.proof.guards import Guards
from bot.proof.heights import LOWEST, height, urgency_at
from bot.proof.move import End, Place
from bot.walker import Walker

Pages = frozenset[str]
NOTHING: Pages = frozenset()


@dataclass(frozen=True, slots=True)
class Weighed:
    """A rule as it is weighed after each answer: when it holds it raises the floor to *height* and gives *pages*."""

    when: int
    height: int
    pages: Pages


class Givers(Guards):
    """Every guard as a formula, those of rules that give pages too."""

    def __init__(self, map: Map) -> None:
        self.weighed: dict[str, list[Weighed]] = {}
        super().__init__(map)

    def _add(self, flow: Flow) -> None:
        super()._add(flow)
        self.weighed[flow.name] = [
            Weighed(self._formula(rule.when), height(rule.effect.at_least), frozenset(rule.effect.learn))
            for rule in flow.rules
            if rule.effect.at_least or rule.effect.learn
        ]

    def _of_states(self, ahead: Ahead) -> Iterator[int]:
        """A page is given wherever one is, and however high the floor."""
        yield from super()._of_states(ahead)
        for rules in self.weighed.values():
            yield from (rule.when for rule in rules if rule.pages and rule.when != NO)

    def can_lift(self, flow: str, height: int, left: int, base: dict[int, int]) -> bool:
        """Whether a rule of *flow* may still raise the floor or give a page."""
        rules = (rule for rule in self.weighed.get(flow, ()) if rule.pages)
        gives = (self.lefts.left(left, rule.when, base, NO) != NO for rule in rules)
        return super().can_lift(flow, height, left, base) or any(gives)


class Giving(Explorer):
    """Everything that can happen, with what each answer gives to read."""

    def __init__(self, library: Library, budget: int = BUDGET) -> None:
        self.library, self.givers = library, Givers(Map(dict(library.flows[BASE]), Formulas()))
        super().__init__(self.givers.map, budget, self.givers)

    def explored(self) -> Explored:
        return self.explore(tuple(flow for flow in self.library.entrances if flow in self.flows))

    def at_first(self, way_in: str) -> Pages:
        """What is given before anything was asked."""
        walker = Walker(self.library, BASE)
        walker.enter(way_in)
        return frozenset(walker.learned)

    def at_last(self, end: End) -> Pages:
        flow, _, name = end.outcome.partition(".")
        outcome = self.flows[flow].states[name]
        return frozenset(outcome.effect.learn) if isinstance(outcome, Outcome) else NOTHING

    def given(self, number: int) -> tuple[Pages, ...]:
        """What each option of a place's question gives: the option itself, the rules, the statements on the way."""
        place = self.seen.places[number]
        if not isinstance(place, Place):
            return ()
        question = place.question(self.flows)
        by_rule, heard = self._by_rules(place, question), self.seen.heard.get(number)
        return tuple(
            frozenset(option.effect.learn) | by_rule[at] | (self._by_statements(heard[at]) if heard else NOTHING)
            for at, option in enumerate(question.options)
        )

    def _by_statements(self, heard: Iterable[Here]) -> Pages:
        states = (self.flows[flow].states[name] for flow, name in heard)
        return frozenset(page for state in states if isinstance(state, Statement) for page in state.effect.learn)

    def _by_rules(self, place: Place, question: Question) -> list[Pages]:
        """What the rules give after each option."""
        rules = [rule for flow in place.entered for rule in self.givers.weighed[flow]]
        giving = [rule for rule in rules if rule.pages]
        if any(self.formulas.masks[rule.when] & FLOOR for rule in giving):
            return self._in_their_order(place, question, rules)
        bit, base = self.formulas.bit(".".join(place.stack[-1])), self.givers.situation(place.stack, place.height).base
        found = [NOTHING] * len(question.options)
        for rule in giving:
            left = self.lefts.left(place.left, rule.when, base, NO)
            for at, option in enumerate(question.options) if left != NO else ():
                after = self.formulas.answered(left, bit, option.id)
                if after == YES or (after != NO and self.formulas.now(after, LOWEST)):
                    found[at] |= rule.pages
        return found

    def _in_their_order(self, place: Place, question: Question, rules: list[Weighed]) -> list[Pages]:
        """The same where a rule looks at the floor: each is looked at in its order, with the floor as it is by then."""
        bit, base = self.formulas.bit(".".join(place.stack[-1])), self.givers.situation(place.stack, place.height).base
        found = []
        for option in question.options:
            floor, pages = max(place.height, height(option.effect.at_least)), NOTHING
            for rule in rules:
                formula = self.formulas.answered(self.lefts.left(place.left, rule.when, base, NO), bit, option.id)
                if formula == YES or (formula != NO and self.formulas.now(formula, urgency_at(floor))):
                    floor, pages = max(floor, rule.height), pages | rule.pages
            found.append(pages)
        return found
