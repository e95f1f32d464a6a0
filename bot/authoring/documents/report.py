"""A report: a title and sections of paragraphs, tables and lists, written as Markdown or as one HTML page."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

TABLE_CSS = (
    "table{border-collapse:collapse}body{padding:0 1em}td,li{overflow-wrap:anywhere}"
    "td:first-child{white-space:nowrap}th{text-align:left}"
    "@media(max-width:50em){table{display:block;overflow-x:auto}td:last-child{min-width:12em}"
    "td:nth-child(2):not(:nth-last-child(-n+3)),td:nth-child(4):not(:last-child){min-width:14em}}"
    "@media print{body{font-size:11px;margin:0}tr{break-inside:avoid}}"
)
PAGE_CSS = (
    "body{font:16px sans-serif;max-width:70em;margin:2em auto}td,th{border:1px solid;padding:.4em;vertical-align:top}"
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with an introduction, a list of *items* and a table whose first row is its head; all optional."""

    title: str = ""
    intro: str = ""
    items: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()


def to_markdown(title: str, sections: Iterable[Section]) -> str:
    """Return a report as Markdown."""
    return "\n".join(_markdown_lines(title, sections)) + "\n"


def _markdown_lines(title: str, sections: Iterable[Section]) -> Iterator[str]:
    """Yield the lines of the Markdown document."""
    yield f"# {title}"
    for section in sections:
        yield ""
        if section.title:
            yield from (f"## {section.title}", "")
        if section.intro:
            yield from (section.intro, "")
        for number, row in enumerate(section.table):
            yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
            if not number:
                yield f"|{'---|' * len(row)}"
        if section.table and section.items:
            yield ""
        yield from (f"* {line}" for line in section.items)


def to_html(title: str, sections: Iterable[Section]) -> str:
    """Return a report as an HTML page."""
    return "\n".join(_html_lines(title, sections)) + "\n"


def _html_lines(title: str, sections: Iterable[Section]) -> Iterator[str]:
    """Yield the lines of the HTML page."""
    yield f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield f"<style>{PAGE_CSS}{TABLE_CSS}</style></head><body><h1>{escape(title)}</h1>"
    for section in sections:
        if section.title:
            yield f"<h2>{escape(section.title)}</h2>"
        if section.intro:
            yield f"<p>{escape(section.intro)}</p>"
        if section.table:
            head, *rows = section.table
            body = "".join(_table_row(row, "td") for row in rows)
            yield f"<table><thead>{_table_row(head, 'th')}</thead><tbody>{body}</tbody></table>"
        if section.items:
            yield f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in section.items)}</ul>"
    yield "</body></html>"


def _table_row(row: tuple[str, ...], tag: str) -> str:
    """Return one table row in HTML, with cells of the kind *tag* (`td` or `th`)."""
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in row)}</tr>"
