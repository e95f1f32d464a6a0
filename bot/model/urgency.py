"""The five urgencies, and the floor that only rises (clinical source: the five outcome levels)."""

from dataclasses import dataclass
from enum import IntEnum
from functools import total_ordering


class Urgency(IntEnum):
    """How soon care is needed: the five levels of the project, from calm to urgent."""

    SELF_CARE = 1
    ROUTINE = 2
    SOON = 3
    SAME_DAY = 4
    EMERGENCY = 5

    @property
    def slug(self) -> str:
        """The name as authors write it: `same_day`."""
        return self.name.lower()


@total_ordering
@dataclass(frozen=True, slots=True)
class Floor:
    """The lowest urgency an ending may have. `soon` has a number of days; fewer days are a higher floor."""

    urgency: Urgency
    days: int = 0

    def __lt__(self, other: "Floor") -> bool:
        return self.rank < other.rank

    @property
    def rank(self) -> tuple[int, int]:
        """The value that floors are ordered by."""
        return self.urgency, -self.days

    def __str__(self) -> str:
        return f"{self.urgency.slug} {self.days} days" if self.days else self.urgency.slug


LOWEST_FLOOR = Floor(Urgency.SELF_CARE)
EMERGENCY_FLOOR = Floor(Urgency.EMERGENCY)
MAX_SOON_DAYS = 14  # `soon` is an appointment within two weeks at the latest


def raise_one_level(floor: Floor) -> Floor:
    """Return *floor* raised by one level, to same day at most: for a person who comes back a third time.

    Repeat contact is a sign of danger (odds ratio 4.02 for a missed case, BMJ Qual Saf 33:375).
    """
    match floor.urgency:
        case Urgency.SELF_CARE:
            return Floor(Urgency.ROUTINE)
        case Urgency.ROUTINE:
            return Floor(Urgency.SOON, MAX_SOON_DAYS)
        case Urgency.SOON:
            return Floor(Urgency.SAME_DAY)
        case _:
            return floor
