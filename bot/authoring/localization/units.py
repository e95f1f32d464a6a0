"""Translation units: one translatable text each, with its path, its maximum length and the facts it must keep."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

Path = tuple[str, ...]  # the keys that lead to a text in a translation file
KEYED = ("rules", "lines")  # here the digest of the English is the key: these texts have no names
HEX = 6
PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
NUMBER = re.compile(r"\d+")
SHAPES = ("## ", "- ")
FACT = re.compile(r"[{\d]|^(?:## |- )", re.MULTILINE)  # most texts have none of these


@dataclass(frozen=True, slots=True)
class Unit:
    """One translatable text: *text* is the English, *max_length* in characters (0 means no limit).

    The words of an *is_word_list* unit, one a line, are listened for and never shown. An *is_optional* text has no
    English of its own and may be left out; it goes with the English *related_text*.
    """

    path: Path
    text: str
    most: int = 0
    heard: bool = False
    spare: bool = False
    beside: str = ""

    @property
    def source(self) -> str:
        """Return the English that a translation of this unit is made from."""
        return self.text or self.beside

    @property
    def of(self) -> str:
        """Return the digest of the English source."""
        return digest(self.source)


def digest(text: str) -> str:
    """Return the short hash by which a translation notes its English: enough to see that the English has changed."""
    return hashlib.sha256(text.encode()).hexdigest()[:HEX]


def facts(text: str) -> Iterator[tuple[str, list[str]]]:
    """Return what every language must state alike: placeholders, numbers (in any digits), headings, list items."""
    yield "placeholders", sorted(set(PLACEHOLDER.findall(text)))
    yield "numbers", sorted(map(_western, NUMBER.findall(PLACEHOLDER.sub("", text))))
    shapes = [shape for line in text.split("\n") for shape in SHAPES if line.startswith(shape)]
    yield "headings and list items", shapes


def _western(number: str) -> str:
    """Return *number* in the digits 0 to 9."""
    return "".join(str(unicodedata.decimal(digit)) for digit in number)


def changed(old: list[str], new: list[str]) -> dict[str, str]:
    """Return for each *new* key the *old* key that it most likely replaces.

    Keys in both lists are left out; the others are matched where they fill the same gap.
    """
    was: dict[str, str] = {}
    for sort, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if sort == "replace":
            was |= dict(zip(new[k:m], old[i:j], strict=False))
    return was
