"""The safety case says what is true today, and nothing in it relies on what is not there."""

import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.authoring.documents.report import to_html, to_markdown
from bot.authoring.loader import content_root, load_bundle
from bot.authoring.safety_case.contents import DOCUMENT_TITLE, SafetyEvidence, build_sections
from bot.authoring.safety_case.controls import hazard_log_diagnostics, load_hazard_log, unheld_control_diagnostics
from bot.model.bundle import ContentBundle
from bot.model.diagnostics import DiagnosticsError
from bot.model.hazard_log import HazardLog
from bot.proof.check_table import CHECK_CODES
from bot.proof.finding import Finding
from bot.proof.prover import Proof

QUESTION_BANK_LOOSENED = {"F8", "F11", "F12", "F13", "F25"}


@pytest.fixture(scope="module")
def log() -> HazardLog:
    found = load_hazard_log(content_root())
    assert found
    return found


def test_there_are_about_25_hazards_and_each_is_controlled(log: HazardLog) -> None:
    assert 25 <= len(log.hazards) <= 30
    assert [hazard.id for hazard in log.hazards] == [f"H{number:02}" for number in range(1, len(log.hazards) + 1)]
    for hazard in log.hazards:
        assert hazard.controls
        assert all(control.evidence for control in hazard.controls)
        assert hazard.risk_after.score <= hazard.risk_before.score
        assert (
            hazard.risk_after.severity == hazard.risk_before.severity
        )  # a control makes harm less likely, not smaller


def test_every_control_is_held(log: HazardLog, library: ContentBundle) -> None:
    assert [str(problem) for problem in unheld_control_diagnostics(content_root(), library, log)] == []


def test_every_loosened_amendment_awaits_a_clinician(log: HazardLog) -> None:
    assert log.decisions.keys() >= QUESTION_BANK_LOOSENED


@pytest.mark.parametrize(
    ("held", "told"),
    [
        ("promise:red-flagg", "did you mean 'promise:red-flag'?"),
        ("never:nothing_like_this", "H01 relies on 'never:nothing_like_this', and that is not there"),
        ("tests/engine/test_red_flag_monitor.py::test_a_bent_arow", "and that is not there"),
        ("speech:no_such_rule", "and that is not there"),
        ("somebody will look", "is no promise, no rule of speech and no test"),
    ],
)
def test_a_control_that_nothing_holds(held: str, told: str, library: ContentBundle, tmp_path: Path) -> None:
    """`check` refuses it, under the very word."""
    where = tmp_path / "home"
    shutil.copytree(content_root() / "flows", where / "flows")
    shutil.copytree(
        content_root() / "tests", where / "tests", ignore=lambda folder, names: {"__pycache__"} & set(names)
    )
    file = where / "flows" / "hazards.yaml"
    file.write_text(file.read_text().replace("[promise:red-flag, promise:vacuous]", f'["{held}"]', 1))
    (problem,) = hazard_log_diagnostics(where, library)
    assert problem.code == "unheld"
    assert told in str(problem)
    assert problem.location.file == "flows/hazards.yaml"
    assert held in problem.location.source_line[problem.location.column - 1 :]


def test_a_broken_log_is_told_like_any_file(library: ContentBundle, tmp_path: Path) -> None:
    flows = tmp_path / "flows"
    flows.mkdir()
    (flows / "hazards.yaml").write_text("hazards: {H1: {hazard: x, befor: {severity: 9}}}\n")
    with pytest.raises(DiagnosticsError) as faulty:
        load_hazard_log(tmp_path)
    slugs = {problem.code for problem in faulty.value.diagnostics}
    assert {"name", "unknown-key", "missing"} <= slugs
    assert {problem.code for problem in hazard_log_diagnostics(tmp_path, library)} == slugs


def test_without_tests_beside_it_no_test_is_missed(library: ContentBundle, tmp_path: Path, log: HazardLog) -> None:
    """An installed bot has no tests: then it cannot be known, and is no fault."""
    assert list(unheld_control_diagnostics(tmp_path, library, log)) == []


def today_with(proof: Proof, unheld: int = 0) -> SafetyEvidence:
    library, atlas = load_bundle(content_root())
    return SafetyEvidence(library, atlas, proof, 353, unheld, date(2026, 11, 22))


PROVED = Proof((), tuple(CHECK_CODES.values()), 12_000, 3_000_000, (("longest", 40),))


def test_the_document_holds_everything(log: HazardLog) -> None:
    text = to_markdown(DOCUMENT_TITLE, list(build_sections(log, today_with(PROVED))))
    for hazard in log.hazards:
        assert f"| {hazard.id} | {hazard.description}" in text
        assert hazard.residual_risk in text
    for name, decision in log.decisions.items():
        assert f"* {name}: {decision.description} Open: {decision.question}" in text
    for line in (*log.stricter_than_source, *log.limitations, *log.adoption_steps):
        assert f"* {line}" in text
    assert "All of these hold, for every one of 3,000,000 conversations (12,000 situations)." in text
    assert re.search(r"No clinician has signed \d+ of \d+", text)
    assert "| longest | 40 |" in text
    assert "| R01 |" in text
    assert "* S06: " in text


def test_the_document_hides_no_bad_day(log: HazardLog) -> None:
    broken = replace(PROVED, findings=(Finding("red-flag", ("safety",), "somebody is not helped"),))
    text = to_markdown(DOCUMENT_TITLE, list(build_sections(log, today_with(broken, unheld=2))))
    assert "NOT ALL OF THESE HOLD: 1 findings" in text
    assert "2 controls of the hazard log are held by nothing that is there" in text


def test_the_page_says_the_same_and_lets_no_word_be_markup(log: HazardLog) -> None:
    hazard = replace(log.hazards[0], description="a <b>bold</b> & bad thing")
    page = to_html(DOCUMENT_TITLE, list(build_sections(replace(log, hazards=(hazard,)), today_with(PROVED))))
    assert "a &lt;b&gt;bold&lt;/b&gt; &amp; bad thing" in page
    for title in ("What was proved today", "Hazard log", "Known limits", "To adopt it in a clinic"):
        assert f"<h2>{title}</h2>" in page


def test_the_command_writes_both(tmp_path: Path) -> None:
    assert main(["safety-case", "--out", str(tmp_path / "case")]) == 0
    assert (tmp_path / "case" / "safety-case.md").read_text().startswith("# Safety case\n")
    assert (tmp_path / "case" / "safety-case.html").read_text().startswith("<!doctype html>")
