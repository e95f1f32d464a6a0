"""A sheet of A4 to draw a poster or cards on, in millimetres, in a font that has every letter it is asked for."""

from contextlib import AbstractContextManager
from functools import cache
from importlib.resources import files
from pathlib import Path

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import MethodReturnValue
from fpdf.fonts import TTFFont

from bot.office import Unfit
from bot.office.codes import BORDER, runs

WIDE, HIGH = 210.0, 297.0
FAMILY, WEIGHTS = "Fira Sans", {"": "Regular", "B": "Bold"}
LEADING = 1.32  # lines of text, in heights of its letters
POINT = 25.4 / 72  # millimetres


class Paper(AbstractContextManager["Paper"]):
    """One page; every text is placed by its top left corner, and says how far down it reached."""

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
        """Write *words* in a column; where they end."""
        self._set(words, size, bold)
        self.pdf.set_xy(x, y)
        self.pdf.multi_cell(wide, size * POINT * LEADING, words, align=align, new_x="LMARGIN", new_y="NEXT", padding=0)
        return float(self.pdf.get_y())

    def height(self, wide: float, words: str, size: float, bold: bool = False) -> float:
        """How high *words* would stand in a column."""
        self._set(words, size, bold)
        line = size * POINT * LEADING
        high = self.pdf.multi_cell(wide, line, words, dry_run=True, output=MethodReturnValue.HEIGHT)
        assert isinstance(high, float | int)
        return float(high)

    def fitted(self, wide: float, words: str, size: float, bold: bool = False) -> float:
        """The largest size, up to *size*, at which *words* stand on one line."""
        self._set(words, size, bold)
        return min(size, size * (wide - 3) / float(self.pdf.get_string_width(words)))

    def code(self, x: float, y: float, wide: float, text: str) -> None:
        """A QR code with its quiet border inside *wide*."""
        modules, dark = runs(text)
        module = wide / (modules + 2 * BORDER)
        self.pdf.set_fill_color(0)
        for column, row, length in dark:
            left, top = x + (BORDER + column) * module, y + (BORDER + row) * module
            self.pdf.rect(left, top, length * module, module, style="F")

    def frame(self, x: float, y: float, wide: float, high: float) -> None:
        self.pdf.set_line_width(0.6)
        self.pdf.rect(x, y, wide, high)

    def cut(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """A dashed line to cut along."""
        self.pdf.set_line_width(0.2)
        self.pdf.set_dash_pattern(1.5, 1.5)
        self.pdf.line(x, y, to_x, to_y)
        self.pdf.set_dash_pattern()

    def __exit__(self, *_: object) -> None:
        """The fonts are files, and stay open as long as the page is drawn on."""
        undressed(self.pdf)

    def save(self, file: Path) -> None:
        self.pdf.output(str(file))

    def _set(self, words: str, size: float, bold: bool) -> None:
        self.pdf.set_font(FAMILY, "B" if bold else "", size)
        lacking(words)


def dressed(pdf: FPDF) -> None:
    """Give *pdf* its font, in both weights."""
    for style, weight in WEIGHTS.items():
        pdf.add_font(FAMILY, style, _font(weight))


def undressed(pdf: FPDF) -> None:
    """Close the font's files."""
    for font in pdf.fonts.values():
        if isinstance(font, TTFFont):
            font.close()


def lacking(words: str) -> None:
    """Unfit where the font has not every letter of *words*."""
    missing = {letter for letter in words if not letter.isspace() and ord(letter) not in _letters()}
    if missing:
        raise Unfit(f"The font has no letter for {' '.join(sorted(missing)[:5])}. The sheet was not made.")


@cache
def _letters() -> frozenset[int]:
    with TTFont(_font("Regular"), lazy=True) as font:
        return frozenset(font.getBestCmap())


def _font(weight: str) -> Path:
    return Path(str(files("fontpkg_fira_sans") / "files" / f"FiraSans-{weight}.ttf"))
