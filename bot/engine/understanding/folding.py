"""Folding of typed words: what does not matter for a match is taken away, once, on a bounded length.

Everything here is linear in the length that is left after the cut, whatever the characters are.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

MAX_TYPED_CHARACTERS = 4096  # before folding, and after it
MAX_SHORT_CHARACTERS = 200  # an answer, a command or a word to look up is not longer
CLASSIFIED_FIRST, CLASSIFIED_LAST = 500, 200  # folded characters that are classified
MAX_CASEFOLD_GROWTH = 3
NORMALIZED_AT_ONCE = 32  # characters: to order a long run of combining marks takes the square of its length
VIRAMA_CLASS = 9  # combining class of a mark that belongs to the letter, as in Hindi

_IGNORED_CHARACTERS = "'`\u00b4\u2018\u2019\u02bc\u2032\uff07" + "\ufe0e\ufe0f"  # apostrophes; emoji selectors
_REMOVE_IGNORED = dict.fromkeys(map(ord, _IGNORED_CHARACTERS))
_SPACES_WITHOUT_WIDTH = {0x200B: " ", 0x2060: " ", 0xFEFF: " "}
_QUESTION_MARKS = re.compile("[?\u00bf\uff1f\u061f\u037e\ufe56\u2e2e\u1367\u2cfa\u203d]")
_ESCAPE_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|.)?")  # what an arrow or function key sends
FIRST_CHINESE, LAST_CHINESE = 0x3400, 0x9FFF
_WRITTEN_WITHOUT_SPACES = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Burmese
    (0x1780, 0x17FF),  # Khmer
    (0x3040, 0x30FF),  # Japanese syllables
    (FIRST_CHINESE, LAST_CHINESE),
)


def _fold_character(code: int) -> str:
    """Return what counts of a character: a letter or its mark, a digit of any script as 0 to 9, else a space.

    Characters of scripts that are written without spaces are words of their own.
    """
    character = chr(code)
    category = unicodedata.category(character)
    if category in ("Cf", "Me"):  # direction marks, joiners, emoji frames
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category[0] not in "LMN":
        return " "
    is_word = category[0] == "L" and any(first <= code <= last for first, last in _WRITTEN_WITHOUT_SPACES)
    return f" {character} " if is_word else character


class _FoldingTable(dict[int, str]):
    """Translation table that knows the common scripts, and works out the other characters each time."""

    def __missing__(self, code: int) -> str:
        """Return what counts of a character that is not in the table; nothing that was typed is remembered."""
        return f" {chr(code)} " if FIRST_CHINESE <= code <= LAST_CHINESE else _fold_character(code)


_FOLDING_TABLE = _FoldingTable({code: _fold_character(code) for code in range(0x3100)})
_ASCII_TABLE = {code: _fold_character(ord(chr(code).lower())) for code in range(128)} | _REMOVE_IGNORED


def fold(text: str) -> str:
    """Return *text* without case, accents, punctuation, invisible characters and extra spaces, cut to a length."""
    text = text[:MAX_TYPED_CHARACTERS]
    if text.isascii():
        return " ".join(text.translate(_ASCII_TABLE).split())
    plain = text.translate(_REMOVE_IGNORED | _SPACES_WITHOUT_WIDTH).casefold()
    letters = _without_accents(_decompose(plain)).casefold()
    folded = letters[:MAX_TYPED_CHARACTERS].translate(_FOLDING_TABLE)
    return " ".join(folded.translate(_REMOVE_IGNORED).split())[:MAX_TYPED_CHARACTERS].rstrip()


def _decompose(text: str) -> str:
    """Return *text* with letters and accents apart (NFKD), part by part, until it is long enough."""
    parts, length = list[str](), 0
    for start in range(0, len(text), NORMALIZED_AT_ONCE):
        parts.append(unicodedata.normalize("NFKD", text[start : start + NORMALIZED_AT_ONCE]))
        length += len(parts[-1])
        if length >= MAX_TYPED_CHARACTERS:
            break
    return "".join(parts)[:MAX_TYPED_CHARACTERS]


def _without_accents(text: str) -> str:
    """Return *text* without combining marks, but for those without which a word would be another."""
    classes = map(unicodedata.combining, text)
    return "".join(letter for letter, number in zip(text, classes, strict=True) if number in (0, VIRAMA_CLASS))


@lru_cache(maxsize=20_000)
def fold_authored(text: str) -> str:
    """Return the folded text of an author, cached. Never for typed words: these are not stored."""
    return fold(text)


@dataclass(frozen=True, slots=True)
class TypedWords:
    """Typed words, folded once. *raw* is what was typed, cut, where it is short enough to be an answer; else empty."""

    folded: str
    raw: str = ""
    is_question: bool = False

    @property
    def is_short(self) -> bool:
        """Whether it can be an answer, a command or a word to look up."""
        return 0 < len(self.folded) <= MAX_SHORT_CHARACTERS

    @property
    def answer(self) -> str:
        """The folded words where they can be an answer, a command or a word to look up; else empty."""
        return self.folded if self.is_short else ""

    @property
    def classified(self) -> str:
        """The part that is classified: the first folded characters and the last."""
        if len(self.folded) <= CLASSIFIED_FIRST + CLASSIFIED_LAST:
            return self.folded
        return f"{self.folded[:CLASSIFIED_FIRST]} {self.folded[-CLASSIFIED_LAST:]}"


def without_escape_sequences(text: str) -> str:
    """Return *text* without what keys such as an arrow send to a terminal, and with a space for each tab."""
    return _ESCAPE_SEQUENCE.sub("", text).replace("\t", " ")


def read_typed(text: str) -> TypedWords:
    """Fold what a person typed: once, after the cut."""
    cut = without_escape_sequences(text[:MAX_TYPED_CHARACTERS])
    raw = cut.strip() if len(cut) <= MAX_SHORT_CHARACTERS else ""
    return TypedWords(fold(cut), raw, bool(_QUESTION_MARKS.search(cut)))
