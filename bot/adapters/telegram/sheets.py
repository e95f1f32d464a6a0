"""Messages as Telegram takes them: plain text and rows of buttons. No markup, so no text can be taken for it."""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import TypedDict

from bot.adapters.telegram.keys import key_rows
from bot.session import Kind, Message

LONGEST = 4096  # characters of one message
TOAST = 200
OPEN = (Kind.EMERGENCY, Kind.PAGE, Kind.SUMMARY)  # may be forwarded and saved; nothing else may


class Sheet(TypedDict):
    """One message to be sent. *rows* hold `[label, data]`."""

    text: str
    rows: list[list[list[str]]]
    protect: bool


Write = Callable[[str], str]  # a button's id to its data


def sheets(message: Message, write: Write, *before: str, numbered: bool = False) -> list[Sheet]:
    """*message*, below the lines *before* it: one sheet, or several when it is too long. The last has the buttons."""
    text = "\n\n".join((*before, message.whole, *_written_out(message, numbered)))
    *first, last = split(text)
    protect = message.kind not in OPEN
    return [
        *(Sheet(text=part, rows=[], protect=protect) for part in first),
        Sheet(text=last, rows=rows(message, write), protect=protect),
    ]


def _written_out(message: Message, numbered: bool) -> Iterator[str]:
    """The options in full where a button is too short for one of them, or where somebody types."""
    if numbered or any(option.text and option.text != option.label for option in message.options):
        lines = (f"{option.key}. {option.text or option.label}" for option in message.options if option.key)
        if listed := "\n".join(lines):
            yield listed


def rows(message: Message, write: Write) -> list[list[list[str]]]:
    return [[[button.label, write(button.id)] for button in row] for row in key_rows(message)]


def split(text: str) -> list[str]:
    """*text* in parts that fit into a message each, cut between paragraphs where that is possible."""
    parts, left = [], text.strip() or "…"
    while len(left) > LONGEST:
        head = left[:LONGEST]
        cut = max(head.rfind("\n\n"), 0) or max(head.rfind("\n"), 0) or max(head.rfind(" "), 0) or LONGEST
        parts.append(left[:cut].strip())
        left = left[cut:].strip()
    return [*parts, left]


def face(sheet: Sheet) -> str:
    """What two sheets share only if they look and work the same."""
    return sha256(repr((sheet["text"], sheet["rows"])).encode()).hexdigest()[:12]


def toast(messages: Iterable[Message]) -> str:
    """The first line that may pass by, if it fits into the place where Telegram shows those."""
    return next((m.text for m in messages if m.passing and len(m.text) <= TOAST), "")
