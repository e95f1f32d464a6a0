"""A chat that a nurse wrote beside a flow: what somebody taps, and what must come of it. A test that needs no code."""

from dataclasses import dataclass

from bot.problem import Place
from bot.urgency import Floor


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a chat, such as a question's name, and where it is written. *answer* is an option's id or its label."""

    name: str
    place: Place
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Hope:
    """What must come of a chat. What is left empty may come as it will.

    *right_after* is the question whose answer must bring the ending at once, with nothing else asked.
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
    """*otherwise* answers what *taps* do not; what neither answers gets its first option, which is the calmest."""

    name: str
    place: Place
    begin: Word
    taps: tuple[Word, ...]
    otherwise: tuple[Word, ...]
    hope: Hope
