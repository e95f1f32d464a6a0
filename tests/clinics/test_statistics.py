"""Counts without people: what is counted, what is kept of it, and that nothing hidden can be found in what is shown."""

import csv
import io
import random
import sqlite3
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import block_diag

from bot.authoring.loader import content_root, load_bundle
from bot.clinics.statistics.collect import collect_counts
from bot.clinics.statistics.counts import Count, CountStore
from bot.clinics.statistics.disclosure_control import (
    FEEDBACK_MEASURES,
    MIN_SHOWN_COUNT,
    ROUNDING_STEP,
    URGENCY_MEASURES,
    PublishedWeek,
    publish_week,
    publish_weeks,
)
from bot.clinics.statistics.report import HIDDEN_SYMBOL, as_csv, chart_svg, listed_measures, table_lines
from bot.clinics.statistics.store import FileCounts, MemoryCounts, open_counts
from bot.engine.deep_links import clinic_payload, parse_clinic_payload
from bot.engine.session import ButtonPress, Event, Message, MessageKind, Session, Start
from bot.engine.step import step
from bot.model.bundle import ContentBundle
from bot.operations.errors import CommandError
from tests.support.clinics import later, town

LIBRARY = town(load_bundle(content_root())[0], "2026-11-22T23:30", counting=True)  # half an hour before the week ends


# ---- what is counted


class Chat:
    """One conversation of somebody who came by a link, and what was counted of it."""

    def __init__(self, library: ContentBundle = LIBRARY, clinic: str = "northside") -> None:
        self.library, self.session, self.counts = library, Session(), list[Count]()
        self.send(parse_clinic_payload(clinic_payload(clinic, "bleeding_after_sex"), library) if clinic else Start())

    def send(self, event: Event) -> tuple[Message, ...]:
        before = self.session
        reply, counts = collect_counts(self.library, before, event, step(self.library, before, event))
        self.session, self.messages = reply
        self.counts += counts
        return self.messages

    def to_the_end(self) -> "Chat":
        self.send(ButtonPress("!go_on:bleeding_after_sex"))
        while self.messages[-1].kind is MessageKind.QUESTION:
            self.send(ButtonPress(self.messages[-1].options[0].id, self.session.turn))
        return self

    @property
    def told(self) -> list[str]:
        return [count.measure for count in self.counts]


def test_a_conversation_is_counted_once() -> None:
    chat = Chat()
    assert chat.told == []  # looking at the opening is nothing yet
    chat.to_the_end()
    urgency = f"urgency:{chat.messages[-1].floor.urgency.slug}" if chat.messages[-1].floor else ""
    assert chat.told == ["began", "ended", urgency]
    for event in (
        ButtonPress("!page:coil"),
        ButtonPress("!page:coil"),
        ButtonPress("!feedback:yes"),
        ButtonPress("!feedback:no"),
    ):
        chat.send(event)
    chat.send(ButtonPress("!resume"))
    assert chat.told[3:] == ["page:coil", "feedback:yes"]
    assert {(count.clinic, count.week) for count in chat.counts} == {("northside", "2026-W47")}


def test_an_answer_that_is_changed_after_the_end_is_no_second_end() -> None:
    chat = Chat().to_the_end()
    chat.send(ButtonPress(f"!change:{next(iter(chat.session.answers))}", chat.session.turn))
    while chat.messages[-1].kind is MessageKind.QUESTION:
        chat.send(ButtonPress(chat.messages[-1].options[-1].id, chat.session.turn))
    assert len([what for what in chat.told if what == "ended" or what.startswith("urgency")]) == 2


def test_a_second_conversation_is_a_second_one() -> None:
    chat = Chat().to_the_end()
    chat.send(ButtonPress("!restart"))
    chat.to_the_end()
    assert chat.told.count("began") == chat.told.count("ended") == 2


