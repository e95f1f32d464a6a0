"""Counts without people: for each clinic and week, how many conversations did what. No ids, no rows of anybody.

A count knows a clinic, a week and a word such as `ended` or `page:coil`; nothing of who, when, or together with what.
Counting is off unless the operator sets COUNTS; people who come by a clinic's link are told which it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Count:
    """One more of *what* in one week of one clinic. *week* is an ISO week, such as 2026-W47."""

    clinic: str
    week: str
    what: str


class Counts(Protocol):
    """Where the numbers are kept: a small table of its own, apart from every conversation."""

    def add(self, counts: Iterable[Count]) -> None: ...

    def of(self, clinic: str) -> Mapping[str, Mapping[str, int]]:
        """The true numbers of *clinic*, by week and word. Only `bot.counts.publishing` may look at them."""
        ...

    def close(self) -> None: ...
