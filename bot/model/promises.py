"""Promises about every possible conversation, as data; the proof checks each or gives a counterexample."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.guards import When
from bot.model.urgency import LOWEST, Floor, Urgency


@dataclass(frozen=True, slots=True)
class Never:
    """A promise: where *when* holds, no ending has one of these urgencies or a floor below *lowest_floor*."""

    name: str
    urgencies: frozenset[Urgency]
    when: When
    why: str
    least: Floor = LOWEST


@dataclass(frozen=True, slots=True)
class Excuse:
    """An exemption: where *when* holds, an ending is allowed although a red flag was not asked for.

    The ending is same day or sooner, or it shows every warning sign in plain words (*shows_warning_signs*). The
    exemption is about *flags*; if there are none, about all flags except *required_flags*, which must still be asked.
    """

    name: str
    when: When
    why: str
    shows_signs: bool = False
    flags: frozenset[str] = frozenset()
    still: frozenset[str] = frozenset()

    def covers(self, flag: str) -> bool:
        """Whether the exemption is about this red flag."""
        return flag in self.flags if self.flags else flag not in self.still


@dataclass(frozen=True, slots=True)
class Unsure:
    """The lowest floors allowed after "not sure" or "prefer not to say" on a safety question.

    *default_floor* holds, except for the pairs (question, option) in *exceptions*. *two_unsure_floor* holds if two of
    these questions were answered with "not sure".
    """

    usual: Floor = LOWEST
    two: Floor = LOWEST
    instead: Mapping[tuple[str, str], Floor] = field(default_factory=dict)

    def least(self, question: str, option: str) -> Floor:
        """Return the lowest floor an ending may have after *option* on *question*."""
        return self.instead.get((question, option), self.usual)


@dataclass(frozen=True, slots=True)
class OwnWay:
    """Options of a question that lead to a separate path with its own questions.

    A conversation on such a path is not compared with one that is not: the same person would have answered other
    questions.
    """

    question: str
    options: frozenset[str]
    why: str


@dataclass(frozen=True, slots=True)
class Bound:
    """A promise on length: no conversation with *given_answers* asks more than *max_questions* questions.

    *excluded_options* are never chosen in the conversations counted. *counted_questions* is "questions" for all,
    "safety" for those of the safety block, "red_flags" for those until every red flag is known to be met or not.
    """

    name: str
    most: int
    why: str
    counts: str = "questions"
    given: Mapping[str, frozenset[str]] = field(default_factory=dict)
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tried:
    """The minimum percentage of all options and of all endings that the scenarios of flows/tests must reach."""

    options: int = 0
    endings: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Promises:
    """All promises of flows/promises.yaml."""

    never: tuple[Never, ...] = ()
    excuses: tuple[Excuse, ...] = ()
    unsure: Unsure = field(default_factory=Unsure)
    own_ways: tuple[OwnWay, ...] = ()
    bounds: tuple[Bound, ...] = ()
    tried: Tried = field(default_factory=Tried)
