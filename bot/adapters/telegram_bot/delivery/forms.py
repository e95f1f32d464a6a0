"""The forms of a message, from the full one to the plainest: what Telegram refuses in one is tried in the next.

A refusal for its form ("can't parse entities", "message is too long", BUTTON_DATA_INVALID) must not leave a chat
without a question, and never without an emergency: so the text goes without its buttons and formatting, then only what
matters most of it, and then, where there is a tap to answer, as an alert on the tap.
"""

from msgspec.structs import replace

from bot.adapters.telegram_bot.messages.outgoing import MAX_MESSAGE_CHARACTERS, MAX_TOAST_CHARACTERS
from bot.sessions.outbox_entry import OutgoingMessage

FULL_FORM, PLAIN_FORM, ESSENTIAL_FORM = range(3)
MAX_ESSENTIAL_CHARACTERS = 1000
ELLIPSIS = " …"


def in_form(outgoing: OutgoingMessage, form: int, *, list_buttons: bool = False) -> OutgoingMessage:
    """Return *outgoing* in that *form*; *list_buttons* below a plain text, as their labels can be typed too."""
    if form == FULL_FORM:
        return outgoing
    text = f"{outgoing.text}: {outgoing.phone}" if outgoing.phone else outgoing.text
    if form == PLAIN_FORM and list_buttons:
        labels = "\n".join(f"- {cells[0]}" for row in outgoing.rows for cells in row)
        text = f"{text}\n\n{labels}" if len(text) + len(labels) + 2 <= MAX_MESSAGE_CHARACTERS else text
    if form == ESSENTIAL_FORM:
        text = outgoing.essential or _shortened(text, MAX_ESSENTIAL_CHARACTERS)
    return replace(outgoing, text=text.strip(), rows=[], entities=[], phone="")


def alert_text(outgoing: OutgoingMessage) -> str:
    """Return what matters most of *outgoing*, short enough for an alert."""
    return _shortened(outgoing.essential or outgoing.text, MAX_TOAST_CHARACTERS)


def _shortened(text: str, characters: int) -> str:
    """Return *text*, cut between two words where it is too long."""
    if len(text) <= characters:
        return text
    head = text[: characters - len(ELLIPSIS)]
    return (head.rpartition(" ")[0] or head).rstrip() + ELLIPSIS
