"""A Walker that notes what is of use: which rules, which arrows of options, and where two rules claim one answer."""

from dataclasses import dataclass, field

from transitions import EventData

from bot.engine.interpreter import Walker
from bot.engine.machine import ANSWER
from bot.model.flow import arrows_of_rules
from bot.model.urgency import EMERGENCY, LOWEST


@dataclass
class Noted:
    """What was of use: rules, by flow, number and what they did, and the arrows of options."""

    rivals: set[tuple[str, int, int]] = field(default_factory=set)
    rules: set[tuple[str, int, str]] = field(default_factory=set)
    options: set[tuple[str, str]] = field(default_factory=set)


class Watched(Walker):
    """A Walker that notes which rules would lead somewhere when an arrow is chosen, and what is of use."""

    noted: Noted

    def prepare(self, event: EventData) -> None:
        super().prepare(event)
        if event.event.name == ANSWER:
            rules = [rule for rule in arrows_of_rules(self.flow, self.state) if self.holds(rule.when)]
            index = self.flow.rules.index
            if not rules:
                self.noted.options.add((self.at, event.kwargs["value"]))
            for other in rules[:1]:
                self.noted.rules.add((self.flow.name, index(other), "goto"))
            for other in rules[1:]:
                if other.goto != rules[0].goto:
                    self.noted.rivals.add((self.flow.name, index(rules[0]), index(other)))

    def _weigh_rules(self) -> None:
        floor, before = self.floor, {*self._fired}
        super()._weigh_rules()
        for name in dict.fromkeys(self._entered):
            for number, rule in enumerate(self.library.flow(name).rules):
                if (name, number) in self._fired - before and (rule.effect.at_least or LOWEST) > floor:
                    floor = rule.effect.at_least or LOWEST
                    self.noted.rules.add((name, number, "at_least"))

    def take(self, value: str) -> None:
        before = {*self._fired}
        super().take(value)
        if not (self.outcome and self.floor == EMERGENCY):  # there nobody reads
            self.noted.rules |= {(*fired, "page or advice") for fired in self._fired - before}
