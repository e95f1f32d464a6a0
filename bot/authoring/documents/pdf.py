"""A document as a PDF of A4: each part on pages of its own, groups kept together, and the hash in every footer."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import MethodReturnValue

from bot.authoring.documents.flowchart import BOX_SIZE, EXIT_SIZE, LINE, PAD, Box, Dot, Note, Sheet, Stroke
from bot.authoring.documents.model import Group, Line, Part, Style
from bot.authoring.documents.pdf_page import FAMILY, LEADING, POINT, dressed, lacking

MARGIN, TOP, FOOT = 18.0, 18.0, 20.0  # millimetres
COLUMN = 210 - 2 * MARGIN
STEP, DOT = 6.0, 4.0  # the indent of one level, and the width of a bullet
HEAD, SPOT = 2.2, 0.5  # the length of an arrow head, and the radius of a dot
TICK, LABEL = 2.4, 42.0  # the side of a box to tick; the width of a field's label


@dataclass(frozen=True, slots=True)
class Look:
    """The format of a paragraph: font size in points, weight, space above in millimetres, grey level (0: black)."""

    size: float
    bold: bool = False
    above: float = 0.8
    grey: int = 0


LOOKS = {
    Style.TITLE: Look(26, True, 0),
    Style.CHAPTER: Look(17, True, 5),
    Style.HEADING: Look(11.5, True, 3.5),
    Style.BODY: Look(10),
    Style.STRONG: Look(10, True),
    Style.SMALL: Look(8.8, grey=60),
    Style.FAINT: Look(8.4, above=0.3),
    Style.BULLET: Look(10),
    Style.OPTION: Look(10, above=1.4),
    Style.FIELD: Look(10, above=3),
}
SET_IN = (Style.BULLET, Style.OPTION)


class Booklet(FPDF):
    """The PDF of a document; *part_footer* is what stands below the pages of the part that is being written."""

    def __init__(self, title: str, signed: str) -> None:
        super().__init__(unit="mm", format="A4")
        self.signed, self.foot = signed, ""
        self.set_margins(MARGIN, TOP, MARGIN)
        self.set_auto_page_break(True, FOOT)
        self.set_title(title)
        self.set_lang("en")
        dressed(self)

    def footer(self) -> None:
        """Write the footer of a page; the library calls this at the end of each page."""
        self.set_y(-FOOT + 5)
        self.set_font(FAMILY, "", 8)
        self.set_text_color(0)
        here = self.signed if self.foot == self.signed else f"{self.signed}   ·   {self.foot}"
        self.cell(COLUMN - 20, 5, here)
        self.cell(20, 5, f"{self.page_no()} / {{nb}}", align="R")

    def look(self, look: Look) -> None:
        """Set font and colour."""
        self.set_font(FAMILY, "B" if look.bold else "", look.size)
        self.set_text_color(look.grey)

    def write_line(self, line: Line, dry: bool = False) -> float:
        """Write a paragraph, or with *dry_run* only return its height in millimetres."""
        look, left = LOOKS[line.style], line.deep * STEP
        self.look(look)
        high = look.size * POINT * LEADING
        bullet = line.style in SET_IN or line.deep > 0
        x = MARGIN + left + (DOT if bullet else 0)
        wide = COLUMN - (x - MARGIN)
        if dry:
            told = self.multi_cell(wide, high, line.text, align="L", dry_run=True, output=MethodReturnValue.HEIGHT)
            return float(told) + look.above  # type: ignore[arg-type]
        self.set_y(self.get_y() + look.above)
        self._mark(line, MARGIN + left, high, bullet)
        self.set_x(x)
        self.multi_cell(wide, high, line.text, align="L", new_x="LMARGIN", new_y="NEXT")
        return 0

    def _mark(self, line: Line, x: float, high: float, bullet: bool) -> None:
        """Draw what a paragraph has beside its text: a bullet, a box to tick, a line to write on."""
        y = self.get_y()
        match line.style:
            case Style.OPTION:
                self.set_line_width(0.25)
                self.rect(x + 0.4, y + high / 2 - TICK / 2, TICK, TICK)
            case Style.FIELD:
                self.set_line_width(0.2)
                self.line(x + LABEL, y + high, MARGIN + COLUMN, y + high)
            case _ if bullet:
                self.set_x(x)
                self.cell(DOT, high, "•")

    def write_group(self, group: Group) -> None:
        """Write a group of paragraphs, on a new page when it does not fit on this one."""
        room = self.h - FOOT - self.get_y()
        high = sum(self.write_line(line, dry=True) for line in group)
        if high > room and (high <= self.h - TOP - FOOT or room < self.h / 5):
            self.add_page()
        for line in group:
            self.write_line(line)
        self.set_y(self.get_y() + 2)


def write_pdf(parts: tuple[Part, ...], file: Path) -> None:
    """Write the parts of a document to a PDF file.

    Raises CommandError where the font lacks a character.
    """
    pdf = Booklet(parts[0].title, parts[0].foot)
    lacking("".join(_letters(parts)))
    for part in parts:
        for sheet in part.pictures:
            _begin(pdf, part)
            pdf.write_line(Line(part.title, Style.CHAPTER))
            _drawn(pdf, sheet, MARGIN, pdf.get_y() + 6)
        if part.groups:
            _begin(pdf, part)
            for group in part.groups:
                pdf.write_group(group)
    pdf.output(str(file))


def _begin(pdf: Booklet, part: Part) -> None:
    """Begin a new page of a part."""
    pdf.add_page()  # this also writes the footer of the page before
    pdf.foot = part.foot


def _letters(parts: tuple[Part, ...]) -> Iterator[str]:
    """Yield every text of the document."""
    yield from (line.text for part in parts for group in part.groups for line in group)
    for piece in (piece for part in parts for sheet in part.pictures for piece in sheet):
        yield from [piece.text] if isinstance(piece, Note) else piece.lines if isinstance(piece, Box) else ()


def _drawn(pdf: Booklet, sheet: Sheet, left: float, top: float) -> None:
    """Draw one page of a flowchart at this position."""
    pdf.set_line_width(0.25)
    pdf.set_text_color(0)
    for piece in sheet:
        match piece:
            case Box(x, y, wide, high, fill, lines):
                pdf.set_fill_color(fill)
                pdf.rect(left + x, top + y, wide, high, style="DF")
                pdf.set_font(FAMILY, "", BOX_SIZE)
                for number, line in enumerate(lines):
                    pdf.text(left + x + PAD, top + y + PAD + LINE * (number + 0.75), line)
            case Note(x, y, text):
                pdf.set_font(FAMILY, "", EXIT_SIZE)
                pdf.text(left + x, top + y, text)
            case Dot(x, y):
                pdf.set_fill_color(0)
                pdf.circle(left + x, top + y, SPOT, style="F")
            case Stroke(points, arrives):
                moved = [(left + x, top + y) for x, y in points]
                pdf.polyline(moved)
                if arrives:
                    _head(pdf, *moved[-2:])


def _head(pdf: Booklet, before: tuple[float, float], at: tuple[float, float]) -> None:
    """Draw an arrow head at *at*, for a horizontal or vertical line that comes from *before*."""
    (x, y), down = at, before[0] == at[0]
    sign = 1 if (at[1] > before[1] if down else at[0] > before[0]) else -1
    back, half = sign * HEAD, HEAD / 3
    sides = [(x - half, y - back), (x + half, y - back)] if down else [(x - back, y - half), (x - back, y + half)]
    pdf.set_fill_color(0)
    pdf.polygon([at, *sides], style="F")
