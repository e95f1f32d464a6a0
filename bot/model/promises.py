"""Promises about every possible conversation, as data; the proof checks each or gives a counterexample."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.guards import Guard
from bot.model.urgency import LOWEST_FLOOR, Floor, Urgency


@dataclass(frozen=True, slots=True)
class ForbiddenEnding:
    """A promise: where *when* holds, no ending has one of these urgencies or a floor below *lowest_floor*."""

    name: str
    urgencies: frozenset[Urgency]
    when: Guard
    why: str
    lowest_floor: Floor = LOWEST_FLOOR


@dataclass(frozen=True, slots=True)
class RedFlagExemption:
    """An exemption: where *when* holds, an ending is allowed although a red flag was not asked for.

    The ending is same day or sooner, or it shows every warning sign in plain words (*shows_warning_signs*). The
    exemption is about *flags*; if there are none, about all flags except *required_flags*, which must still be asked.
    """

    name: str
    when: Guard
    why: str
    shows_warning_signs: bool = False
    flags: frozenset[str] = frozenset()
    required_flags: frozenset[str] = frozenset()

    def covers(self, flag: str) -> bool:
        """Whether the exemption is about this red flag."""
        return flag in self.flags if self.flags else flag not in self.required_flags


@dataclass(frozen=True, slots=True)
class UncertaintyFloors:
    """The lowest floors allowed after "not sure" or "prefer not to say" on a safety question.

    *default_floor* holds, except for the pairs (question, option) in *exceptions*. *two_unsure_floor* holds if two of
    these questions were answered with "not sure".
    """

    default_floor: Floor = LOWEST_FLOOR
    two_unsure_floor: Floor = LOWEST_FLOOR
    exceptions: Mapping[tuple[str, str], Floor] = field(default_factory=dict)

    def lowest_floor(self, question: str, option: str) -> Floor:
        """Return the lowest floor an ending may have after *option* on *question*."""
        return self.exceptions.get((question, option), self.default_floor)


@dataclass(frozen=True, slots=True)
class SeparatePath:
    """Options of a question that lead to a separate path with its own questions.

    A conversation on such a path is not compared with one that is not: the same person would have answered other
    questions.
    """

    question: str
    options: frozenset[str]
    why: str


@dataclass(frozen=True, slots=True)
class LengthBound:
    """A promise on length: no conversation with *given_answers* asks more than *max_questions* questions.

    *excluded_options* are never chosen in the conversations counted. *counted_questions* is "questions" for all,
    "safety" for those of the safety block, "red_flags" for those until every red flag is known to be met or not.
    """

    name: str
    max_questions: int
    why: str
    counted_questions: str = "questions"
    given_answers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    excluded_options: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CoverageTarget:
    """The minimum percentage of all options and of all endings that the scenarios of flows/tests must reach."""

    options_percent: int = 0
    endings_percent: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Promises:
    """All promises of flows/promises.yaml."""

    forbidden_endings: tuple[ForbiddenEnding, ...] = ()
    exemptions: tuple[RedFlagExemption, ...] = ()
    uncertainty_floors: UncertaintyFloors = field(default_factory=UncertaintyFloors)
    separate_paths: tuple[SeparatePath, ...] = ()
    length_bounds: tuple[LengthBound, ...] = ()
    coverage_target: CoverageTarget = field(default_factory=CoverageTarget)
