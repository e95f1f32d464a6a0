"""The layout of a poster and of a page of pocket cards: calm, black on white, readable from two steps away."""

from pathlib import Path

from bot.authoring.documents.pdf_page import HIGH, WIDE, Paper
from bot.clinics.command import Unfit
from bot.clinics.printing.texts import Words

MARGIN = 18.0
COLUMN = WIDE - 2 * MARGIN
FITS = ((92, 13.0), (92, 12.0), (84, 12.0), (84, 11.0), (74, 11.0), (74, 10.0))  # code in mm, letters in points
DOT, GAP = 5.0, 1.2  # millimetres before and below an item of the list
CARD_WIDE, CARD_HIGH, ACROSS, DOWN = 85.0, 54.0, 2, 5  # a bank card's size: it fits behind one
CARD_CODE = 34.0


def poster(words: Words, file: Path) -> None:
    """Draw one A4 poster into *file*.

    Where a language takes more space, the code and the small letters shrink, and no text is left out.
    """
    with Paper(words("poster_title"), words.voice.session.language) as paper:
        y = paper.text(MARGIN, 20, COLUMN, words("poster_title"), 34, bold=True) + 3
        y = paper.text(MARGIN, y, COLUMN, words("poster_what"), 17) + 1
        code, small = _fitting(paper, words, _foot(paper, words) - y)
        paper.code((WIDE - code) / 2, y, code, words.address)
        y = paper.text(MARGIN, y + code - 2, COLUMN, words("poster_scan"), 15, align="C") + 3
        y = paper.text(MARGIN, y, COLUMN, words("poster_letters"), 13, align="C")
        size = paper.fitted(COLUMN, words.letters, 18, bold=True)
        y = paper.text(MARGIN, y, COLUMN, words.letters, size, bold=True, align="C") + 5
        for point in words.points:
            bold = point == words.draft
            paper.text(MARGIN, y, DOT, "•", small)
            y = paper.text(MARGIN + DOT, y, COLUMN - DOT, point, small, bold) + GAP
        paper.save(file)


def _fitting(paper: Paper, words: Words, room: float) -> tuple[float, float]:
    """Return the size of the code and of the small letters that fit in so many millimetres; CommandError if none do."""
    lines = paper.height(COLUMN, words("poster_scan"), 15) + paper.height(COLUMN, words("poster_letters"), 13)
    left = room - lines - paper.height(COLUMN, words.letters, 18, bold=True) - 6
    for code, small in FITS:
        points = sum(paper.height(COLUMN - DOT, point, small, point == words.draft) + GAP for point in words.points)
        if code + points <= left:
            return code, small
    raise Unfit("The words of this language do not fit on the poster. Make its phrases shorter.")


def _foot(paper: Paper, words: Words) -> float:
    """Draw the emergency number in a frame, and the clinic below it; return the height at which it begins."""
    high = paper.height(COLUMN - 10, words("poster_emergency"), 19, bold=True) + 7
    y = HIGH - MARGIN - high - 8
    paper.frame(MARGIN, y, COLUMN, high)
    paper.text(MARGIN + 5, y + 3.5, COLUMN - 10, words("poster_emergency"), 19, bold=True, align="C")
    paper.text(MARGIN, y + high + 2, COLUMN, words("poster_from"), 11, align="C")
    return y - 3


def cards(words: Words, file: Path) -> None:
    """Draw ten cards on one A4 page into *file*, to be cut along the dashes.

    Nothing on them says what they are about.
    """
    left, top = (WIDE - ACROSS * CARD_WIDE) / 2, (HIGH - DOWN * CARD_HIGH) / 2
    with Paper(words("card_title"), words.voice.session.language) as paper:
        for place in range(ACROSS * DOWN):
            down, across = divmod(place, ACROSS)
            _card(paper, words, left + across * CARD_WIDE, top + down * CARD_HIGH)
        for at in range(ACROSS + 1):
            paper.cut(left + at * CARD_WIDE, top, left + at * CARD_WIDE, HIGH - top)
        for at in range(DOWN + 1):
            paper.cut(left, top + at * CARD_HIGH, WIDE - left, top + at * CARD_HIGH)
        paper.save(file)


def _card(paper: Paper, words: Words, x: float, y: float) -> None:
    """Draw one card with its upper left corner at *x*, *y*."""
    paper.code(x + CARD_WIDE - CARD_CODE - 2, y + 4, CARD_CODE, words.address)
    column = CARD_WIDE - CARD_CODE - 8
    below = paper.text(x + 5, y + 7, column, words("card_title"), 13, bold=True) + 1.5
    paper.text(x + 5, below, column, words("card_what"), 9.5)
    for words_of_it, up in ((words.letters, 15.0), (words("poster_emergency"), 9.5)):
        size = paper.fitted(CARD_WIDE - 10, words_of_it, 8.5)
        paper.text(x + 5, y + CARD_HIGH - up, CARD_WIDE - 10, words_of_it, size)
