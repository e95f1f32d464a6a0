"""What a person sees: chats, the messages in them as they stand now, and everything that ever happened there."""

import copy
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.support.telegram_double.rules import Bucket
from tests.support.telegram_double.wakeup import Wakeup

Json = dict[str, Any]
Rows = list[list[Json]]
_NUMBERED = re.compile(r"^(\d{1,2}|[a-z])\. ")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with an account: a person, or the bot."""

    id: int
    first_name: str
    username: str = ""
    language_code: str = ""
    is_bot: bool = False
    stranger: bool = False  # a bot, but not the one that is tested

    def json(self) -> Json:
        said = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        more = {"username": self.username, "language_code": self.language_code}
        return said | {name: value for name, value in more.items() if value}


@dataclass(slots=True)
class Message:
    """A message as it stands now. *content* is whatever it holds beside text: a contact, a photo."""

    id: int
    author: User
    date: float
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    rows: Rows = field(default_factory=list)
    content: Json = field(default_factory=dict)
    edited: float = 0.0
    deleted: bool = False
    protected: bool = False
    silent: bool = False
    fixed: bool = False  # sent with a reply keyboard: never to be edited

    @property
    def words(self) -> str:
        """What is written in it: the text, or the caption under a picture with what it is under."""
        caption = self.content.get("caption", "")
        kinds = ", ".join(f"({name})" for name in self.content if not name.startswith("caption"))
        return self.text or (f"{kinds} {caption}" if caption else "")

    @property
    def from_our_bot(self) -> bool:
        return self.author.is_bot and not self.author.stranger

    @property
    def buttons(self) -> list[Json]:
        return [button for row in self.rows for button in row]

    @property
    def labels(self) -> list[str]:
        return [button["text"] for button in self.buttons]

    @property
    def meanings(self) -> list[str]:
        """The labels; in place of a bare number the line of the text that begins with it, and none before a label."""
        lines = dict(line.split(". ", 1) for line in self.text.splitlines() if _NUMBERED.match(line))
        return [lines.get(label, _NUMBERED.sub("", label)) for label in self.labels]

    def copy(self) -> "Message":
        """The message as it stands now, to keep: what an old screen still shows."""
        return copy.deepcopy(self)

    def json(self, chat: Json) -> Json:
        said: Json = {"message_id": self.id, "from": self.author.json(), "chat": chat, "date": int(self.date)}
        more = {
            "edit_date": int(self.edited),
            "text": self.text,
            "entities": self.entities,
            "has_protected_content": self.protected,
            "reply_markup": {"inline_keyboard": self.rows} if self.rows else None,
        }
        return said | {name: value for name, value in more.items() if value} | self.content


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened in a chat: *what* is bot, edit, delete, toast, alert, person, tap, blocks or unblocks."""

    at: float
    what: str
    message: int
    text: str
    labels: tuple[str, ...] = ()
    shown: Message | None = None  # the message as it was then

    def __str__(self) -> str:
        buttons = "".join(f" [{label}]" for label in self.labels)
        return f"{self.what} #{self.message}: {self.text}{buttons}" if self.message else f"{self.what}: {self.text}"


@dataclass(slots=True)
class Chat:
    """One chat with the bot, private or a group. The bot may write once *opened*."""

    id: int
    kind: str = "private"
    title: str = ""
    opened: bool = False
    blocked: bool = False  # by the person; in a group: the bot is not in it
    moved_to: int = 0
    messages: dict[int, Message] = field(default_factory=dict)
    history: list[Moment] = field(default_factory=list)
    wakeup: Wakeup = field(default_factory=Wakeup)
    bucket: Bucket | None = None
    ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))  # shared: see World.message_ids
    watchers: list[Callable[[Message], None]] = field(default_factory=list)  # told of each message of the bot

    @property
    def private(self) -> bool:
        return self.kind == "private"

    @property
    def screen(self) -> list[Message]:
        """What can be seen now, the oldest first."""
        return [message for message in self.messages.values() if not message.deleted]

    def json(self) -> Json:
        return {"id": self.id, "type": self.kind} | ({"first_name" if self.private else "title": self.title})

    def add(self, author: User, date: float, **given: Any) -> Message:
        """A new message under the next number of the account; in a supergroup, of the chat."""
        message = Message(next(self.ids), author, date, **given)
        self.messages[message.id] = message
        self.note(date, "bot" if message.from_our_bot else "person", message)
        if message.from_our_bot:
            for watcher in list(self.watchers):
                watcher(message)
        return message

    def note(self, at: float, what: str, message: Message | None = None, text: str = "") -> None:
        words = text or (message.words or ", ".join(f"({name})" for name in message.content) if message else "")
        labels = message.labels if message and what in ("bot", "edit") else []
        shown = copy.copy(message)  # what it holds is replaced and never changed
        self.history.append(Moment(at, what, message.id if message else 0, words, tuple(labels), shown))
        self.wakeup.notify()

    def doubled(self) -> list[Moment]:
        """What the bot sent twice in a row, word for word, with nothing of the person's in between."""
        told = [m for m in self.history if m.what in ("bot", "person", "tap")]
        return [
            b
            for a, b in itertools.pairwise(told)
            if a.what == b.what == "bot" and (a.text, a.labels) == (b.text, b.labels)
        ]

    def transcript(self) -> str:
        """Everything that happened here, one line each, in order."""
        return "\n".join(map(str, self.history))
