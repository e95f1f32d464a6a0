"""One A4 page for a poster or cards, measured in millimetres, with a font that has every character it is asked for."""

from contextlib import AbstractContextManager
from functools import cache
from importlib.resources import files
from pathlib import Path

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import MethodReturnValue
from fpdf.fonts import TTFFont

from bot.authoring.documents.qr_code import BORDER, runs
from bot.clinics.command import Unfit

WIDE, HIGH = 210.0, 297.0
FAMILY, WEIGHTS = "Fira Sans", {"": "Regular", "B": "Bold"}
LEADING = 1.32  # line height as a multiple of the font size
POINT = 25.4 / 72  # millimetres


class Paper(AbstractContextManager["Paper"]):
    """One A4 page in PDF; each text is positioned by its top left corner. Sizes of letters are in points."""

    def __init__(self, title: str, language: str) -> None:
        self.pdf = FPDF(unit="mm", format="A4")
        self.pdf.set_auto_page_break(False)
        self.pdf.set_title(title)
        self.pdf.set_lang(language)
        dressed(self.pdf)
        self.pdf.add_page()

    def text(
        self, x: float, y: float, wide: float, words: str, size: float, bold: bool = False, align: str = "L"
    ) -> float:
        """Write *words* in a column and return the y position below them."""
        self._set(words, size, bold)
        self.pdf.set_xy(x, y)
        self.pdf.multi_cell(wide, size * POINT * LEADING, words, align=align, new_x="LMARGIN", new_y="NEXT", padding=0)
        return float(self.pdf.get_y())

    def height(self, wide: float, words: str, size: float, bold: bool = False) -> float:
        """Return the height that *words* would take in a column."""
        self._set(words, size, bold)
        line = size * POINT * LEADING
        high = self.pdf.multi_cell(wide, line, words, dry_run=True, output=MethodReturnValue.HEIGHT)
        assert isinstance(high, float | int)
        return float(high)

    def fitted(self, wide: float, words: str, size: float, bold: bool = False) -> float:
        """Return the largest font size, up to *size*, at which *words* fit on one line."""
        self._set(words, size, bold)
        return min(size, size * (wide - 3) / float(self.pdf.get_string_width(words)))

    def code(self, x: float, y: float, wide: float, text: str) -> None:
        """Draw a QR code with its quiet zone inside the given width."""
        modules, dark = runs(text)
        module = wide / (modules + 2 * BORDER)
        self.pdf.set_fill_color(0)
        for column, row, length in dark:
            left, top = x + (BORDER + column) * module, y + (BORDER + row) * module
            self.pdf.rect(left, top, length * module, module, style="F")

    def frame(self, x: float, y: float, wide: float, high: float) -> None:
        """Draw a frame."""
        self.pdf.set_line_width(0.6)
        self.pdf.rect(x, y, wide, high)

    def cut(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """Draw a dashed line to cut along."""
        self.pdf.set_line_width(0.2)
        self.pdf.set_dash_pattern(1.5, 1.5)
        self.pdf.line(x, y, to_x, to_y)
        self.pdf.set_dash_pattern()

    def __exit__(self, *_: object) -> None:
        """Close the font files, which stay open as long as the page is drawn on."""
        undressed(self.pdf)

    def save(self, file: Path) -> None:
        """Write the page to a PDF file."""
        self.pdf.output(str(file))

    def _set(self, words: str, size: float, bold: bool) -> None:
        """Set the font, and check that it has every character of *words*."""
        self.pdf.set_font(FAMILY, "B" if bold else "", size)
        lacking(words)


def dressed(pdf: FPDF) -> None:
    """Add the font in both weights to *pdf*."""
    for style, weight in WEIGHTS.items():
        pdf.add_font(FAMILY, style, _font(weight))


def undressed(pdf: FPDF) -> None:
    """Close the files of the PDF's fonts."""
    for font in pdf.fonts.values():
        if isinstance(font, TTFFont):
            font.close()


def lacking(words: str) -> None:
    """Raise CommandError where the font lacks a character of *words*."""
    missing = {letter for letter in words if not letter.isspace() and ord(letter) not in _letters()}
    if missing:
        raise Unfit(f"The font has no letter for {' '.join(sorted(missing)[:5])}. The sheet was not made.")


@cache
def _letters() -> frozenset[int]:
    """Return the code points that the font has."""
    with TTFont(_font("Regular"), lazy=True) as font:
        return frozenset(font.getBestCmap())


def _font(weight: str) -> Path:
    """Return the path of the font file of this weight."""
    return Path(str(files("fontpkg_fira_sans") / "files" / f"FiraSans-{weight}.ttf"))
