"""Installed from a wheel, in an empty environment and an empty folder, the bot still talks and proves its flows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT


def run(*words: str | Path, cwd: Path, said: str = "") -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "HOME": str(cwd), "LANG": "C.UTF-8"}
    return subprocess.run(words, cwd=cwd, env=environment, input=said, capture_output=True, text=True, timeout=240)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the wheel, what it needs, and nothing else."""
    place = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", place / "dist", ROOT, cwd=place)
    assert built.returncode == 0, built.stderr
    (wheel,) = (place / "dist").glob("confidante-*.whl")
    run(sys.executable, "-m", "venv", place / "env", cwd=place)
    python = place / "env" / "bin" / "python"
    run(python, "-m", "pip", "install", "-q", "-r", ROOT / "requirements.lock", cwd=place)
    installed = run(python, "-m", "pip", "install", "-q", "--no-deps", wheel, cwd=place)
    assert installed.returncode == 0, installed.stderr
    return python


def test_it_talks(python: Path, tmp_path: Path) -> None:
    said = "Go on\nbleeding after sex\nyes, one or more\n"
    chat = run(python, "-m", "bot", "chat", cwd=tmp_path, said=said)
    assert chat.returncode == 0, chat.stderr
    assert "[EMERGENCY] Please call 112, 911 or 999 now" in chat.stdout


def test_it_proves_its_flows(python: Path, tmp_path: Path) -> None:
    check = run(python, "-m", "bot", "check", cwd=tmp_path)
    assert check.returncode == 0, check.stdout + check.stderr
    assert "promises hold in each of" in check.stdout
