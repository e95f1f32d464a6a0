"""A document as a PDF of A4: each part on pages of its own, groups kept together, and the hash in every footer."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import MethodReturnValue

from bot.authoring.documents.document_model import MM_PER_POINT, DocumentPart, Paragraph, ParagraphGroup, ParagraphStyle
from bot.authoring.documents.flowchart import (
    BOX_FONT_POINTS,
    BOX_LINE_HEIGHT_MM,
    BOX_PADDING_MM,
    EXIT_FONT_POINTS,
    Box,
    Caption,
    Dot,
    DrawingPage,
    Polyline,
)
from bot.authoring.documents.pdf_page import FONT_FAMILY, LINE_HEIGHT_RATIO, add_fonts, require_characters

SIDE_MARGIN_MM, TOP_MARGIN_MM, BOTTOM_MARGIN_MM = 18.0, 18.0, 20.0  # millimetres
COLUMN_WIDTH_MM = 210 - 2 * SIDE_MARGIN_MM
INDENT_MM, BULLET_WIDTH_MM = 6.0, 4.0  # the indent of one level, and the width of a bullet
ARROW_HEAD_MM, DOT_RADIUS_MM = 2.2, 0.5  # the length of an arrow head, and the radius of a dot
CHECKBOX_MM, FIELD_LABEL_WIDTH_MM = 2.4, 42.0  # the side of a box to tick; the width of a field's label


@dataclass(frozen=True, slots=True)
class ParagraphFormat:
    """The format of a paragraph: font size in points, weight, space above in millimetres, grey level (0: black)."""

    size: float
    bold: bool = False
    space_above: float = 0.8
    grey: int = 0


PARAGRAPH_FORMATS = {
    ParagraphStyle.TITLE: ParagraphFormat(26, True, 0),
    ParagraphStyle.CHAPTER: ParagraphFormat(17, True, 5),
    ParagraphStyle.HEADING: ParagraphFormat(11.5, True, 3.5),
    ParagraphStyle.BODY: ParagraphFormat(10),
    ParagraphStyle.STRONG: ParagraphFormat(10, True),
    ParagraphStyle.SMALL: ParagraphFormat(8.8, grey=60),
    ParagraphStyle.FAINT: ParagraphFormat(8.4, space_above=0.3),
    ParagraphStyle.BULLET: ParagraphFormat(10),
    ParagraphStyle.OPTION: ParagraphFormat(10, space_above=1.4),
    ParagraphStyle.FIELD: ParagraphFormat(10, space_above=3),
}
BULLET_STYLES = (ParagraphStyle.BULLET, ParagraphStyle.OPTION)


class PdfDocument(FPDF):
    """The PDF of a document; *part_footer* is what stands below the pages of the part that is being written."""

    def __init__(self, title: str, document_footer: str) -> None:
        super().__init__(unit="mm", format="A4")
        self.document_footer, self.part_footer = document_footer, ""
        self.set_margins(SIDE_MARGIN_MM, TOP_MARGIN_MM, SIDE_MARGIN_MM)
        self.set_auto_page_break(True, BOTTOM_MARGIN_MM)
        self.set_title(title)
        self.set_lang("en")
        add_fonts(self)

    def footer(self) -> None:
        """Write the footer of a page; the library calls this at the end of each page."""
        self.set_y(-BOTTOM_MARGIN_MM + 5)
        self.set_font(FONT_FAMILY, "", 8)
        self.set_text_color(0)
        footer_text = (
            self.document_footer
            if self.part_footer == self.document_footer
            else f"{self.document_footer}   ·   {self.part_footer}"
        )
        self.cell(COLUMN_WIDTH_MM - 20, 5, footer_text)
        self.cell(20, 5, f"{self.page_no()} / {{nb}}", align="R")

    def use_format(self, paragraph_format: ParagraphFormat) -> None:
        """Set font and colour."""
        self.set_font(FONT_FAMILY, "B" if paragraph_format.bold else "", paragraph_format.size)
        self.set_text_color(paragraph_format.grey)

    def write_paragraph(self, paragraph: Paragraph, dry_run: bool = False) -> float:
        """Write a paragraph, or with *dry_run* only return its height in millimetres."""
        paragraph_format, indent = PARAGRAPH_FORMATS[paragraph.style], paragraph.indent * INDENT_MM
        self.use_format(paragraph_format)
        line_height = paragraph_format.size * MM_PER_POINT * LINE_HEIGHT_RATIO
        has_bullet = paragraph.style in BULLET_STYLES or paragraph.indent > 0
        x = SIDE_MARGIN_MM + indent + (BULLET_WIDTH_MM if has_bullet else 0)
        width = COLUMN_WIDTH_MM - (x - SIDE_MARGIN_MM)
        if dry_run:
            text_height = self.multi_cell(
                width, line_height, paragraph.text, align="L", dry_run=True, output=MethodReturnValue.HEIGHT
            )
            return float(text_height) + paragraph_format.space_above  # type: ignore[arg-type]
        self.set_y(self.get_y() + paragraph_format.space_above)
        self._draw_marker(paragraph, SIDE_MARGIN_MM + indent, line_height, has_bullet)
        self.set_x(x)
        self.multi_cell(width, line_height, paragraph.text, align="L", new_x="LMARGIN", new_y="NEXT")
        return 0

    def _draw_marker(self, paragraph: Paragraph, x: float, line_height: float, has_bullet: bool) -> None:
        """Draw what a paragraph has beside its text: a bullet, a box to tick, a line to write on."""
        y = self.get_y()
        match paragraph.style:
            case ParagraphStyle.OPTION:
                self.set_line_width(0.25)
                self.rect(x + 0.4, y + line_height / 2 - CHECKBOX_MM / 2, CHECKBOX_MM, CHECKBOX_MM)
            case ParagraphStyle.FIELD:
                self.set_line_width(0.2)
                self.line(x + FIELD_LABEL_WIDTH_MM, y + line_height, SIDE_MARGIN_MM + COLUMN_WIDTH_MM, y + line_height)
            case _ if has_bullet:
                self.set_x(x)
                self.cell(BULLET_WIDTH_MM, line_height, "•")

    def write_group(self, group: ParagraphGroup) -> None:
        """Write a group of paragraphs, on a new page when it does not fit on this one."""
        space_left = self.h - BOTTOM_MARGIN_MM - self.get_y()
        group_height = sum(self.write_paragraph(paragraph, dry_run=True) for paragraph in group)
        if group_height > space_left and (
            group_height <= self.h - TOP_MARGIN_MM - BOTTOM_MARGIN_MM or space_left < self.h / 5
        ):
            self.add_page()
        for paragraph in group:
            self.write_paragraph(paragraph)
        self.set_y(self.get_y() + 2)


def write_pdf(parts: tuple[DocumentPart, ...], file: Path) -> None:
    """Write the parts of a document to a PDF file.

    Raises CommandError where the font lacks a character.
    """
    pdf = PdfDocument(parts[0].title, parts[0].footer)
    require_characters("".join(_document_texts(parts)))
    for part in parts:
        for page in part.drawings:
            _begin_page(pdf, part)
            pdf.write_paragraph(Paragraph(part.title, ParagraphStyle.CHAPTER))
            _draw_page(pdf, page, SIDE_MARGIN_MM, pdf.get_y() + 6)
        if part.groups:
            _begin_page(pdf, part)
            for group in part.groups:
                pdf.write_group(group)
    pdf.output(str(file))


def _begin_page(pdf: PdfDocument, part: DocumentPart) -> None:
    """Begin a new page of a part."""
    pdf.add_page()  # this also writes the footer of the page before
    pdf.part_footer = part.footer


def _document_texts(parts: tuple[DocumentPart, ...]) -> Iterator[str]:
    """Yield every text of the document."""
    yield from (paragraph.text for part in parts for group in part.groups for paragraph in group)
    for shape in (shape for part in parts for page in part.drawings for shape in page):
        yield from [shape.text] if isinstance(shape, Caption) else shape.lines if isinstance(shape, Box) else ()


def _draw_page(pdf: PdfDocument, page: DrawingPage, left: float, top: float) -> None:
    """Draw one page of a flowchart at this position."""
    pdf.set_line_width(0.25)
    pdf.set_text_color(0)
    for shape in page:
        match shape:
            case Box(x, y, width, height, fill, lines):
                pdf.set_fill_color(fill)
                pdf.rect(left + x, top + y, width, height, style="DF")
                pdf.set_font(FONT_FAMILY, "", BOX_FONT_POINTS)
                for number, line in enumerate(lines):
                    pdf.text(
                        left + x + BOX_PADDING_MM, top + y + BOX_PADDING_MM + BOX_LINE_HEIGHT_MM * (number + 0.75), line
                    )
            case Caption(x, y, text):
                pdf.set_font(FONT_FAMILY, "", EXIT_FONT_POINTS)
                pdf.text(left + x, top + y, text)
            case Dot(x, y):
                pdf.set_fill_color(0)
                pdf.circle(left + x, top + y, DOT_RADIUS_MM, style="F")
            case Polyline(points, has_arrow):
                moved = [(left + x, top + y) for x, y in points]
                pdf.polyline(moved)
                if has_arrow:
                    _draw_arrow_head(pdf, *moved[-2:])


def _draw_arrow_head(pdf: PdfDocument, before: tuple[float, float], at: tuple[float, float]) -> None:
    """Draw an arrow head at *at*, for a horizontal or vertical line that comes from *before*."""
    (x, y), is_vertical = at, before[0] == at[0]
    sign = 1 if (at[1] > before[1] if is_vertical else at[0] > before[0]) else -1
    back, half = sign * ARROW_HEAD_MM, ARROW_HEAD_MM / 3
    sides = (
        [(x - half, y - back), (x + half, y - back)] if is_vertical else [(x - back, y - half), (x - back, y + half)]
    )
    pdf.set_fill_color(0)
    pdf.polygon([at, *sides], style="F")