def test_the_week_is_the_clinic_s_own() -> None:
    assert next(count.week for count in Chat(later(LIBRARY, "2026-11-23T00:30")).to_the_end().counts) == "2026-W48"
    assert next(count.week for count in Chat(later(LIBRARY, "2026-07-19T23:30")).to_the_end().counts) == "2026-W30"
    assert next(count.week for count in Chat(later(LIBRARY, "2027-01-03T12:00")).to_the_end().counts) == "2026-W53"


@pytest.mark.parametrize("why", ["counting is off", "no clinic", "left behind", "no clock"])
def test_nothing_is_counted(why: str) -> None:
    off = town(LIBRARY)
    library = off if why == "counting is off" else LIBRARY
    if why == "no clock":
        library = library.with_environment(type(library.environment)(library.environment.clinics, None, True))
    chat = Chat(library, "" if why == "no clinic" else "northside")
    if why == "left behind":
        chat.send(ButtonPress("!leave_clinic"))
    assert chat.to_the_end().counts == []
    assert chat.session.recorded == ""


def test_whether_it_was_clear_is_asked_only_where_an_answer_is_counted() -> None:
    def asked(library: ContentBundle) -> bool:
        return any(button.id == "!feedback:yes" for button in Chat(library).to_the_end().messages[-1].buttons)

    assert asked(LIBRARY.with_environment(replace(LIBRARY.environment, feedback_enabled=True)))
    assert not asked(LIBRARY)
    assert not asked(town(LIBRARY))


# ---- where it is kept


@pytest.fixture(params=["memory", "file"])
def counts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CountStore]:
    kept: CountStore = MemoryCounts() if request.param == "memory" else FileCounts(tmp_path / "counts")
    yield kept
    kept.close()


def test_numbers_add_up(counts: CountStore) -> None:
    for _ in range(3):
        counts.add([Count("a", "2026-W01", "began"), Count("a", "2026-W02", "began"), Count("b", "2026-W01", "began")])
    counts.add([Count("a", "2026-W01", "began")])
    counts.add([])
    assert counts.weekly_counts("a") == {"2026-W01": {"began": 4}, "2026-W02": {"began": 3}}
    assert counts.weekly_counts("c") == {}


def test_the_file_holds_four_columns_and_nobody(tmp_path: Path) -> None:
    path = tmp_path / "counts"
    kept = FileCounts(path)
    kept.add(Chat().to_the_end().counts)
    kept.close()
    assert path.stat().st_mode & 0o777 == 0o600
    again = FileCounts(path)
    assert again.weekly_counts("northside")["2026-W47"]["began"] == 1
    again.close()
    with sqlite3.connect(path) as file:
        tables = file.execute("SELECT name FROM sqlite_master").fetchall()
        columns = [row[1] for row in file.execute("PRAGMA table_info(counts)")]
    file.close()
    assert tables == [("counts",)]
    assert columns == ["clinic", "week", "what", "number"]


def test_a_file_that_is_something_else(tmp_path: Path) -> None:
    text = tmp_path / "letter.txt"
    text.write_text("Dear nurse, " * 1000)
    with pytest.raises(CommandError):
        FileCounts(text)
    assert text.read_text() == "Dear nurse, " * 1000
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as file:
        file.execute("CREATE TABLE sessions (id)")
    file.close()
    for path in (other, tmp_path, tmp_path / "no" / "where"):
        with pytest.raises(CommandError):
            FileCounts(path)


def test_off_by_default() -> None:
    assert open_counts("") is None


# ---- what is shown


def numbers(
    began: int = 0, ended: tuple[int, ...] = (0,) * 5, yes: int = 0, no: int = 0, **pages: int
) -> dict[str, int]:
    """A week, its endings from emergency to self-care."""
    told = {"began": began, "ended": sum(ended), "feedback:yes": yes, "feedback:no": no}
    told |= dict(zip(URGENCY_MEASURES, ended, strict=True)) | {f"page:{page}": number for page, number in pages.items()}
    return {what: number for what, number in told.items() if number}


def test_small_numbers_are_hidden_and_large_ones_rounded() -> None:
    shown = publish_week(numbers(103, (1, 12, 30, 33, 18), yes=38, no=3, coil=9, thrush=11))
    assert shown["began"] == 105
    assert shown["page:thrush"] == 10
    assert "page:coil" not in shown
    assert "urgency:emergency" not in shown


