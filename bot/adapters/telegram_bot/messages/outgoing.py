"""Outgoing messages as Telegram takes them: plain text and rows of buttons. No markup, so no text is taken for it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import sha256

from bot.adapters.telegram_bot.messages.entities import extract_entities
from bot.adapters.telegram_bot.messages.keyboard import arrange_buttons
from bot.adapters.telegram_bot.messages.spoilers import COMMON_OPTIONS, list_options
from bot.engine.session import Button, Message, MessageKind
from bot.sessions.outbox_entry import ButtonCells, ButtonRows, OutgoingMessage

MAX_MESSAGE_CHARACTERS = 4096  # Telegram's limit
MAX_TOAST_CHARACTERS = 200
FORWARDABLE_KINDS = (
    MessageKind.EMERGENCY,
    MessageKind.PAGE,
    MessageKind.SUMMARY,
    MessageKind.CONTACT,
)  # may be forwarded and saved; nothing else may

ButtonEncoder = Callable[[str], str]  # a button's id to its data


def to_messages(
    message: Message, encode: ButtonEncoder, *before: str, list_options_in_full: bool = False
) -> list[OutgoingMessage]:
    """Return *message*, below the lines *before* it, as one outgoing message, or several when it is too long.

    The last has the buttons.
    """
    if message.phone:
        return [_contact_message(message, button_rows(message, encode))]
    message = _with_options_in_full(message, list_options_in_full)
    *first, last = split_text("\n\n".join((*before, message.full_text)))
    protect = message.kind not in FORWARDABLE_KINDS
    return [*(text_message(part, protect) for part in first), text_message(last, protect, button_rows(message, encode))]


def _contact_message(message: Message, buttons: ButtonRows) -> OutgoingMessage:
    """Return a contact that can be called with a tap; a line of text where the number is a short or a local one.

    Telegram's apps take every number of a contact for an international one, and write a + before it: +999 would not
    be answered.
    """
    if not message.phone.startswith("+"):
        return OutgoingMessage(text=f"{message.text}: {message.phone}", rows=buttons, protect=False)
    return OutgoingMessage(text=message.text, rows=buttons, protect=False, phone=message.phone)


def text_message(text: str, protect: bool, rows: Iterable[list[ButtonCells]] = ()) -> OutgoingMessage:
    """Return one outgoing message, with the formatting in *text* taken out as entities."""
    shown, entities = extract_entities(text)
    return OutgoingMessage(text=shown, rows=list(rows), protect=protect, entities=entities)


def _with_options_in_full(message: Message, always: bool) -> Message:
    """Return *message* with its options listed in full, if *always* or if a label is short for an option."""
    if not always and all(option.text in ("", option.label) for option in message.options):
        return message
    if not (lines := list_options(message.options)):
        return message
    options = tuple(
        replace(option, label=f"{option.key}. {option.label}")
        if option.key and option.id not in COMMON_OPTIONS
        else option
        for option in message.options
    )
    return replace(message, text=f"{message.text}\n\n{lines}", options=options)


def button_rows(message: Message, encode: ButtonEncoder) -> ButtonRows:
    """Return the rows of buttons of *message*, each button as its label and its callback data."""
    return [[_button_cells(button, encode) for button in row] for row in arrange_buttons(message)]


def _button_cells(button: Button, encode: ButtonEncoder) -> ButtonCells:
    """Return a button as its label and its callback data, or as its label and what it copies."""
    return [button.label, "", button.copy_text] if button.copy_text else [button.label, encode(button.id)]


def split_text(text: str) -> list[str]:
    """Return *text* in parts that fit into a message each, cut between paragraphs where that is possible."""
    parts, rest = [], text.strip() or "…"
    while len(rest) > MAX_MESSAGE_CHARACTERS:
        head = rest[:MAX_MESSAGE_CHARACTERS]
        cut = (
            max(head.rfind("\n\n"), 0) or max(head.rfind("\n"), 0) or max(head.rfind(" "), 0) or MAX_MESSAGE_CHARACTERS
        )
        parts.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [*parts, rest]


def fingerprint(outgoing: OutgoingMessage) -> str:
    """Return a hash that two outgoing messages share only if they look and work the same."""
    return sha256(repr((outgoing.text, outgoing.rows, outgoing.entities)).encode()).hexdigest()[:12]


def find_toast(messages: Iterable[Message]) -> str:
    """Return the first transient line that fits into a toast; empty if there is none."""
    return next((m.text for m in messages if m.transient and len(m.text) <= MAX_TOAST_CHARACTERS), "")
