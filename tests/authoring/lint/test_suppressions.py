"""Where a finding is told, and how an author silences one beside the text."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.authoring import lint as wording
from bot.authoring.loader import load_bundle
from bot.model.bundle import ContentBundle
from bot.model.style_guide import Suppression
from tests.support.paths import ROOT
from tests.support.small_bundle import emptied, holding, slugs

REPOSITORY = ROOT


@pytest.fixture
def bare(library: ContentBundle) -> ContentBundle:
    return emptied(library)


# ---- silences


BLAMES = "Many people think it came because you ran. It did not."


def silence(**other: str) -> Suppression:
    return replace(Suppression(("example", "here"), "blame", "because you ran", "it is denied at once"), **other)


def test_a_silence_speaks_for_its_words_and_is_listed(bare: ContentBundle) -> None:
    blaming = holding(bare, "say", BLAMES)
    assert slugs(blaming) == ["blame"]
    for hushed in (silence(), replace(silence(), scope=("example",))):
        quiet = replace(blaming, suppressions=(hushed,))
        assert slugs(quiet) == []
        (told,) = wording.suppression_notes(quiet, {})
        assert "'because you ran' [blame]: it is denied at once" in told


@pytest.mark.parametrize(
    "wrong", [silence(rule="fear"), silence(words="because you fell"), replace(silence(), scope=("other",))]
)
def test_a_silence_that_silences_nothing(wrong: Suppression, bare: ContentBundle) -> None:
    assert sorted(slugs(replace(holding(bare, "say", BLAMES), suppressions=(wrong,)))) == ["blame", "idle-silence"]


def test_a_silence_is_written_beside_the_text(tmp_path: Path) -> None:
    """In the head of a file or in a state, and told with its line when it is not needed any more."""
    home = shipped(tmp_path)
    page, flow = home / "content" / "coil.md", home / "flows" / "child.yaml"
    plant(page, "review:\n", "silence:\n  - {rule: fear, words: no such words, why: an example}\nreview:\n")
    plant(flow, "  harm:\n", "  harm:\n    silence:\n      - {rule: blame, words: none either, why: an example}\n")
    found = [problem for problem in wording.lint_bundle(*load_bundle(home)) if problem.code == "idle-silence"]
    assert [(problem.location.file, problem.location.source_line.strip()[:14]) for problem in sorted(found)] == [
        ("content/coil.md", "- {rule: fear,"),
        ("flows/child.yaml", "- {rule: blame"),
    ]


# ---- where it is told


def shipped(tmp_path: Path) -> Path:
    for folder in ("flows", "content"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    return tmp_path


def plant(path: Path, words: str, other: str) -> None:
    before = path.read_text()
    assert words in before
    path.write_text(before.replace(words, other, 1))


@pytest.mark.parametrize(
    ("file", "words", "other"),
    [
        ("content/coil.md", "A coil is a small device", "This is harmless. A coil is a small device"),
        ("content/phrases.yaml", "No person watches this chat.", "This is harmless. No person watches this chat."),
        ("content/glossary.yaml", 'text: "', 'text: "This is harmless. '),
        ("flows/safety.yaml", "- fainted or nearly fainted", "- harmless, fainted or nearly fainted"),
        ("flows/safety.yaml", "why: The amount tells", "why: This is harmless. The amount tells"),
        ("flows/safety.yaml", "none: {text: No pain}", "none: {text: It is harmless}"),
    ],
)
def test_the_caret_is_under_the_very_word(file: str, words: str, other: str, tmp_path: Path) -> None:
    home = shipped(tmp_path)
    plant(home / file, words, other)
    found = [
        problem for problem in wording.lint_bundle(*load_bundle(home)) if problem.code in ("reassuring", "this-is")
    ]
    if "none:" in words:
        assert not found, "an option is the person's own words"
        return
    (problem,) = found
    place = problem.location
    assert place.file == file
    assert place.source_line[place.column - 1 :][: place.width] == "harmless"
    assert (home / file).read_text().splitlines()[place.line - 1] == place.source_line
