"""Diagnostics: what is wrong in a file, at which location, and what was probably meant."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A range in one line of a file. Lines and columns count from 1; *source_line* is the whole line as written."""

    file: str
    line: int
    column: int
    width: int = 1
    source: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in a file: its location, a sentence for the author, a stable *code*, and a hint how to correct it."""

    place: Place
    slug: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        place = self.place
        head = f"{place.file}:{place.line}:{place.column}: {self.message}  [{self.slug}]"
        if not place.source:
            return f"{head}\n    {self.hint}" if self.hint else head
        number = f"{place.line:5d} | "
        caret = " " * (len(number) - 2) + "| " + " " * (place.column - 1) + "^" * max(1, place.width)
        return f"{head}\n{number}{place.source}\n{caret} {self.hint}".rstrip()


class Faulty(Exception):
    """Raised with every diagnostic of what was read, sorted by location; never just the first fault."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n\n".join(map(str, self.problems)))


def guess(word: str, known: Iterable[str]) -> str:
    """Return a hint on what was meant by *word*: a close match, else the known words if they are few, else ""."""
    known = sorted(set(known))
    if close := get_close_matches(word, known, n=1, cutoff=0.6):
        return f"did you mean '{close[0]}'?"
    return f"known: {', '.join(known)}" if 0 < len(known) <= 8 else ""
