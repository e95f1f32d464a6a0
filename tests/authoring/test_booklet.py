"""A booklet says everything that is signed: every text, every way, and on every foot the hash that `sign` writes."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from html import unescape
from pathlib import Path

import pypdfium2
import pytest

from bot.__main__ import main
from bot.authoring.booklet.chapters import build_booklet
from bot.authoring.booklet.states import NumberedStates
from bot.authoring.documents.document_model import DocumentPart
from bot.authoring.documents.flowchart import (
    BOX_FONT_POINTS,
    BOX_PADDING_MM,
    BOX_WIDTH_MM,
    CHANNELS_LEFT_MM,
    EXIT_FONT_POINTS,
    EXIT_TEXT_LEFT_MM,
    Box,
    Caption,
    Polyline,
)
from bot.authoring.documents.html import write_html
from bot.authoring.documents.pdf import PdfDocument, write_pdf
from bot.authoring.documents.pdf_page import FONT_FAMILY, close_fonts
from bot.authoring.loader import content_root, load_bundle
from bot.authoring.localization.traversal import collect_units
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.content import Page
from bot.model.flow import Call, Effect, Flow, Option, Outcome, Question, Return, Rule, Statement
from bot.model.signoff import content_hash
from tests.support.signed_content import FLOW, sign, unsigned_home

TODAY = "2026-11-22"
LIBRARY = load_bundle(content_root())[0]
FLOWS = sorted(LIBRARY.flows[BASE_LANGUAGE])


def made(name: str, library: ContentBundle = LIBRARY) -> tuple[DocumentPart, ...]:
    return build_booklet(library, library.flows[BASE_LANGUAGE][name], TODAY)


def sheets(file: Path) -> Iterator[str]:
    """What stands on each page of a PDF."""
    document = pypdfium2.PdfDocument(file)
    for page in document:
        yield str(page.get_textpage().get_text_range())
    document.close()


def bare(text: str) -> str:
    """*text* without what a line break or a list's dot changes."""
    return re.sub(r"[\s\ufffe•]|^- ", "", text, flags=re.MULTILINE)


def texts(flow: Flow) -> Iterator[str]:
    """Every text of *flow* that people read, each line by itself, and the reasons that only reviewers read."""
    yield from (unit.text for unit in collect_units(flow).values() if unit.text)
    yield from (rule.why for rule in flow.rules)
    yield from (question.unordered for question in flow.questions())


def lacking(flow: Flow, said: str) -> list[str]:
    said = bare(said)
    return [line for text in texts(flow) for line in text.splitlines() if bare(line) not in said]


# ---- nothing is left out


@pytest.mark.parametrize("name", FLOWS)
def test_every_text_is_in_it(name: str) -> None:
    parts = made(name)
    assert (
        lacking(LIBRARY.flows[BASE_LANGUAGE][name], "\n".join(line.text for p in parts for g in p.groups for line in g))
        == []
    )


@pytest.mark.parametrize("name", ["today", "pregnancy_known"])
def test_every_text_is_in_the_pdf_and_in_the_html(name: str, tmp_path: Path) -> None:
    flow, parts = LIBRARY.flows[BASE_LANGUAGE][name], made(name)
    write_pdf(parts, tmp_path / "a.pdf")
    write_html(parts, tmp_path / "a.html")
    foot = f"flows/{name}.yaml, words {content_hash(flow)}"
    said = "\n".join(sheets(tmp_path / "a.pdf")).replace(foot, "")
    page = unescape(re.sub("<[^>]*>", "\n", (tmp_path / "a.html").read_text(encoding="utf-8")))
    for one in (said, page):
        assert lacking(flow, one) == []
        for id in {page for state in flow.states.values() if isinstance(state, Question) for page in pages(state)}:
            assert bare(LIBRARY.page(id).gist) in bare(one)


def pages(question: Question) -> Iterator[str]:
    return (page for option in question.options for page in option.effect.learn)


