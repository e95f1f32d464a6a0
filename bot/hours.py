"""When a door is open: a week of opening hours in one time zone, with exceptions, nights and clock changes.

What is asked is always "and now?", so everything is reckoned in moments, not in times of day. Where the clocks make a
time of day mean two moments, a door opens at the later and closes at the earlier: in doubt it is said to be closed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

DAY = 24 * 60  # minutes
FARTHEST = 60  # days that are looked ahead; a door that stays closed for longer is closed until further notice

Span = tuple[int, int]  # minutes after the midnight that its day begins with; past 24:00 it goes on into the next day
Moments = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Hours:
    """*week* begins on Monday. *days* are exceptions, by date; each stands for what begins on that day."""

    zone: tzinfo
    week: tuple[tuple[Span, ...], ...] = ((),) * 7
    days: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)

    def spans(self, day: date) -> tuple[Span, ...]:
        return self.days.get(day.isoformat(), self.week[day.weekday()])


@dataclass(frozen=True, slots=True)
class Open:
    """*until* is local time; None when it does not close for as far as we look."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Closed:
    """*opens* is local time; None when it does not open for as far as we look."""

    opens: datetime | None


def at(hours: Hours, now: datetime) -> Open | Closed:
    """Whether the door is open *now* (any aware time), and when that changes."""
    last = now + timedelta(days=FARTHEST)
    for opens, closes in _together(_moments(hours, now)):
        if closes <= now:
            continue
        if opens > now:
            return Closed(opens.astimezone(hours.zone) if opens < last else None)
        return Open(closes.astimezone(hours.zone) if closes < last else None)
    return Closed(None)


def _moments(hours: Hours, now: datetime) -> Iterator[Moments]:
    """Every span from yesterday on (a night goes on into today), as moments, in the order in which they begin."""
    today = now.astimezone(hours.zone).date()
    for ahead in range(-1, FARTHEST + 2):
        day = today + timedelta(days=ahead)
        for start, end in sorted(hours.spans(day)):
            yield _moment(hours.zone, day, start, later=True), _closing(hours.zone, day, start, end)


def _closing(zone: tzinfo, day: date, start: int, end: int) -> datetime:
    """The earlier of two moments, unless that would be before it opened: then the span lies in a doubled hour."""
    early = _moment(zone, day, end, later=False)
    return early if early > _moment(zone, day, start, later=True) else _moment(zone, day, end, later=True)


def _moment(zone: tzinfo, day: date, minute: int, later: bool) -> datetime:
    """The moment of a local time of day; the *later* or the earlier of two, where the clocks leave two."""
    local = datetime.combine(day + timedelta(days=minute // DAY), datetime.min.time())
    local += timedelta(minutes=minute % DAY)
    both = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return max(both) if later else min(both)


def _together(spans: Iterator[Moments]) -> Iterator[Moments]:
    """Spans that touch, as one: a door that is open to 24:00 and again from 00:00 does not close."""
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
