"""The report of a clinic's statistics: the same shown counts as a table, as CSV, and as a chart."""

import csv
import io
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from bot.clinics.statistics.disclosure_control import FEEDBACK, LEAST, STEP, URGENCIES, Week
from bot.model.bundle import Library

HIDDEN = "*"
LEGEND = f"* is under {LEAST}, or would give away a number that is. The others are rounded to {STEP}."
ONCE = "Weeks begin on Monday. Each conversation counts once in a row. The present week is not shown."
NAMES = {"began": "Began", "ended": "Ended", "feedback:yes": "It was clear", "feedback:no": "It was not clear"}
BAR, GAP, LEFT, TOP, HIGH, BELOW = 14, 10, 46, 60, 180, 78  # of the chart, in its own units
PANEL = 26  # weeks beside each other in a chart: a year is two panels, and fits on a sheet of paper
ACROSS = 8  # weeks beside each other
INK, PALE = "#1f4e5f", "#9dbcc6"


def rows(weeks: Sequence[Week]) -> list[str]:
    """Return the measures that a report lists: how many, how urgent, which pages, whether it helped.

    A page is listed only where a count of it is shown.
    """
    pages = sorted({what for week in weeks for what in week.shown if what.startswith("page:")})
    return ["began", "ended", *URGENCIES, *pages, *FEEDBACK]


def cell(week: Week, what: str) -> str:
    """Return the shown count of *measure*, or the symbol of a hidden one."""
    return str(week.shown.get(what, HIDDEN))


def name(library: Library, what: str) -> str:
    """Return the name of *measure* in words."""
    sort, _, id = what.partition(":")
    match sort:
        case "urgency":
            return f"Ended: {id.replace('_', ' ')}"
        case "page" if any(id in pages for pages in library.pages.values()):
            return f"Page: {library.page(id).title}"
        case "page":
            return f"Page: {id}"
    return NAMES[what]


def table(library: Library, title: str, weeks: Sequence[Week]) -> Iterator[str]:
    """Yield the lines of a table for a terminal, a column for each week."""
    yield title
    if not weeks:
        yield "There is nothing to show yet: no week that is over had ten conversations."
        return
    whats = rows(weeks)
    width = max(len(name(library, what)) for what in whats)
    for first in range(0, len(weeks), ACROSS):
        across = weeks[first : first + ACROSS]
        yield " ".join(("\n" + " " * width, *(f"{week.week:>8}" for week in across)))
        for what in whats:
            yield " ".join((f"{name(library, what):{width}}", *(f"{cell(week, what):>8}" for week in across)))
    yield from ("", LEGEND, ONCE)


def as_csv(library: Library, weeks: Sequence[Week]) -> str:
    """Return the counts as CSV for a spreadsheet, one line for each."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(("week", "what", "number"))
    for week in weeks:
        lines.writerows((week.week, name(library, what), cell(week, what)) for what in rows(weeks))
    return written.getvalue()


def chart(title: str, weeks: Sequence[Week]) -> str:
    """Return an SVG of how many conversations began and ended each week.

    A hidden count is a star on the base line, never a gap or a zero.
    """
    top = _scale(max((number for week in weeks for number in week.shown.values()), default=LEAST))
    panels = [weeks[first : first + PANEL] for first in range(0, len(weeks), PANEL)] or [[]]
    wide = LEFT + max(len(panels[0]), 8) * (2 * BAR + GAP) + GAP
    foot = TOP + len(panels) * (HIGH + BELOW)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {foot + 30}" font-family="sans-serif" '
        f'font-size="11" role="img"><title>{escape(title)}</title>',
        f'<rect width="100%" height="100%" fill="white"/><text x="10" y="20" font-size="14">{escape(title)}</text>',
        f'<rect x="10" y="30" width="10" height="10" fill="{INK}"/><text x="24" y="39">began</text>',
        f'<rect x="70" y="30" width="10" height="10" fill="{PALE}"/><text x="84" y="39">ended</text>',
    ]
    for number, panel in enumerate(panels):
        ground = TOP + HIGH + number * (HIGH + BELOW)
        parts += _lines(top, wide, ground)
        parts += (bar for at, week in enumerate(panel) for bar in _bars(at, week, top, ground))
    parts += (f'<text x="10" y="{foot + y}">{escape(words)}</text>' for y, words in ((4, LEGEND), (20, ONCE)))
    return "\n".join((*parts, "</svg>", ""))


def _scale(most: int) -> int:
    """Return a round number that is no less than *maximum*, and whose half is whole."""
    power = int("1".ljust(max(2, len(str(most))), "0"))
    return next(step * power for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * power >= most)


def _lines(top: int, wide: int, ground: int) -> Iterator[str]:
    """Yield the three lines of a panel's grid with their numbers."""
    for number in (0, top // 2, top):
        y = ground - HIGH * number / top
        yield f'<path d="M{LEFT} {y:.1f}H{wide - GAP}" stroke="#bbb"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{number}</text>'


def _bars(at: int, week: Week, top: int, ground: int) -> Iterator[str]:
    """Yield the two bars of one week, and its name below them."""
    left = LEFT + GAP + at * (2 * BAR + GAP)
    for what, colour, x in (("began", INK, left), ("ended", PALE, left + BAR)):
        if number := week.shown.get(what):
            high = HIGH * number / top
            yield f'<rect x="{x}" y="{ground - high:.1f}" width="{BAR - 1}" height="{high:.1f}" fill="{colour}"/>'
        else:
            yield f'<text x="{x + BAR / 2}" y="{ground - 3}" text-anchor="middle">{HIDDEN}</text>'
    x = left + BAR
    yield f'<text transform="translate({x - 4} {ground + 8}) rotate(90)">{week.week}</text>'
