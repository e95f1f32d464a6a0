"""Disclosure control: no count under ten is shown, the others are rounded to five, and none gives a hidden one away.

A hidden count must not be found by taking one shown count from another (secondary suppression). Three things are known
of any week: a conversation that ended had begun; every ending has one urgency; no page, and no two answers about help,
were counted more often than there were conversations to count them in. So a count is also suppressed where those that
are shown would leave a hidden one less room than from 0 to 9. `tests/clinics/test_statistics.py` checks it with a
solver, over years of made-up clinics.

Only weeks that are over are shown, and none of them ever changes: two reports have nothing between them to subtract.
That something is hidden tells nothing either: rows and weeks are listed whether or not anything was counted in them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.model.urgency import Urgency

LEAST = 10  # counts under this are never shown
STEP = 5  # shown counts are rounded to a multiple of this
ERROR = STEP // 2  # a shown count is this far from the true one at the most
ROOM = LEAST - 1  # a hidden count must stay possible from 0 to this
URGENCIES = tuple(f"urgency:{urgency.word}" for urgency in sorted(Urgency, reverse=True))
FEEDBACK = ("feedback:yes", "feedback:no")
Numbers = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Week:
    """What is shown of one week, by measure. Everything else is hidden, be it much, little or nothing."""

    week: str
    shown: Numbers = field(default_factory=dict)


def published(weeks: Mapping[str, Numbers], this_week: str) -> list[Week]:
    """Return the weeks that are over, from the first to the last in which any count can be shown."""
    found = {week: publish(numbers) for week, numbers in weeks.items() if week < this_week}
    told = sorted(week for week, shown in found.items() if shown)
    return [Week(week, found.get(week, {})) for week in _between(told[0], told[-1])] if told else []


def publish(numbers: Numbers) -> Numbers:
    """Return what may be shown of one week's true counts."""
    shown = {what: _rounded(number) for what, number in numbers.items() if number >= LEAST}
    if "began" not in shown:
        return {}
    if "ended" not in shown:
        _hide(shown, FEEDBACK)  # of conversations that ended the week before
    else:
        _leave_room_for_feedback(shown)
        _leave_room_for_urgencies(shown)
    return shown


def _leave_room_for_feedback(shown: dict[str, int]) -> None:
    """Suppress the one answer that is shown if it would give the hidden other one away.

    The hidden one needs room below the number of endings.
    """
    seen = [what for what in FEEDBACK if what in shown]
    if len(seen) == 1 and _most_ended(shown) - _lowest(shown[seen[0]]) < ROOM:
        _hide(shown, seen)


def _leave_room_for_urgencies(shown: dict[str, int]) -> None:
    """Suppress the smallest urgencies until the hidden ones have room.

    Where not even that helps, how many ended is suppressed as well.
    """
    only_small = True  # every hidden one is under ten, as a reader might think
    while True:
        seen = [what for what in URGENCIES if what in shown]
        hidden = len(URGENCIES) - len(seen)
        most = _most_ended(shown) - sum(_lowest(shown[what]) for what in seen)
        least = _fewest_ended(shown) - sum(shown[what] + ERROR for what in seen)
        if hidden == 0 or (hidden > 1 and most >= ROOM and not (only_small and least > ROOM * (hidden - 1))):
            return None
        if not seen:
            return _hide(shown, ("ended", *FEEDBACK))
        _hide(shown, [min(seen, key=lambda what: shown[what])])
        only_small = False


def _rounded(number: int) -> int:
    """Return *count* rounded to the nearest step."""
    return STEP * ((number + ERROR) // STEP)


def _lowest(number: int) -> int:
    """Return the least that the true count behind a shown one can be."""
    return max(LEAST, number - ERROR)


def _most_ended(shown: Numbers) -> int:
    """Return the most conversations that can have ended, for a reader who takes hidden urgencies to be under ten.

    How many began says no less: it is rounded in the same way. The urgencies may: each is rounded by itself.
    """
    by_urgency = sum(shown[what] + ERROR if what in shown else ROOM for what in URGENCIES)
    return min(shown["ended"] + ERROR, by_urgency)


def _fewest_ended(shown: Numbers) -> int:
    """Return the fewest that can have ended, for a reader who also sees how many answered whether it helped."""
    return max(_lowest(shown["ended"]), sum(_lowest(shown[what]) for what in FEEDBACK if what in shown))


def _hide(shown: dict[str, int], whats: Iterable[str]) -> None:
    """Remove *measures* from what is shown."""
    for what in whats:
        shown.pop(what, None)


def _between(first: str, last: str) -> list[str]:
    """Return every week from *first* to *last*."""
    monday, weeks = _monday(first), []
    while monday <= _monday(last):
        year, week, _ = monday.isocalendar()
        weeks.append(f"{year}-W{week:02d}")
        monday += timedelta(weeks=1)
    return weeks


def _monday(week: str) -> date:
    """Return the Monday of an ISO week such as 2026-W47."""
    year, _, number = week.partition("-W")
    return date.fromisocalendar(int(year), int(number), 1)
