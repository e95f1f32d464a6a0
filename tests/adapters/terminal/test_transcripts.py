"""Conversations that must go exactly so: written by people, read aloud, replayed word for word.

To write one: put its `>` lines and `#` remarks into
tests/data/transcripts/<name>.txt, "# Ends: soon 7 days" among them, and
let the bot write the rest:

    REWRITE=1 python -m pytest tests/adapters/terminal/test_transcripts.py

Then read the difference as the person who is frightened, and as a nurse. It is refused on a build server.
"""

import os
import re
from pathlib import Path

import pytest

from bot.adapters.terminal.transcript import input_lines, replay_transcript
from bot.model.bundle import ContentBundle
from tests.support.paths import DATA

TRANSCRIPTS = sorted((DATA / "transcripts").glob("*.txt"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_conversation_goes_as_written(library: ContentBundle, path: Path) -> None:
    written = path.read_text(encoding="utf-8")
    happens = replay_transcript(library, input_lines(written))
    if os.environ.get("REWRITE"):
        assert not os.environ.get("CI"), "a build server may not decide what a conversation says"
        path.write_text(happens, encoding="utf-8")
    else:
        assert happens == written


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_rewriting_cannot_change_how_soon_it_ends(library: ContentBundle, path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    wanted = next(line.removeprefix("# Ends: ") for line in lines if line.startswith("# Ends: "))
    headings = re.findall(r"^< \[([\w ]+)\]", replay_transcript(library, input_lines("\n".join(lines))), re.MULTILINE)
    assert headings[-1] == wanted


def test_there_are_ten_conversations_about_bleeding() -> None:
    assert len([path for path in TRANSCRIPTS if path.stem.startswith("bleeding")]) >= 10
