"""The arrangement of buttons below a message on a small phone: no label is cut, in as few rows as that allows.

Telegram gives each button of a row the same width and never wraps a label. The widths are for the narrowest screen,
320 pixels; tests/long/screenshots measures in a browser that they hold.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from bot.engine.session import Button, Message, MessageKind

ROW_WIDTH_PIXELS = 240  # that the buttons of one row share: Telegram leaves 80 of 320 free
BUTTON_GAP_PIXELS, BUTTON_PADDING_PIXELS = 4, 15  # between two buttons; and beside each label
MAX_BUTTONS_PER_ROW = 3  # any more are hard to hit
SPECIAL_LETTER_WIDTHS = ((5, "fijlrtI.,:;'!|()[]/- "), (13, "mwMW@%…—"))  # how wide the letters of a label are, at most
LETTER_WIDTH, CAPITAL_WIDTH, SQUARE_WIDTH = 8.4, 10, 15
LAST_LATIN_LETTER = "\u024f"  # the last of its letters; those of other scripts are as wide as capitals
MAX_NUMBER_LABEL_CHARACTERS = 2  # the label of an option that goes by its number, as its words are covered


def arrange_buttons(message: Message) -> list[list[Button]]:
    """Return the rows of buttons: options one below the other, numbers and tools beside each other where they fit.

    Buttons that lead to a page, a term or a country are in rows apart from those that lead elsewhere.
    """
    return [*_option_rows(message.options), *_tool_rows(message.tools, message.kind is MessageKind.QUESTION)]


@lru_cache(1024)  # the same tools stand under every question
def _tool_rows(tools: tuple[Button, ...], is_question: bool) -> list[list[Button]]:
    """Return the rows of the tools; under a question the shorter ones come first, which makes fewer rows."""
    groups = [[*group] for _, group in groupby(tools, _target_kind)]
    if is_question:
        groups = [sorted(group, key=_row_capacity, reverse=True) for group in groups]
    return [row for group in groups for row in _pack_rows(group)]


def _option_rows(options: Sequence[Button]) -> Iterator[list[Button]]:
    """Yield the rows of the options: numbers packed together, every other option in a row of its own."""
    numbers = [option for option in options if len(option.label) <= MAX_NUMBER_LABEL_CHARACTERS]
    yield from _pack_rows(numbers)
    yield from ([option] for option in options if option not in numbers)


def _target_kind(tool: Button) -> str:
    """Return what kind of target a tool leads to, such as a page; empty where there is only one of its kind."""
    name, colon, _ = tool.id.partition(":")
    return name if colon else ""


def _row_capacity(button: Button) -> int:
    """Return how many buttons like this one fit into a row."""
    return next((count for count in range(MAX_BUTTONS_PER_ROW, 1, -1) if _fits([button] * count)), 1)


def _pack_rows(buttons: Sequence[Button]) -> Iterator[list[Button]]:
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
    available = (ROW_WIDTH_PIXELS - BUTTON_GAP_PIXELS * (len(row) - 1)) / len(row) - BUTTON_PADDING_PIXELS
    return len(row) <= MAX_BUTTONS_PER_ROW and all(label_width(button.label) <= available for button in row)


@lru_cache(4096)  # the same labels stand under every question
def label_width(label: str) -> float:
    """Return how wide *label* is in pixels, at most."""
    return sum(map(_letter_width, label))


def _letter_width(letter: str) -> float:
    """Return how wide *letter* is in pixels, at most."""
    for width, letters in SPECIAL_LETTER_WIDTHS:
        if letter in letters:
            return width
    if unicodedata.east_asian_width(letter) in "WF":
        return SQUARE_WIDTH
    if unicodedata.combining(letter):
        return 0
    return CAPITAL_WIDTH if letter.isupper() or letter > LAST_LATIN_LETTER else LETTER_WIDTH
