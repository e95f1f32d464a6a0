"""`python -m bot sign`, and what it refuses: all is signed or none."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.signed_content import PAGE, edit, sign, unsigned_home


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return unsigned_home(tmp_path)


@pytest.mark.parametrize(
    ("file", "more", "sentence"),
    [
        ("content/numbers.yaml", (), "is not signed on its own"),
        ("flows/nowhere.yaml", (), "There is nothing to sign"),
        (PAGE, ("--on", "22.11.2026"), "should be a day such as"),
        (PAGE, ("--on", "2999-01-01"), "has not come yet"),
        (PAGE, ("--on", "2026-11-20", "--due", "2026-11-20"), "should be later"),
        (PAGE, ("--by", "{by}"), "should be plain words"),
    ],
)
def test_what_cannot_be_signed(
    home: Path, file: str, more: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (home / PAGE).read_bytes()
    assert sign(home, PAGE, file, more=more) == 2
    assert sentence in capsys.readouterr().err
    assert (home / PAGE).read_bytes() == before, "all are signed, or none"


def test_a_review_on_several_lines_is_left_alone(home: Path) -> None:
    several = "review:\n  by: A\n  role: B\n  on: 2026-11-20\n  due: 2027-11-20\n  of: abc\n"
    edit(home / PAGE, lambda text: text.replace("review:\n", several))
    before = (home / PAGE).read_bytes()
    assert sign(home, PAGE) == 2
    assert (home / PAGE).read_bytes() == before


def test_nothing_is_signed_while_something_is_wrong(home: Path) -> None:
    (home / "flows" / "broken.yaml").write_text("flow: broken\n")
    before = (home / PAGE).read_bytes()
    assert sign(home, PAGE) == 1
    assert (home / PAGE).read_bytes() == before


def test_the_command_itself(home: Path) -> None:
    words = [sys.executable, "-m", "bot", "sign", str(home / PAGE), "--by", "A. Name", "--role", "nurse"]
    told = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.startswith(f"{PAGE}: signed by A. Name, nurse, due again ")