def test_one_small_number_never_stands_alone() -> None:
    """The one emergency would be what ended, less the four others."""
    shown = publish_week(numbers(60, (1, 12, 14, 17, 16)))
    assert "ended" in shown
    assert sum(what not in shown for what in URGENCY_MEASURES) >= 2


def test_answers_of_the_week_before_do_not_show_that_few_ended() -> None:
    assert publish_week({"began": 40, "ended": 3, "urgency:soon": 3, "feedback:yes": 12}) == {"began": 40}


def test_a_week_of_few_shows_nothing() -> None:
    assert publish_week(numbers(9, (0, 3, 2, 1, 1))) == {}
    assert publish_week({"page:coil": 40}) == {}


def test_only_weeks_that_are_over_and_all_of_them() -> None:
    weeks = {"2026-W46": numbers(30), "2026-W52": numbers(20), "2026-W50": numbers(3), "2026-W45": numbers(4)}
    told = publish_weeks(weeks | {"2027-W01": numbers(99)}, "2027-W01")
    assert [week.week for week in told] == [f"2026-W{number}" for number in range(46, 53)]
    assert [week.shown for week in told[1:-1]] == [{}] * 5  # a week of three, and weeks of none: no difference
    assert publish_weeks({"2026-W45": numbers(4)}, "2027-W01") == []


# ---- that nothing hidden can be found


FAR = 100_000.0  # more than ever was


@dataclass
class Attack:
    """Somebody with everything that is shown of a week and a solver. *most* is what they take any hidden number to be.

    *nested* is whether they take it that what ended had begun, and that no page was read more often than that; it is
    so in most weeks, though somebody may begin on Sunday night and end on Monday.
    """

    shown: Mapping[str, int]
    whats: list[str]
    nested: bool = True
    most: float = FAR

    @property
    def hidden(self) -> list[str]:
        return [what for what in self.whats if what not in self.shown]

    @property
    def limits(self) -> list[tuple[float, float]]:
        """Between what each number must lie, as it was rounded."""
        known = (
            (max(MIN_SHOWN_COUNT, self.shown[what] - 2), self.shown[what] + 2)
            for what in self.whats
            if what in self.shown
        )
        return [next(known) if what in self.shown else (0, self.most) for what in self.whats]

    @property
    def whole(self) -> list[list[float]]:
        """What ended is the sum of its urgencies."""
        return [[float(what == "ended") - (what in URGENCY_MEASURES) for what in self.whats]]

    @property
    def fewer(self) -> list[list[float]]:
        """What cannot be more than something else."""
        rows = [[float(what in FEEDBACK_MEASURES) - (what == "ended") for what in self.whats]]
        inner = [what for what in self.whats if what == "ended" or what.startswith("page:")] if self.nested else []
        return rows + [[float(what == one) - (what == "began") for what in self.whats] for one in inner]


def bounds(attacks: list[Attack]) -> Iterator[tuple[Attack, str, float, float]]:
    """The least and the most that each hidden number can be: all of them in one problem, each by itself."""
    aims, found = [], list[tuple[Attack, str]]()
    for attack in attacks:
        for what in attack.hidden:
            for sign in (1.0, -1.0):
                aims.append([sign * (what == one) for one in attack.whats])
                found.append((attack, what))
    if not found:
        return
    whole = block_diag([attack.whole for attack, _ in found], format="csr")
    fewer = block_diag([attack.fewer for attack, _ in found], format="csr")
    limits = [limit for attack, _ in found for limit in attack.limits]
    aim = [part for parts in aims for part in parts]
    solved = linprog(aim, fewer, [0.0] * fewer.shape[0], whole, [0.0] * whole.shape[0], limits)
    assert solved.status == 0, solved.message
    values, at = iter(solved.x), 0
    reached = [{what: next(values) for what in attack.whats} for attack, _ in found]
    for at in range(0, len(found), 2):
        attack, what = found[at]
        yield attack, what, reached[at][what], reached[at + 1][what]


