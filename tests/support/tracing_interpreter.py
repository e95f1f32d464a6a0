"""A Walker that notes what is of use: which rules, which arrows of options, and where two rules claim one answer."""

from dataclasses import dataclass, field

from transitions import EventData

from bot.engine.interpreter import Interpreter
from bot.engine.machine import ANSWER_EVENT
from bot.model.flow import rules_triggered_by
from bot.model.urgency import EMERGENCY_FLOOR, LOWEST_FLOOR


@dataclass
class UsageTrace:
    """What was of use: rules, by flow, number and what they did, and the arrows of options."""

    rivals: set[tuple[str, int, int]] = field(default_factory=set)
    rules: set[tuple[str, int, str]] = field(default_factory=set)
    options: set[tuple[str, str]] = field(default_factory=set)


class TracingInterpreter(Interpreter):
    """A Walker that notes which rules would lead somewhere when an arrow is chosen, and what is of use."""

    noted: UsageTrace

    def prepare(self, event: EventData) -> None:
        super().prepare(event)
        if event.event.name == ANSWER_EVENT:
            rules = [rule for rule in rules_triggered_by(self.current_flow, self.state) if self.holds(rule.when)]
            index = self.current_flow.rules.index
            if not rules:
                self.noted.options.add((self.state_id, event.kwargs["value"]))
            for other in rules[:1]:
                self.noted.rules.add((self.current_flow.name, index(other), "goto"))
            for other in rules[1:]:
                if other.goto != rules[0].goto:
                    self.noted.rivals.add((self.current_flow.name, index(rules[0]), index(other)))

    def _apply_rules(self) -> None:
        floor, before = self.floor, {*self._fired_rules}
        super()._apply_rules()
        for name in dict.fromkeys(self._entered_flows):
            for number, rule in enumerate(self.bundle.flow(name).rules):
                if (name, number) in self._fired_rules - before and (rule.effect.at_least or LOWEST_FLOOR) > floor:
                    floor = rule.effect.at_least or LOWEST_FLOOR
                    self.noted.rules.add((name, number, "at_least"))

    def answer(self, value: str) -> None:
        before = {*self._fired_rules}
        super().answer(value)
        if not (self.outcome and self.floor == EMERGENCY_FLOOR):  # there nobody reads
            self.noted.rules |= {(*fired, "page or advice") for fired in self._fired_rules - before}
