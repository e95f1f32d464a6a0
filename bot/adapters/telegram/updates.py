"""What came in from Telegram, as far as it matters here: where, when, and what somebody did. No name is read at all.

A tap and a message, which nearly everything is, are read as the plain tables they come as: the library would build some
four hundred attributes of a tap, of which five are read. What is rare is read by the library.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Chat, ChatMember, Update

MOST_NUMBER = 1 << 63  # Telegram's numbers are far below
MOST_WORDS = 4096  # Telegram's own limit; who claims to send more is not read further
BLOCKED = (ChatMember.BANNED, ChatMember.LEFT)
Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tap:
    """A tapped button. *query* is what must be acknowledged, *data* what the button says."""

    query: str
    data: str


@dataclass(frozen=True, slots=True)
class Words:
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """Whatever has no words to be heard; *phrase* is what the bot says to it."""

    phrase: str = "not_opened"


@dataclass(frozen=True, slots=True)
class Membership:
    """The bot was let in or put out."""

    inside: bool


Done = Tap | Words | Command | Thing | Membership


@dataclass(frozen=True, slots=True)
class Heard:
    """One update. *message* is the id of the message that came, or of the one that was tapped; *date* is Telegram's.

    *language* is that of their app, as its tag says it: what a conversation begins in, if the bot speaks it.
    """

    update: int
    chat: int
    private: bool
    done: Done
    message: int = 0
    date: int = 0
    language: str = ""


def is_update(raw: object) -> bool:
    """Whether *raw* is a table with a number that a store can keep."""
    return isinstance(raw, dict) and type(id := raw.get("update_id")) is int and 0 <= id < MOST_NUMBER


def heard(raw: Table) -> Heard | None:
    """What *raw* tells; None when nothing that concerns anybody. Any exception means: a poisonous update."""
    told = _heard(raw)
    numbers = (told.chat, told.message, told.date) if told else ()
    if not all(type(number) is int and abs(number) < MOST_NUMBER for number in numbers):
        raise TypeError("numbers come as they were sent, and these are none")
    return told


def _heard(raw: Table) -> Heard | None:
    id = raw["update_id"]
    if query := raw.get("callback_query"):
        return _tap(id, query)
    if message := raw.get("message"):
        done, language = _done(message.get("text")), _language(message.get("from"))
        return Heard(id, *_place(message), done, message["message_id"], int(message["date"]), language)
    return _rare(id, Update.de_json(dict(raw), None))


def _rare(id: int, update: Update) -> Heard | None:
    if member := update.my_chat_member:
        inside = member.new_chat_member.status not in BLOCKED
        return Heard(id, member.chat.id, member.chat.type == Chat.PRIVATE, Membership(inside))
    if (chat := update.effective_chat) and update.effective_message:  # an edit, and whatever else has a place to answer
        phrase = "edit_ignored" if update.edited_message else "not_opened"
        return Heard(id, chat.id, chat.type == Chat.PRIVATE, Thing(phrase))
    return None


def _tap(id: int, query: Table) -> Heard:
    tap = Tap(_plain(query["id"]), _plain(query.get("data")))
    if message := query.get("message"):
        return Heard(id, *_place(message), tap, message["message_id"])
    return Heard(id, query["from"]["id"], True, tap)


def _plain(given: object) -> str:
    """What Telegram or a button of ours says in letters that need no encoding; nothing, where it is anything else."""
    return given if isinstance(given, str) and given.isascii() else ""


def _place(message: Table) -> tuple[int, bool]:
    """Which chat it is, and whether it is a private one."""
    chat = message["chat"]
    return chat["id"], chat["type"] == Chat.PRIVATE


def _language(writer: Table | None) -> str:
    tag = (writer or {}).get("language_code")
    return tag if isinstance(tag, str) else ""


def _done(text: str | None) -> Done:
    if text is None:
        return Thing()
    if not text.startswith("/"):
        return Words(text[:MOST_WORDS])
    name, *rest = text[1:].split(maxsplit=1) or [""]
    return Command(name.partition("@")[0].lower(), "".join(rest).strip())