def attacks(true: Mapping[str, int], shown: Mapping[str, int]) -> Iterator[Attack]:
    """Everybody who would be right in what they take for granted of the week *true*; who is wrong learns nothing."""
    whats = [
        "began",
        "ended",
        *URGENCY_MEASURES,
        *FEEDBACK_MEASURES,
        *(what for what in true if what.startswith("page:")),
    ]
    inner = [number for what, number in true.items() if what == "ended" or what.startswith("page:")]
    nested = all(number <= true.get("began", 0) for number in inner)
    small = all(true.get(what, 0) < MIN_SHOWN_COUNT for what in whats if what not in shown)
    for nests in {nested, False}:
        yield Attack(shown, whats, nests)
        if small:
            yield Attack(shown, whats, nests, MIN_SHOWN_COUNT - 1)


def hold_back(*weeks: Mapping[str, int]) -> None:
    """No hidden number of these true *weeks* can be told from any other number from nothing to nine."""
    tried = [attack for true in weeks for attack in attacks(true, publish_week(true))]
    for attack, what, least, most in bounds(tried):
        assert least <= 1e-6, (what, least, attack)
        assert most >= MIN_SHOWN_COUNT - 1 - 1e-6, (what, most, attack)
    assert all(
        number >= MIN_SHOWN_COUNT and number % ROUNDING_STEP == 0
        for attack in tried
        for number in attack.shown.values()
    )


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.one_of(st.integers(0, 12), st.integers(0, 40)), min_size=5, max_size=5),
    st.integers(0, 15),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(0, 60),
)
def test_no_hidden_number_can_be_bounded(ended: list[int], more: int, asked: float, helped: float, page: int) -> None:
    answered = int(sum(ended) * asked)
    yes = int(answered * helped)
    began = sum(ended) + more
    hold_back(numbers(began, tuple(ended), yes, answered - yes, coil=min(page, began)))


@pytest.mark.parametrize(
    "true",
    [
        numbers(10, (0, 10, 0, 0, 0)),
        numbers(58, (10, 12, 12, 12, 12), no=54),  # five urgencies, each rounded down
        numbers(12, (0, 12, 0, 0, 0), yes=12),
        numbers(50, (1, 9, 9, 9, 22)),
        numbers(45, (9, 9, 9, 9, 9)),
        numbers(60, (0, 0, 9, 40, 11), yes=40, no=9),
        numbers(100, (10, 10, 10, 10, 10), yes=10, no=9),
        numbers(11, (0, 0, 10, 10, 10)),  # most of them began the week before
        numbers(1000, (1, 249, 250, 250, 250), yes=992, no=8, coil=1),
    ],
)
def test_the_hardest_weeks(true: dict[str, int]) -> None:
    hold_back(true)


