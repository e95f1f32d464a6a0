"""The page explorer: the exploration that also tells apart the rules that add pages to read.

For the proof a page decides nothing, so its rules are not among the guards that a state remembers. Here they are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.engine.interpreter import Walker
from bot.model.bundle import BASE, Library
from bot.model.flow import Flow, Outcome, Question, Statement
from bot.proof.state_space.explorer import BUDGET, Explored, Explorer
from bot.proof.state_space.formulas import FLOOR, NO, YES, Formulas
from bot.proof.state_space.guards import Guards
from bot.proof.state_space.ranks import LOWEST, height, urgency_at
from bot.proof.state_space.reachability import Ahead, Here, Map
from bot.proof.state_space.symbolic_step import End, Place

Pages = frozenset[str]
NOTHING: Pages = frozenset()


@dataclass(frozen=True, slots=True)
class Weighed:
    """A rule as it is applied after each answer: when it holds it raises the floor to *rank* and adds *pages*."""

    when: int
    height: int
    pages: Pages


class Givers(Guards):
    """The guard table with the rules that add pages too."""

    def __init__(self, map: Map) -> None:
        self.weighed: dict[str, list[Weighed]] = {}
        super().__init__(map)

    def _add(self, flow: Flow) -> None:
        """Add all guards of one flow, and its rules that raise the floor or add pages."""
        super()._add(flow)
        self.weighed[flow.name] = [
            Weighed(self._formula(rule.when), height(rule.effect.at_least), frozenset(rule.effect.learn))
            for rule in flow.rules
            if rule.effect.at_least or rule.effect.learn
        ]

    def _of_states(self, ahead: Ahead) -> Iterator[int]:
        """Yield the guards of the states ahead and of every rule that adds pages.

        A page is added in every state, and however high the floor."""
        yield from super()._of_states(ahead)
        for rules in self.weighed.values():
            yield from (rule.when for rule in rules if rule.pages and rule.when != NO)

    def can_lift(self, flow: str, height: int, left: int, base: dict[int, int]) -> bool:
        """Return whether a rule of *flow* may still raise the floor or add a page."""
        rules = (rule for rule in self.weighed.get(flow, ()) if rule.pages)
        gives = (self.lefts.left(left, rule.when, base, NO) != NO for rule in rules)
        return super().can_lift(flow, height, left, base) or any(gives)


class Giving(Explorer):
    """Explores every state, and knows the pages that each answer adds."""

    def __init__(self, library: Library, budget: int = BUDGET) -> None:
        self.library, self.givers = library, Givers(Map(dict(library.flows[BASE]), Formulas()))
        super().__init__(self.givers.map, budget, self.givers)

    def explored(self) -> Explored:
        """Explore everything from the entry flows of the bundle."""
        return self.explore(tuple(flow for flow in self.library.entrances if flow in self.flows))

    def at_first(self, way_in: str) -> Pages:
        """Return the pages that are added before anything was asked."""
        walker = Walker(self.library, BASE)
        walker.enter(way_in)
        return frozenset(walker.learned)

    def at_last(self, end: End) -> Pages:
        """Return the pages that an ending itself adds."""
        flow, _, name = end.outcome.partition(".")
        outcome = self.flows[flow].states[name]
        return frozenset(outcome.effect.learn) if isinstance(outcome, Outcome) else NOTHING

    def given(self, number: int) -> tuple[Pages, ...]:
        """Return the pages that each option of a state's question adds: by itself, by rules and by statements."""
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
        """Return the pages that some statements add."""
        states = (self.flows[flow].states[name] for flow, name in heard)
        return frozenset(page for state in states if isinstance(state, Statement) for page in state.effect.learn)

    def _by_rules(self, place: Place, question: Question) -> list[Pages]:
        """Return the pages that the rules add after each option."""
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
        """Return the pages that the rules add after each option, where a rule looks at the floor.

        Each rule is looked at in its order, with the floor as it is by then."""
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
