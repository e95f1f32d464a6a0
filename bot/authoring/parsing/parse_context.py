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

from bot.authoring.parsing.diagnostic_codes import CLINIC_DIAGNOSTIC_CODES, DIAGNOSTIC_CODES
from bot.authoring.parsing.source_file import SourceFile
from bot.authoring.parsing.yaml_nodes import (
    Position,
    SourceSpan,
    YamlList,
    YamlNode,
    YamlScalar,
    YamlTable,
    compose_yaml,
    shorten,
)
from bot.model.diagnostics import Diagnostic, SourceKey, SourceLocation, suggest
from bot.model.style_guide import Suppression

NAME_PATTERN = re.compile(r"[a-z][a-z0-9_]*")
EXAMPLE_NAME = "bleeding_now"  # shown in hints
RESERVED_NAMES = frozenset({"urgency", "begin", "default", "_begin"})
KNOWN_PLACEHOLDERS = frozenset(
    {"emergency_number", "crisis_line", "assault_line", "child_line", "warning_signs", "clinic_name", "clinic_phone"}
)
BRACES_PATTERN = re.compile(r"\{([^{}\n]*)\}|[{}]")
MAX_DIAGNOSTICS_PER_FILE = 100
MAX_SUGGESTIONS_PER_FILE = 30  # later diagnostics of a file get no suggestion, to save time


class NameKind(Enum):
    """The kind of thing that a name refers to."""

    STATE = "state"
    OUTCOME = "outcome"
    FLOW = "flow"
    PAGE = "page"
    QUESTION = "question"
    OPTION = "option"
    TERM = "term"
    PHRASE = "phrase"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class NameReference:
    """A use of a name, perhaps before the thing itself has been read."""

    kind: NameKind
    key: SourceKey
    position: Position


