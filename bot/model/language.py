"""The languages of the bot: their names, whether they are shipped, and the direction they are read in."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

CODE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the bot. Only a *shipped* one is offered to every user; a draft is for those who test it."""

    code: str
    name: str  # as its own speakers write it
    shipped: bool = False

    @property
    def rightward(self) -> bool:
        """Whether the language is read from left to right, as its own name is."""
        return _rightward(self.name)


@cache
def _rightward(text: str) -> bool:
    """Whether the first character of *text* that has a direction is read from left to right."""
    turns = (unicodedata.bidirectional(character) for character in text)
    return next((turn == "L" for turn in turns if turn in ("L", "R", "AL")), True)


def short(tag: str) -> str:
    """Return the primary language of a tag as apps send it: `pt` of "pt-BR" (BCP 47)."""
    return re.split(r"[-_]", tag.strip().lower())[0]
