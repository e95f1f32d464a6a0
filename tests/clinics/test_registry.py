"""The clinics' file: the worked example is good, each fault is told to its author, and a bad file changes nothing.

After a change of words:  REWRITE=1 python -m pytest tests/clinics/test_registry.py
and then read the diff as the one who keeps the file would. CI never rewrites.
"""

import os
import shutil
import time
from pathlib import Path

import pytest

from bot.authoring.loader import content_root, load_bundle
from bot.authoring.parsing.diagnostic_codes import CLINIC_DIAGNOSTIC_CODES, DIAGNOSTIC_CODES
from bot.clinics.registry import ClinicRegistry, ClinicsFile, read_registry, registry_from_environment
from bot.model.bundle import ContentBundle
from bot.model.diagnostics import DiagnosticsError
from tests.support.clinics import EXAMPLE, example, of_file
from tests.support.paths import DATA

FAULTS = DATA / "clinic_diagnostics"
REWRITE, IN_CI = bool(os.environ.get("REWRITE")), bool(os.environ.get("CI"))


def test_the_example_is_good(library: ContentBundle) -> None:
    registry = example(library)
    assert list(registry.clinics) == ["northside", "riverside_youth"]
    assert registry.bot == "ConfidanteBot"
    northside = registry.clinics["northside"]
    assert [offer.phone for offer in northside.offers] == ["+44 20 7946 0018", "+44 20 7946 0033", "+44 20 7946 0055"]
    assert northside.offers[0].hours == northside.hours != northside.offers[1].hours


@pytest.mark.parametrize("name", sorted(path.stem for path in FAULTS.glob("*.yaml")))
def test_its_author_is_told(library: ContentBundle, name: str) -> None:
    with pytest.raises(DiagnosticsError) as refused:
        read_registry(FAULTS / f"{name}.yaml", library)
    told, golden = f"{refused.value}\n", FAULTS / f"{name}.txt"
    if REWRITE:
        assert not IN_CI, "golden words are rewritten by people, who read them"
        golden.write_text(told)
    assert told == golden.read_text()


def test_every_slug_of_the_clinics_has_a_broken_file() -> None:
    for slug in CLINIC_DIAGNOSTIC_CODES:
        assert f"[{slug}]" in (FAULTS / f"{slug}.txt").read_text()
    assert not CLINIC_DIAGNOSTIC_CODES.keys() & DIAGNOSTIC_CODES.keys()


def slugs(text: str, library: ContentBundle) -> set[str]:
    with pytest.raises(DiagnosticsError) as refused:
        of_file(text, library)
    return {problem.code for problem in refused.value.diagnostics}


HOSTILE = {
    "a bomb of brackets": ("[" * 3000, "too-deep"),
    "an alias": ("clinics: &a {x: *a}", "anchor"),
    "a tag": ("clinics: !!python/object/apply:os.system [true]", "tag"),
    "twice the same clinic": ("clinics:\n  a: {}\n  a: {}", "twice"),
    "two documents": ("clinics: {}\n---\nclinics: {}", "documents"),
    "nothing": ("", "empty"),
    "a list": ("- a", "not-a-table"),
    "a NUL": ("clinics: \0", "control-character"),
    "a name turned round": ("clinics: {a: {name: \u202ecinilC}}", "control-character"),
    "a placeholder": ("clinics: {a: {name: '{emergency_number}'}}", "unknown-placeholder"),
    "too large": ("# words\n" * 200_000, "too-large"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file(library: ContentBundle, what: str) -> None:
    text, slug = HOSTILE[what]
    started = time.perf_counter()
    assert slug in slugs(text, library)
    assert time.perf_counter() - started < 1


def test_a_file_that_is_not_there(library: ContentBundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(DiagnosticsError, match="not-found"):
            read_registry(path, library)
    monkeypatch.delenv("CLINICS", raising=False)
    with pytest.raises(DiagnosticsError, match="CLINICS is not set"):
        registry_from_environment(library)


def test_reloading_a_bad_file_keeps_the_old_one(library: ContentBundle, tmp_path: Path) -> None:
    path = shutil.copy(EXAMPLE, tmp_path / "clinics.yaml")
    shelf = ClinicsFile(path, library)
    before = shelf.registry
    path.write_text("clinics: {northside: {name: }}")
    assert {problem.code for problem in shelf.reload()} >= {"missing", "empty"}
    assert shelf.registry is before
    path.unlink()
    assert [problem.code for problem in shelf.reload()] == ["not-found"]
    assert shelf.registry is before
    path.write_text(EXAMPLE.read_text().replace("0018", "0019"))
    assert shelf.reload() == ()
    assert shelf.registry.clinics["northside"].phone == "+44 20 7946 0019"


def test_no_clinic_is_a_registry_too(library: ContentBundle) -> None:
    assert of_file("clinics: {}", library) == ClinicRegistry({}, "")


def test_a_night_and_every_day_are_read(library: ContentBundle) -> None:
    youth = example(library).clinics["riverside_youth"]
    assert youth.hours.week[4] == youth.hours.week[5] == ((20 * 60, 26 * 60),)
    assert youth.hours.week[0] == ()


def test_a_service_with_nothing_of_its_own_needs_nothing(library: ContentBundle) -> None:
    for nothing in ("", " {}"):
        text = EXAMPLE.read_text().replace("      youth:", f"      youth:{nothing}")
        (youth,) = of_file(text, library).clinics["riverside_youth"].offers
        assert (youth.service, youth.phone) == ("youth", "+353 1 555 0142")


def test_a_draft_language_is_spoken_by_a_draft() -> None:
    """A poster in a language that the bot does not speak would lead its reader to English."""
    text = EXAMPLE.read_text().replace("languages: [en] ", "languages: [en, es] ")
    assert of_file(text, load_bundle(content_root(), include_drafts=True)[0]).clinics["northside"].languages == (
        "en",
        "es",
    )
    with pytest.raises(DiagnosticsError, match="only with --draft"):
        of_file(text, load_bundle(content_root())[0])
