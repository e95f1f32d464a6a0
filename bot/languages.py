"""The languages the bot can speak: what each calls itself, whether it ships, and which way it is read."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

CODE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Language:
    """A draft is heard by those who try it out; only a language that is *shipped* is offered to everybody."""

    code: str
    name: str  # as its own speakers write it
    shipped: bool = False

    @property
    def rightward(self) -> bool:
        """Whether it is read from left to right, as its own name is."""
        return _rightward(self.name)


@cache
def _rightward(text: str) -> bool:
    turns = (unicodedata.bidirectional(character) for character in text)
    return next((turn == "L" for turn in turns if turn in ("L", "R", "AL")), True)


def short(tag: str) -> str:
    """The language of a tag as apps send it: `pt` of "pt-BR"."""
    return re.split(r"[-_]", tag.strip().lower())[0]
