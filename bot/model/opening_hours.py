"""Opening hours: a week in one time zone, with exceptions, nights and clock changes.

The question is always "and now?", so everything is computed in moments (UTC), not in times of day. Where a clock change
makes a time of day mean two moments, a clinic opens at the later and closes at the earlier: in doubt it is closed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

DAY = 24 * 60  # minutes
FARTHEST = 60  # how far we look ahead; a clinic that is closed for longer is closed until further notice

Span = tuple[int, int]  # minutes after midnight; a value past 24:00 lies in the next day
Moments = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Hours:
    """The opening hours of one week, and exceptions by date.

    *week* begins on Monday. An exception replaces what begins on its day (YYYY-MM-DD).
    """

    zone: tzinfo
    week: tuple[tuple[Span, ...], ...] = ((),) * 7
    days: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)

    def spans(self, day: date) -> tuple[Span, ...]:
        """Return the opening hours that begin on *day*."""
        return self.days.get(day.isoformat(), self.week[day.weekday()])


@dataclass(frozen=True, slots=True)
class Open:
    """The status open. *until* is local time; None if it does not close within the days we look ahead."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Closed:
    """The status closed. *opens_at* is local time; None if it does not open within the days we look ahead."""

    opens: datetime | None


def at(hours: Hours, now: datetime) -> Open | Closed:
    """Return whether it is open *now* (any aware time), and when that changes."""
    last = now + timedelta(days=FARTHEST)
    for opens, closes in _together(_moments(hours, now)):
        if closes <= now:
            continue
        if opens > now:
            return Closed(opens.astimezone(hours.zone) if opens < last else None)
        return Open(closes.astimezone(hours.zone) if closes < last else None)
    return Closed(None)


def _moments(hours: Hours, now: datetime) -> Iterator[Moments]:
    """Yield the opening intervals from yesterday on (a night goes on into today), in the order they begin."""
    today = now.astimezone(hours.zone).date()
    for ahead in range(-1, FARTHEST + 2):
        day = today + timedelta(days=ahead)
        for start, end in sorted(hours.spans(day)):
            yield _moment(hours.zone, day, start, later=True), _closing(hours.zone, day, start, end)


def _closing(zone: tzinfo, day: date, start: int, end: int) -> datetime:
    """Return the moment of closing: the earlier of two possible ones, unless that is not after the opening.

    Then the interval lies in an hour that occurs twice, and it closes at the later.
    """
    early = _moment(zone, day, end, later=False)
    return early if early > _moment(zone, day, start, later=True) else _moment(zone, day, end, later=True)


def _moment(zone: tzinfo, day: date, minute: int, later: bool) -> datetime:
    """Return the moment of a local time of day; the *later* or the earlier, where a clock change makes it two."""
    local = datetime.combine(day + timedelta(days=minute // DAY), datetime.min.time())
    local += timedelta(minutes=minute % DAY)
    both = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return max(both) if later else min(both)


def _together(spans: Iterator[Moments]) -> Iterator[Moments]:
    """Merge intervals that touch or overlap: open to 24:00 and again from 00:00 means that it does not close."""
    held: Moments | None = None
    for opens, closes in spans:
        if held and opens <= held[1]:
            held = held[0], max(held[1], closes)
            continue
        if held:
            yield held
        held = opens, closes
    if held:
        yield held
