"""A scenario: a chat that a nurse wrote as a test, with the answers given and the expected result; needs no code."""

from dataclasses import dataclass

from bot.model.diagnostics import Place
from bot.model.urgency import Floor


@dataclass(frozen=True, slots=True)
class Word:
    """A name in a scenario, such as a question's or a page's, and its location. *answer* is an option's id or label."""

    name: str
    place: Place
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Hope:
    """The expected result of a scenario. A field that is empty is not checked.

    *ends_right_after* is the question whose answer must bring the ending at once, with nothing else asked.
    """

    comes: Floor | None = None
    ends_at: Word | None = None
    right_after: Word | None = None
    pages: tuple[Word, ...] = ()
    no_pages: tuple[Word, ...] = ()
    asked: tuple[Word, ...] = ()
    not_asked: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Trial:
    """A chat as a test: a flow to begin with, answers, and an expectation.

    *default_answers* are for questions that *answers* leave out; a question in neither gets its first option, which is
    the calmest.
    """

    name: str
    place: Place
    begin: Word
    taps: tuple[Word, ...]
    otherwise: tuple[Word, ...]
    hope: Hope
