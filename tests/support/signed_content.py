"""A small home whose files can be signed by the real command."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from bot.__main__ import main
from tests.support.paths import DATA, ROOT

REPOSITORY = ROOT
GOOD = DATA / "diagnostics" / "good"
FLOW, PAGE, PHRASES = "flows/good.yaml", "content/good_page.md", "content/phrases.yaml"


def unsigned_home(tmp_path: Path) -> Path:
    """A small home in which nothing is wrong and nothing is signed, with the bot's own phrases."""
    home = shutil.copytree(GOOD, tmp_path / "home")
    shutil.copy(REPOSITORY / PHRASES, home / PHRASES)
    page = home / PAGE
    page.write_text(re.sub(r"(?m)^review:.*$", "review:", page.read_text()))
    return home


def sign(home: Path, *files: str, more: tuple[str, ...] = ("--on", "2026-11-20", "--due", "2027-11-20")) -> int:
    who = ("--by", 'A. "Quoted" Name', "--role", "nurse: sexual health", *more)
    return main(["sign", *(str(home / file) for file in files), *who])


def edit(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_bytes().decode()
    after = change(before)
    assert after != before, "the edit changes nothing"
    path.write_bytes(after.encode())
