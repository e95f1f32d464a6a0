"""Diagnostics: what is wrong in a file, at which location, and what was probably meant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class SourceLocation:
    """A range in one line of a file. Lines and columns count from 1; *source_line* is the whole line as written."""

    file: str
    line: int
    column: int
    width: int = 1
    source_line: str = ""


SourceKey = tuple[str | int, ...]  # of a name, or of a line of text
SourceMap = Mapping[SourceKey, SourceLocation]
"""Where everything is written: a source location for each key, so that a later diagnostic can point there.

The keys are:

("flow",), ("flow", "state"), ("flow", "state", "option"), ("flow", "rule", index from 0), ("page.md",), ("R01",) and
("promises.yaml", "promise"); ("phrases.yaml", "phrase"), ("glossary.yaml", "term") and ("sources.yaml", "S01"). Some
of their fields have a key of their own: ("flow", "state", "", "only_if"), ("R01", "", "when"). Each line of each text
that people read has the key ("flows/flow.yaml", the whole text, its occurrence in that file from 0, the number of the
line from 0).
"""


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One fault in a file: its location, a sentence for the author, a stable *code*, and a hint how to correct it."""

    location: SourceLocation
    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        location = self.location
        head = f"{location.file}:{location.line}:{location.column}: {self.message}  [{self.code}]"
        if not location.source_line:
            return f"{head}\n    {self.hint}" if self.hint else head
        number = f"{location.line:5d} | "
        caret = " " * (len(number) - 2) + "| " + " " * (location.column - 1) + "^" * max(1, location.width)
        return f"{head}\n{number}{location.source_line}\n{caret} {self.hint}".rstrip()


class DiagnosticsError(Exception):
    """Raised with every diagnostic of what was read, sorted by location; never just the first fault."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(set(diagnostics)))
        super().__init__("\n\n".join(map(str, self.diagnostics)))


def suggest(word: str, known: Iterable[str]) -> str:
    """Return a hint on what was meant by *word*: a close match, else the known words if they are few, else ""."""
    known = sorted(set(known))
    if close := get_close_matches(word, known, n=1, cutoff=0.6):
        return f"did you mean '{close[0]}'?"
    return f"known: {', '.join(known)}" if 0 < len(known) <= 8 else ""
