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

MIN_SHOWN_COUNT = 10  # counts under this are never shown
ROUNDING_STEP = 5  # shown counts are rounded to a multiple of this
MAX_ROUNDING_ERROR = ROUNDING_STEP // 2  # a shown count is this far from the true one at the most
MAX_HIDDEN_COUNT = MIN_SHOWN_COUNT - 1  # a hidden count must stay possible from 0 to this
URGENCY_MEASURES = tuple(f"urgency:{urgency.slug}" for urgency in sorted(Urgency, reverse=True))
FEEDBACK_MEASURES = ("feedback:yes", "feedback:no")
WeekCounts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PublishedWeek:
    """What is shown of one week, by measure. Everything else is hidden, be it much, little or nothing."""

    week: str
    shown: WeekCounts = field(default_factory=dict)


def publish_weeks(weeks: Mapping[str, WeekCounts], this_week: str) -> list[PublishedWeek]:
    """Return the weeks that are over, from the first to the last in which any count can be shown."""
    found = {week: publish_week(counts) for week, counts in weeks.items() if week < this_week}
    weeks_with_counts = sorted(week for week, shown in found.items() if shown)
    return (
        [
            PublishedWeek(week, found.get(week, {}))
            for week in _weeks_between(weeks_with_counts[0], weeks_with_counts[-1])
        ]
        if weeks_with_counts
        else []
    )


def publish_week(counts: WeekCounts) -> WeekCounts:
    """Return what may be shown of one week's true counts."""
    shown = {measure: _rounded(count) for measure, count in counts.items() if count >= MIN_SHOWN_COUNT}
    if "began" not in shown:
        return {}
    if "ended" not in shown:
        _suppress(shown, FEEDBACK_MEASURES)  # of conversations that ended the week before
    else:
        _protect_hidden_feedback(shown)
        _protect_hidden_urgencies(shown)
    return shown


def _protect_hidden_feedback(shown: dict[str, int]) -> None:
    """Suppress the one answer that is shown if it would give the hidden other one away.

    The hidden one needs room below the number of endings.
    """
    visible = [measure for measure in FEEDBACK_MEASURES if measure in shown]
    if len(visible) == 1 and _max_ended(shown) - _lowest_true_count(shown[visible[0]]) < MAX_HIDDEN_COUNT:
        _suppress(shown, visible)


def _protect_hidden_urgencies(shown: dict[str, int]) -> None:
    """Suppress the smallest urgencies until the hidden ones have room.

    Where not even that helps, how many ended is suppressed as well.
    """
    only_small = True  # every hidden one is under ten, as a reader might think
    while True:
        visible = [measure for measure in URGENCY_MEASURES if measure in shown]
        hidden = len(URGENCY_MEASURES) - len(visible)
        most_left = _max_ended(shown) - sum(_lowest_true_count(shown[measure]) for measure in visible)
        least_left = _min_ended(shown) - sum(shown[measure] + MAX_ROUNDING_ERROR for measure in visible)
        if hidden == 0 or (
            hidden > 1
            and most_left >= MAX_HIDDEN_COUNT
            and not (only_small and least_left > MAX_HIDDEN_COUNT * (hidden - 1))
        ):
            return None
        if not visible:
            return _suppress(shown, ("ended", *FEEDBACK_MEASURES))
        _suppress(shown, [min(visible, key=lambda measure: shown[measure])])
        only_small = False


def _rounded(count: int) -> int:
    """Return *count* rounded to the nearest step."""
    return ROUNDING_STEP * ((count + MAX_ROUNDING_ERROR) // ROUNDING_STEP)


def _lowest_true_count(count: int) -> int:
    """Return the least that the true count behind a shown one can be."""
    return max(MIN_SHOWN_COUNT, count - MAX_ROUNDING_ERROR)


def _max_ended(shown: WeekCounts) -> int:
    """Return the most conversations that can have ended, for a reader who takes hidden urgencies to be under ten.

    How many began says no less: it is rounded in the same way. The urgencies may: each is rounded by itself.
    """
    by_urgency = sum(
        shown[measure] + MAX_ROUNDING_ERROR if measure in shown else MAX_HIDDEN_COUNT for measure in URGENCY_MEASURES
    )
    return min(shown["ended"] + MAX_ROUNDING_ERROR, by_urgency)


def _min_ended(shown: WeekCounts) -> int:
    """Return the fewest that can have ended, for a reader who also sees how many answered whether it helped."""
    return max(
        _lowest_true_count(shown["ended"]),
        sum(_lowest_true_count(shown[measure]) for measure in FEEDBACK_MEASURES if measure in shown),
    )


def _suppress(shown: dict[str, int], measures: Iterable[str]) -> None:
    """Remove *measures* from what is shown."""
    for measure in measures:
        shown.pop(measure, None)


def _weeks_between(first: str, last: str) -> list[str]:
    """Return every week from *first* to *last*."""
    monday, weeks = _monday_of(first), []
    while monday <= _monday_of(last):
        year, week, _ = monday.isocalendar()
        weeks.append(f"{year}-W{week:02d}")
        monday += timedelta(weeks=1)
    return weeks


def _monday_of(week: str) -> date:
    """Return the Monday of an ISO week such as 2026-W47."""
    year, _, count = week.partition("-W")
    return date.fromisocalendar(int(year), int(count), 1)
