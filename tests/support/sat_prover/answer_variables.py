"""Everybody there could be: for each question one option, and a way in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.flow import Question
from tests.support.sat_prover.gates import FALSE, Gates, Lit


@dataclass(frozen=True)
class AnswerVariables:
    """*says* has a literal for each (question, option); *ways* one for each flow that a conversation may begin with."""

    gates: Gates
    says: Mapping[tuple[str, str], Lit]
    ways: Mapping[str, Lit]

    @classmethod
    def of(cls, gates: Gates, *libraries: ContentBundle, ways_in: Iterable[str] = ()) -> "AnswerVariables":
        """Somebody whom each of *libraries* could meet, by one of *ways_in*, if there are any, else by every one."""
        table = offered(libraries)
        says = {(at, option): gates.new() for at, options in table.items() for option in options}
        for at, options in table.items():
            gates.one_of([says[at, option] for option in options])
        ways = {flow: gates.new() for library in libraries for flow in ways_in or library.entry_flows}
        gates.one_of(list(ways.values()))
        return cls(gates, says, ways)

    def say(self, at: str, options: Iterable[str]) -> Lit:
        """That one of *options* is what they would say."""
        return self.gates.any_of([self.says.get((at, option), FALSE) for option in options])


def offered(libraries: Iterable[ContentBundle]) -> dict[str, dict[str, None]]:
    """The options of every question, in the order in which they are listed."""
    table: dict[str, dict[str, None]] = {}
    for library in libraries:
        for flow in library.flows[BASE_LANGUAGE].values():
            for state in flow.states.values():
                if isinstance(state, Question):
                    table.setdefault(flow.full_name(state.name), {}).update(
                        {option.id: None for option in state.options}
                    )
    return table
