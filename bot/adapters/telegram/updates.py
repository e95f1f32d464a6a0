"""What came in from Telegram, as far as it matters here: where, when, and what somebody did. No name is read at all."""

from dataclasses import dataclass
from typing import Any

from telegram import Chat, ChatMember, Message, Update

MOST_WORDS = 4096  # Telegram's own limit; who claims to send more is not read further
BLOCKED = (ChatMember.BANNED, ChatMember.LEFT)


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
    """One update. *message* is the id of the message that came, or of the one that was tapped; *date* is Telegram's."""

    update: int
    chat: int
    private: bool
    done: Done
    message: int = 0
    date: int = 0


def heard(raw: dict[str, Any]) -> Heard | None:
    """What *raw* tells; None when nothing that concerns anybody. Any exception means: a poisonous update."""
    update = Update.de_json(raw, None)
    id = update.update_id
    if update.callback_query:
        return _tap(update, id)
    if member := update.my_chat_member:
        inside = member.new_chat_member.status not in BLOCKED
        return Heard(id, member.chat.id, _private(member.chat), Membership(inside))
    if update.message:
        return _message(id, update.message)
    if update.effective_chat and update.effective_message:  # an edit, and whatever else has a place to answer in
        phrase = "edit_ignored" if update.edited_message else "not_opened"
        return Heard(id, update.effective_chat.id, _private(update.effective_chat), Thing(phrase))
    return None


def _tap(update: Update, id: int) -> Heard | None:
    query = update.callback_query
    assert query
    tap = Tap(query.id, query.data or "")
    if query.message is None:
        return Heard(id, query.from_user.id, True, tap)
    return Heard(id, query.message.chat.id, _private(query.message.chat), tap, query.message.message_id)


def _message(id: int, message: Message) -> Heard:
    date = int(message.date.timestamp())
    return Heard(id, message.chat.id, _private(message.chat), _done(message), message.message_id, date)


def _done(message: Message) -> Done:
    text = message.text
    if text is None:
        return Thing()
    if not text.startswith("/"):
        return Words(text[:MOST_WORDS])
    name, *rest = text[1:].split(maxsplit=1) or [""]
    return Command(name.partition("@")[0].lower(), "".join(rest).strip())


def _private(chat: Chat) -> bool:
    return chat.type == Chat.PRIVATE