class ParseContext:
    """The state of parsing one source file: what was found in it so far."""

    def __init__(self, source_file: SourceFile) -> None:
        self.source_file = source_file
        self.diagnostics: list[Diagnostic] = []
        self.declarations: dict[SourceKey, Position] = {}
        self.references: list[NameReference] = []
        self.suppressions: list[Suppression] = []
        self.text_positions: dict[str, list[Position]] = {}  # where each text that people read is written
        self._yaml_error_positions: set[tuple[int, int]] = set()
        if source_file.diagnostic:
            self.diagnostics.append(source_file.diagnostic)

    @property
    def file_stem(self) -> str:
        """Return the file's name without suffix, which is the name of its flow or page."""
        return self.source_file.stem

    def parse_root(self, text: str | None = None) -> YamlNode | None:
        """Return the root node of the whole file, or of its part *text*; None when it cannot be read."""
        if self.source_file.diagnostic:
            return None
        root = compose_yaml(self.source_file.text if text is None else text, self.report)
        self._yaml_error_positions = {
            (diagnostic.location.line, diagnostic.location.column) for diagnostic in self.diagnostics
        }
        return root

    @property
    def has_too_many_diagnostics(self) -> bool:
        """Whether the file has so many diagnostics that looking for more would only take time."""
        return len(self.diagnostics) > MAX_DIAGNOSTICS_PER_FILE

    def location_of(self, position: Position) -> SourceLocation:
        """Return the source location of *position* in this file."""
        return self.source_file.location_at(position.line, position.column, position.width)

    def report(self, position: Position, code: str, message: str, hint: str = "") -> None:
        """Report a diagnostic.

        What was reported as a YAML fault is not reported again as a bad name or a bad text.
        """
        assert code in DIAGNOSTIC_CODES or code in CLINIC_DIAGNOSTIC_CODES, code
        if (
            self.has_too_many_diagnostics
            or self.source_file.diagnostic
            or (position.line, position.column) in self._yaml_error_positions
        ):
            return
        if len(self.diagnostics) == MAX_DIAGNOSTICS_PER_FILE:
            code, hint = "too-many-faults", "mend those above first"
            message = f"there are more than {MAX_DIAGNOSTICS_PER_FILE} faults in this file"
        self.diagnostics.append(Diagnostic(self.location_of(position), code, message, hint))

    def suggest(self, word: str, candidates: Collection[str]) -> str:
        """Suggest what was meant by *word*, or return "" where that is not worth its time."""
        is_worthwhile = len(word) <= 60 and len(candidates) <= 300 and len(self.diagnostics) < MAX_SUGGESTIONS_PER_FILE
        return suggest(word, candidates) if is_worthwhile else ""

    def declare(self, position: Position, *key: str | int) -> None:
        """Record that the thing named by *key* is defined at *position*."""
        self.declarations[key] = position

    def refer(self, position: Position, kind: NameKind, *key: str | int) -> None:
        """Record that *key* is used at *position*; it is looked up when everything has been read."""
        self.references.append(NameReference(kind, key, position))

    def find_within(self, node: YamlScalar, word: str) -> Position:
        """Return where *word* is written in the text of *node*, or the node itself."""
        for line in range(node.line, min(node.last_line, len(self.source_file.lines)) + 1):
            start = node.column - 1 if line == node.line else 0
            if (column := self.source_file.lines[line - 1].find(word, start)) >= 0:
                return SourceSpan(line, column + 1, len(word))
        return node

    def text_line_locations(self) -> Iterator[tuple[SourceKey, SourceLocation]]:
        """Return where each line of each text is written, keyed by file, text, occurrence and line, both from 0."""
        for text, positions in self.text_positions.items():
            for occurrence, position in enumerate(positions):
                for number, line in enumerate(text.split("\n")):
                    yield (
                        (self.source_file.file, text, occurrence, number),
                        self.location_of(self._locate_text_line(position, number, line)),
                    )

    def _locate_text_line(self, position: Position, number: int, line: str) -> Position:
        """Find line *number* of the text at *position*: there, or one line below where a block scalar begins."""
        for line_number in (position.line + number, position.line + number + 1):
            start = position.column - 1 if line_number == position.line else 0
            if (
                line_number <= len(self.source_file.lines)
                and (column := self.source_file.lines[line_number - 1].find(line, start)) >= 0
            ):
                return SourceSpan(line_number, column + 1, max(1, len(line)))
        return position

    # ---- one value

    def read_raw(self, node: YamlNode, display_name: str) -> str:
        """Return a text as it was typed, perhaps empty; report a table or a list."""
        if isinstance(node, YamlScalar):
            return node.value
        self.report(
            node,
            "not-text",
            f"{display_name} should be a text, not a {'table' if isinstance(node, YamlTable) else 'list'}",
        )
        return ""

    def read_text(
        self, node: YamlNode, display_name: str, allowed_placeholders: Collection[str] | None = KNOWN_PLACEHOLDERS
    ) -> str:
        """Return a text that is not empty, without trailing blanks; report an empty one and unknown placeholders.

        With *allowed_placeholders* None every well-formed placeholder is accepted.
        """
        text = "\n".join(line.rstrip() for line in self.read_raw(node, display_name).split("\n")).strip()
        if not isinstance(node, YamlScalar):
            return ""
        if not text:
            self.report(node, "empty", f"{display_name} is empty")
        self.text_positions.setdefault(text, []).append(node)
        for match in islice(BRACES_PATTERN.finditer(text), MAX_DIAGNOSTICS_PER_FILE):
            name = match[1] or ""
            if not (NAME_PATTERN.fullmatch(name) if allowed_placeholders is None else name in allowed_placeholders):
                hint = self.suggest(name, allowed_placeholders or ()) or "people would see the braces"
                message = f"nobody fills in '{shorten(match[0])}'"
                self.report(self.find_within(node, match[0]), "unknown-placeholder", message, hint)
        return text

    def read_name(
        self, node: YamlNode, display_name: str, pattern: re.Pattern[str] = NAME_PATTERN, example: str = EXAMPLE_NAME
    ) -> str:
        """Return a name that matches *pattern* and is not reserved; report any other and return ""."""
        name = self.read_raw(node, display_name)
        if not isinstance(node, YamlScalar):
            return ""
        if pattern.fullmatch(name) and name not in RESERVED_NAMES:
            return name
        complaint = "is reserved" if name in RESERVED_NAMES else f"should look like {example}"
        likely_name = re.sub(r"\W+", "_", name[:60].strip().lower())
        hint = (
            f"did you mean '{likely_name}'?"
            if pattern.fullmatch(likely_name) and likely_name not in RESERVED_NAMES
            else ""
        )
        self.report(node, "name", f"{display_name} {complaint}: '{shorten(name)}'", hint)
        return ""

    def read_date(self, node: YamlNode, display_name: str) -> str:
        """Return a date as YYYY-MM-DD; report anything else and return ""."""
        day = self.read_raw(node, display_name)
        try:
            if len(day) != 10:
                raise ValueError
            return date.fromisoformat(day).isoformat()
        except ValueError:
            if isinstance(node, YamlScalar):
                self.report(node, "not-a-date", f"{display_name} should be a day such as 2026-11-22: '{shorten(day)}'")
            return ""

    def read_flag(self, node: YamlNode, display_name: str) -> bool:
        """Return whether the value is yes or true; report a value that is neither yes nor no."""
        word = self.read_raw(node, display_name)
        if isinstance(node, YamlScalar) and word not in ("yes", "no", "true", "false"):
            self.report(node, "not-yes-or-no", f"{display_name} should be yes or no: '{shorten(word)}'")
        return word in ("yes", "true")

    def read_items(self, node: YamlNode, display_name: str, allow_single: bool = False) -> Sequence[YamlNode]:
        """Return the items of a non-empty list; *allow_single* accepts a single text instead of a list."""
        if isinstance(node, YamlList):
            if not node.items:
                self.report(node, "empty", f"{display_name} is empty")
            return node.items
        if allow_single and isinstance(node, YamlScalar):
            return [node]
        self.report(node, "not-a-list", f"{display_name} should be a list")
        return ()
