"""The document model, independent of the output: parts with their own footer, groups of paragraphs, flowcharts."""

from dataclasses import dataclass
from enum import Enum

from bot.authoring.documents.flowchart import DrawingPage

MM_PER_POINT = 25.4 / 72  # millimetres; the sizes of letters are in points


class ParagraphStyle(Enum):
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
class Paragraph:
    """One paragraph; *indent* is the number of levels it is set in."""

    text: str
    style: ParagraphStyle = ParagraphStyle.BODY
    indent: int = 0


ParagraphGroup = tuple[Paragraph, ...]
"""Lines that stay together on one page, as far as one page holds them."""


@dataclass(frozen=True, slots=True)
class DocumentPart:
    """A part of a document, which begins on a page of its own.

    *footer* names the words it shows, and their hash.
    """

    title: str
    footer: str
    groups: tuple[ParagraphGroup, ...]
    drawings: tuple[DrawingPage, ...] = ()  # on pages of their own, before the groups


def bullets(*texts: str, indent: int = 0) -> ParagraphGroup:
    """Return a group with one bullet for each text."""
    return tuple(Paragraph(text, ParagraphStyle.BULLET, indent) for text in texts)
