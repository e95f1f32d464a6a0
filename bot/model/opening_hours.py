"""Opening hours: a week in one time zone, with exceptions, nights and clock changes.

The question is always "and now?", so everything is computed in moments (UTC), not in times of day. Where a clock change
makes a time of day mean two moments, a clinic opens at the later and closes at the earlier: in doubt it is closed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

MINUTES_PER_DAY = 24 * 60  # minutes
LOOKAHEAD_DAYS = 60  # how far we look ahead; a clinic that is closed for longer is closed until further notice

MinuteSpan = tuple[int, int]  # minutes after midnight; a value past 24:00 lies in the next day
Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The opening hours of one week, and exceptions by date.

    *week* begins on Monday. An exception replaces what begins on its day (YYYY-MM-DD).
    """

    zone: tzinfo
    week: tuple[tuple[MinuteSpan, ...], ...] = ((),) * 7
    exceptions: Mapping[str, tuple[MinuteSpan, ...]] = field(default_factory=dict)

    def spans_on(self, day: date) -> tuple[MinuteSpan, ...]:
        """Return the opening hours that begin on *day*."""
        return self.exceptions.get(day.isoformat(), self.week[day.weekday()])


@dataclass(frozen=True, slots=True)
class Open:
    """The status open. *until* is local time; None if it does not close within the days we look ahead."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Closed:
    """The status closed. *opens_at* is local time; None if it does not open within the days we look ahead."""

    opens_at: datetime | None


def status_at(hours: OpeningHours, now: datetime) -> Open | Closed:
    """Return whether it is open *now* (any aware time), and when that changes."""
    horizon = now + timedelta(days=LOOKAHEAD_DAYS)
    for opens, closes in _merge_touching(_intervals(hours, now)):
        if closes <= now:
            continue
        if opens > now:
            return Closed(opens.astimezone(hours.zone) if opens < horizon else None)
        return Open(closes.astimezone(hours.zone) if closes < horizon else None)
    return Closed(None)


def _intervals(hours: OpeningHours, now: datetime) -> Iterator[Interval]:
    """Yield the opening intervals from yesterday on (a night goes on into today), in the order they begin."""
    today = now.astimezone(hours.zone).date()
    for offset in range(-1, LOOKAHEAD_DAYS + 2):
        day = today + timedelta(days=offset)
        for start, end in sorted(hours.spans_on(day)):
            yield _moment(hours.zone, day, start, later=True), _closing_moment(hours.zone, day, start, end)


def _closing_moment(zone: tzinfo, day: date, start: int, end: int) -> datetime:
    """Return the moment of closing: the earlier of two possible ones, unless that is not after the opening.

    Then the interval lies in an hour that occurs twice, and it closes at the later.
    """
    earlier = _moment(zone, day, end, later=False)
    return earlier if earlier > _moment(zone, day, start, later=True) else _moment(zone, day, end, later=True)


def _moment(zone: tzinfo, day: date, minute: int, later: bool) -> datetime:
    """Return the moment of a local time of day; the *later* or the earlier, where a clock change makes it two."""
    local = datetime.combine(day + timedelta(days=minute // MINUTES_PER_DAY), datetime.min.time())
    local += timedelta(minutes=minute % MINUTES_PER_DAY)
    moments = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return max(moments) if later else min(moments)


def _merge_touching(intervals: Iterator[Interval]) -> Iterator[Interval]:
    """Merge intervals that touch or overlap: open to 24:00 and again from 00:00 means that it does not close."""
    current: Interval | None = None
    for opens, closes in intervals:
        if current and opens <= current[1]:
            current = current[0], max(current[1], closes)
            continue
        if current:
            yield current
        current = opens, closes
    if current:
        yield current
