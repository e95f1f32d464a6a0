"""The arrangement of buttons below a message on a small phone: no label is cut, in as few rows as that allows.

Telegram gives each button of a row the same width and never wraps a label. The widths are for the narrowest screen,
320 pixels; tests/long/screenshots measures in a browser that they hold.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from bot.engine.session import Button, Kind, Message

ROOM = 240  # that the buttons of one row share: Telegram leaves 80 of 320 free
GAP, EDGES = 4, 15  # between two buttons; and beside each label
MOST = 3  # any more are hard to hit
LETTERS = ((5, "fijlrtI.,:;'!|()[]/- "), (13, "mwMW@%…—"))  # how wide the letters of a label are, at most
LETTER, CAPITAL, SQUARE = 8.4, 10, 15
LATIN = "\u024f"  # the last of its letters; those of other scripts are as wide as capitals
NUMBER = 2  # the label of an option that goes by its number, as its words are covered


def key_rows(message: Message) -> list[list[Button]]:
    """Return the rows of buttons: options one below the other, numbers and tools beside each other where they fit.

    Buttons that lead to a page, a term or a country are in rows apart from those that lead elsewhere.
    """
    return [*_answers(message.options), *_below(message.tools, message.kind is Kind.QUESTION)]


@lru_cache(1024)  # the same tools stand under every question
def _below(tools: tuple[Button, ...], question: bool) -> list[list[Button]]:
    """Return the rows of the tools; under a question the shorter ones come first, which makes fewer rows."""
    groups = [[*group] for _, group in groupby(tools, _aim)]
    if question:
        groups = [sorted(group, key=_share, reverse=True) for group in groups]
    return [row for group in groups for row in _packed(group)]


def _answers(options: Sequence[Button]) -> Iterator[list[Button]]:
    """Yield the rows of the options: numbers packed together, every other option in a row of its own."""
    numbers = [option for option in options if len(option.label) <= NUMBER]
    yield from _packed(numbers)
    yield from ([option] for option in options if option not in numbers)


def _aim(tool: Button) -> str:
    """Return what kind of target a tool leads to, such as a page; empty where there is only one of its kind."""
    name, colon, _ = tool.id.partition(":")
    return name if colon else ""


def _share(button: Button) -> int:
    """Return how many buttons like this one fit into a row."""
    return next((many for many in range(MOST, 1, -1) if _fits([button] * many)), 1)


def _packed(buttons: Sequence[Button]) -> Iterator[list[Button]]:
    """Yield rows with as many buttons as fit, in order."""
    row: list[Button] = []
    for button in buttons:
        if row and not _fits([*row, button]):
            yield row
            row = []
        row.append(button)
    if row:
        yield row


def _fits(row: Sequence[Button]) -> bool:
    """Whether the buttons fit into one row with their labels uncut."""
    room = (ROOM - GAP * (len(row) - 1)) / len(row) - EDGES
    return len(row) <= MOST and all(width(button.label) <= room for button in row)


@lru_cache(4096)  # the same labels stand under every question
def width(label: str) -> float:
    """Return how wide *label* is in pixels, at most."""
    return sum(map(_wide, label))


def _wide(letter: str) -> float:
    """Return how wide *letter* is in pixels, at most."""
    for wide, letters in LETTERS:
        if letter in letters:
            return wide
    if unicodedata.east_asian_width(letter) in "WF":
        return SQUARE
    if unicodedata.combining(letter):
        return 0
    return CAPITAL if letter.isupper() or letter > LATIN else LETTER
