"""One A4 page for a poster or cards, measured in millimetres, with a font that has every character it is asked for."""

from contextlib import AbstractContextManager
from functools import cache
from importlib.resources import files
from pathlib import Path

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import MethodReturnValue
from fpdf.fonts import TTFFont

from bot.authoring.documents.document_model import MM_PER_POINT
from bot.authoring.documents.qr_code import QUIET_ZONE_MODULES, dark_runs
from bot.operations.errors import CommandError

A4_WIDTH_MM, A4_HEIGHT_MM = 210.0, 297.0
FONT_FAMILY, FONT_WEIGHTS = "Fira Sans", {"": "Regular", "B": "Bold"}
LINE_HEIGHT_RATIO = 1.32  # line height as a multiple of the font size


class PdfPage(AbstractContextManager["PdfPage"]):
    """One A4 page in PDF; each text is positioned by its top left corner. Sizes of letters are in points."""

    def __init__(self, title: str, language: str) -> None:
        self.pdf = FPDF(unit="mm", format="A4")
        self.pdf.set_auto_page_break(False)
        self.pdf.set_title(title)
        self.pdf.set_lang(language)
        add_fonts(self.pdf)
        self.pdf.add_page()

    def draw_text(
        self, x: float, y: float, width: float, words: str, size: float, bold: bool = False, align: str = "L"
    ) -> float:
        """Write *words* in a column and return the y position below them."""
        self._set_font(words, size, bold)
        self.pdf.set_xy(x, y)
        self.pdf.multi_cell(
            width, size * MM_PER_POINT * LINE_HEIGHT_RATIO, words, align=align, new_x="LMARGIN", new_y="NEXT", padding=0
        )
        return float(self.pdf.get_y())

    def text_height(self, width: float, words: str, size: float, bold: bool = False) -> float:
        """Return the height that *words* would take in a column."""
        self._set_font(words, size, bold)
        line_height = size * MM_PER_POINT * LINE_HEIGHT_RATIO
        column_height = self.pdf.multi_cell(width, line_height, words, dry_run=True, output=MethodReturnValue.HEIGHT)
        assert isinstance(column_height, float | int)
        return float(column_height)

    def fitting_font_size(self, width: float, words: str, size: float, bold: bool = False) -> float:
        """Return the largest font size, up to *size*, at which *words* fit on one line."""
        self._set_font(words, size, bold)
        return min(size, size * (width - 3) / float(self.pdf.get_string_width(words)))

    def draw_qr_code(self, x: float, y: float, width: float, text: str) -> None:
        """Draw a QR code with its quiet zone inside the given width."""
        modules, dark_areas = dark_runs(text)
        module = width / (modules + 2 * QUIET_ZONE_MODULES)
        self.pdf.set_fill_color(0)
        for column, row, length in dark_areas:
            left, top = x + (QUIET_ZONE_MODULES + column) * module, y + (QUIET_ZONE_MODULES + row) * module
            self.pdf.rect(left, top, length * module, module, style="F")

    def draw_frame(self, x: float, y: float, width: float, frame_height: float) -> None:
        """Draw a frame."""
        self.pdf.set_line_width(0.6)
        self.pdf.rect(x, y, width, frame_height)

    def draw_cut_line(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """Draw a dashed line to cut along."""
        self.pdf.set_line_width(0.2)
        self.pdf.set_dash_pattern(1.5, 1.5)
        self.pdf.line(x, y, to_x, to_y)
        self.pdf.set_dash_pattern()

    def __exit__(self, *_: object) -> None:
        """Close the font files, which stay open as long as the page is drawn on."""
        close_fonts(self.pdf)

    def save(self, file: Path) -> None:
        """Write the page to a PDF file."""
        self.pdf.output(str(file))

    def _set_font(self, words: str, size: float, bold: bool) -> None:
        """Set the font, and check that it has every character of *words*."""
        self.pdf.set_font(FONT_FAMILY, "B" if bold else "", size)
        require_characters(words)


def add_fonts(pdf: FPDF) -> None:
    """Add the font in both weights to *pdf*."""
    for style, weight in FONT_WEIGHTS.items():
        pdf.add_font(FONT_FAMILY, style, _font_path(weight))


def close_fonts(pdf: FPDF) -> None:
    """Close the files of the PDF's fonts."""
    for font in pdf.fonts.values():
        if isinstance(font, TTFFont):
            font.close()


def require_characters(words: str) -> None:
    """Raise CommandError where the font lacks a character of *words*."""
    missing = {letter for letter in words if not letter.isspace() and ord(letter) not in _font_characters()}
    if missing:
        raise CommandError(f"The font has no letter for {' '.join(sorted(missing)[:5])}. The sheet was not made.")


@cache
def _font_characters() -> frozenset[int]:
    """Return the code points that the font has."""
    with TTFont(_font_path("Regular"), lazy=True) as font:
        return frozenset(font.getBestCmap())


def _font_path(weight: str) -> Path:
    """Return the path of the font file of this weight."""
    return Path(str(files("fontpkg_fira_sans") / "files" / f"FiraSans-{weight}.ttf"))
