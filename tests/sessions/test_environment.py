"""What the world brings to the door: a changed file, a link, a draft, a number; and that none of it stops a chat."""

import os
import shutil
from pathlib import Path

import pytest

from bot.clinics.draft_links import draft_payload
from bot.clinics.registry import ClinicsFile
from bot.clinics.statistics.counts import Count
from bot.clinics.statistics.store import FileCounts, MemoryCounts
from bot.engine.deep_links import clinic_payload
from bot.engine.session import ButtonPress, Session, Start
from bot.engine.step import step
from bot.model.bundle import ContentBundle
from bot.model.diagnostics import DiagnosticsError
from bot.operations.errors import CommandError
from bot.operations.settings import Settings
from bot.sessions.environment import CLINICS_CHECK_SECONDS, EnvironmentProvider, open_environment_provider
from tests.support.clinics import EXAMPLE, seconds
from tests.support.paths import DATA

KEY = "a test's key of thirty-two bytes!"
TOKEN = "1:" + "x" * 35
GOOD = DATA / "diagnostics" / "good"


class Clock:
    def __init__(self, when: str = "2026-11-22T09:00") -> None:
        self.now = seconds(when)

    def __call__(self) -> float:
        return self.now


def settings(**more: str) -> Settings:
    return Settings.from_environment({"TELEGRAM_TOKEN": TOKEN, "SESSION_KEY": KEY, **more})


def test_without_anything_set_there_is_nothing_but_the_time(library: ContentBundle) -> None:
    clock = Clock()
    reception = open_environment_provider(settings(), library, clock)
    outside = reception.environment()
    assert (outside.clinics, outside.now, outside.statistics_enabled) == ({}, clock.now, False)
    assert reception.parse_start_payload(clinic_payload("northside")) == Start(phrase="link_unknown")
    assert reception.parse_start_payload("") == Start()


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the environment writes to the log as an error, whatever other tests have done to the logging."""
    lines: list[str] = []
    monkeypatch.setattr("bot.sessions.environment.log.error", lambda text, *words: lines.append(text % words))
    return lines


def test_a_changed_file_is_noticed_and_a_bad_one_is_not_taken(
    library: ContentBundle, tmp_path: Path, logged: list[str]
) -> None:
    path, clock = shutil.copy(EXAMPLE, tmp_path / "clinics.yaml"), Clock()
    reception = EnvironmentProvider(library, ClinicsFile(path, library), clock=clock)

    def phone() -> str:
        clock.now += CLINICS_CHECK_SECONDS
        return reception.environment().clinics["northside"].phone

    def write(text: str) -> None:
        path.write_text(text)
        os.utime(path, (clock.now, clock.now))

    assert phone() == "+44 20 7946 0018"
    write(EXAMPLE.read_text().replace("0018", "0019"))
    assert reception.environment().clinics["northside"].phone == "+44 20 7946 0018"  # it was looked at just now
    assert phone() == "+44 20 7946 0019"
    write("clinics: {northside: Dr. Secret}")
    assert phone() == "+44 20 7946 0019"
    assert "not-a-table" in logged[-1]
    assert "Secret" not in logged[-1]
    path.unlink()
    assert phone() == "+44 20 7946 0019"


def test_a_whole_conversation_is_counted_once_it_is_kept(library: ContentBundle) -> None:
    counts, clock = MemoryCounts(), Clock()
    reception = EnvironmentProvider(library, ClinicsFile(EXAMPLE, library), counts, clock=clock)
    session = Session()
    for event in (reception.parse_start_payload(clinic_payload("northside")), ButtonPress("!go_on:chooser")):
        today, before = reception.with_environment(library), session
        reply, new = reception.collect_counts(today, before, event, step(today, before, event))
        session = reply.session
        reception.add_counts(new)
    assert counts.weekly_counts("northside") == {"2026-W47": {"began": 1}}


def test_a_draft_leads_into_its_own_library(library: ContentBundle) -> None:
    reception = open_environment_provider(settings(DRAFTS=str(GOOD)), library, Clock())
    assert reception.draft_bundle is not None
    start = reception.parse_start_payload(draft_payload(KEY, "good", "Ann", seconds("2026-11-23T09:00")))
    assert (start.flow, start.reviewer) == ("good", "Ann")
    assert reception.draft_bundle_for(Session(), start) is reception.draft_bundle
    assert reception.draft_bundle_for(Session(reviewer="Ann"), ButtonPress("x")) is reception.draft_bundle
    assert reception.draft_bundle_for(Session(), Start("good")) is None
    other = draft_payload(KEY, "bleeding_after_sex", "Ann", seconds("2026-11-23T09:00"))
    assert reception.parse_start_payload(other).phrase == "draft_refused"  # it is not among the drafts


def test_a_number_that_cannot_be_counted_stops_nobody(
    library: ContentBundle, tmp_path: Path, logged: list[str]
) -> None:
    counts = FileCounts(tmp_path / "counts")
    reception = EnvironmentProvider(library, counts=counts)
    counts.close()
    reception.add_counts([Count("northside", "2026-W47", "page:coil")])
    assert "not counted" in logged[-1]
    assert "coil" not in logged[-1]


def test_it_does_not_open_with_what_is_not_good(library: ContentBundle, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("clinics: []")
    for name in ("bad.yaml", "none.yaml"):
        with pytest.raises(DiagnosticsError):
            open_environment_provider(settings(CLINICS=str(tmp_path / name)), library)
    with pytest.raises(CommandError):
        open_environment_provider(settings(COUNTS=str(tmp_path / "bad.yaml")), library)
    with pytest.raises(DiagnosticsError):
        open_environment_provider(settings(DRAFTS=str(tmp_path)), library)
