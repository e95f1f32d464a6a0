"""The page explorer: the exploration that also tells apart the rules that add pages to read.

For the proof a page decides nothing, so its rules are not among the guards that a state remembers. Here they are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.engine.interpreter import Interpreter
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.flow import Flow, Outcome, Question, Statement
from bot.proof.state_space.explorer import MAX_STATES, Exploration, Explorer
from bot.proof.state_space.formulas import FALSE, FLOOR_BIT, TRUE, Formulas
from bot.proof.state_space.guard_table import GuardTable
from bot.proof.state_space.ranks import LOWEST_RANK, rank_of, urgency_of
from bot.proof.state_space.reachability import FlowGraph, Reachable, StateRef
from bot.proof.state_space.symbolic_step import Ending, SymbolicState

PageIds = frozenset[str]
NO_PAGES: PageIds = frozenset()


@dataclass(frozen=True, slots=True)
class EffectRule:
    """A rule as it is applied after each answer: when it holds it raises the floor to *rank* and adds *pages*."""

    formula: int
    rank: int
    pages: PageIds


class PageGuards(GuardTable):
    """The guard table with the rules that add pages too."""

    def __init__(self, flow_graph: FlowGraph) -> None:
        self.effect_rules: dict[str, list[EffectRule]] = {}
        super().__init__(flow_graph)

    def _add_flow(self, flow: Flow) -> None:
        """Add all guards of one flow, and its rules that raise the floor or add pages."""
        super()._add_flow(flow)
        self.effect_rules[flow.name] = [
            EffectRule(self._register_guard(rule.when), rank_of(rule.effect.at_least), frozenset(rule.effect.learn))
            for rule in flow.rules
            if rule.effect.at_least or rule.effect.learn
        ]

    def _guards_of_states(self, reachable: Reachable) -> Iterator[int]:
        """Yield the guards of the states ahead and of every rule that adds pages.

        A page is added in every state, and however high the floor."""
        yield from super()._guards_of_states(reachable)
        for rules in self.effect_rules.values():
            yield from (rule.formula for rule in rules if rule.pages and rule.formula != FALSE)

    def can_raise_floor(self, flow: str, rank: int, residual_bits: int, base_residuals: dict[int, int]) -> bool:
        """Return whether a rule of *flow* may still raise the floor or add a page."""
        rules = (rule for rule in self.effect_rules.get(flow, ()) if rule.pages)
        can_give = (
            self.residuals.residual_of(residual_bits, rule.formula, base_residuals, FALSE) != FALSE for rule in rules
        )
        return super().can_raise_floor(flow, rank, residual_bits, base_residuals) or any(can_give)


class PageExplorer(Explorer):
    """Explores every state, and knows the pages that each answer adds."""

    def __init__(self, bundle: ContentBundle, max_states: int = MAX_STATES) -> None:
        self.bundle, self.page_guards = bundle, PageGuards(FlowGraph(dict(bundle.flows[BASE_LANGUAGE]), Formulas()))
        super().__init__(self.page_guards.flow_graph, max_states, self.page_guards)

    def explore_bundle(self) -> Exploration:
        """Explore everything from the entry flows of the bundle."""
        return self.explore(tuple(flow for flow in self.bundle.entry_flows if flow in self.flows))

    def pages_at_start(self, entry_flow: str) -> PageIds:
        """Return the pages that are added before anything was asked."""
        interpreter = Interpreter(self.bundle, BASE_LANGUAGE)
        interpreter.start(entry_flow)
        return frozenset(interpreter.collected_pages)

    def pages_at_ending(self, ending: Ending) -> PageIds:
        """Return the pages that an ending itself adds."""
        flow, _, name = ending.outcome.partition(".")
        outcome = self.flows[flow].states[name]
        return frozenset(outcome.effect.learn) if isinstance(outcome, Outcome) else NO_PAGES

    def pages_by_option(self, number: int) -> tuple[PageIds, ...]:
        """Return the pages that each option of a state's question adds: by itself, by rules and by statements."""
        state = self.exploration.states[number]
        if not isinstance(state, SymbolicState):
            return ()
        question = state.question(self.flows)
        rule_pages, statements = self._pages_of_rules(state, question), self.exploration.statements.get(number)
        return tuple(
            frozenset(option.effect.learn)
            | rule_pages[option_number]
            | (self._pages_of_statements(statements[option_number]) if statements else NO_PAGES)
            for option_number, option in enumerate(question.options)
        )

    def _pages_of_statements(self, statements: Iterable[StateRef]) -> PageIds:
        """Return the pages that some statements add."""
        states = (self.flows[flow].states[name] for flow, name in statements)
        return frozenset(page for state in states if isinstance(state, Statement) for page in state.effect.learn)

    def _pages_of_rules(self, state: SymbolicState, question: Question) -> list[PageIds]:
        """Return the pages that the rules add after each option."""
        rules = [rule for flow in state.entered_flows for rule in self.page_guards.effect_rules[flow]]
        page_rules = [rule for rule in rules if rule.pages]
        if any(self.formulas.masks[rule.formula] & FLOOR_BIT for rule in page_rules):
            return self._pages_of_ordered_rules(state, question, rules)
        bit, base_residuals = (
            self.formulas.bit(".".join(state.stack[-1])),
            self.page_guards.control_state(state.stack, state.rank).base_residuals,
        )
        pages_by_option = [NO_PAGES] * len(question.options)
        for rule in page_rules:
            residual = self.residuals.residual_of(state.residual_bits, rule.formula, base_residuals, FALSE)
            for option_number, option in enumerate(question.options) if residual != FALSE else ():
                after = self.formulas.after_answer(residual, bit, option.id)
                if after == TRUE or (after != FALSE and self.formulas.holds_now(after, LOWEST_RANK)):
                    pages_by_option[option_number] |= rule.pages
        return pages_by_option

    def _pages_of_ordered_rules(
        self, state: SymbolicState, question: Question, rules: list[EffectRule]
    ) -> list[PageIds]:
        """Return the pages that the rules add after each option, where a rule looks at the floor.

        Each rule is looked at in its order, with the floor as it is by then."""
        bit, base_residuals = (
            self.formulas.bit(".".join(state.stack[-1])),
            self.page_guards.control_state(state.stack, state.rank).base_residuals,
        )
        pages_by_option = []
        for option in question.options:
            rank, pages = max(state.rank, rank_of(option.effect.at_least)), NO_PAGES
            for rule in rules:
                formula = self.formulas.after_answer(
                    self.residuals.residual_of(state.residual_bits, rule.formula, base_residuals, FALSE), bit, option.id
                )
                if formula == TRUE or (formula != FALSE and self.formulas.holds_now(formula, urgency_of(rank))):
                    rank, pages = max(rank, rule.rank), pages | rule.pages
            pages_by_option.append(pages)
        return pages_by_option
