"""The context of one file being parsed: its diagnostics, declared and used names, and readers for a single value.

A reader of values never raises. What cannot be read is reported once, and "", None or () stands in for it, so that all
the rest is still read; the loader then refuses the file as a whole.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import islice

from bot.authoring.parsing.diagnostic_codes import CLINIC_SLUGS, SLUGS
from bot.authoring.parsing.source_file import Sheet
from bot.authoring.parsing.yaml_nodes import List, Mark, Node, Scalar, Spot, Table, compose, shortened
from bot.model.diagnostics import Place, Problem, guess
from bot.model.style_guide import Silence

NAME = re.compile(r"[a-z][a-z0-9_]*")
LIKE = "bleeding_now"  # shown in hints
RESERVED = frozenset({"urgency", "begin", "default", "_begin"})
PLACEHOLDERS = frozenset(
    {"emergency_number", "crisis_line", "assault_line", "child_line", "warning_signs", "clinic_name", "clinic_phone"}
)
BRACES = re.compile(r"\{([^{}\n]*)\}|[{}]")
MOST_FAULTS = 100
MOST_GUESSES = 30  # later diagnostics of a file get no suggestion, to save time

Key = tuple[str | int, ...]  # the key of a name or of a line of text; see `bot.authoring.loader.SourceMap`


class Kind(Enum):
    """The kind of thing that a name refers to."""

    STATE = "state"
    ENDING = "outcome"
    FLOW = "flow"
    PAGE = "page"
    QUESTION = "question"
    OPTION = "option"
    TERM = "term"
    PHRASE = "phrase"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Mention:
    """A use of a name, perhaps before the thing itself has been read."""

    kind: Kind
    key: Key
    spot: Spot


class Reading:
    """The state of parsing one source file: what was found in it so far."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.problems: list[Problem] = []
        self.spots: dict[Key, Spot] = {}
        self.mentions: list[Mention] = []
        self.silences: list[Silence] = []
        self.texts: dict[str, list[Spot]] = {}  # where each text that people read is written
        self._spoilt: set[tuple[int, int]] = set()
        if sheet.fault:
            self.problems.append(sheet.fault)

    @property
    def id(self) -> str:
        """Return the file's name without suffix, which is the name of its flow or page."""
        return self.sheet.stem

    def root(self, text: str | None = None) -> Node | None:
        """Return the root node of the whole file, or of its part *text*; None when it cannot be read."""
        if self.sheet.fault:
            return None
        root = compose(self.sheet.text if text is None else text, self.fault)
        self._spoilt = {(problem.place.line, problem.place.column) for problem in self.problems}
        return root

    @property
    def full(self) -> bool:
        """Whether the file has so many diagnostics that looking for more would only take time."""
        return len(self.problems) > MOST_FAULTS

    def place(self, spot: Spot) -> Place:
        """Return the source location of *position* in this file."""
        return self.sheet.place(spot.line, spot.column, spot.width)

    def fault(self, spot: Spot, slug: str, message: str, hint: str = "") -> None:
        """Report a diagnostic.

        What was reported as a YAML fault is not reported again as a bad name or a bad text.
        """
        assert slug in SLUGS or slug in CLINIC_SLUGS, slug
        if self.full or self.sheet.fault or (spot.line, spot.column) in self._spoilt:
            return
        if len(self.problems) == MOST_FAULTS:
            slug, hint = "too-many-faults", "mend those above first"
            message = f"there are more than {MOST_FAULTS} faults in this file"
        self.problems.append(Problem(self.place(spot), slug, message, hint))

    def guess(self, word: str, known: Collection[str]) -> str:
        """Suggest what was meant by *word*, or return "" where that is not worth its time."""
        worth = len(word) <= 60 and len(known) <= 300 and len(self.problems) < MOST_GUESSES
        return guess(word, known) if worth else ""

    def declare(self, spot: Spot, *key: str | int) -> None:
        """Record that the thing named by *key* is defined at *position*."""
        self.spots[key] = spot

    def mention(self, spot: Spot, kind: Kind, *key: str | int) -> None:
        """Record that *key* is used at *position*; it is looked up when everything has been read."""
        self.mentions.append(Mention(kind, key, spot))

    def within(self, node: Scalar, word: str) -> Spot:
        """Return where *word* is written in the text of *node*, or the node itself."""
        for line in range(node.line, min(node.last, len(self.sheet.lines)) + 1):
            start = node.column - 1 if line == node.line else 0
            if (column := self.sheet.lines[line - 1].find(word, start)) >= 0:
                return Mark(line, column + 1, len(word))
        return node

    def lines(self) -> Iterator[tuple[Key, Place]]:
        """Return where each line of each text is written, keyed by file, text, occurrence and line, both from 0."""
        for text, spots in self.texts.items():
            for time, spot in enumerate(spots):
                for number, line in enumerate(text.split("\n")):
                    yield (self.sheet.file, text, time, number), self.place(self._line(spot, number, line))

    def _line(self, spot: Spot, number: int, line: str) -> Spot:
        """Find line *number* of the text at *position*: there, or one line below where a block scalar begins."""
        for at in (spot.line + number, spot.line + number + 1):
            start = spot.column - 1 if at == spot.line else 0
            if at <= len(self.sheet.lines) and (column := self.sheet.lines[at - 1].find(line, start)) >= 0:
                return Mark(at, column + 1, max(1, len(line)))
        return spot

    # ---- one value

    def raw(self, node: Node, what: str) -> str:
        """Return a text as it was typed, perhaps empty; report a table or a list."""
        if isinstance(node, Scalar):
            return node.value
        self.fault(node, "not-text", f"{what} should be a text, not a {'table' if isinstance(node, Table) else 'list'}")
        return ""

    def text(self, node: Node, what: str, known: Collection[str] | None = PLACEHOLDERS) -> str:
        """Return a text that is not empty, without trailing blanks; report an empty one and unknown placeholders.

        With *allowed_placeholders* None every well-formed placeholder is accepted.
        """
        text = "\n".join(line.rstrip() for line in self.raw(node, what).split("\n")).strip()
        if not isinstance(node, Scalar):
            return ""
        if not text:
            self.fault(node, "empty", f"{what} is empty")
        self.texts.setdefault(text, []).append(node)
        for match in islice(BRACES.finditer(text), MOST_FAULTS):
            name = match[1] or ""
            if not (NAME.fullmatch(name) if known is None else name in known):
                hint = self.guess(name, known or ()) or "people would see the braces"
                message = f"nobody fills in '{shortened(match[0])}'"
                self.fault(self.within(node, match[0]), "unknown-placeholder", message, hint)
        return text

    def name(self, node: Node, what: str, form: re.Pattern[str] = NAME, like: str = LIKE) -> str:
        """Return a name that matches *pattern* and is not reserved; report any other and return ""."""
        name = self.raw(node, what)
        if not isinstance(node, Scalar):
            return ""
        if form.fullmatch(name) and name not in RESERVED:
            return name
        wrong = "is reserved" if name in RESERVED else f"should look like {like}"
        meant = re.sub(r"\W+", "_", name[:60].strip().lower())
        hint = f"did you mean '{meant}'?" if form.fullmatch(meant) and meant not in RESERVED else ""
        self.fault(node, "name", f"{what} {wrong}: '{shortened(name)}'", hint)
        return ""

    def day(self, node: Node, what: str) -> str:
        """Return a date as YYYY-MM-DD; report anything else and return ""."""
        day = self.raw(node, what)
        try:
            if len(day) != 10:
                raise ValueError
            return date.fromisoformat(day).isoformat()
        except ValueError:
            if isinstance(node, Scalar):
                self.fault(node, "not-a-date", f"{what} should be a day such as 2026-11-22: '{shortened(day)}'")
            return ""

    def flag(self, node: Node, what: str) -> bool:
        """Return whether the value is yes or true; report a value that is neither yes nor no."""
        word = self.raw(node, what)
        if isinstance(node, Scalar) and word not in ("yes", "no", "true", "false"):
            self.fault(node, "not-yes-or-no", f"{what} should be yes or no: '{shortened(word)}'")
        return word in ("yes", "true")

    def items(self, node: Node, what: str, lone: bool = False) -> Sequence[Node]:
        """Return the items of a non-empty list; *allow_single* accepts a single text instead of a list."""
        if isinstance(node, List):
            if not node.items:
                self.fault(node, "empty", f"{what} is empty")
            return node.items
        if lone and isinstance(node, Scalar):
            return [node]
        self.fault(node, "not-a-list", f"{what} should be a list")
        return ()
