"""When a door is open: nights, holidays, and the two days a year on which the clocks change."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.authoring.parsing.readers.opening_hours import WEEKDAYS
from bot.model.opening_hours import Closed, MinuteSpan, Open, OpeningHours, status_at

BERLIN = "Europe/Berlin"  # in 2026 the clocks go forward on 29 March at 02:00, and back on 25 October at 03:00


def minutes(text: str) -> MinuteSpan:
    (h1, m1), (h2, m2) = (map(int, part.split(":")) for part in text.split("-"))
    start, end = h1 * 60 + m1, h2 * 60 + m2
    return start, end if end > start else end + 24 * 60


def hours(zone: str = BERLIN, days: dict[str, str] | None = None, **week: str) -> OpeningHours:
    """Opening hours, such as monday="09:00-12:00 13:00-17:00"; *daily* is every day."""
    spans = [tuple(map(minutes, week.get(day, week.get("daily", "")).split())) for day in WEEKDAYS]
    exceptions = {day: tuple(map(minutes, text.split())) for day, text in (days or {}).items()}
    return OpeningHours(ZoneInfo(zone), tuple(spans), exceptions)


def said(hours: OpeningHours, when: str) -> str:
    """What the door says at *when*, local time: "open until …" or "closed until …"."""
    return told(hours, datetime.fromisoformat(when).replace(tzinfo=hours.zone))


def told(hours: OpeningHours, moment: datetime) -> str:
    match status_at(hours, moment):
        case Open(until):
            return f"open until {until:%m-%d %H:%M}" if until else "always open"
        case Closed(opens):
            return f"closed until {opens:%m-%d %H:%M}" if opens else "closed for good"


def test_an_ordinary_week() -> None:
    week = hours(monday="09:00-12:30 13:30-17:00", friday="09:00-12:30")
    assert said(week, "2026-11-23T08:59") == "closed until 11-23 09:00"
    assert said(week, "2026-11-23T09:00") == "open until 11-23 12:30"
    assert said(week, "2026-11-23T12:30") == "closed until 11-23 13:30"  # the moment it closes, it is closed
    assert said(week, "2026-11-23T17:00") == "closed until 11-27 09:00"
    assert said(week, "2026-11-27T13:00") == "closed until 11-30 09:00"


def test_the_time_is_the_clinic_s_and_not_the_reader_s() -> None:
    week = hours("America/New_York", monday="09:00-17:00")
    assert told(week, datetime(2026, 11, 23, 13, 59, tzinfo=UTC)) == "closed until 11-23 09:00"
    assert told(week, datetime(2026, 11, 23, 14, 0, tzinfo=UTC)) == "open until 11-23 17:00"
    assert told(hours("Pacific/Auckland", monday="09:00-17:00"), datetime(2026, 11, 22, 20, 30, tzinfo=UTC)).startswith(
        "open"
    )


def test_a_night_goes_on_into_the_next_day() -> None:
    nights = hours(friday="22:00-02:00", saturday="22:00-02:00")
    assert said(nights, "2026-11-27T23:00") == "open until 11-28 02:00"
    assert said(nights, "2026-11-28T01:59") == "open until 11-28 02:00"
    assert said(nights, "2026-11-28T02:00") == "closed until 11-28 22:00"
    assert said(nights, "2026-11-29T01:00") == "open until 11-29 02:00"  # Sunday has no hours of its own


def test_an_exception_stands_for_what_begins_on_that_day() -> None:
    nights = hours(daily="22:00-02:00", days={"2026-12-25": ""})
    assert said(nights, "2026-12-25T01:00") == "open until 12-25 02:00"  # Christmas Eve's night, not Christmas
    assert said(nights, "2026-12-25T23:00") == "closed until 12-26 22:00"
    assert said(nights, "2026-12-26T01:00") == "closed until 12-26 22:00"  # and Christmas's own night is gone


def test_a_holiday_over_the_new_year() -> None:
    days = {f"2026-12-{day}": "" for day in range(24, 32)} | {"2027-01-01": "", "2026-12-29": "10:00-12:00"}
    week = hours(daily="09:00-17:00", days=days)
    assert said(week, "2026-12-23T18:00") == "closed until 12-29 10:00"
    assert said(week, "2026-12-29T10:30") == "open until 12-29 12:00"
    assert said(week, "2026-12-29T12:00") == "closed until 01-02 09:00"


def test_day_and_night() -> None:
    assert said(hours(daily="00:00-24:00"), "2026-03-29T02:30") == "always open"
    assert said(hours(saturday="00:00-24:00", sunday="00:00-24:00"), "2026-11-28T12:00") == "open until 11-30 00:00"
    assert said(hours(daily="00:00-24:00", days={"2026-11-24": ""}), "2026-11-23T12:00") == "open until 11-24 00:00"


def test_never() -> None:
    assert said(hours(), "2026-11-23T12:00") == "closed for good"
    long = {f"2026-12-{day:02d}": "" for day in range(1, 32)} | {f"2027-01-{day:02d}": "" for day in range(1, 32)}
    assert said(hours(monday="09:00-17:00", days=long), "2026-12-01T12:00") == "closed for good"


class TestTheNightTheClocksGoForward:
    def test_a_door_that_should_open_at_a_time_that_never_comes(self) -> None:
        """02:30 is not there: it opens an hour later by the clock, half an hour after the jump."""
        week = hours(sunday="02:30-06:00")
        assert told(week, datetime(2026, 3, 29, 0, 59, tzinfo=UTC)) == "closed until 03-29 03:30"
        assert told(week, datetime(2026, 3, 29, 1, 30, tzinfo=UTC)) == "open until 03-29 06:00"

    def test_a_door_that_should_close_then(self) -> None:
        """It is said to be closed from the earlier moment on."""
        week = hours(saturday="22:00-02:30")
        assert told(week, datetime(2026, 3, 29, 0, 20, tzinfo=UTC)) == "open until 03-29 01:30"
        assert told(week, datetime(2026, 3, 29, 0, 40, tzinfo=UTC)).startswith("closed")

    def test_hours_wholly_inside_the_gap(self) -> None:
        assert told(hours(sunday="02:10-02:50"), datetime(2026, 3, 29, 1, 5, tzinfo=UTC)) == "closed until 03-29 03:10"


class TestTheNightTheClocksGoBack:
    FIRST, SECOND = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # both 02:30

    def test_a_door_opens_at_the_second_and_closes_at_the_first(self) -> None:
        assert told(hours(sunday="02:30-06:00"), self.FIRST) == "closed until 10-25 02:30"
        assert told(hours(sunday="02:30-06:00"), self.SECOND) == "open until 10-25 06:00"
        assert told(hours(saturday="22:00-02:30"), self.FIRST).startswith("closed")

    def test_a_night_is_an_hour_longer_and_no_different(self) -> None:
        for moment in (self.FIRST, self.SECOND):
            assert told(hours(saturday="22:00-06:00"), moment) == "open until 10-25 06:00"

    def test_hours_wholly_inside_the_doubled_hour(self) -> None:
        assert told(hours(sunday="02:10-02:50"), self.SECOND) == "open until 10-25 02:50"
        assert told(hours(sunday="02:10-02:50"), self.FIRST) == "closed until 10-25 02:10"


ZONES = ("Europe/London", BERLIN, "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "UTC")
spans = st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440)), max_size=3).map(
    lambda found: tuple((start, start + length) for start, length in found)
)


@given(
    st.sampled_from(ZONES),
    st.lists(spans, min_size=7, max_size=7),
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 12, 31)),
)
def test_what_it_says_comes_true(zone: str, week: list[tuple[MinuteSpan, ...]], when: datetime) -> None:
    """At the moment it names, and at no moment before it, the door is the other way round."""
    door, now = OpeningHours(ZoneInfo(zone), tuple(week)), when.replace(tzinfo=UTC)
    match status_at(door, now):
        case Open(until) if until:
            assert until > now
            assert isinstance(status_at(door, until), Closed)
            assert isinstance(status_at(door, now + (until - now) / 2), Open)
        case Closed(opens) if opens:
            assert opens > now
            assert isinstance(status_at(door, opens), Open)
            assert isinstance(status_at(door, now + (opens.astimezone(UTC) - now) / 2), Closed)


@pytest.mark.parametrize("zone", ZONES)
def test_nine_o_clock_is_nine_o_clock_on_every_day_of_three_years(zone: str) -> None:
    door = hours(zone, daily="09:00-17:00")
    moment = datetime(2025, 1, 1, tzinfo=UTC)
    for _ in range(1100):
        match status_at(door, moment):
            case Closed(opens):
                assert opens is not None
                assert (opens.hour, opens.minute) == (9, 0)
                moment = opens.astimezone(UTC)
            case Open(until):
                assert until is not None
                assert (until.hour, until.minute) == (17, 0)
                moment = until.astimezone(UTC)
