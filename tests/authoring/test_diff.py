"""Whoever ends differently is found, whatever was changed, and nobody else; a row has the fewest answers that matter.

Small flows are compared with brute force as well: every answer of every question, walked through both versions.
"""

import itertools
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.authoring.diff.changes import ChangeRow, Changes
from bot.authoring.diff.command import compare
from bot.authoring.diff.report import DOCUMENT_TITLE, ChangeTable
from bot.authoring.documents.report import to_markdown
from bot.authoring.loader import load_bundle
from bot.engine.interpreter import replay
from bot.model.bundle import ContentBundle
from bot.model.flow import NOT_SURE, Question
from bot.model.urgency import Floor, Urgency
from bot.proof.state_space.page_explorer import PageExplorer
from bot.proof.state_space.ranks import EMERGENCY_RANK, rank_of
from bot.proof.state_space.symbolic_step import Ending
from tests.support.paths import DATA

GOOD = DATA / "diagnostics" / "good"
CLINIC = DATA / "diff" / "clinic.yaml"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A small home: one flow with two questions that matter together, and one that another one opens."""
    home = shutil.copytree(GOOD, tmp_path / "old")
    for flow in (home / "flows").glob("*.yaml"):
        if flow.stem != "red_flags":
            flow.unlink()
    (home / "flows" / "red_flags.yaml").write_text(
        "red_flags: {R01: {title: x, needs: soon, when: {clinic.pain: some}}}"
    )
    shutil.copy(CLINIC, home / "flows" / "clinic.yaml")
    shutil.copy(GOOD / "content" / "good_page.md", home / "content" / "second.md")
    return home


def edited(old: Path, *edits: tuple[str, str]) -> Path:
    """A copy of *old* with the flow edited."""
    new = Path(shutil.copytree(old, old.parent / "new"))
    flow = new / "flows" / "clinic.yaml"
    text = flow.read_text()
    for before, after in edits:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    flow.write_text(text)
    return new


def diff(old: Path, new: Path) -> tuple[Changes, ContentBundle, ContentBundle]:
    before, after = load_bundle(old)[0], load_bundle(new)[0]
    found = compare(before, after)
    assert_it_tells_of_everybody(before, after, found)
    return found, before, after


def people(*libraries: ContentBundle) -> Iterator[dict[str, str]]:
    """Everybody there can be: each with one answer to each question."""
    offered: dict[str, list[str]] = {}
    for library in libraries:
        for question in library.flow("clinic").questions():
            options = offered.setdefault(f"clinic.{question.name}", [])
            options += [option.id for option in question.options if option.id not in options]
    for answers in itertools.product(*offered.values()):
        yield dict(zip(offered, answers, strict=True))


def ends(library: ContentBundle, person: dict[str, str]) -> tuple[Floor, frozenset[str], dict[str, str]]:
    """How somebody ends, with what to read; and what of their answers was heard."""
    questions = {f"clinic.{q.name}": q for q in library.flow("clinic").questions()}
    heard = {at: person[at] if q.option(person[at]) else NOT_SURE for at, q in questions.items() if at in person}
    walker = replay(library, "clinic", heard)
    return walker.floor, frozenset(walker.collected_pages), {at: person[at] for at in walker.answers}


def assert_it_tells_of_everybody(before: ContentBundle, after: ContentBundle, found: Changes) -> None:
    """By brute force: whoever ends differently is spoken of by a row; and each row speaks of somebody."""
    spoken = set[ChangeRow]()
    for person in people(before, after):
        (was, read, heard), (now, reads, heard_now) = ends(before, person), ends(after, person)
        said = {**heard, **heard_now}
        of = [row for row in found.rows if all(said.get(at) in options for at, options in row.answers)]
        spoken |= {row for row in of if (row.before, row.after) == (was, now)}
        if was != now:
            fitting = [row for row in of if (row.after < row.before) == (now < was)]
            assert any(min(row.before, row.after) <= min(was, now) for row in fitting), (person, was, now)
            assert any(max(was, now) <= max(row.before, row.after) for row in fitting), (person, was, now)
        elif read != reads and was.urgency < Urgency.EMERGENCY:
            assert of or found.truncated_pages, person
    assert spoken == set(found.rows)


def answers(row: ChangeRow) -> dict[str, tuple[str, ...]]:
    return {at.partition(".")[2]: options for at, options in row.answers}


# ---- planted changes


def test_nothing_has_changed(old: Path) -> None:
    found, *_ = diff(old, edited(old))
    assert found == Changes(())


def test_other_words_change_nothing(old: Path) -> None:
    found, *_ = diff(old, edited(old, ("How bad is the pain?", "How much does it hurt?")))
    assert found == Changes(())


def test_raised(old: Path) -> None:
    found, *_ = diff(
        old, edited(old, ("some: {text: Some, at_least: soon 14 days}", "some: {text: Some, at_least: same_day}"))
    )
    (row,) = found.rows
    assert answers(row) == {"pain": ("some",)}
    assert (str(row.before), str(row.after)) == ("soon 14 days", "same_day")
    assert not found.has_less_urgent


def test_lowered_by_days(old: Path) -> None:
    found, *_ = diff(
        old, edited(old, ("some: {text: Some, at_least: soon 14 days}", "some: {text: Some, at_least: routine}"))
    )
    (row,) = found.rows
    assert answers(row) == {"pain": ("some",)}
    assert found.has_less_urgent


def test_retargeted(old: Path) -> None:
    """An emergency that leads on instead: the worst, and so the first."""
    found, *_ = diff(old, edited(old, ("bad: {text: Bad, goto: call_now}", "bad: {text: Bad, at_least: same_day}")))
    (row,) = found.rows
    assert answers(row) == {"pain": ("bad",)}
    assert (str(row.before), str(row.after)) == ("emergency", "same_day")


def test_a_rule_of_two_answers(old: Path) -> None:
    """Both answers are in the row, and no third."""
    found, *_ = diff(old, edited(old, ("when: {fever: high, pain: some}", "when: {fever: high, pain: not_sure}")))
    assert {tuple(sorted(answers(row).items())) for row in found.rows} == {
        (("fever", ("high",)), ("pain", ("some",))),
        (("fever", ("high",)), ("pain", ("not_sure",))),
    }
    assert [row.is_less_urgent for row in found.rows] == [True, False]


def test_a_new_option(old: Path) -> None:
    """It is held against "not sure", which somebody like that had to choose before; and it is named as new."""
    new = edited(old, ("some: {text: Some,", "little: {text: A little}\n      some: {text: Some,"))
    found, before, after = diff(old, new)
    assert {tuple(sorted(answers(row).items())) for row in found.rows} == {
        (("pain", ("little",)),),
        (("pain", ("little",)), ("where", ("deep",))),  # nobody who is not sure is spared this question
    }
    assert all(row.is_less_urgent for row in found.rows)
    assert "* New answer: clinic.pain: little." in told_lines(ChangeTable(before, after, found))


def test_an_option_that_is_gone(old: Path) -> None:
    found, before, after = diff(old, edited(old, ("      bad: {text: Bad, goto: call_now}\n", "")))
    (row,) = found.rows
    assert answers(row) == {"pain": ("bad",)}
    assert (str(row.before), str(row.after)) == ("emergency", "soon 7 days")
    assert "* Gone answer: clinic.pain: bad." in told_lines(ChangeTable(before, after, found))


def test_a_renamed_question_is_another_question(old: Path) -> None:
    new = edited(
        old,
        ("  fever:\n", "  heat:\n"),
        ("goto: fever", "goto: heat"),
        ("{fever: high, pain: some}", "{heat: high, pain: some}"),
    )
    found, before, after = diff(old, new)
    assert found.has_less_urgent
    assert {"fever"} in [set(answers(row)) for row in found.rows]
    assert {"heat"} in [set(answers(row)) for row in found.rows]
    assert "* New question: clinic.heat." in told_lines(ChangeTable(before, after, found))


def test_questions_that_swapped_places(old: Path) -> None:
    """The order alone changes nothing for anybody."""
    new = edited(
        old,
        ("start: pain", "start: fever"),
        ("    goto: fever\n", "    goto: rash\n"),
        (
            "    goto: rash\n    options:\n      none: {text: No fever",
            "    goto: pain\n    options:\n      none: {text: No fever",
        ),
    )
    found, *_ = diff(old, new)
    assert found == Changes(())


def test_a_page_by_a_rule_and_a_page_by_an_option(old: Path) -> None:
    new = edited(
        old,
        ("learn: second\n    why: both", "learn: good_page\n    why: both"),
        ("{text: A rash, learn: good_page}", "{text: A rash}"),
    )
    found, *_ = diff(old, new)
    pages = {tuple(sorted(answers(row).items())): (sorted(row.new_pages), sorted(row.lost_pages)) for row in found.rows}
    assert pages[("fever", ("high",)), ("pain", ("some",))] == (["good_page"], ["second"])
    assert pages[(("rash", ("yes",)),)] == ([], ["good_page"])
    assert not found.has_less_urgent


def test_a_question_that_is_opened_less_often(old: Path) -> None:
    found, *_ = diff(old, edited(old, ("only_if: {pain: [some, not_sure]}", "only_if: {pain: some}")))
    assert all(row.is_less_urgent for row in found.rows)
    assert {tuple(sorted(answers(row).items())) for row in found.rows} == {
        (("pain", ("not_sure",)), ("where", ("deep",)))
    }


def test_random_edits_of_floors(old: Path) -> None:
    """Whatever floors are written, brute force agrees (see `assert_it_tells_of_everybody`)."""
    chance = random.Random(7)
    floors = ["self_care", "routine", "soon 14 days", "soon 3 days", "same_day"]
    for number in range(6):
        lines = (old / "flows" / "clinic.yaml").read_text().splitlines()
        at = [i for i, line in enumerate(lines) if "at_least: " in line and "{text" in line]
        for i in chance.sample(at, 3):
            head, _, tail = lines[i].partition("at_least: ")
            rest = tail[min(tail.find(sign) for sign in ",}" if sign in tail) :]
            lines[i] = f"{head}at_least: {chance.choice(floors)}{rest}"
        new = Path(shutil.copytree(old, old.parent / f"new{number}"))
        (new / "flows" / "clinic.yaml").write_text("\n".join(lines))
        diff(old, new)


# ---- on what ships


def test_what_is_given_to_read_is_what_the_walker_gives(library: ContentBundle) -> None:
    """A few hundred chats by chance: the exploration ends as the walker does, and with the same pages."""
    giving, chance = PageExplorer(library), random.Random(3)
    explored = giving.explore_bundle()
    given = {}
    for _ in range(300):
        way_in = chance.choice(library.entry_flows)
        number, pages, answers = explored.roots[way_in], giving.pages_at_start(way_in), {}
        while not isinstance(place := explored.states[number], Ending):
            options = place.question(giving.flows).options
            option = chance.choice([0, 0, 0, *range(len(options))])
            answers[".".join(place.stack[-1])] = options[option].id
            pages |= given.setdefault(number, giving.pages_by_option(number))[option]
            number = explored.successors[number][option]
        walker = replay(library, way_in, answers)
        assert rank_of(walker.floor) == place.rank
        if place.rank < EMERGENCY_RANK:
            assert pages | giving.pages_at_ending(place) == walker.collected_pages.keys()


def told_lines(table: ChangeTable) -> list[str]:
    return to_markdown(DOCUMENT_TITLE, table.sections()).splitlines()


# ---- the command


def test_the_command_and_its_exit_codes(old: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    new = edited(old, ("bad: {text: Bad, goto: call_now}", "bad: {text: Bad, at_least: same_day}"))
    page = tmp_path / "table.html"
    assert main(["diff", str(old), str(new), "--html", str(page)]) == 1
    told = capsys.readouterr().out
    assert "| 1 | How bad is the pain? (clinic.pain) \u201cBad\u201d | emergency | same day (less urgent) |" in told
    assert "same day (less urgent)" in page.read_text()
    assert main(["diff", str(new), str(old)]) == 0
    assert "Less urgent: 0. More urgent: 1." in capsys.readouterr().out
    assert main(["diff", str(old), str(old)]) == 0
    assert "Nobody ends differently" in capsys.readouterr().out


def test_what_cannot_be_compared(old: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(old), "no-such-revision"]) == 2
    assert "neither a folder with flows/ in it nor a revision" in capsys.readouterr().err
    assert main(["diff", str(old), str(edited(old, ("goto: call_now", "goto: nowhere")))]) == 2
    assert "no state is called 'nowhere'" in capsys.readouterr().err


def test_two_revisions(old: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", "-C", str(old), *who, *words], check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "before")
    flow = old / "flows" / "clinic.yaml"
    flow.write_text(
        flow.read_text().replace("bad: {text: Bad, goto: call_now}", "bad: {text: Bad, at_least: same_day}")
    )
    git("commit", "-qam", "after")
    monkeypatch.setattr("bot.authoring.diff.command.content_root", lambda: old)
    assert main(["diff", "HEAD~1", "HEAD"]) == 1
    assert "emergency | same day (less urgent)" in capsys.readouterr().out


def test_every_question_has_not_sure(library: ContentBundle) -> None:
    """What a version does not offer counts as "not sure" there: so each must have it."""
    for flow in library.flows["en"].values():
        assert all(isinstance(question, Question) and question.option(NOT_SURE) for question in flow.questions())
