"""Ranks: floors as plain numbers, so that a hundred thousand of them are compared in no time."""

from bot.model.urgency import MAX_SOON_DAYS, Floor, Urgency

_DAYS_MASK = MAX_SOON_DAYS + 1


def rank_of(floor: Floor | None) -> int:
    """Return the rank of *floor*, in the same order as floors: higher is sooner. None is the lowest."""
    return (floor.urgency << 4) + _DAYS_MASK - floor.days if floor else LOWEST_RANK


def floor_of(rank: int) -> Floor:
    """Return the floor that has this rank."""
    urgency = Urgency(rank >> 4)
    return Floor(urgency, _DAYS_MASK - (rank & _DAYS_MASK) if urgency is Urgency.SOON else 0)


def urgency_of(rank: int) -> int:
    """Return the urgency of a rank, as its number."""
    return rank >> 4


def lowest_rank_of(urgency: Urgency) -> int:
    """Return the lowest rank with that urgency."""
    return rank_of(Floor(urgency, MAX_SOON_DAYS if urgency is Urgency.SOON else 0))


LOWEST_RANK = rank_of(Floor(Urgency.SELF_CARE))
EMERGENCY_RANK = rank_of(Floor(Urgency.EMERGENCY))
