"""Telegram updates, as far as the bot reads them: chat, message, time and content. No name is read at all.

A callback query and a message, which nearly every update is, are read as the plain tables they come as: the library
would build some four hundred attributes of a tap, of which five are read. What is rare is read by the library.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import Chat, ChatMember, Update

MAX_STORED_INTEGER = 1 << 63  # Telegram's numbers are far below
MAX_TEXT_CHARACTERS = 4096  # Telegram's own limit; a longer text is cut there
# Fields of a private chat's message by which Telegram tells what happened there (Bot API, Message): nothing was said.
SERVICE_MESSAGE_FIELDS = frozenset(
    (
        "boost_added",
        "chat_background_set",
        "chat_shared",
        "connected_website",
        "gift",
        "message_auto_delete_timer_changed",
        "passport_data",
        "pinned_message",
        "proximity_alert_triggered",
        "refunded_payment",
        "successful_payment",
        "unique_gift",
        "users_shared",
        "web_app_data",
        "write_access_allowed",
    )
)
BUSINESS_FIELDS = ("business_message", "edited_business_message")  # said to a person, not to the bot
NON_MEMBER_STATUSES = (ChatMember.BANNED, ChatMember.LEFT)
JsonObject = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CallbackQuery:
    """A tapped button. *query_id* is what must be answered, *data* is the button's callback data."""

    query_id: str
    data: str


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A message with text that is no command."""

    text: str


@dataclass(frozen=True, slots=True)
class CommandMessage:
    """A command such as `/start`, and the *argument* that follows it."""

    name: str
    argument: str = ""


@dataclass(frozen=True, slots=True)
class OtherContent:
    """Content the bot cannot read: a photo, an edited message. *phrase* is what the bot says to it."""

    phrase: str = "not_opened"


@dataclass(frozen=True, slots=True)
class BotMembership:
    """The bot was added to a chat, or removed or blocked."""

    is_member: bool


UpdateContent = CallbackQuery | TextMessage | CommandMessage | OtherContent | BotMembership


@dataclass(frozen=True, slots=True)
class IncomingUpdate:
    """One update. *message_id* is of the message that came, or of the one that was tapped; *date* is Telegram's.

    *language* is that of the person's app, as its tag says it: what a conversation begins in, if the bot speaks it.
    """

    update_id: int
    chat_id: int
    is_private: bool
    content: UpdateContent
    message_id: int = 0
    date: int = 0
    language: str = ""


def is_update(raw: object) -> bool:
    """Whether *raw* is a table with an update id that a store can keep."""
    return (
        isinstance(raw, dict) and type(update_id := raw.get("update_id")) is int and 0 <= update_id < MAX_STORED_INTEGER
    )


def parse_update(raw: JsonObject) -> IncomingUpdate | None:
    """Return *raw* as an IncomingUpdate; None when the bot has nothing to do with it.

    Any exception means: a poison update.
    """
    update = _parse(raw)
    numbers = (update.chat_id, update.message_id, update.date) if update else ()
    if not all(type(number) is int and abs(number) < MAX_STORED_INTEGER for number in numbers):
        raise TypeError("numbers come as they were sent, and these are none")
    return update


def _parse(raw: JsonObject) -> IncomingUpdate | None:
    """Return *raw* as an IncomingUpdate, its numbers unchecked."""
    update_id = raw["update_id"]
    if query := raw.get("callback_query"):
        return _parse_callback_query(update_id, query)
    if message := raw.get("message"):
        if SERVICE_MESSAGE_FIELDS & message.keys() and _chat_of(message)[1]:
            return None
        language = _language_tag(message.get("from"))
        content = _parse_text(message.get("text") or message.get("caption"))  # what stands below a photo was said, too
        return IncomingUpdate(
            update_id, *_chat_of(message), content, message["message_id"], int(message["date"]), language
        )
    if any(field in raw for field in BUSINESS_FIELDS):
        return None
    return _parse_rare(update_id, Update.de_json(dict(raw), None))


def _parse_rare(update_id: int, update: Update) -> IncomingUpdate | None:
    """Return a change of membership or an unusual message, read by the library; None for any other update."""
    if member := update.my_chat_member:
        is_member = member.new_chat_member.status not in NON_MEMBER_STATUSES
        return IncomingUpdate(update_id, member.chat.id, member.chat.type == Chat.PRIVATE, BotMembership(is_member))
    if (chat := update.effective_chat) and update.effective_message:  # an edit, or any other message
        phrase = "edit_ignored" if update.edited_message else "not_opened"
        return IncomingUpdate(update_id, chat.id, chat.type == Chat.PRIVATE, OtherContent(phrase))
    return None


def _parse_callback_query(update_id: int, query: JsonObject) -> IncomingUpdate:
    """Return a callback query as an IncomingUpdate."""
    callback_query = CallbackQuery(_ascii_or_empty(query["id"]), _ascii_or_empty(query.get("data")))
    if message := query.get("message"):
        return IncomingUpdate(update_id, *_chat_of(message), callback_query, message["message_id"])
    return IncomingUpdate(update_id, query["from"]["id"], True, callback_query)


def _ascii_or_empty(value: object) -> str:
    """Return *value* if it is ASCII text, as Telegram's ids and our callback data are; else an empty string."""
    return value if isinstance(value, str) and value.isascii() else ""


def _chat_of(message: JsonObject) -> tuple[int, bool]:
    """Return the chat's id, and whether the chat is private."""
    chat = message["chat"]
    return chat["id"], chat["type"] == Chat.PRIVATE


def _language_tag(user: JsonObject | None) -> str:
    """Return the language tag of the person's app; empty when there is none."""
    tag = (user or {}).get("language_code")
    return tag if isinstance(tag, str) else ""


def _parse_text(text: str | None) -> UpdateContent:
    """Return the content of a message with this *text*: a command, a text, or other content where there is none."""
    if text is None:
        return OtherContent()
    if not text.startswith("/"):
        return TextMessage(text[:MAX_TEXT_CHARACTERS])
    name, *argument = text[1:].split(maxsplit=1) or [""]
    return CommandMessage(name.partition("@")[0].lower(), "".join(argument).strip())
