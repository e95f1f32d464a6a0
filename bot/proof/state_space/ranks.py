"""Ranks: floors as plain numbers, so that a hundred thousand of them are compared in no time."""

from bot.model.urgency import MOST_DAYS, Floor, Urgency

_MOST = MOST_DAYS + 1


def height(floor: Floor | None) -> int:
    """Return the rank of *floor*, in the same order as floors: higher is sooner. None is the lowest."""
    return (floor.urgency << 4) + _MOST - floor.days if floor else LOWEST


def floor_at(height: int) -> Floor:
    """Return the floor that has this rank."""
    urgency = Urgency(height >> 4)
    return Floor(urgency, _MOST - (height & _MOST) if urgency is Urgency.SOON else 0)


def urgency_at(height: int) -> int:
    """Return the urgency of a rank, as its number."""
    return height >> 4


def least(urgency: Urgency) -> int:
    """Return the lowest rank with that urgency."""
    return height(Floor(urgency, MOST_DAYS if urgency is Urgency.SOON else 0))


LOWEST = height(Floor(Urgency.SELF_CARE))
EMERGENCY = height(Floor(Urgency.EMERGENCY))
