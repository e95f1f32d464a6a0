"""What was promised about every conversation there can be, as data: the proof keeps it, or names who broke it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.urgency import LOWEST, Floor, Urgency
from bot.when import When


@dataclass(frozen=True, slots=True)
class Never:
    """Whoever answers like this never comes to an ending with one of these urgencies, nor to one below *least*."""

    name: str
    urgencies: frozenset[Urgency]
    when: When
    why: str
    least: Floor = LOWEST


@dataclass(frozen=True, slots=True)
class Excuse:
    """Whoever answers like this may come to an ending though a red flag was not asked for: it is same day or sooner,
    or it shows every warning sign in plain words. It is about *flags*, or else about all but those that must be asked
    *still*."""

    name: str
    when: When
    why: str
    shows_signs: bool = False
    flags: frozenset[str] = frozenset()
    still: frozenset[str] = frozenset()

    def covers(self, flag: str) -> bool:
        return flag in self.flags if self.flags else flag not in self.still


@dataclass(frozen=True, slots=True)
class Unsure:
    """How low an ending may be after "not sure" or "prefer not to say" on a safety question: *usual*, but for some.

    *two* is for whoever is not sure of two of them. The options of *instead* are (question, option).
    """

    usual: Floor = LOWEST
    two: Floor = LOWEST
    instead: Mapping[tuple[str, str], Floor] = field(default_factory=dict)

    def least(self, question: str, option: str) -> Floor:
        return self.instead.get((question, option), self.usual)


@dataclass(frozen=True, slots=True)
class OwnWay:
    """Options of a question that lead to questions of their own. A conversation that takes such a way is not compared
    with one that does not: the same person would have answered other questions."""

    question: str
    options: frozenset[str]
    why: str


@dataclass(frozen=True, slots=True)
class Bound:
    """No conversation is longer than this, of those in which *given* questions get one of these answers.

    *without* are options that nobody takes. *counts* are all questions, those of the safety block, or those until it is
    known of every red flag whether it is up.
    """

    name: str
    most: int
    why: str
    counts: str = "questions"
    given: Mapping[str, frozenset[str]] = field(default_factory=dict)
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tried:
    """How many of all options and of all endings, in percent, the chats of flows/tests must touch at the least."""

    options: int = 0
    endings: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Promises:
    never: tuple[Never, ...] = ()
    excuses: tuple[Excuse, ...] = ()
    unsure: Unsure = field(default_factory=Unsure)
    own_ways: tuple[OwnWay, ...] = ()
    bounds: tuple[Bound, ...] = ()
    tried: Tried = field(default_factory=Tried)
