"""A document as one HTML file that needs no other file; printed from a browser, each page shows the hash."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from bot.authoring.documents.document_model import MM_PER_POINT, DocumentPart, Paragraph, ParagraphGroup, ParagraphStyle
from bot.authoring.documents.flowchart import (
    BOX_FONT_POINTS,
    BOX_LINE_HEIGHT_MM,
    BOX_PADDING_MM,
    DRAWING_HEIGHT_MM,
    DRAWING_WIDTH_MM,
    EXIT_FONT_POINTS,
    Box,
    Caption,
    Dot,
    DrawingPage,
    Polyline,
)

DOCUMENT_CSS = """
@page{size:A4;margin:18mm 18mm 14mm;@bottom-right{content:counter(page) ' / ' counter(pages);font:8pt sans-serif}}
body{font:10pt/1.35 'Fira Sans',sans-serif;max-width:174mm;margin:1em auto;color:#000}
table{width:100%;border-collapse:collapse;break-before:page}table:first-of-type{break-before:auto}
td{padding:0}tfoot td{font-size:8pt;padding-top:4mm}
p{margin:.25em 0}div{break-inside:avoid;margin-bottom:.6em}
svg{max-width:174mm;max-height:232mm;display:block;break-inside:avoid}
.title{font-size:26pt;font-weight:bold}.chapter{font-size:17pt;font-weight:bold;margin-top:.6em}
.heading{font-size:11.5pt;font-weight:bold;margin-top:.6em}.strong{font-weight:bold}
.small{font-size:8.8pt;color:#444}.faint{font-size:8.4pt}.chapter,.heading{break-after:avoid}
.dot,.option{padding-left:1.2em;text-indent:-1.2em}.dot::before{content:'•';display:inline-block;width:1.2em;text-indent:0}
.option::before{content:'□';display:inline-block;width:1.2em;text-indent:0}
.field{border-bottom:1px solid;margin-top:1em;padding-right:60%}
@media screen{table{margin-bottom:3em;border-bottom:1px solid #bbb}}
"""


def write_html(parts: tuple[DocumentPart, ...], file: Path) -> None:
    """Write the parts of a document to an HTML file."""
    head = f"<meta charset='utf-8'><title>{escape(parts[0].title)}</title><style>{DOCUMENT_CSS}</style>"
    body = "\n".join(_part_html(part, parts[0].footer) for part in parts)
    file.write_text(f"<!doctype html>\n<html lang='en'><head>{head}</head>\n<body>{body}</body></html>\n", "utf-8")


def _part_html(part: DocumentPart, document_footer: str) -> str:
    """Return a part as an HTML table, whose footer a browser repeats on each page."""
    footer = document_footer if part.footer == document_footer else f"{document_footer} · {part.footer}"
    drawings = [f"<p class='chapter'>{escape(part.title)}</p>"] * bool(part.drawings)
    drawings += ["".join(_page_svg(page)) for page in part.drawings]
    content = "\n".join((*drawings, *map(_group_html, part.groups)))
    return f"<table><tfoot><tr><td>{escape(footer)}</td></tr></tfoot><tbody><tr><td>{content}</td></tr></tbody></table>"


def _group_html(group: ParagraphGroup) -> str:
    """Return a group of paragraphs as HTML."""
    return f"<div>{''.join(map(_paragraph_html, group))}</div>"


def _paragraph_html(paragraph: Paragraph) -> str:
    """Return a paragraph as HTML."""
    bullet_class = (
        " dot"
        if paragraph.style is ParagraphStyle.BULLET
        or (paragraph.indent and paragraph.style is not ParagraphStyle.OPTION)
        else ""
    )
    indent_style = f" style='margin-left:{paragraph.indent * 6}mm'" if paragraph.indent else ""
    return f"<p class='{paragraph.style.value}{bullet_class}'{indent_style}>{escape(paragraph.text)}</p>"


def _page_svg(page: DrawingPage) -> Iterator[str]:
    """Yield the SVG of one page of a flowchart."""
    view_box = f"-1 -9 {DRAWING_WIDTH_MM + 2} {DRAWING_HEIGHT_MM + 17}"
    yield f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='{view_box}' font-family='sans-serif'>"
    yield "<defs><marker id='a' markerWidth='6' markerHeight='4' refX='6' refY='2' orient='auto'>"
    yield "<path d='M0 0L6 2L0 4z'/></marker></defs>"
    for shape in page:
        match shape:
            case Box(x, y, width, height, fill, lines):
                yield f"<rect x='{x}' y='{y:.2f}' width='{width}' height='{height:.2f}' fill='{fill}' stroke='#000' "
                yield "stroke-width='.25'/>"
                for number, line in enumerate(lines):
                    yield _svg_text(
                        x + BOX_PADDING_MM,
                        y + BOX_PADDING_MM + BOX_LINE_HEIGHT_MM * (number + 0.75),
                        line,
                        BOX_FONT_POINTS,
                    )
            case Caption(x, y, text):
                yield _svg_text(x, y, text, EXIT_FONT_POINTS)
            case Dot(x, y):
                yield f"<circle cx='{x:.2f}' cy='{y:.2f}' r='.5'/>"
            case Polyline(points, has_arrow):
                path = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
                marker = " marker-end='url(#a)'" if has_arrow else ""
                yield f"<polyline points='{path}' fill='none' stroke='#000' stroke-width='.25'{marker}/>"
    yield "</svg>"


def _svg_text(x: float, y: float, words: str, size: float) -> str:
    """Return an SVG text element; *size* is in points."""
    return f"<text x='{x:.2f}' y='{y:.2f}' font-size='{size * MM_PER_POINT * 0.94:.2f}'>{escape(words)}</text>"
