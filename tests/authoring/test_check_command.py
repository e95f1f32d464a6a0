"""The command `check` and the command `draw`: what they print, and what they leave with."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.authoring import loader as loading
from bot.authoring.booklet.diagram import to_mermaid
from bot.authoring.check.command import abbreviate_number
from bot.authoring.loader import content_root, load_bundle
from bot.engine.machine import build_machine
from bot.model.bundle import BASE_LANGUAGE
from bot.model.flow import INITIAL_STATE
from bot.proof.state_space.reachability import next_states

WITH_TWO = """
import sys
from pathlib import Path
from bot.authoring.check import command as checking
from bot.__main__ import main
checking.content_root, checking.available_workers = lambda: Path(sys.argv[1]).parent.parent, lambda: 2
main(["check", "--json"])
"""


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped folder, in which pouring blood leads on instead of to help."""
    for folder in ("flows", "content"):
        shutil.copytree(content_root() / folder, tmp_path / folder)
    flow = tmp_path / "flows" / "safety.yaml"
    text = flow.read_text(encoding="utf-8")
    pouring = next(line for line in text.splitlines() if line.strip().startswith("pouring:"))
    flow.write_text(text.replace(pouring, pouring.replace("goto: call_now", "at_least: same_day")), encoding="utf-8")
    monkeypatch.setattr(loading, "content_root", lambda: tmp_path)
    monkeypatch.setattr("bot.authoring.check.command.content_root", lambda: tmp_path)
    monkeypatch.setattr("bot.authoring.check.command.available_workers", lambda: 1)
    return flow


def test_check_says_what_was_proved(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    printed = capsys.readouterr()
    assert "Proved: " in printed.out
    assert printed.err == ""  # progress is for terminals


def test_check_shows_the_line_and_the_chat(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 1
    printed = capsys.readouterr().out
    line = next(n for n, text in enumerate(broken.read_text().splitlines(), 1) if text.strip().startswith("pouring:"))
    assert f"flows/safety.yaml:{line}:7: R01 needs emergency, and after 'pouring'" in printed
    assert "  # here R01 holds: Heavy loss or shock" in printed
    assert "  > Pouring, running down my legs" in printed


def test_check_speaks_to_programs_too(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert not told["clean"]
    assert not told["proof"]["holds"]
    found = next(problem for problem in told["problems"] if problem["message"].startswith("R01 needs emergency"))
    assert found["file"] == "flows/safety.yaml"
    assert found["chats"][0]["said"][-1].keys() == {"question", "option"}
    with_two = json.loads(subprocess.run([sys.executable, "-c", WITH_TWO, broken], capture_output=True).stdout)
    assert with_two | {"seconds": 0} == told | {"seconds": 0}  # the same, in the same order, however many work at it


def test_a_number_of_conversations_can_be_read() -> None:
    assert abbreviate_number(950) == "950"
    assert abbreviate_number(319_999_999_999_999) == "3.1e14"


def test_the_proof_sees_the_machine_that_runs() -> None:
    """What is proved, what is drawn and what runs have the same arrows."""
    library, _ = load_bundle(content_root())
    for flow in library.flows[BASE_LANGUAGE].values():
        machine, drawn = build_machine(flow), to_mermaid(flow)
        for name, state in flow.states.items():
            targets = {arrow.dest for arrow in machine.get_transitions(source=name)}
            assert targets == set(next_states(flow, state))
            assert all(f"{name} --> {target}" in drawn for target in targets)
        assert f"{INITIAL_STATE} --> {flow.start}" in drawn


def test_draw_guesses(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", "chooser"]) == 0
    assert main(["draw", "choser"]) == 2
    assert "chooser" in capsys.readouterr().err
