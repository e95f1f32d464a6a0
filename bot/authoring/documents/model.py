"""The document model, independent of the output: parts with their own footer, groups of paragraphs, flowcharts."""

from dataclasses import dataclass
from enum import Enum

from bot.authoring.documents.flowchart import Sheet


class Style(Enum):
    """How a paragraph looks; the value is its class in HTML."""

    TITLE = "title"
    CHAPTER = "chapter"
    HEADING = "heading"
    BODY = "body"
    STRONG = "strong"
    SMALL = "small"
    FAINT = "faint"
    BULLET = "bullet"
    OPTION = "option"
    FIELD = "field"  # to be filled in with a pen


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph; *indent* is the number of levels it is set in."""

    text: str
    style: Style = Style.BODY
    deep: int = 0


Group = tuple[Line, ...]
"""Lines that stay together on one page, as far as one page holds them."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a document, which begins on a page of its own.

    *footer* names the words it shows, and their hash.
    """

    title: str
    foot: str
    groups: tuple[Group, ...]
    pictures: tuple[Sheet, ...] = ()  # on pages of their own, before the groups


def bullets(*texts: str, deep: int = 0) -> Group:
    """Return a group with one bullet for each text."""
    return tuple(Line(text, Style.BULLET, deep) for text in texts)
