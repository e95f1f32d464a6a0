"""The report of a clinic's statistics: the same shown counts as a table, as CSV, and as a chart."""

import csv
import io
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from bot.clinics.statistics.disclosure_control import (
    FEEDBACK_MEASURES,
    MIN_SHOWN_COUNT,
    ROUNDING_STEP,
    URGENCY_MEASURES,
    PublishedWeek,
)
from bot.model.bundle import ContentBundle

HIDDEN_SYMBOL = "*"
LEGEND = (
    f"* is under {MIN_SHOWN_COUNT}, or would give away a number that is. The others are rounded to {ROUNDING_STEP}."
)
COUNTING_NOTE = "Weeks begin on Monday. Each conversation counts once in a row. The present week is not shown."
MEASURE_NAMES = {"began": "Began", "ended": "Ended", "feedback:yes": "It was clear", "feedback:no": "It was not clear"}
BAR_WIDTH, WEEK_GAP, CHART_LEFT, CHART_TOP, PANEL_HEIGHT, PANEL_FOOT_HEIGHT = (
    14,
    10,
    46,
    60,
    180,
    78,
)  # of the chart, in its own units
WEEKS_PER_PANEL = 26  # weeks beside each other in a chart: a year is two panels, and fits on a sheet of paper
WEEKS_PER_TABLE = 8  # weeks beside each other
BEGAN_COLOUR, ENDED_COLOUR = "#1f4e5f", "#9dbcc6"


def listed_measures(weeks: Sequence[PublishedWeek]) -> list[str]:
    """Return the measures that a report lists: how many, how urgent, which pages, whether it helped.

    A page is listed only where a count of it is shown.
    """
    pages = sorted({measure for week in weeks for measure in week.shown if measure.startswith("page:")})
    return ["began", "ended", *URGENCY_MEASURES, *pages, *FEEDBACK_MEASURES]


def cell_text(week: PublishedWeek, measure: str) -> str:
    """Return the shown count of *measure*, or the symbol of a hidden one."""
    return str(week.shown.get(measure, HIDDEN_SYMBOL))


def measure_name(bundle: ContentBundle, measure: str) -> str:
    """Return the name of *measure* in words."""
    category, _, id = measure.partition(":")
    match category:
        case "urgency":
            return f"Ended: {id.replace('_', ' ')}"
        case "page" if any(id in pages for pages in bundle.pages.values()):
            return f"Page: {bundle.page(id).title}"
        case "page":
            return f"Page: {id}"
    return MEASURE_NAMES[measure]


def table_lines(bundle: ContentBundle, title: str, weeks: Sequence[PublishedWeek]) -> Iterator[str]:
    """Yield the lines of a table for a terminal, a column for each week."""
    yield title
    if not weeks:
        yield "There is nothing to show yet: no week that is over had ten conversations."
        return
    measures = listed_measures(weeks)
    width = max(len(measure_name(bundle, measure)) for measure in measures)
    for start in range(0, len(weeks), WEEKS_PER_TABLE):
        across = weeks[start : start + WEEKS_PER_TABLE]
        yield " ".join(("\n" + " " * width, *(f"{week.week:>8}" for week in across)))
        for measure in measures:
            yield " ".join(
                (f"{measure_name(bundle, measure):{width}}", *(f"{cell_text(week, measure):>8}" for week in across))
            )
    yield from ("", LEGEND, COUNTING_NOTE)


def as_csv(bundle: ContentBundle, weeks: Sequence[PublishedWeek]) -> str:
    """Return the counts as CSV for a spreadsheet, one line for each."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(("week", "what", "number"))
    for week in weeks:
        lines.writerows(
            (week.week, measure_name(bundle, measure), cell_text(week, measure)) for measure in listed_measures(weeks)
        )
    return written.getvalue()


def chart_svg(title: str, weeks: Sequence[PublishedWeek]) -> str:
    """Return an SVG of how many conversations began and ended each week.

    A hidden count is a star on the base line, never a gap or a zero.
    """
    scale_top = _round_scale(max((number for week in weeks for number in week.shown.values()), default=MIN_SHOWN_COUNT))
    panels = [weeks[start : start + WEEKS_PER_PANEL] for start in range(0, len(weeks), WEEKS_PER_PANEL)] or [[]]
    chart_width = CHART_LEFT + max(len(panels[0]), 8) * (2 * BAR_WIDTH + WEEK_GAP) + WEEK_GAP
    bottom = CHART_TOP + len(panels) * (PANEL_HEIGHT + PANEL_FOOT_HEIGHT)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {chart_width} {bottom + 30}" font-family="sans-serif" '
        f'font-size="11" role="img"><title>{escape(title)}</title>',
        f'<rect width="100%" height="100%" fill="white"/><text x="10" y="20" font-size="14">{escape(title)}</text>',
        f'<rect x="10" y="30" width="10" height="10" fill="{BEGAN_COLOUR}"/><text x="24" y="39">began</text>',
        f'<rect x="70" y="30" width="10" height="10" fill="{ENDED_COLOUR}"/><text x="84" y="39">ended</text>',
    ]
    for number, panel in enumerate(panels):
        base_line = CHART_TOP + PANEL_HEIGHT + number * (PANEL_HEIGHT + PANEL_FOOT_HEIGHT)
        parts += _grid_lines(scale_top, chart_width, base_line)
        parts += (
            bar for position, week in enumerate(panel) for bar in _week_bars(position, week, scale_top, base_line)
        )
    parts += (f'<text x="10" y="{bottom + y}">{escape(line)}</text>' for y, line in ((4, LEGEND), (20, COUNTING_NOTE)))
    return "\n".join((*parts, "</svg>", ""))


def _round_scale(maximum: int) -> int:
    """Return a round number that is no less than *maximum*, and whose half is whole."""
    power = int("1".ljust(max(2, len(str(maximum))), "0"))
    return next(step * power for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * power >= maximum)


def _grid_lines(scale_top: int, chart_width: int, base_line: int) -> Iterator[str]:
    """Yield the three lines of a panel's grid with their numbers."""
    for number in (0, scale_top // 2, scale_top):
        y = base_line - PANEL_HEIGHT * number / scale_top
        yield f'<path d="M{CHART_LEFT} {y:.1f}H{chart_width - WEEK_GAP}" stroke="#bbb"/>'
        yield f'<text x="{CHART_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{number}</text>'


def _week_bars(position: int, week: PublishedWeek, scale_top: int, base_line: int) -> Iterator[str]:
    """Yield the two bars of one week, and its name below them."""
    left = CHART_LEFT + WEEK_GAP + position * (2 * BAR_WIDTH + WEEK_GAP)
    for measure, colour, x in (("began", BEGAN_COLOUR, left), ("ended", ENDED_COLOUR, left + BAR_WIDTH)):
        if number := week.shown.get(measure):
            height = PANEL_HEIGHT * number / scale_top
            box = f'x="{x}" y="{base_line - height:.1f}" width="{BAR_WIDTH - 1}" height="{height:.1f}"'
            yield f'<rect {box} fill="{colour}"/>'
        else:
            yield f'<text x="{x + BAR_WIDTH / 2}" y="{base_line - 3}" text-anchor="middle">{HIDDEN_SYMBOL}</text>'
    x = left + BAR_WIDTH
    yield f'<text transform="translate({x - 4} {base_line + 8}) rotate(90)">{week.week}</text>'