@pytest.mark.parametrize("name", FLOWS)
def test_every_answer_says_where_it_leads(name: str) -> None:
    flow = LIBRARY.flows[BASE_LANGUAGE][name]
    states = NumberedStates(LIBRARY, flow)
    told = {group[0].text: [line.text for line in group] for group in states.state_groups()}
    for question in flow.questions():
        lines = told[next(head for head in told if head.startswith(f"{states.numbers[question.name]}. "))]
        for option in question.options:
            words = option.text or LIBRARY.text(option.id)
            assert any(line.startswith(words) and states.describe_target(option.goto) in line for line in lines), (
                option.id
            )


SHOWN = {
    Flow: "name title version start states rules language checked sources review asked information",
    Question: "name ask options why explain sensitive safety unordered goto only_if counts",
    Option: "id text goto button say effect numbers also",
    Statement: "name say goto effect only_if",
    Call: "name run goto only_if",
    Return: "name why only_if",
    Outcome: "name floor say safety_net effect goto only_if",
    Rule: "when goto effect why",
    Effect: "at_least learn advise",
    Page: "id title gist text sources cited topic unverified review language button asked",
}


@pytest.mark.parametrize("kind", SHOWN, ids=lambda kind: kind.__name__)
def test_a_field_that_is_new_is_shown_as_well(kind: type) -> None:
    """What is signed is every field. Whoever adds one shows it in the booklet, and then names it here."""
    assert [field.name for field in fields(kind) if field.init] == SHOWN[kind].split()


def test_a_flow_that_only_informs_says_so_and_has_its_pages() -> None:
    flow = replace(LIBRARY.flows[BASE_LANGUAGE]["blood_in_semen"], information=("coil", "thrush"))
    parts = build_booklet(LIBRARY, flow, TODAY)
    assert "only informs" in "".join(line.text for group in parts[0].groups for line in group)
    assert {part.footer.partition(",")[0] for part in parts} >= {"content/coil.md", "content/thrush.md"}


# ---- the hash that is signed


def test_each_foot_has_the_hash_that_sign_writes(tmp_path: Path) -> None:
    small = unsigned_home(tmp_path)
    library = load_bundle(small)[0]
    write_pdf(made("good", library), tmp_path / "good.pdf")
    write_html(made("good", library), tmp_path / "good.html")
    assert sign(small, FLOW) == 0
    review = load_bundle(small)[0].flows[BASE_LANGUAGE]["good"].review
    assert review is not None
    found = list(sheets(tmp_path / "good.pdf"))
    assert len(found) > 3
    assert all(f"{FLOW}, words {review.content_hash}" in sheet for sheet in found)
    page = (tmp_path / "good.html").read_text(encoding="utf-8")
    assert page.count("<tfoot>") == page.count(f"<tfoot><tr><td>{FLOW}, words {review.content_hash}")
    front = "".join(line.text for group in made("good", load_bundle(small, TODAY)[0])[0].groups for line in group)
    assert f"signed by {review.reviewer}" in front


def test_a_page_is_printed_with_its_own_hash_beside(tmp_path: Path) -> None:
    library = load_bundle(unsigned_home(tmp_path))[0]
    (page,) = [part for part in made("good", library) if "content/" in part.footer]
    assert page.footer == f"content/good_page.md, words {content_hash(library.page('good_page'))}"


def test_the_whole_has_every_flow_that_is_run_once_with_its_own_hash() -> None:
    flow = LIBRARY.flows[BASE_LANGUAGE]["bleeding_after_sex"]
    parts = build_booklet(LIBRARY, flow, TODAY, include_subflows=True)
    feet = dict.fromkeys(part.footer for part in parts if part.footer.startswith("flows/"))
    names = "bleeding_after_sex safety background bleeding_questions today pregnancy_known pregnant child unwanted_sex"
    assert list(feet) == [
        f"flows/{name}.yaml, words {content_hash(LIBRARY.flows[BASE_LANGUAGE][name])}" for name in names.split()
    ]
    said = "\n".join(line.text for part in parts for group in part.groups for line in group)
    assert [lack for name in names.split() for lack in lacking(LIBRARY.flows[BASE_LANGUAGE][name], said)] == []
    pages = [part.footer for part in parts if part.footer.startswith("content/")]
    assert len(pages) == len(set(pages)) > len(made("safety")) - 3


