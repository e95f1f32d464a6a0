"""The commands that clinics and operators type: what they print, and one sentence for whatever cannot be done."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.clinics.draft_links import parse_start_payload
from bot.clinics.statistics.counts import Count
from bot.clinics.statistics.store import FileCounts
from bot.model.bundle import ContentBundle
from bot.operations.settings import Settings
from tests.support.clinics import EXAMPLE, town
from tests.support.paths import DATA

KEY = "a test's key of thirty-two bytes!"
NAMES = ("CLINICS", "COUNTS", "DRAFTS", "SESSION_KEY")


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CLINICS", str(EXAMPLE))


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    """What `python -m bot clinic …` prints: a sentence on the other channel where *code* is not 0."""
    assert main(["clinic", *words]) == code
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    return printed.err if code else printed.out


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "list")
    assert "northside: Northside Clinic, +44 20 7946 0018, emergency 999." in told
    assert "assault: +44 20 7946 0055. Always open" in told


def test_link(capsys: pytest.CaptureFixture[str], library: ContentBundle) -> None:
    told = said(capsys, "link", "northside", "--flow", "bleeding_after_sex", "--bot", "@OtherBot").strip()
    assert told.startswith("https://t.me/OtherBot?start=northside-")
    start = parse_start_payload(told.partition("=")[2], town(library))
    assert (start.clinic, start.flow) == ("northside", "bleeding_after_sex")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("link", "nortside"), "did you mean 'northside'?"),
        (("link", "northside", "--flow", "pain_with_sex"), "has no link to 'pain_with_sex'"),
        (("report", "northside"), "COUNTS is not set"),
        (("draft", "bleeding_after_sex", "--for", "Ann"), "SESSION_KEY must be set"),
        (("draft", "no_such", "--for", "Ann"), "No conversation can begin with 'no_such'"),
        (("draft", "bleeding_after_sex", "--for", "x" * 24), "room for 23 bytes"),
        (("draft", "bleeding_after_sex", "--for", "Ann", "--days", "31"), "1 to 30 days"),
        (("draft", "bleeding_after_sex", "--for", "Ann", "--days", "0"), "1 to 30 days"),
    ],
)
def test_one_sentence(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str) -> None:
    told = said(capsys, *words, code=2)
    assert sentence in told
    assert told.count("\n") == 1


def test_without_a_file(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLINICS")
    assert "copy of content/clinics.example.yaml" in said(capsys, "list", code=1)


def test_a_broken_file_is_told_with_its_places(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "clinics.yaml").write_text(EXAMPLE.read_text().replace("09:00-12:30", "nine to five"))
    monkeypatch.setenv("CLINICS", str(tmp_path / "clinics.yaml"))
    assert re.search(r"clinics.yaml:\d+:\d+: .*nine to five.*\[hours\]", said(capsys, "list", code=1))


def test_poster(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told = said(capsys, "poster", "northside", "--to", str(tmp_path / "new" / "folder"))
    files = {Path(line).name for line in told.splitlines()}
    assert files == {"qr-northside.png", "qr-northside.svg", "poster-northside-en.pdf", "cards-northside-en.pdf"}
    assert all(Path(line).stat().st_size > 500 for line in told.splitlines())


def test_a_poster_that_cannot_be_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be made" in said(capsys, "poster", "northside", "--to", str(tmp_path / "file"), code=2)


def test_a_clinic_with_a_draft_language_has_every_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "two.yaml").write_text(EXAMPLE.read_text().replace("languages: [en] ", "languages: [en, es] "))
    monkeypatch.setenv("CLINICS", str(tmp_path / "two.yaml"))
    monkeypatch.setenv("SESSION_KEY", KEY)
    said(capsys, "draft", "bleeding_after_sex", "--for", "Ann")
    made = said(capsys, "poster", "northside", "--to", str(tmp_path / "made"))
    assert {"poster-northside-en.pdf", "poster-northside-es.pdf"} <= {Path(line).name for line in made.splitlines()}


def test_report(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COUNTS", str(tmp_path / "counts"))
    FileCounts(tmp_path / "counts").close()
    assert "nothing to show yet" in said(capsys, "report", "northside")
    counts = FileCounts(tmp_path / "counts")
    counts.add([Count("northside", "2025-W40", "began")] * 23 + [Count("northside", "2025-W40", "page:coil")] * 7)
    counts.close()
    told = said(capsys, "report", "northside")
    assert re.search(r"Began +25\n", told)
    assert "coil" not in told.lower()
    assert '"week","what","number"' not in (table := said(capsys, "report", "northside", "--as", "csv"))
    assert "2025-W40,Began,25" in table
    assert said(capsys, "report", "northside", "--as", "svg").startswith("<svg")


def test_a_report_of_a_file_that_is_no_count(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTS", str(EXAMPLE))
    assert "cannot be used" in said(capsys, "report", "northside", code=2)


def test_draft(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, library: ContentBundle) -> None:
    monkeypatch.setenv("SESSION_KEY", f"{KEY},an older key of thirty-two bytes")
    address, until, only = said(
        capsys, "draft", "bleeding_after_sex", "--for", "A. Reviewer", "--days", "2"
    ).splitlines()
    assert "first chat that follows it" in only
    assert until.startswith("For A. Reviewer, until ")
    settings = Settings.from_environment({"TELEGRAM_TOKEN": "1:" + "x" * 35, "SESSION_KEY": KEY})
    start = parse_start_payload(
        address.partition("=")[2], town(library, until[23:33] + "T00:00"), library, settings.session_keys
    )
    assert (start.flow, start.reviewer) == ("bleeding_after_sex", "A. Reviewer")
    assert KEY not in address


def test_a_draft_from_a_folder_of_its_own(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    good = DATA / "diagnostics" / "good"
    monkeypatch.setenv("SESSION_KEY", KEY)
    monkeypatch.setenv("DRAFTS", str(good))
    assert "t.me/ConfidanteBot?start=_" in said(capsys, "draft", "good", "--for", "Ann")  # clinics offer other flows
    monkeypatch.delenv("CLINICS")
    assert "t.me/DraftBot?start=_" in said(capsys, "draft", "good", "--for", "Ann", "--bot", "DraftBot")


def test_a_chat_in_the_terminal_as_from_a_clinic() -> None:
    """The real process, as its reader types it."""
    command = [sys.executable, "-m", "bot", "chat", "--clinic"]
    unknown = subprocess.run(
        [*command, "nortside"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )
    assert (unknown.returncode, unknown.stderr) == (2, "No clinic is called 'nortside'; did you mean 'northside'?\n")
    known = subprocess.run(
        [*command, "northside"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60
    )
    assert "You came by a link from Northside Clinic." in known.stdout
