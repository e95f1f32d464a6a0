"""Translation units: one translatable text each, with its path, its maximum length and the facts it must keep."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

UnitPath = tuple[str, ...]  # the keys that lead to a text in a translation file
DIGEST_KEYED_SECTIONS = ("rules", "lines")  # here the digest of the English is the key: these texts have no names
DIGEST_LENGTH = 6
PLACEHOLDER_PATTERN = re.compile(r"\{[a-z_]+\}")
NUMBER_PATTERN = re.compile(r"\d+")
LINE_PREFIXES = ("## ", "- ")
FACT_PATTERN = re.compile(r"[{\d]|^(?:## |- )", re.MULTILINE)  # most texts have none of these


@dataclass(frozen=True, slots=True)
class TranslationUnit:
    """One translatable text: *text* is the English, *max_length* in characters (0 means no limit).

    The words of an *is_word_list* unit, one a line, are listened for and never shown. An *is_optional* text has no
    English of its own and may be left out; it goes with the English *related_text*.
    """

    path: UnitPath
    text: str
    max_length: int = 0
    is_word_list: bool = False
    is_optional: bool = False
    related_text: str = ""

    @property
    def source_text(self) -> str:
        """Return the English that a translation of this unit is made from."""
        return self.text or self.related_text

    @property
    def source_digest(self) -> str:
        """Return the digest of the English source."""
        return digest(self.source_text)


def digest(text: str) -> str:
    """Return the short hash by which a translation notes its English: enough to see that the English has changed."""
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]


def extract_facts(text: str) -> Iterator[tuple[str, list[str]]]:
    """Return what every language must state alike: placeholders, numbers (in any digits), headings, list items."""
    yield "placeholders", sorted(set(PLACEHOLDER_PATTERN.findall(text)))
    yield "numbers", sorted(map(_to_western_digits, NUMBER_PATTERN.findall(PLACEHOLDER_PATTERN.sub("", text))))
    prefixes = [prefix for line in text.split("\n") for prefix in LINE_PREFIXES if line.startswith(prefix)]
    yield "headings and list items", prefixes


def _to_western_digits(number: str) -> str:
    """Return *number* in the digits 0 to 9."""
    return "".join(str(unicodedata.decimal(digit)) for digit in number)


def match_changed(old: list[str], new: list[str]) -> dict[str, str]:
    """Return for each *new* key the *old* key that it most likely replaces.

    Keys in both lists are left out; the others are matched where they fill the same gap.
    """
    old_by_new: dict[str, str] = {}
    for operation, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "replace":
            old_by_new |= dict(zip(new[k:m], old[i:j], strict=False))
    return old_by_new
