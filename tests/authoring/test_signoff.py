"""A signature is on exactly these words: real files in a folder, signed by the real command."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.authoring.loader import load_bundle
from bot.engine.session import ButtonPress, Session, Start
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.flow import Question
from bot.model.signoff import (  # fmt: skip
    HASH_DIGITS,
    Edited,
    Overdue,
    Signed,
    SignoffStatus,
    Unsigned,
    content_hash,
    describe_signoffs,
    iter_signables,
    signoff_diagnostics,
    signoff_status,
    unsigned_keys,
)
from tests.support.signed_content import FLOW, PAGE, PHRASES, REPOSITORY, edit, sign, unsigned_home

TODAY, LATER = "2026-11-22", "2028-01-01"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return unsigned_home(tmp_path)


def found(home: Path, name: str, today: str = TODAY) -> SignoffStatus:
    return next(
        signoff_status(work, today)
        for filed, _, work in iter_signables(load_bundle(home, include_drafts=True)[0])
        if filed == name
    )


@pytest.mark.parametrize(("file", "name"), [(FLOW, "good"), (PAGE, "good_page.md"), (PHRASES, "phrases.yaml")])
def test_a_signature_names_reviewer_days_and_words(
    home: Path, file: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert found(home, name) == Unsigned()
    assert sign(home, file) == 0
    signed = found(home, name)
    assert isinstance(signed, Signed)
    assert (signed.review.reviewer, signed.review.role) == ('A. "Quoted" Name', "nurse: sexual health")
    assert (signed.review.signed_on, signed.review.due_on) == ("2026-11-20", "2027-11-20")
    assert signed.review.content_hash in capsys.readouterr().out


@pytest.mark.parametrize("file", [FLOW, PAGE, PHRASES])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_signing_changes_one_line_and_no_other_byte(home: Path, file: str, ending: str) -> None:
    path = home / file
    path.write_bytes(path.read_bytes().replace(b"\n", ending.encode()))
    before = path.read_bytes().splitlines(keepends=True)
    assert sign(home, file) == 0
    after = path.read_bytes().splitlines(keepends=True)
    (line,) = [line for line in after if line.startswith(b"review:")]
    assert line.endswith(ending.encode())
    assert [x for x in after if x != line] == [x for x in before if not x.startswith(b"review:")]


def test_signing_again_replaces_the_line_and_keeps_its_comment(home: Path) -> None:
    path = home / PAGE
    edit(path, lambda text: text.replace("review:\n", "review:   # ask the clinic in spring\n"))
    assert sign(home, PAGE) == sign(home, PAGE, more=("--on", "2026-11-22")) == 0
    (line,) = [line for line in path.read_text().splitlines() if line.startswith("review:")]
    assert line.endswith('"} # ask the clinic in spring')
    signed = found(home, "good_page.md")
    assert isinstance(signed, Signed)
    assert (signed.review.signed_on, signed.review.due_on) == (
        "2026-11-22",
        "2027-11-22",
    )  # in a year, where nothing is said


def test_line_endings_are_no_words(home: Path) -> None:
    assert sign(home, FLOW, PAGE) == 0
    for file in (FLOW, PAGE):
        edit(home / file, lambda text: text.replace("\n", "\r\n"))
    assert isinstance(found(home, "good"), Signed)
    assert isinstance(found(home, "good_page.md"), Signed)


def test_a_comment_is_no_word(home: Path) -> None:
    assert sign(home, FLOW) == 0
    edit(home / FLOW, lambda text: f"# seen in print\n{text}\n# and again\n")
    assert isinstance(found(home, "good"), Signed)


EDITS: dict[str, tuple[str, str, Callable[[str], str]]] = {
    "a letter of a question": (FLOW, "good", lambda text: text.replace("ask: ", "ask: S", 1)),
    "an option's text": (FLOW, "good", lambda text: text.replace('"22:30"', '"22:31"')),
    "an arrow": (
        FLOW,
        "good",
        lambda text: text.replace("button: It pours, goto: call_now", "button: It pours, goto: soon"),
    ),
    "a floor": (FLOW, "good", lambda text: text.replace("at_least: same_day", "at_least: routine")),
    "a guard": (FLOW, "good", lambda text: text.replace("faint: [no, not_sure]", "faint: [no]")),
    "the version": (FLOW, "good", lambda text: text.replace("version: ", "version: 9", 1)),
    "a letter of a page": (PAGE, "good_page.md", lambda text: text.replace("gist: ", "gist: S", 1)),
    "a source's day": (PAGE, "good_page.md", lambda text: text.replace("checked: 2026-11-22", "checked: 2026-11-21")),
    "a phrase": (PHRASES, "phrases.yaml", lambda text: text.replace("texts:\n", "texts:\n  one_more: Hello.\n")),
}


@pytest.mark.parametrize("what", EDITS)
def test_any_later_edit_voids_it(home: Path, what: str) -> None:
    file, name, change = EDITS[what]
    assert sign(home, file) == 0
    assert isinstance(found(home, name), Signed)
    edit(home / file, change)
    assert isinstance(found(home, name), Edited)


def test_a_signature_runs_out(home: Path) -> None:
    assert sign(home, PAGE) == 0
    assert isinstance(found(home, "good_page.md", "2027-11-20"), Signed)
    for day in ("2027-11-21", LATER, "2026-11-19", ""):  # too late, far too late, before it was signed, nobody knows
        assert isinstance(found(home, "good_page.md", day), Overdue)


def everything(home: Path) -> list[str]:
    _, atlas = load_bundle(home)
    return [atlas[name,].file for name, _, _ in iter_signables(load_bundle(home)[0])]


def test_a_release_wants_every_name(home: Path) -> None:
    library, atlas = load_bundle(home)
    assert {problem.code for problem in signoff_diagnostics(library, atlas, TODAY)} == {"unsigned"}
    assert sign(home, *everything(home)) == 0
    library, atlas = load_bundle(home)
    assert list(signoff_diagnostics(library, atlas, TODAY)) == [] == unsigned_keys(library, TODAY)
    assert {problem.code for problem in signoff_diagnostics(library, atlas, LATER)} == {"overdue"}
    edit(home / PAGE, lambda text: text.replace("gist: ", "gist: S", 1))
    library, atlas = load_bundle(home)
    (problem,) = signoff_diagnostics(library, atlas, TODAY)
    assert (problem.code, problem.location.file) == ("edited", PAGE)


def test_check_says_who_reviewed_which_words_when(home: Path) -> None:
    assert sign(home, PAGE) == 0
    told = "\n".join(describe_signoffs(*load_bundle(home), TODAY))
    assert f'{PAGE}: signed by A. "Quoted" Name, nurse: sexual health, on 2026-11-20, due again 2027-11-20' in told
    assert "No clinician has signed" in told


def reads(library: ContentBundle) -> str:
    from bot.engine.step import step

    session, opened = step(library, Session(), Start())
    _, shown = step(library, session, ButtonPress("!page:good_page"))
    return "\n".join(message.text for message in (*opened, *shown))


def test_the_bot_says_draft_until_the_last_name_is_there(home: Path) -> None:
    library = load_bundle(home, TODAY)[0]
    phrases = {**library.phrases["en"].texts, "draft": "DRAFT", "page_sources": "BARE", "page_reviewed": "BY {by}"}
    said = lambda: reads(spoken(home, phrases))  # noqa: E731
    assert "DRAFT" in said()
    assert "BARE" in said()
    assert sign(home, PAGE) == 0
    assert "DRAFT" in said()
    assert 'BY A. "Quoted" Name' in said()
    assert sign(home, *everything(home)) == 0
    assert "DRAFT" not in said()
    edit(home / PAGE, lambda text: text.replace("gist: ", "gist: S", 1))
    assert "DRAFT" in said()
    assert "BARE" in said()


def spoken(home: Path, texts: dict[str, str]) -> ContentBundle:
    """The library as it is read today, speaking in phrases that cannot be mistaken."""
    library = load_bundle(home, TODAY)[0]
    return replace(library, phrases={"en": replace(library.phrases["en"], texts=texts)})


def test_without_a_date_nothing_counts_as_signed(home: Path) -> None:
    assert sign(home, *everything(home)) == 0
    assert load_bundle(home)[0].reviewed_languages == frozenset()
    assert load_bundle(home)[0].signed_keys == frozenset()
    assert load_bundle(home, TODAY)[0].reviewed_languages == {"en"}


def test_the_same_words_have_the_same_hash_everywhere(home: Path) -> None:
    """Sets have another order in every process; a hash that a reviewer has on paper has not."""
    code = "from pathlib import Path; from bot.authoring.loader import load_bundle; "
    code += "from bot.model.signoff import content_hash, iter_signables; "
    code += f"print([content_hash(item) for _, _, item in iter_signables(load_bundle(Path({str(home)!r}))[0])])"
    told = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "4")  # under these a set of two words has two orders
    }
    assert len(told) == 1


def test_nothing_in_the_repository_is_signed() -> None:
    library, _ = load_bundle(REPOSITORY)
    assert {type(signoff_status(work, TODAY)) for _, _, work in iter_signables(library)} == {Unsigned}


def test_a_translation_is_signed_on_its_own(home: Path) -> None:
    """By somebody who reads it: the English signature says nothing about Spanish words."""
    (home / "content" / "languages.yaml").write_text(
        "languages:\n  en: {name: English, status: shipped}\n  es: {name: Español, status: draft}\n"
    )
    spanish = home / "flows" / "es" / "good.yaml"
    spanish.parent.mkdir()
    spanish.write_text("flow: good\nlanguage: es\ntitle: Todo lo que puede ser\nmade_from: {title: 2547f5}\n")
    assert sign(home, FLOW) == 0
    assert found(home, "es/good") == Unsigned()
    assert sign(home, "flows/es/good.yaml") == 0
    assert isinstance(found(home, "es/good"), Signed)
    edit(spanish, lambda text: text.replace("Todo", "Casi todo"))
    assert isinstance(found(home, "es/good"), Edited)
    assert isinstance(found(home, "good"), Signed)


def test_everything_that_ships_can_be_signed(library: ContentBundle) -> None:
    """Ages and weeks too, which are ranges; and another range would be other words."""
    for _, _, work in iter_signables(library):
        assert len(content_hash(work)) == HASH_DIGITS
    safety = library.flows[BASE_LANGUAGE]["safety"]
    age = safety.states["age"]
    assert isinstance(age, Question)
    options = tuple(replace(one, numbers=range(99)) if one.numbers else one for one in age.options)
    other = replace(safety, states={**safety.states, "age": replace(age, options=options)})
    assert content_hash(other) != content_hash(safety)
