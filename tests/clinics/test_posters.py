"""What a clinic prints, looked at as it comes out of the printer: its code is read again by another program."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from bot.authoring.documents.pdf_page import PdfPage
from bot.authoring.documents.qr_code import QUIET_ZONE_MODULES, dark_runs, write_png, write_svg
from bot.authoring.loader import content_root, load_bundle
from bot.clinics.commands.poster import printed_texts
from bot.clinics.printing.layouts import CARDS_ACROSS, CARDS_DOWN, draw_cards, draw_poster
from bot.clinics.printing.texts import PrintedTexts
from bot.engine.deep_links import clinic_payload, deep_link
from bot.model.bundle import ContentBundle
from bot.operations.errors import CommandError
from tests.support.clinics import town

LIBRARY = town(load_bundle(content_root())[0])
ADDRESS = deep_link("ConfidanteBot", clinic_payload("northside", "bleeding_after_sex"))
A4 = (595, 842)  # points
POLISH = "Zażółć gęślą jaźń; ŹRÓDŁO."
SPANISH = "¿Sangre después del sexo? Pingüino, mañana, ¡sí!"
UKRAINIAN = "Кров після сексу? Ґанок, їжак, є, юність."


def words(language: str = "en", library: ContentBundle = LIBRARY, **said: str) -> PrintedTexts:
    """The words of a sheet, some of them others than ours."""
    texts = {**library.phrases["en"].texts, **said}
    library = replace(library, phrases={**library.phrases, language: replace(library.phrases["en"], texts=texts)})
    return printed_texts(library, library.environment.clinics["northside"], language, ADDRESS)


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("sheets")
    draw_poster(words(), folder / "poster.pdf")
    draw_cards(words(), folder / "cards.pdf")
    return {name: folder / f"{name}.pdf" for name in ("poster", "cards")}


def page(file: Path, scale: float = 2) -> Image.Image:
    """The one page of a PDF, as it would be printed."""
    document = pypdfium2.PdfDocument(file)
    assert len(document) == 1
    assert tuple(map(round, document[0].get_size())) == A4
    image: Image.Image = document[0].render(scale=scale).to_pil()
    document.close()
    return image


def text(file: Path) -> str:
    document = pypdfium2.PdfDocument(file)
    found = str(document[0].get_textpage().get_text_range()).replace("\r\n", " ").replace("\ufffe", "")
    document.close()
    return " ".join(found.split())


def read(image: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(image)]


def codes() -> Iterator[str]:
    for clinic in ("a", "northside", "a" * 20):
        yield deep_link("x" * 32, clinic_payload(clinic))
        yield deep_link("ConfidanteBot", clinic_payload(clinic, "bleeding_after_sex"))


@pytest.mark.parametrize("address", list(codes()))
def test_the_code_is_read_again(address: str, tmp_path: Path) -> None:
    write_png(address, tmp_path / "code.png")
    with Image.open(tmp_path / "code.png") as image:
        assert read(image) == [address]
        assert image.size[0] == image.size[1] > 400


def test_the_code_is_read_from_a_scratched_poster(tmp_path: Path) -> None:
    write_png(ADDRESS, tmp_path / "code.png")
    with Image.open(tmp_path / "code.png") as opened:
        image = opened.convert("L")
    side = image.size[0] // 6
    image.paste(255, (image.size[0] // 2, image.size[1] // 2, image.size[0] // 2 + side, image.size[1] // 2 + side))
    assert read(image) == [ADDRESS]


def test_the_svg_is_the_same_code(tmp_path: Path) -> None:
    """Drawn from its path by hand, and read."""
    write_svg(ADDRESS, tmp_path / "code.svg")
    root = ET.parse(tmp_path / "code.svg").getroot()
    assert root.tag.endswith("svg")
    assert "http" not in (tmp_path / "code.svg").read_text().replace("http://www.w3.org/2000/svg", "").replace(
        ADDRESS, ""
    )
    modules, dark = dark_runs(ADDRESS)
    side = modules + 2 * QUIET_ZONE_MODULES
    image = Image.new("L", (side, side), 255)
    for x, y, length in dark:
        image.paste(
            0,
            (
                x + QUIET_ZONE_MODULES,
                y + QUIET_ZONE_MODULES,
                x + QUIET_ZONE_MODULES + length,
                y + QUIET_ZONE_MODULES + 1,
            ),
        )
    assert read(image.resize((side * 8, side * 8), Image.Resampling.NEAREST)) == [ADDRESS]
    assert root.get("width") == str(side * 4)


def test_a_printed_poster_is_read(sheets: dict[str, Path]) -> None:
    assert read(page(sheets["poster"])) == [ADDRESS]


def test_every_printed_card_is_read(sheets: dict[str, Path]) -> None:
    assert read(page(sheets["cards"], 3)) == [ADDRESS] * (CARDS_ACROSS * CARDS_DOWN)


def test_a_poster_says_what_it_is_what_it_is_not_and_what_is_kept(sheets: dict[str, Path]) -> None:
    said = text(sheets["poster"])
    for words_of_it in (
        "one question at a time",
        "It is not a doctor.",
        "never says what you have",
        "Northside Clinic is not told who opens this",
        "What is kept: your answers, for 40 hours at most.",
        "What is not kept: your name",
        "Telegram can read the chat",
        "In an emergency, call 999.",
        ADDRESS.removeprefix("https://"),
    ):
        assert words_of_it in said


def test_a_card_says_nothing_about_what_it_is_for(sheets: dict[str, Path]) -> None:
    said = text(sheets["cards"]).lower()
    for word in ("sex", "blood", "bleed", "discharge", "pain", "pregnan", "clinic", "northside clinic"):
        assert word not in said
    assert said.count("in an emergency, call 999.") == CARDS_ACROSS * CARDS_DOWN


@pytest.mark.parametrize("foreign", [POLISH, SPANISH, UKRAINIAN])
def test_other_letters_are_printed(foreign: str, tmp_path: Path) -> None:
    draw_poster(words("xx", poster_what=foreign, poster_not=foreign), tmp_path / "poster.pdf")
    assert text(tmp_path / "poster.pdf").count(foreign) == 2
    assert read(page(tmp_path / "poster.pdf")) == [ADDRESS]


def test_the_spanish_draft_is_printed_as_a_draft(tmp_path: Path) -> None:
    library = town(load_bundle(content_root(), include_drafts=True)[0])
    spanish = printed_texts(library, library.environment.clinics["northside"], "es", ADDRESS)
    for kind, draw in (("poster", draw_poster), ("cards", draw_cards)):
        draw(spanish, tmp_path / f"{kind}.pdf")
    assert "Borrador. Ningún profesional de la salud ha revisado este chat" in text(tmp_path / "poster.pdf")
    assert "En una emergencia, llama al 999." in text(tmp_path / "cards.pdf")
    assert read(page(tmp_path / "poster.pdf")) == [ADDRESS]
    assert read(page(tmp_path / "cards.pdf", 3)) == [ADDRESS] * (CARDS_ACROSS * CARDS_DOWN)


def test_a_letter_that_the_font_lacks_is_told_and_not_left_out(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no letter for"):
        draw_poster(words("xx", poster_title="שלום"), tmp_path / "poster.pdf")
    assert not (tmp_path / "poster.pdf").exists()


def test_a_language_that_takes_more_room_still_fits(tmp_path: Path) -> None:
    """Forty per cent more of everything: the letters become smaller, the code and the frame stay where they are."""
    names = [name for name in LIBRARY.phrases["en"].texts if name.startswith("poster_")]
    english = LIBRARY.phrases["en"].texts
    longer = {name: english[name] + " " + "mm mmm m" * max(1, len(english[name]) // 20) for name in names}
    draw_poster(words("xx", **longer), tmp_path / "poster.pdf")
    assert read(page(tmp_path / "poster.pdf")) == [ADDRESS]


def test_what_cannot_fit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="do not fit"):
        draw_poster(words("xx", poster_kept="many words " * 200), tmp_path / "poster.pdf")


def test_fonts_are_embedded(sheets: dict[str, Path]) -> None:
    """A printer has no Fira Sans of its own."""
    for file in sheets.values():
        data = file.read_bytes()
        assert data.count(b"/FontFile2") == 2
        assert b"/Helvetica" not in data


def test_texts_stay_inside_the_margins(sheets: dict[str, Path]) -> None:
    """No printer prints to the edge: 9 mm all around are white."""
    for file in sheets.values():
        image = page(file).convert("L")
        edge = round(9 / 210 * image.size[0])
        inside = (edge, edge, image.size[0] - edge, image.size[1] - edge)
        image.paste(255, inside)
        assert image.getextrema() == (255, 255)


def test_a_sheet_has_its_language_and_title() -> None:
    with PdfPage("Title", "es") as paper:
        assert (paper.pdf.title, paper.pdf.lang) == ("Title", "es")
