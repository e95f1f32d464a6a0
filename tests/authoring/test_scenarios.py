"""The chats beside the flows: each comes to what was written, in the bot's own meaning and through its real engine.

Broken chats stand in `tests/data/scenarios`, each with the golden words that its author is told. They are about the small home
of `tests/data/diagnostics/good`. After a change of words:  REWRITE=1 python -m pytest tests/authoring/test_scenarios.py
"""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.authoring.loader import home, load
from bot.authoring.scenarios.command import told
from bot.authoring.scenarios.runner import play, read, try_out
from bot.engine.session import Kind
from bot.model.bundle import Library
from bot.model.diagnostics import Faulty
from bot.model.promises import Promises, Tried
from bot.model.scenario import Trial
from tests.support.paths import DATA
from tests.support.stories import Chat

BROKEN = DATA / "scenarios"
GOOD = DATA / "diagnostics" / "good"
REWRITE, IN_CI = bool(os.environ.get("REWRITE")), bool(os.environ.get("CI"))


@pytest.fixture(scope="module")
def trials(library: Library) -> tuple[Trial, ...]:
    return read(home(), *load(home()))


def test_every_chat_comes_to_what_was_written(library: Library, trials: tuple[Trial, ...]) -> None:
    tried = try_out(library, trials)
    assert [finding.message for finding in tried.findings] == []
    assert tried.chats > 300


def test_enough_is_touched(library: Library, trials: tuple[Trial, ...]) -> None:
    wanted = library.promises.tried
    options, endings = try_out(library, trials).percents
    assert (wanted.options, wanted.endings) == (90, 100)
    assert options >= 90
    assert endings == 100


def test_the_real_engine_says_the_same(library: Library, trials: tuple[Trial, ...]) -> None:
    """One chat for each ending, tapped through `step` as a person would."""
    by_ending = {play(library, trial).walker.at: trial for trial in trials}
    for at, trial in by_ending.items():
        played, chat = play(library, trial), Chat(library)
        chat.begin(trial.begin.name)
        for question, option in played.said:
            assert chat.screen.at == question
            chat.press(option)
        assert (chat.screen.at, chat.screen.floor) == (at, played.walker.floor), trial.name
        assert chat.screen.kind is (Kind.EMERGENCY if "call_now" in at or "crisis" in at else Kind.ENDING)


def wrong(file: Path, tmp_path: Path) -> str:
    """What the author of *file* is told."""
    tests = shutil.copytree(GOOD, tmp_path / "home") / "flows" / "tests"
    tests.mkdir()
    shutil.copy(file, tests / "good.yaml")
    library, atlas = load(tmp_path / "home")
    try:
        tried = try_out(library, read(tmp_path / "home", library, atlas))
    except Faulty as faulty:
        return f"{faulty}\n"
    return "\n".join(told(library, tried, {**atlas, **tried.places})) + "\n"


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
    library, atlas = load(tmp_path / "home")
    trials = read(tmp_path / "home", library, atlas)
    assert try_out(library, trials).findings == ()
    strict = replace(library, promises=Promises(tried=Tried(90, 100)))
    findings = try_out(strict, trials).findings
    bare = {finding.key for finding in findings}
    assert ("good", "amount", "pouring") in bare  # an option that nobody takes
    assert ("good", "call_now") in bare  # an ending that nobody comes to
    assert ("good", "faint", "no") not in bare
    assert {finding.slug for finding in findings} == {"untouched"}
    assert atlas["good", "amount", "pouring"].line > 1


def test_a_broken_flow_breaks_a_chat(library: Library, trials: tuple[Trial, ...]) -> None:
    """Whoever bends an arrow is told by the chats, too."""
    from tests.engine.test_red_flag_monitor import broken

    bent = broken.__wrapped__(library)  # type: ignore[attr-defined]
    messages = [finding.message for finding in try_out(bent, trials).findings]
    assert "'faint and cold' should come to emergency, and comes to routine" in messages


def test_a_home_without_chats(tmp_path: Path) -> None:
    library, atlas = load(GOOD)
    assert read(GOOD, library, atlas) == ()
    assert try_out(library, ()).findings == ()


def test_chats_are_no_part_of_the_version(tmp_path: Path) -> None:
    """A test that is added recalls nobody's session."""
    tests = shutil.copytree(GOOD, tmp_path / "home") / "flows" / "tests"
    tests.mkdir()
    (tests / "good.yaml").write_text("chats: {}\n")
    assert load(tmp_path / "home")[0].version == load(GOOD)[0].version
