"""Reader of opening hours as a clinic writes them: days, times, and dates with other hours."""

import re
from collections.abc import Iterator
from datetime import date, timedelta, tzinfo
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import Position, YamlNode, YamlScalar, shorten
from bot.model.opening_hours import MINUTES_PER_DAY, MinuteSpan, OpeningHours

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TIME_SPAN_PATTERN = re.compile(r"([0-9]{2}):([0-9]{2}) ?[-\u2013] ?([0-9]{2}):([0-9]{2})")
DATE_PATTERN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
CLOSED_WORD = "closed"
MAX_EXCEPTION_DAYS = 60  # days of one exception


def read_time_zone(context: ParseContext, table: TableReader) -> tzinfo:
    """Read the required time zone; report an unknown one and return UTC."""
    node = table.require("time_zone", "such as Europe/London")
    name = context.read_raw(node, table.display_name_of("time_zone")) if node else ""
    try:
        if name:
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    if isinstance(node, YamlScalar):
        context.report(node, "time-zone", f"no time zone is called '{shorten(name)}'", _suggest_time_zone(name))
    return ZoneInfo("UTC")


def _suggest_time_zone(name: str) -> str:
    """Return a hint with the time zone of the city that was meant: cities are what people know."""
    city = name.rpartition("/")[2].strip().replace(" ", "_").casefold()
    zones = {zone.rpartition("/")[2].casefold(): zone for zone in sorted(available_timezones()) if "/" in zone}
    close = get_close_matches(city[:60], zones, n=1, cutoff=0.8)
    return f"did you mean '{zones[close[0]]}'?" if close else "such as Europe/London"


def read_opening_hours(context: ParseContext, table: TableReader, zone: tzinfo) -> OpeningHours:
    """Read `hours` and `exceptions` of a clinic or of one of its services."""
    week: list[tuple[MinuteSpan, ...]] = [()] * 7
    first_mention: dict[int, Position] = {}
    with TableReader(context, table.require("hours"), table.display_name_of("hours")) as hours:
        for key, value in hours.take_remaining():
            spans = _read_spans(context, value, f"'{key.value}'")
            for day in _read_weekdays(context, key):
                if day in first_mention:
                    hint = f"the first are on line {first_mention[day].line}"
                    context.report(key, "twice", f"{WEEKDAYS[day]} has hours twice", hint)
                first_mention.setdefault(day, key)
                week[day] = spans
    return OpeningHours(zone, tuple(week), _read_exceptions(context, table))


def _read_weekdays(context: ParseContext, key: YamlScalar) -> list[int]:
    """Return the weekdays (Monday is 0) that a key means: one, `monday to friday`, or `every day`."""
    first, to, last = key.value.lower().partition(" to ")
    if key.value.lower() == "every day":
        return list(range(7))
    if first in WEEKDAYS and (last in WEEKDAYS or not to):
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        return [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]
    hint = "monday, monday to friday, or every day"
    context.report(key, "hours", f"no day is called '{shorten(key.value)}'", hint)
    return []


def _read_exceptions(context: ParseContext, table: TableReader) -> dict[str, tuple[MinuteSpan, ...]]:
    """Read the optional dates with other hours, as time spans by date (YYYY-MM-DD)."""
    days: dict[str, tuple[MinuteSpan, ...]] = {}
    node = table.get("exceptions")
    if node is None:
        return days
    with TableReader(context, node, table.display_name_of("exceptions")) as exceptions:
        for key, value in exceptions.take_remaining():
            spans = _read_spans(context, value, f"'{key.value}'")
            for day in _read_dates(context, key):
                if day in days:
                    context.report(key, "twice", f"{day} has hours twice")
                days[day] = spans
    return days


def _read_dates(context: ParseContext, key: YamlScalar) -> Iterator[str]:
    """Return the dates that a key means: one, or `2026-12-24 to 2027-01-01`."""
    first, to, last = key.value.partition(" to ")
    try:
        start, end = _parse_date(first), _parse_date(last if to else first)
    except ValueError:
        context.report(key, "not-a-date", f"an exception's day should look like 2026-12-25: '{shorten(key.value)}'")
        return
    length = (end - start).days
    if not 0 <= length <= MAX_EXCEPTION_DAYS:
        context.report(key, "hours", f"an exception ends after it begins, and within {MAX_EXCEPTION_DAYS} days")
        return
    yield from ((start + timedelta(days=ahead)).isoformat() for ahead in range(length + 1))


def _parse_date(text: str) -> date:
    """Parse a date written as YYYY-MM-DD; raise ValueError for anything else."""
    if not DATE_PATTERN.fullmatch(text):
        raise ValueError
    return date.fromisoformat(text)


def _read_spans(context: ParseContext, node: YamlNode, display_name: str) -> tuple[MinuteSpan, ...]:
    """Read the time spans of one day, in order and without overlap; none where it is closed."""
    if isinstance(node, YamlScalar) and node.value == CLOSED_WORD:
        return ()
    found = [
        (item, _read_span(context, item, display_name))
        for item in context.read_items(node, display_name, allow_single=True)
    ]
    spans: list[MinuteSpan] = []
    for item, span in found:
        if span and spans and span[0] < spans[-1][1]:
            context.report(item, "hours", f"the times of {display_name} overlap, or are out of order")
        elif span:
            spans.append(span)
    return tuple(spans)


def _read_span(context: ParseContext, node: YamlNode, display_name: str) -> MinuteSpan | None:
    """Read one time span as minutes since midnight; the end of a night is more than one day's minutes."""
    text = context.read_raw(node, display_name)
    found = TIME_SPAN_PATTERN.fullmatch(text)
    if found:
        h1, m1, h2, m2 = map(int, found.groups())
        start, end = h1 * 60 + m1, h2 * 60 + m2
        if max(m1, m2) < 60 and start < MINUTES_PER_DAY and end <= MINUTES_PER_DAY and start != end:
            return start, end if end > start else end + MINUTES_PER_DAY
    if isinstance(node, YamlScalar):
        hint = "such as 09:00-17:00, or 22:00-06:00 for a night, or closed"
        context.report(node, "hours", f"{display_name} should be a time from and to: '{shorten(text)}'", hint)
    return None
