"""A document as one HTML file that needs no other file; printed from a browser, each page shows the hash."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from bot.authoring.documents.flowchart import BOX_SIZE, EXIT_SIZE, HIGH, LINE, PAD, WIDE, Box, Dot, Note, Sheet, Stroke
from bot.authoring.documents.model import Group, Line, Part, Style

POINT = 25.4 / 72  # millimetres
STYLE = """
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


def write_html(parts: tuple[Part, ...], file: Path) -> None:
    """Write the parts of a document to an HTML file."""
    head = f"<meta charset='utf-8'><title>{escape(parts[0].title)}</title><style>{STYLE}</style>"
    body = "\n".join(_part(part, parts[0].foot) for part in parts)
    file.write_text(f"<!doctype html>\n<html lang='en'><head>{head}</head>\n<body>{body}</body></html>\n", "utf-8")


def _part(part: Part, signed: str) -> str:
    """Return a part as an HTML table, whose footer a browser repeats on each page."""
    foot = signed if part.foot == signed else f"{signed} · {part.foot}"
    drawn = [f"<p class='chapter'>{escape(part.title)}</p>"] * bool(part.pictures)
    drawn += ["".join(_svg(sheet)) for sheet in part.pictures]
    inside = "\n".join((*drawn, *map(_group, part.groups)))
    return f"<table><tfoot><tr><td>{escape(foot)}</td></tr></tfoot><tbody><tr><td>{inside}</td></tr></tbody></table>"


def _group(group: Group) -> str:
    """Return a group of paragraphs as HTML."""
    return f"<div>{''.join(map(_line, group))}</div>"


def _line(line: Line) -> str:
    """Return a paragraph as HTML."""
    dot = " dot" if line.style is Style.BULLET or (line.deep and line.style is not Style.OPTION) else ""
    deep = f" style='margin-left:{line.deep * 6}mm'" if line.deep else ""
    return f"<p class='{line.style.value}{dot}'{deep}>{escape(line.text)}</p>"


def _svg(sheet: Sheet) -> Iterator[str]:
    """Yield the SVG of one page of a flowchart."""
    yield f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='-1 -9 {WIDE + 2} {HIGH + 17}' font-family='sans-serif'>"
    yield "<defs><marker id='a' markerWidth='6' markerHeight='4' refX='6' refY='2' orient='auto'>"
    yield "<path d='M0 0L6 2L0 4z'/></marker></defs>"
    for piece in sheet:
        match piece:
            case Box(x, y, wide, high, fill, lines):
                yield f"<rect x='{x}' y='{y:.2f}' width='{wide}' height='{high:.2f}' fill='{fill}' stroke='#000' "
                yield "stroke-width='.25'/>"
                for number, line in enumerate(lines):
                    yield _text(x + PAD, y + PAD + LINE * (number + 0.75), line, BOX_SIZE)
            case Note(x, y, text):
                yield _text(x, y, text, EXIT_SIZE)
            case Dot(x, y):
                yield f"<circle cx='{x:.2f}' cy='{y:.2f}' r='.5'/>"
            case Stroke(points, arrives):
                way = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
                end = " marker-end='url(#a)'" if arrives else ""
                yield f"<polyline points='{way}' fill='none' stroke='#000' stroke-width='.25'{end}/>"
    yield "</svg>"


def _text(x: float, y: float, words: str, size: float) -> str:
    """Return an SVG text element; *size* is in points."""
    return f"<text x='{x:.2f}' y='{y:.2f}' font-size='{size * POINT * 0.94:.2f}'>{escape(words)}</text>"
