"""Telegram updates, as far as the bot reads them: chat, message, time and content. No name is read at all.

A callback query and a message, which nearly every update is, are read as the plain tables they come as: the library
would build some four hundred attributes of a tap, of which five are read. What is rare is read by the library.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Chat, ChatMember, Update

MOST_NUMBER = 1 << 63  # Telegram's numbers are far below
MOST_WORDS = 4096  # Telegram's own limit; a longer text is cut there
BLOCKED = (ChatMember.BANNED, ChatMember.LEFT)
Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tap:
    """A tapped button. *query_id* is what must be answered, *data* is the button's callback data."""

    query: str
    data: str


@dataclass(frozen=True, slots=True)
class Words:
    """A message with text that is no command."""

    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command such as `/start`, and the *argument* that follows it."""

    name: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """Content the bot cannot read: a photo, an edited message. *phrase* is what the bot says to it."""

    phrase: str = "not_opened"


@dataclass(frozen=True, slots=True)
class Membership:
    """The bot was added to a chat, or removed or blocked."""

    inside: bool


Done = Tap | Words | Command | Thing | Membership


@dataclass(frozen=True, slots=True)
class Heard:
    """One update. *message_id* is of the message that came, or of the one that was tapped; *date* is Telegram's.

    *language* is that of the person's app, as its tag says it: what a conversation begins in, if the bot speaks it.
    """

    update: int
    chat: int
    private: bool
    done: Done
    message: int = 0
    date: int = 0
    language: str = ""


def is_update(raw: object) -> bool:
    """Whether *raw* is a table with an update id that a store can keep."""
    return isinstance(raw, dict) and type(id := raw.get("update_id")) is int and 0 <= id < MOST_NUMBER


def heard(raw: Table) -> Heard | None:
    """Return *raw* as an IncomingUpdate; None when the bot has nothing to do with it.

    Any exception means: a poison update.
    """
    told = _heard(raw)
    numbers = (told.chat, told.message, told.date) if told else ()
    if not all(type(number) is int and abs(number) < MOST_NUMBER for number in numbers):
        raise TypeError("numbers come as they were sent, and these are none")
    return told


def _heard(raw: Table) -> Heard | None:
    """Return *raw* as an IncomingUpdate, its numbers unchecked."""
    id = raw["update_id"]
    if query := raw.get("callback_query"):
        return _tap(id, query)
    if message := raw.get("message"):
        done, language = _done(message.get("text")), _language(message.get("from"))
        return Heard(id, *_place(message), done, message["message_id"], int(message["date"]), language)
    return _rare(id, Update.de_json(dict(raw), None))


def _rare(id: int, update: Update) -> Heard | None:
    """Return a change of membership or an unusual message, read by the library; None for any other update."""
    if member := update.my_chat_member:
        inside = member.new_chat_member.status not in BLOCKED
        return Heard(id, member.chat.id, member.chat.type == Chat.PRIVATE, Membership(inside))
    if (chat := update.effective_chat) and update.effective_message:  # an edit, or any other message
        phrase = "edit_ignored" if update.edited_message else "not_opened"
        return Heard(id, chat.id, chat.type == Chat.PRIVATE, Thing(phrase))
    return None


def _tap(id: int, query: Table) -> Heard:
    """Return a callback query as an IncomingUpdate."""
    tap = Tap(_plain(query["id"]), _plain(query.get("data")))
    if message := query.get("message"):
        return Heard(id, *_place(message), tap, message["message_id"])
    return Heard(id, query["from"]["id"], True, tap)


def _plain(given: object) -> str:
    """Return *value* if it is ASCII text, as Telegram's ids and our callback data are; else an empty string."""
    return given if isinstance(given, str) and given.isascii() else ""


def _place(message: Table) -> tuple[int, bool]:
    """Return the chat's id, and whether the chat is private."""
    chat = message["chat"]
    return chat["id"], chat["type"] == Chat.PRIVATE


def _language(writer: Table | None) -> str:
    """Return the language tag of the person's app; empty when there is none."""
    tag = (writer or {}).get("language_code")
    return tag if isinstance(tag, str) else ""


def _done(text: str | None) -> Done:
    """Return the content of a message with this *text*: a command, a text, or other content where there is none."""
    if text is None:
        return Thing()
    if not text.startswith("/"):
        return Words(text[:MOST_WORDS])
    name, *rest = text[1:].split(maxsplit=1) or [""]
    return Command(name.partition("@")[0].lower(), "".join(rest).strip())
