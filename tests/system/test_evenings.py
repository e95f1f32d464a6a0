"""Six people's whole evenings, kept as every message, edit, deletion and toast; see tests/data/evenings/README.md.

    REWRITE=1 python -m pytest tests/system/test_evenings.py

writes what the bot says today. Then read the difference, slowly, as the person whose evening it is.
"""

import asyncio
import os
import re
import shutil
import unicodedata
from pathlib import Path

import pytest

from bot.authoring.loader import content_root, load_bundle
from bot.model.bundle import ContentBundle
from tests.support.evening import record, remarked
from tests.support.paths import DATA

TWICE = ("I need help now",)  # an answer of one question, too, and with either of the two there is help
EVENINGS = sorted((DATA / "evenings").glob("*.txt"))


def changed(folder: Path) -> ContentBundle:
    """A release in which the first question has other words."""
    for part in ("flows", "content"):
        shutil.copytree(content_root() / part, folder / part)
    chooser = folder / "flows" / "chooser.yaml"
    before, after = (f"    ask: {words}\n" for words in ("What would you like help with?", "What can I help you with?"))
    assert before in chooser.read_text(encoding="utf-8")
    chooser.write_text(chooser.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    return load_bundle(folder)[0]


@pytest.mark.parametrize("path", EVENINGS, ids=lambda path: path.stem)
def test_the_evening_goes_as_written(library: ContentBundle, tmp_path: Path, path: Path) -> None:
    written = path.read_text(encoding="utf-8")
    first = load_bundle(content_root(), include_drafts=True)[0] if remarked(written, "drafts") else library
    releases = (first, changed(tmp_path), first) if "(a new release)" in written else (first,)
    happens = asyncio.run(record(written, *releases))
    if os.environ.get("REWRITE"):
        assert not os.environ.get("CI"), "a build server may not decide what an evening is like"
        path.write_text(happens, encoding="utf-8")
    else:
        assert happens == written


def test_there_are_six() -> None:
    assert len(EVENINGS) == 6


@pytest.mark.parametrize("path", EVENINGS, ids=lambda path: path.stem)
def test_no_button_is_a_picture_and_none_stands_twice(path: Path) -> None:
    """A screen reader says a button's label and nothing around it."""
    for keyboard in re.findall(r"(?:^  \[.+\](?: copies)?\n)+", path.read_text(encoding="utf-8"), re.MULTILINE):
        labels = [label for label in re.findall(r"\[(.+?)\]", keyboard) if label not in TWICE]
        assert len(labels) == len(set(labels)), labels
        assert not [sign for sign in "".join(labels) if sign >= "\u2190" and unicodedata.category(sign) == "So"]
