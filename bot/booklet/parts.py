"""What a booklet is made of, whatever it is printed with: parts with a foot of their own, groups, lines, pictures."""

from dataclasses import dataclass
from enum import Enum

from bot.booklet.picture import Sheet


class Style(Enum):
    """How a line looks; the value is its name in HTML."""

    TITLE = "title"
    CHAPTER = "chapter"
    HEADING = "heading"
    BODY = "body"
    STRONG = "strong"
    SMALL = "small"
    FAINT = "faint"
    BULLET = "bullet"
    OPTION = "option"
    FIELD = "field"  # to be filled in by hand


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph; *deep* is how far it is set in."""

    text: str
    style: Style = Style.BODY
    deep: int = 0


Group = tuple[Line, ...]
"""Lines that stay together on one page, as far as one page holds them."""


@dataclass(frozen=True, slots=True)
class Part:
    """It begins on a page of its own. *foot* says which words it shows, and their hash."""

    title: str
    foot: str
    groups: tuple[Group, ...]
    pictures: tuple[Sheet, ...] = ()  # on pages of their own, before the groups


def bullets(*texts: str, deep: int = 0) -> Group:
    return tuple(Line(text, Style.BULLET, deep) for text in texts)
