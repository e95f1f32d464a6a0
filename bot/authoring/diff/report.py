"""The changes as a table that a clinician can read and sign: the worst first, in the words of the flows."""

from collections.abc import Iterator

from bot.authoring.diff.changes import ChangeRow, Changes
from bot.authoring.diff.structure import structural_changes
from bot.authoring.documents.report import Section
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.flow import Question
from bot.model.urgency import Floor, Urgency

DOCUMENT_TITLE = "What has changed for people"
COLUMN_HEADINGS = ("No.", "Whoever answers", "Before", "Now", "To read")
FOOTNOTES = (
    "Every conversation there can be was compared, with the same answers in both versions; none was sampled.",
    "A row holds for the calmest answer to every other question. With other answers the change is this one or smaller.",
    'An answer that one version does not offer counts there as "not sure". A renamed question is another question.',
    "Where the urgency changed, what there is to read may change with it. Words are not compared.",
)
SIGNATURE_LINE = "Seen by (name, role, date):"


class ChangeTable:
    """The table of changes, in the words of both bundles (those of the new one first)."""

    def __init__(self, old: ContentBundle, new: ContentBundle, changes: Changes) -> None:
        self.old, self.new, self.changes = old, new, changes

    # ---- what it says

    def summary(self) -> str:
        """Return one sentence: how many rows are less urgent, more urgent, and only about pages."""
        less = sum(row.is_less_urgent for row in self.changes.rows)
        more = sum(row.is_more_urgent for row in self.changes.rows)
        rest = len(self.changes.rows) - less - more
        if not self.changes.rows:
            return "Nobody ends differently: the same urgency and the same pages for all answers."
        return f"Less urgent: {less}. More urgent: {more}. Only other pages: {rest}."

    def rows_as_text(self) -> Iterator[tuple[str, ...]]:
        """Yield the cells of each row as text."""
        for number, row in enumerate(self.changes.rows, 1):
            before, after = _urgency_text(row.before), _urgency_text(row.after)
            direction = " (less urgent)" if row.is_less_urgent else " (more urgent)" if row.is_more_urgent else ""
            yield str(number), self._answers_text(row), before, after + direction, self._pages_text(row)

    def _answers_text(self, row: ChangeRow) -> str:
        """Return the answers of a row as text, or that they are all the mildest."""
        if not row.answers:
            return "the calmest answer to every question"
        return "; ".join(
            f"{self._question_text(full_name)} {self._options_text(full_name, options)}"
            for full_name, options in row.answers
        )

    def _find_question(self, full_name: str) -> Question | None:
        """Return the question *full_name* (`flow.state`) of the new bundle, else of the old one."""
        flow, _, name = full_name.partition(".")
        for bundle in (self.new, self.old):
            if flow in bundle.flows[BASE_LANGUAGE] and isinstance(
                state := bundle.flow(flow).states.get(name), Question
            ):
                return state
        return None

    def _question_text(self, full_name: str) -> str:
        """Return the first line of a question with its full name."""
        question = self._find_question(full_name)
        return f"{question.ask.splitlines()[0] if question else ''} ({full_name})".strip()

    def _options_text(self, full_name: str, options: tuple[str, ...]) -> str:
        """Return the texts of these options, joined with "or"."""
        return " or ".join(f"\u201c{self._option_text(full_name, option)}\u201d" for option in options)

    def _option_text(self, full_name: str, option: str) -> str:
        """Return the text of an option in the new bundle, else in the old one; its id where neither has it."""
        flow, _, name = full_name.partition(".")
        for bundle in (self.new, self.old):
            state = bundle.flow(flow).states.get(name) if flow in bundle.flows[BASE_LANGUAGE] else None
            if isinstance(state, Question) and (found := state.option(option)):
                return found.text or bundle.text(option)
        return option

    def _pages_text(self, row: ChangeRow) -> str:
        """Return the pages that a row brings (+) and loses (−) as text."""
        return ", ".join(
            (*(f"+ {page}" for page in sorted(row.new_pages)), *(f"− {page}" for page in sorted(row.lost_pages)))
        )

    def _truncation_note(self) -> str:
        """Return the note on pages with more changes than are shown; empty where there are none."""
        pages = ", ".join(dict.fromkeys(self.changes.truncated_pages))
        return f"More answers than are shown bring or lose these pages: {pages}." if pages else ""

    # ---- as a document

    def sections(self) -> tuple[Section, ...]:
        """Return the table with its summary and notes, and a line to sign on, as sections of a report."""
        table = (COLUMN_HEADINGS, *self.rows_as_text()) if self.changes.rows else ()
        return Section(intro=self.summary(), items=tuple(self._notes()), table=table), Section(intro=SIGNATURE_LINE)

    def _notes(self) -> Iterator[str]:
        """Yield the notes below the table: changes of structure, truncated pages, how to read it."""
        yield from structural_changes(self.old, self.new)
        yield from filter(None, (self._truncation_note(),))
        yield from FOOTNOTES


def _urgency_text(floor: Floor) -> str:
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
