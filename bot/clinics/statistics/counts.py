"""Counts without people: for each clinic and week, how many conversations did what. No ids, no rows of any person.

A count knows a clinic, a week and a measure such as `ended` or `page:coil`; no person, no time, and nothing of what was
counted together. Counting is off unless the operator sets COUNTS; people who come by a clinic's link are told which it
is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Count:
    """One more of *measure* in one week of one clinic. *week* is an ISO week, such as 2026-W47."""

    clinic: str
    week: str
    measure: str


class CountStore(Protocol):
    """A store of counts: a small table of its own, apart from every conversation."""

    def add(self, counts: Iterable[Count]) -> None: ...

    def weekly_counts(self, clinic: str) -> Mapping[str, Mapping[str, int]]:
        """Return the true counts of *clinic*, by week and measure.

        Only `bot.clinics.statistics.disclosure_control` may look at them.
        """
        ...

    def close(self) -> None: ...
