"""A reader walks from the example of a clinics' file to a poster and to an ending with their own phone, by README."""

import io
import re
import shlex
import shutil
import sys
import tomllib
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.engine.deep_links import clinic_payload, deep_link
from tests.support.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTION = README.partition("## For a clinic")[2].partition("\n## ")[0]
PYTHON, PIP = ".venv/bin/python -m bot ", ".venv/bin/pip install -q "
TAPS = 60  # more than the longest conversation has questions


def commands() -> list[str]:
    (block,) = re.findall(r"```sh\n(.*?)```", SECTION, flags=re.DOTALL)
    return [line.partition("#")[0].strip() for line in block.splitlines()]


@pytest.fixture
def clinic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with what the README copies, and nobody's environment."""
    (tmp_path / "content").mkdir()
    shutil.copy(ROOT / "content" / "clinics.example.yaml", tmp_path / "content")
    for name in ("CLINICS", "COUNTS", "DRAFTS", "SESSION_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put_own_clinic_in(file: Path) -> None:
    """What everybody does first."""
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("+44 20 7946 0018", "+44 20 7946 0999"), encoding="utf-8")


def typed(words: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(words.encode()))


def test_its_commands_lead_to_a_poster_and_to_an_ending_with_ones_own_phone(
    clinic: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said: dict[str, str] = {}
    for line in commands():
        match shlex.split(line):
            case ["cp", example, copy]:
                shutil.copy(clinic / example, clinic / copy)
                put_own_clinic_in(clinic / copy)
            case ["export", setting]:
                monkeypatch.setenv(*setting.split("=", 1))
            case [_, "install", "-q", *packages]:
                assert line.startswith(PIP)
                wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
                assert [re.split("[>=<]", one)[0] for one in wanted["poster"]] == packages
            case words:
                assert line.startswith(PYTHON), line
                monkeypatch.setattr(sys, "stdin", typed("1\na\n" * TAPS))
                assert main(words[3:]) == 0, line
                said[" ".join(words[3:5])] = capsys.readouterr().out
    assert "northside: Northside Clinic, +44 20 7946 0999" in said["clinic list"]
    assert said["clinic link"].strip() == deep_link("ConfidanteBot", clinic_payload("northside"))
    assert "At Northside Clinic:" in said["chat --clinic"]
    assert "Call +44 20 7946 0999" in said["chat --clinic"] or "health: +44 20 7946 0999" in said["chat --clinic"]
    made = said["clinic poster"].split()
    assert made
    assert all((clinic / file).stat().st_size > 500 for file in made)


@pytest.mark.parametrize("command", re.findall(r"`python -m bot (clinic [^`]+)`", SECTION))
def test_its_other_commands_are_understood(
    command: str, clinic: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They need COUNTS and a key: without them each says so, and none is an unknown word."""
    monkeypatch.setenv("CLINICS", "content/clinics.example.yaml")
    main(shlex.split(command.replace("FLOW", "bleeding_after_sex")))
    assert re.search("COUNTS is not set|SESSION_KEY must be set", capsys.readouterr().err)
