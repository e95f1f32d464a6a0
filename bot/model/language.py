"""The languages of the bot: their names, whether they are shipped, and the direction they are read in."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

LANGUAGE_CODE_PATTERN = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the bot. Only a *shipped* one is offered to every user; a draft is for those who test it."""

    code: str
    name: str  # as its own speakers write it
    shipped: bool = False
    called: tuple[str, ...] = ()  # how people ask for it, in any language

    @property
    def is_left_to_right(self) -> bool:
        """Whether the language is read from left to right, as its own name is."""
        return _is_left_to_right(self.name)


@cache
def _is_left_to_right(text: str) -> bool:
    """Whether the first character of *text* that has a direction is read from left to right."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((direction == "L" for direction in directions if direction in ("L", "R", "AL")), True)


def primary_subtag(tag: str) -> str:
    """Return the primary language of a tag as apps send it: `pt` of "pt-BR" (BCP 47)."""
    return re.split(r"[-_]", tag.strip().lower())[0]
