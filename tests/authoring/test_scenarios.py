"""The chats beside the flows: each comes to what was written, in the bot's own meaning and through its real engine.

Broken chats stand in `tests/data/scenarios`, each with the golden words that its author is told. They are about the
small home of `tests/data/diagnostics/good`. After a change of words:  REWRITE=1 python -m pytest
tests/authoring/test_scenarios.py
"""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.authoring.loader import content_root, load_bundle
from bot.authoring.scenarios.command import report_lines
from bot.authoring.scenarios.runner import load_scenarios, run_scenario, run_scenarios
from bot.engine.session import MessageKind
from bot.model.bundle import ContentBundle
from bot.model.diagnostics import DiagnosticsError
from bot.model.promises import CoverageTarget, Promises
from bot.model.scenario import Scenario
from tests.support.paths import DATA
from tests.support.stories import Chat

BROKEN = DATA / "scenarios"
GOOD = DATA / "diagnostics" / "good"
REWRITE, IN_CI = bool(os.environ.get("REWRITE")), bool(os.environ.get("CI"))


@pytest.fixture(scope="module")
def trials(library: ContentBundle) -> tuple[Scenario, ...]:
    return load_scenarios(content_root(), *load_bundle(content_root()))


def test_every_chat_comes_to_what_was_written(library: ContentBundle, trials: tuple[Scenario, ...]) -> None:
    tried = run_scenarios(library, trials)
    assert [finding.message for finding in tried.findings] == []
    assert tried.scenario_count > 300


def test_enough_is_touched(library: ContentBundle, trials: tuple[Scenario, ...]) -> None:
    wanted = library.promises.coverage_target
    options, endings = run_scenarios(library, trials).coverage_percents
    assert (wanted.options_percent, wanted.endings_percent) == (90, 100)
    assert options >= 90
    assert endings == 100


def test_the_real_engine_says_the_same(library: ContentBundle, trials: tuple[Scenario, ...]) -> None:
    """One chat for each ending, tapped through `step` as a person would."""
    by_ending = {run_scenario(library, trial).interpreter.state_id: trial for trial in trials}
    for at, trial in by_ending.items():
        played, chat = run_scenario(library, trial), Chat(library)
        chat.begin(trial.entry_flow.name)
        for question, option in played.answers:
            assert chat.screen.state_id == question
            chat.press(option)
        assert (chat.screen.state_id, chat.screen.floor) == (at, played.interpreter.floor), trial.name
        assert chat.screen.kind is (MessageKind.EMERGENCY if "call_now" in at or "crisis" in at else MessageKind.ENDING)


def wrong(file: Path, tmp_path: Path) -> str:
    """What the author of *file* is told."""
    tests = shutil.copytree(GOOD, tmp_path / "home") / "flows" / "tests"
    tests.mkdir()
    shutil.copy(file, tests / "good.yaml")
    library, atlas = load_bundle(tmp_path / "home")
    try:
        tried = run_scenarios(library, load_scenarios(tmp_path / "home", library, atlas))
    except DiagnosticsError as faulty:
        return f"{faulty}\n"
    return "\n".join(report_lines(library, tried, {**atlas, **tried.locations})) + "\n"


@pytest.mark.parametrize("file", sorted(BROKEN.glob("*.yaml")), ids=lambda file: file.stem)
def test_the_author_of_a_broken_chat_is_told(file: Path, tmp_path: Path) -> None:
    words, golden = wrong(file, tmp_path), file.with_suffix(".txt")
    if REWRITE:
        assert not IN_CI, "golden words are rewritten by people, who read them"
        golden.write_text(words)
    assert words == golden.read_text()


def test_chats_that_touch_too_little(tmp_path: Path) -> None:
    tests = shutil.copytree(GOOD, tmp_path / "home") / "flows" / "tests"
    tests.mkdir()
    (tests / "good.yaml").write_text("begin: good\nchats:\n  calm: {comes: self_care}\n")
    library, atlas = load_bundle(tmp_path / "home")
    trials = load_scenarios(tmp_path / "home", library, atlas)
    assert run_scenarios(library, trials).findings == ()
    strict = replace(library, promises=Promises(coverage_target=CoverageTarget(90, 100)))
    findings = run_scenarios(strict, trials).findings
    bare = {finding.key for finding in findings}
    assert ("good", "amount", "pouring") in bare  # an option that nobody takes
    assert ("good", "call_now") in bare  # an ending that nobody comes to
    assert ("good", "faint", "no") not in bare
    assert {finding.code for finding in findings} == {"untouched"}
    assert atlas["good", "amount", "pouring"].line > 1


def test_a_broken_flow_breaks_a_chat(library: ContentBundle, trials: tuple[Scenario, ...]) -> None:
    """Whoever bends an arrow is told by the chats, too."""
    from tests.engine.test_red_flag_monitor import broken

    bent = broken.__wrapped__(library)  # type: ignore[attr-defined]
    messages = [finding.message for finding in run_scenarios(bent, trials).findings]
    assert "'faint and cold' should come to emergency, and comes to routine" in messages


def test_a_home_without_chats(tmp_path: Path) -> None:
    library, atlas = load_bundle(GOOD)
    assert load_scenarios(GOOD, library, atlas) == ()
    assert run_scenarios(library, ()).findings == ()


def test_chats_are_no_part_of_the_version(tmp_path: Path) -> None:
    """A test that is added recalls nobody's session."""
    tests = shutil.copytree(GOOD, tmp_path / "home") / "flows" / "tests"
    tests.mkdir()
    (tests / "good.yaml").write_text("chats: {}\n")
    assert load_bundle(tmp_path / "home")[0].version == load_bundle(GOOD)[0].version