def test_without_the_rule_the_solver_finds_it() -> None:
    """The test above can fail: where only the small number is hidden, it is all that is left between the others."""
    true = numbers(43, (3, 10, 10, 10, 10))
    naive = {
        what: ROUNDING_STEP * ((number + 2) // ROUNDING_STEP)
        for what, number in true.items()
        if number >= MIN_SHOWN_COUNT
    }
    found = {what: (least, most) for _, what, least, most in bounds(list(attacks(true, naive)))}
    assert found["urgency:emergency"][1] < MIN_SHOWN_COUNT - 1 or found["urgency:emergency"][0] > 0
    hold_back(true)


# ---- a year of five clinics

SIZES = {"village": 4, "town": 14, "student": 45, "city": 110, "hospital": 400}  # conversations a week
HOW_URGENT = (3, 10, 25, 40, 22)
PAGES = ("bleeding_after_sex", "sti_tests", "coil", "unwanted_sex", "testosterone")


def year(counts: CountStore, chance: random.Random) -> None:
    """What a year of conversations adds, people who come on Sunday night and end on Monday included."""
    weeks = [f"2025-W{week:02d}" for week in range(1, 53)]
    for clinic, size in SIZES.items():
        for at, week in enumerate(weeks):
            for _ in range(round(chance.gauss(size, size**0.5))):
                counts.add(conversation(clinic, week, weeks[min(at + (chance.random() < 0.03), 51)], chance))


def conversation(clinic: str, week: str, end: str, chance: random.Random) -> Iterator[Count]:
    yield Count(clinic, week, "began")
    if chance.random() > 0.85:
        return
    yield Count(clinic, end, "ended")
    yield Count(clinic, end, chance.choices(URGENCY_MEASURES, HOW_URGENT)[0])
    for page, liked in zip(PAGES, (0.5, 0.3, 0.1, 0.03, 0.005), strict=True):
        if chance.random() < liked:
            yield Count(clinic, end, f"page:{page}")
    if chance.random() < 0.3:
        yield Count(clinic, end, chance.choice(FEEDBACK_MEASURES))


@pytest.fixture(scope="module")
def a_year() -> CountStore:
    counts = MemoryCounts()
    year(counts, random.Random(8))
    return counts


def test_a_year_of_five_clinics_identifies_nobody(a_year: CountStore) -> None:
    shown = 0
    for clinic in SIZES:
        weeks = publish_weeks(a_year.weekly_counts(clinic), "2026-W01")
        hold_back(*(a_year.weekly_counts(clinic).get(week.week, {}) for week in weeks))
        shown += sum(len(week.shown) for week in weeks)
    assert shown > 1000  # and there is something to see
    assert publish_weeks(a_year.weekly_counts("village"), "2026-W01") == []


def test_the_report_says_no_more_than_what_may_be_shown(a_year: CountStore, library: ContentBundle) -> None:
    for clinic in SIZES:
        weeks = publish_weeks(a_year.weekly_counts(clinic), "2026-W01")
        told = {(week.week, what, str(number)) for week in weeks for what, number in week.shown.items()}
        lines = list(csv.reader(io.StringIO(as_csv(library, weeks))))
        assert len([line for line in lines[1:] if line[2] != HIDDEN_SYMBOL]) == len(told)
        assert {line[2] for line in lines[1:]} <= {HIDDEN_SYMBOL, *(number for _, _, number in told)}
        printed = "\n".join(table_lines(library, clinic, weeks))
        assert all(
            part == HIDDEN_SYMBOL or int(part) % ROUNDING_STEP == 0 for part in printed.split() if part.isdecimal()
        )
        ET.fromstring(chart_svg(clinic, weeks))


def test_a_page_that_was_never_shown_is_not_even_named(a_year: CountStore) -> None:
    """That it is listed would say that somebody opened it."""
    listed = listed_measures(publish_weeks(a_year.weekly_counts("town"), "2026-W01"))
    assert a_year.weekly_counts("town")
    assert "page:testosterone" not in listed


def test_a_chart_of_a_year_fits_on_paper(a_year: CountStore) -> None:
    """Two panels with one scale; every week has its two bars or stars, and no bar stands above the scale."""
    weeks = publish_weeks(a_year.weekly_counts("hospital"), "2026-W01")
    root = ET.fromstring(chart_svg("Hospital", weeks))
    _, _, wide, high = map(float, root.attrib["viewBox"].split())
    assert 1 < wide / high < 2.2
    bars = [one for one in root.iter("{http://www.w3.org/2000/svg}rect") if one.get("y") not in (None, "30")]
    stars = [one for one in root.iter("{http://www.w3.org/2000/svg}text") if one.text == HIDDEN_SYMBOL]
    assert len(bars) + len(stars) == 2 * len(weeks)
    assert {one.text for one in root.iter("{http://www.w3.org/2000/svg}text")} >= {"0", "250", "500", "2025-W52"}
    assert all(float(one.attrib["height"]) <= 180 for one in bars)


def test_a_chart_without_anything(library: ContentBundle) -> None:
    ET.fromstring(chart_svg("<&>", []))
    assert "nothing to show" in "\n".join(table_lines(library, "A", []))
    assert chart_svg("A", [PublishedWeek("2026-W01", {})]).count(HIDDEN_SYMBOL) >= 2