# ---- the picture


@pytest.mark.parametrize("name", FLOWS)
def test_no_two_ways_share_a_lane_unless_they_lead_to_one_place(name: str) -> None:
    for sheet in made(name)[1].drawings:
        lanes: dict[float, list[tuple[float, float]]] = {}
        for piece in sheet:
            if isinstance(piece, Polyline) and piece.points[0][0] == piece.points[-1][0] > EXIT_TEXT_LEFT_MM:
                (x, top), (_, bottom) = piece.points
                assert all(bottom <= t or b <= top for t, b in lanes.get(x, [])), "two lanes are one line"
                lanes.setdefault(x, []).append((top, bottom))


@pytest.mark.parametrize("name", ["safety", "chooser", "unusual_discharge"])
def test_the_words_of_a_picture_have_room(name: str) -> None:
    pdf = PdfDocument("", "")
    for piece in (piece for sheet in made(name)[1].drawings for piece in sheet):
        match piece:
            case Box(lines=lines):
                pdf.set_font(FONT_FAMILY, "", BOX_FONT_POINTS)
                assert all(pdf.get_string_width(line) <= BOX_WIDTH_MM - 2 * BOX_PADDING_MM for line in lines)
            case Caption(x, _, text) if x == EXIT_TEXT_LEFT_MM:
                pdf.set_font(FONT_FAMILY, "", EXIT_FONT_POINTS)
                assert pdf.get_string_width(text) <= CHANNELS_LEFT_MM - EXIT_TEXT_LEFT_MM
    close_fonts(pdf)


def test_every_state_is_drawn_once_and_every_way_leads_to_one() -> None:
    stops = NumberedStates(LIBRARY, LIBRARY.flows[BASE_LANGUAGE]["safety"]).flowchart_nodes()
    assert [stop.number for stop in stops] == ["R", *map(str, range(1, len(stops)))]
    assert all(0 <= to < len(stops) for stop in stops for _, to in stop.edges)
    boxes = [piece for sheet in made("safety")[1].drawings for piece in sheet if isinstance(piece, Box)]
    assert len(boxes) == len(stops)


# ---- the command


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "today.pdf"
    assert main(["draw", "today", "--document", str(file)]) == 0
    assert (
        capsys.readouterr().out
        == f"{file}: flows/today.yaml, words {content_hash(LIBRARY.flows[BASE_LANGUAGE]['today'])}\n"
    )
    assert file.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("tody", "--document", "a.pdf"), "did you mean 'today'?"),
        (("today", "--document", "a.docx"), "FILE.pdf or FILE.html"),
        (("today", "--document", "no/such/folder/a.html"), "cannot be written"),
    ],
)
def test_one_sentence(words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["draw", *words]) == 2
    told = capsys.readouterr().err
    assert sentence in told
    assert told.count("\n") == 1


def test_where_the_packages_are_not_there_html_is_written_all_the_same(tmp_path: Path) -> None:
    """In a process of its own, as somebody meets it who installed nothing besides."""
    bare = "import sys; sys.modules['fpdf'] = None; from bot.__main__ import main; sys.exit(main(sys.argv[1:]))"
    for suffix, code in (("pdf", 2), ("html", 0)):
        words = ["draw", "today", "--document", str(tmp_path / f"today.{suffix}")]
        done = subprocess.run([sys.executable, "-c", bare, *words], capture_output=True, text=True, timeout=60)
        assert done.returncode == code
        assert ("pip install segno fpdf2" in done.stderr) == (code == 2)
        assert (tmp_path / f"today.{suffix}").exists() == (code == 0)
