"""A scenario: a chat that a nurse wrote as a test, with the answers given and the expected result; needs no code."""

from dataclasses import dataclass

from bot.model.diagnostics import SourceLocation
from bot.model.urgency import Floor


@dataclass(frozen=True, slots=True)
class LocatedName:
    """A name in a scenario, such as a question's or a page's, and its location. *answer* is an option's id or label."""

    name: str
    location: SourceLocation
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Expectation:
    """The expected result of a scenario. A field that is empty is not checked.

    *ends_right_after* is the question whose answer must bring the ending at once, with nothing else asked.
    """

    floor: Floor | None = None
    ends_at: LocatedName | None = None
    ends_right_after: LocatedName | None = None
    offered_pages: tuple[LocatedName, ...] = ()
    absent_pages: tuple[LocatedName, ...] = ()
    asked_questions: tuple[LocatedName, ...] = ()
    skipped_questions: tuple[LocatedName, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A chat as a test: a flow to begin with, answers, and an expectation.

    *default_answers* are for questions that *answers* leave out; a question in neither gets its first option, which is
    the calmest.
    """

    name: str
    location: SourceLocation
    entry_flow: LocatedName
    answers: tuple[LocatedName, ...]
    default_answers: tuple[LocatedName, ...]
    expectation: Expectation
