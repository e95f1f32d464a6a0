"""Reader of opening hours as a clinic writes them: days, times, and dates with other hours."""

import re
from collections.abc import Iterator
from datetime import date, timedelta, tzinfo
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.authoring.parsing.parse_context import Reading
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Node, Scalar, Spot, shortened
from bot.model.opening_hours import DAY, Hours, Span

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TIMES = re.compile(r"([0-9]{2}):([0-9]{2}) ?[-\u2013] ?([0-9]{2}):([0-9]{2})")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CLOSED = "closed"
LONGEST_RANGE = 60  # days of one exception


def time_zone(reading: Reading, it: Fields) -> tzinfo:
    """Read the required time zone; report an unknown one and return UTC."""
    node = it.need("time_zone", "such as Europe/London")
    name = reading.raw(node, it.what("time_zone")) if node else ""
    try:
        if name:
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    if isinstance(node, Scalar):
        reading.fault(node, "time-zone", f"no time zone is called '{shortened(name)}'", _of_city(name))
    return ZoneInfo("UTC")


def _of_city(name: str) -> str:
    """Return a hint with the time zone of the city that was meant: cities are what people know."""
    city = name.rpartition("/")[2].strip().replace(" ", "_").casefold()
    zones = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(available_timezones()) if "/" in zone}
    close = get_close_matches(city[:60], zones, n=1, cutoff=0.8)
    return f"did you mean '{zones[close[0]]}'?" if close else "such as Europe/London"


def opening_hours(reading: Reading, it: Fields, zone: tzinfo) -> Hours:
    """Read `hours` and `exceptions` of a clinic or of one of its services."""
    week: list[tuple[Span, ...]] = [()] * 7
    told: dict[int, Spot] = {}
    with Fields(reading, it.need("hours"), it.what("hours")) as hours:
        for key, value in hours.rest():
            spans = _spans(reading, value, f"'{key.value}'")
            for day in _days(reading, key):
                if day in told:
                    hint = f"the first are on line {told[day].line}"
                    reading.fault(key, "twice", f"{DAYS[day]} has hours twice", hint)
                told.setdefault(day, key)
                week[day] = spans
    return Hours(zone, tuple(week), _exceptions(reading, it))


def _days(reading: Reading, key: Scalar) -> list[int]:
    """Return the weekdays (Monday is 0) that a key means: one, `monday to friday`, or `every day`."""
    first, to, last = key.value.lower().partition(" to ")
    if key.value.lower() == "every day":
        return list(range(7))
    if first in DAYS and (last in DAYS or not to):
        start, end = DAYS.index(first), DAYS.index(last or first)
        return [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]
    hint = "monday, monday to friday, or every day"
    reading.fault(key, "hours", f"no day is called '{shortened(key.value)}'", hint)
    return []


def _exceptions(reading: Reading, it: Fields) -> dict[str, tuple[Span, ...]]:
    """Read the optional dates with other hours, as time spans by date (YYYY-MM-DD)."""
    days: dict[str, tuple[Span, ...]] = {}
    node = it.get("exceptions")
    if node is None:
        return days
    with Fields(reading, node, it.what("exceptions")) as exceptions:
        for key, value in exceptions.rest():
            spans = _spans(reading, value, f"'{key.value}'")
            for day in _dates(reading, key):
                if day in days:
                    reading.fault(key, "twice", f"{day} has hours twice")
                days[day] = spans
    return days


def _dates(reading: Reading, key: Scalar) -> Iterator[str]:
    """Return the dates that a key means: one, or `2026-12-24 to 2027-01-01`."""
    first, to, last = key.value.partition(" to ")
    try:
        start, end = _date(first), _date(last if to else first)
    except ValueError:
        reading.fault(key, "not-a-date", f"an exception's day should look like 2026-12-25: '{shortened(key.value)}'")
        return
    length = (end - start).days
    if not 0 <= length <= LONGEST_RANGE:
        reading.fault(key, "hours", f"an exception ends after it begins, and within {LONGEST_RANGE} days")
        return
    yield from ((start + timedelta(days=ahead)).isoformat() for ahead in range(length + 1))


def _date(text: str) -> date:
    """Parse a date written as YYYY-MM-DD; raise ValueError for anything else."""
    if not DATE.fullmatch(text):
        raise ValueError
    return date.fromisoformat(text)


def _spans(reading: Reading, node: Node, what: str) -> tuple[Span, ...]:
    """Read the time spans of one day, in order and without overlap; none where it is closed."""
    if isinstance(node, Scalar) and node.value == CLOSED:
        return ()
    found = [(item, _span(reading, item, what)) for item in reading.items(node, what, lone=True)]
    spans: list[Span] = []
    for item, span in found:
        if span and spans and span[0] < spans[-1][1]:
            reading.fault(item, "hours", f"the times of {what} overlap, or are out of order")
        elif span:
            spans.append(span)
    return tuple(spans)


def _span(reading: Reading, node: Node, what: str) -> Span | None:
    """Read one time span as minutes since midnight; the end of a night is more than one day's minutes."""
    text = reading.raw(node, what)
    found = TIMES.fullmatch(text)
    if found:
        h1, m1, h2, m2 = map(int, found.groups())
        start, end = h1 * 60 + m1, h2 * 60 + m2
        if max(m1, m2) < 60 and start < DAY and end <= DAY and start != end:
            return start, end if end > start else end + DAY
    if isinstance(node, Scalar):
        hint = "such as 09:00-17:00, or 22:00-06:00 for a night, or closed"
        reading.fault(node, "hours", f"{what} should be a time from and to: '{shortened(text)}'", hint)
    return None
