"""The changes as a table that a clinician can read and sign: the worst first, in the words of the flows."""

from collections.abc import Iterator
from html import escape

from bot.authoring.diff.changes import Changes, Row
from bot.authoring.diff.structure import structure
from bot.model.bundle import BASE, Library
from bot.model.flow import Question
from bot.model.urgency import Floor, Urgency

HEAD = ("No.", "Whoever answers", "Before", "Now", "To read")
NOTES = (
    "Every conversation there can be was compared, with the same answers in both versions; none was sampled.",
    "A row holds for the calmest answer to every other question. With other answers the change is this one or smaller.",
    'An answer that one version does not offer counts there as "not sure". A renamed question is another question.',
    "Where the urgency changed, what there is to read may change with it. Words are not compared.",
)
SIGN = "Seen by (name, role, date):"


class Table:
    """The table of changes, in the words of both bundles (those of the new one first), as Markdown or HTML."""

    def __init__(self, old: Library, new: Library, changes: Changes) -> None:
        self.old, self.new, self.changes = old, new, changes

    # ---- what it says

    def verdict(self) -> str:
        """Return one sentence: how many rows are less urgent, more urgent, and only about pages."""
        less = sum(row.less_urgent for row in self.changes.rows)
        more = sum(row.more_urgent for row in self.changes.rows)
        rest = len(self.changes.rows) - less - more
        if not self.changes.rows:
            return "Nobody ends differently: the same urgency and the same pages for all answers."
        return f"Less urgent: {less}. More urgent: {more}. Only other pages: {rest}."

    def cells(self) -> Iterator[tuple[str, ...]]:
        """Yield the cells of each row as text."""
        for number, row in enumerate(self.changes.rows, 1):
            before, after = _urgency(row.before), _urgency(row.after)
            mark = " (less urgent)" if row.less_urgent else " (more urgent)" if row.more_urgent else ""
            yield str(number), self._who(row), before, after + mark, self._pages(row)

    def _who(self, row: Row) -> str:
        """Return the answers of a row as text, or that they are all the mildest."""
        if not row.answers:
            return "the calmest answer to every question"
        return "; ".join(f"{self._asked(at)} {self._answer(at, options)}" for at, options in row.answers)

    def _question(self, at: str) -> Question | None:
        """Return the question *full_name* (`flow.state`) of the new bundle, else of the old one."""
        flow, _, name = at.partition(".")
        for library in (self.new, self.old):
            if flow in library.flows[BASE] and isinstance(state := library.flow(flow).states.get(name), Question):
                return state
        return None

    def _asked(self, at: str) -> str:
        """Return the first line of a question with its full name."""
        question = self._question(at)
        return f"{question.ask.splitlines()[0] if question else ''} ({at})".strip()

    def _answer(self, at: str, options: tuple[str, ...]) -> str:
        """Return the texts of these options, joined with "or"."""
        return " or ".join(f"\u201c{self._text(at, option)}\u201d" for option in options)

    def _text(self, at: str, option: str) -> str:
        """Return the text of an option in the new bundle, else in the old one; its id where neither has it."""
        flow, _, name = at.partition(".")
        for library in (self.new, self.old):
            state = library.flow(flow).states.get(name) if flow in library.flows[BASE] else None
            if isinstance(state, Question) and (found := state.option(option)):
                return found.text or library.text(option)
        return option

    def _pages(self, row: Row) -> str:
        """Return the pages that a row brings (+) and loses (−) as text."""
        return ", ".join(
            (*(f"+ {page}" for page in sorted(row.new_pages)), *(f"− {page}" for page in sorted(row.lost_pages)))
        )

    def _cut(self) -> str:
        """Return the note on pages with more changes than are shown; empty where there are none."""
        pages = ", ".join(dict.fromkeys(self.changes.cut))
        return f"More answers than are shown bring or lose these pages: {pages}." if pages else ""

    # ---- as a document

    def markdown(self) -> Iterator[str]:
        """Yield the lines of the table as a Markdown document."""
        yield from ("# What has changed for people", "", self.verdict(), "")
        if self.changes.rows:
            yield from (f"| {' | '.join(HEAD)} |", f"|{'---|' * len(HEAD)}")
            yield from (f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |" for cells in self.cells())
            yield ""
        yield from (f"* {line}" for line in self._lists())
        yield from ("", SIGN, "")

    def html(self) -> Iterator[str]:
        """Yield the lines of the table as an HTML document."""
        yield "<!doctype html><html lang=en><meta charset=utf-8><title>What has changed for people</title>"
        yield "<style>body{font:16px sans-serif;max-width:70em;margin:2em auto}td,th{border:1px solid;padding:.4em}"
        yield "table{border-collapse:collapse}</style><h1>What has changed for people</h1>"
        yield f"<p>{escape(self.verdict())}</p><table><tr>{''.join(f'<th>{escape(cell)}' for cell in HEAD)}"
        yield from (f"<tr>{''.join(f'<td>{escape(cell)}' for cell in cells)}" for cells in self.cells())
        yield f"</table><ul>{''.join(f'<li>{escape(line)}' for line in self._lists())}</ul><p>{SIGN}</p></html>"

    def _lists(self) -> Iterator[str]:
        """Yield the notes below the table: changes of structure, truncated pages, how to read it."""
        yield from structure(self.old, self.new)
        yield from filter(None, (self._cut(),))
        yield from NOTES


def _urgency(floor: Floor) -> str:
    """Return an urgency in words for the table."""
    match floor.urgency:
        case Urgency.EMERGENCY:
            return "emergency"
        case Urgency.SAME_DAY:
            return "same day"
        case Urgency.SOON:
            return f"within {floor.days} days"
        case Urgency.ROUTINE:
            return "a planned visit"
        case _:
            return "care at home"
