"""Outgoing messages as Telegram takes them: plain text and rows of buttons. No markup, so no text is taken for it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import sha256
from typing import NotRequired, TypedDict

from bot.adapters.telegram_bot.messages.entities import Mark, plain
from bot.adapters.telegram_bot.messages.keyboard import key_rows
from bot.adapters.telegram_bot.messages.spoilers import QUIET, listed
from bot.engine.session import Button, Kind, Message

LONGEST = 4096  # Telegram's limit
TOAST = 200
OPEN = (Kind.EMERGENCY, Kind.PAGE, Kind.SUMMARY, Kind.CONTACT)  # may be forwarded and saved; nothing else may


class Sheet(TypedDict):
    """A message to be sent. *rows* hold `[label, data]`, or `[label, "", what it copies]`.

    *marks* are its entities. A *phone* makes it a contact.
    """

    text: str
    rows: list[list[list[str]]]
    protect: bool
    marks: NotRequired[list[Mark]]
    phone: NotRequired[str]


Write = Callable[[str], str]  # a button's id to its data


def sheets(message: Message, write: Write, *before: str, numbered: bool = False) -> list[Sheet]:
    """Return *message*, below the lines *before* it, as one outgoing message, or several when it is too long.

    The last has the buttons.
    """
    if message.phone:
        return [_number(message, rows(message, write))]
    message = _written_out(message, numbered)
    *first, last = split("\n\n".join((*before, message.whole)))
    protect = message.kind not in OPEN
    return [*(sheet(part, protect) for part in first), sheet(last, protect, rows(message, write))]


def _number(message: Message, below: list[list[list[str]]]) -> Sheet:
    """Return a contact that can be called with a tap; a line of text where the number is a short or a local one.

    Telegram's apps take every number of a contact for an international one, and write a + before it: +999 would not
    be answered.
    """
    if not message.phone.startswith("+"):
        return Sheet(text=f"{message.text}: {message.phone}", rows=below, protect=False)
    return Sheet(text=message.text, rows=below, protect=False, phone=message.phone)


def sheet(text: str, protect: bool, rows: Iterable[list[list[str]]] = ()) -> Sheet:
    """Return one outgoing message, with the formatting in *text* taken out as entities."""
    shown, marks = plain(text)
    return Sheet(text=shown, rows=list(rows), protect=protect, marks=marks)


def _written_out(message: Message, numbered: bool) -> Message:
    """Return *message* with its options listed in full, if *always* or if a label is short for an option."""
    if not numbered and all(option.text in ("", option.label) for option in message.options):
        return message
    if not (lines := listed(message.options)):
        return message
    options = tuple(
        replace(option, label=f"{option.key}. {option.label}") if option.key and option.id not in QUIET else option
        for option in message.options
    )
    return replace(message, text=f"{message.text}\n\n{lines}", options=options)


def rows(message: Message, write: Write) -> list[list[list[str]]]:
    """Return the rows of buttons of *message*, each button as its label and its callback data."""
    return [[_told(button, write) for button in row] for row in key_rows(message)]


def _told(button: Button, write: Write) -> list[str]:
    """Return a button as its label and its callback data, or as its label and what it copies."""
    return [button.label, "", button.copy] if button.copy else [button.label, write(button.id)]


def split(text: str) -> list[str]:
    """Return *text* in parts that fit into a message each, cut between paragraphs where that is possible."""
    parts, left = [], text.strip() or "…"
    while len(left) > LONGEST:
        head = left[:LONGEST]
        cut = max(head.rfind("\n\n"), 0) or max(head.rfind("\n"), 0) or max(head.rfind(" "), 0) or LONGEST
        parts.append(left[:cut].strip())
        left = left[cut:].strip()
    return [*parts, left]


def face(sheet: Sheet) -> str:
    """Return a hash that two outgoing messages share only if they look and work the same."""
    return sha256(repr((sheet["text"], sheet["rows"], sheet.get("marks", []))).encode()).hexdigest()[:12]


def toast(messages: Iterable[Message]) -> str:
    """Return the first transient line that fits into a toast; empty if there is none."""
    return next((m.text for m in messages if m.passing and len(m.text) <= TOAST), "")
