"""One text that can be said in another language: where it stands, how long it may be, what it must keep."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

Path = tuple[str, ...]  # the keys that lead to a text in a translation file
KEYED = ("rules", "lines")  # below these a text is found by the hash of its English, as it has no name of its own
HEX = 6
PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
NUMBER = re.compile(r"\d+")
SHAPES = ("## ", "- ")
FACT = re.compile(r"[{\d]|^(?:## |- )", re.MULTILINE)  # most texts have none of these


@dataclass(frozen=True, slots=True)
class Unit:
    """*text* is the English. *most* is the room there is, in characters; 0 means that there is enough.

    *heard* words are listened for, one a line, and never shown. A *spare* text has no English of its own and may be
    left out; it goes with the English *beside* it.
    """

    path: Path
    text: str
    most: int = 0
    heard: bool = False
    spare: bool = False
    beside: str = ""

    @property
    def source(self) -> str:
        """The English that a translation of it is made from."""
        return self.text or self.beside

    @property
    def of(self) -> str:
        return digest(self.source)


def digest(text: str) -> str:
    """What a translation notes down of the English it was made from: enough to see that it has changed."""
    return hashlib.sha256(text.encode()).hexdigest()[:HEX]


def facts(text: str) -> Iterator[tuple[str, list[str]]]:
    """What every language must say alike, sort by sort: placeholders, numbers (in any digits), the shape of lines."""
    yield "placeholders", sorted(set(PLACEHOLDER.findall(text)))
    yield "numbers", sorted(map(_western, NUMBER.findall(PLACEHOLDER.sub("", text))))
    shapes = [shape for line in text.split("\n") for shape in SHAPES if line.startswith(shape)]
    yield "headings and list items", shapes


def _western(number: str) -> str:
    return "".join(str(unicodedata.decimal(digit)) for digit in number)


def changed(old: list[str], new: list[str]) -> dict[str, str]:
    """Which of the *old* things each *new* one most likely was, where it is none of them: they stand in one gap."""
    was: dict[str, str] = {}
    for sort, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if sort == "replace":
            was |= dict(zip(new[k:m], old[i:j], strict=False))
    return was
