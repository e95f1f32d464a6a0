"""All that Telegram remembers about one bot: chats, updates, taps, settings, and every call that was made."""

import itertools
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.support.telegram_double.chats import Chat, Message, User
from tests.support.telegram_double.clock import Clock
from tests.support.telegram_double.faults import Fault, Faults
from tests.support.telegram_double.markup import units
from tests.support.telegram_double.rules import Bucket, Rate, Rules
from tests.support.telegram_double.updates import Updates
from tests.support.telegram_double.wakeup import Wakeup

Json = dict[str, Any]

_COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,32}(?:@\w+)?(?=\s|$)")


@dataclass(slots=True)
class Call:
    """One request of the bot, and what became of it. *done*: it was carried out, whether or not the bot heard of it."""

    number: int
    at: float
    method: str
    given: Json
    chat: int | None = None
    fault: Fault | None = None
    done: bool = False
    code: int = 0  # 0: no answer
    description: str = ""


@dataclass(slots=True)
class Tap:
    """A callback query. *toast* is what its answer said; *attempts* counts the refused answers too."""

    id: str
    chat: Chat
    message: Message
    data: str
    at: float
    update: int = 0
    answered: bool = False
    attempts: int = 0
    toast: str = ""
    alert: bool = False


@dataclass(slots=True)
class Hook:
    """The webhook, as setWebhook left it. *foreign*: somebody else's, who *takes* what is posted there or does not."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    set_at: float = -1e9
    error_at: float = 0.0
    error: str = ""
    foreign: bool = False
    takes: bool = False

    @property
    def said(self) -> tuple[str, str, int]:
        return self.url, self.secret, self.max_connections


@dataclass(slots=True, repr=False)
class World:
    clock: Clock
    rules: Rules
    faults: Faults
    bot: User
    token: str
    chance: random.Random
    updates: Updates = field(init=False)
    hook: Hook = field(default_factory=Hook)
    hook_wakeup: Wakeup = field(default_factory=Wakeup)
    message_ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    chats: dict[int, Chat] = field(default_factory=dict)
    taps: dict[str, Tap] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)  # what Telegram lets pass in silence, and a good bot never does
    settings: dict[tuple[str, ...], Any] = field(default_factory=dict)
    polls: int = 0
    whole: Bucket | None = None
    people: dict[int, User] = field(default_factory=dict)
    failures: defaultdict[int, int] = field(
        default_factory=lambda: defaultdict(int)
    )  # of webhook deliveries, by update

    def __post_init__(self) -> None:
        self.updates = Updates(self.clock, self.rules, self.chance)
        self.whole = bucket(self.rules.whole_rate)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self.chats)} chats, {len(self.calls)} calls>"  # no token, no names

    def complain(self, what: str) -> None:
        self.complaints.append(what)

    def chat(self, id: int, kind: str = "private", title: str = "") -> Chat:
        """The chat called *id*, made when it is new."""
        if id not in self.chats:
            rate = self.rules.chat_rate if kind == "private" else self.rules.group_rate
            self.chats[id] = Chat(id, kind, title, bucket=bucket(rate), ids=self.message_ids)
        return self.chats[id]

    def skip_message_ids(self, count: int) -> None:
        """Let *count* messages come and go in chats of other people.

        Telegram counts the messages of an account, a bot's too, in one row over all its private chats and basic
        groups; a supergroup has a row of its own. So the next number of one chat is rarely the next of the bot.
        """
        for _ in range(count):
            next(self.message_ids)

    def tell(self, chat: Chat, message: Message, kind: str = "message") -> int:
        """Tell the bot of a person's message; the number of the update, 0 when the bot does not want it."""
        update = self.updates.add(kind, with_commands(message.json(chat.json())), ("message", chat.id))
        return update.id if update else 0

    def calls_of(self, method: str, chat: int | None = None) -> list[Call]:
        return [call for call in self.calls if call.method == method and chat in (None, call.chat)]

    def tap(self, chat: Chat, user: User, shown: Message, data: str, inaccessible: bool) -> Tap:
        """A tap on *shown*: the bot is told of the message as it is now, or that it cannot be seen any more."""
        now = chat.messages.get(shown.id)
        tap = Tap(str(self.chance.randrange(10**17, 10**18)), chat, shown, data, self.clock.now())
        message = {"chat": chat.json(), "message_id": shown.id, "date": 0}
        if now and not now.deleted and not inaccessible:
            message = now.json(chat.json())
        said = {"id": tap.id, "from": user.json(), "message": message, "chat_instance": f"{chat.id}7", "data": data}
        self.taps[tap.id] = tap
        chat.note(tap.at, "tap", shown, _label(shown, data))
        update = self.updates.add("callback_query", said, ("callback_query", user.id))
        tap.update = update.id if update else 0
        return tap

    def open_taps(self, among: Iterable[Tap] | None = None) -> list[Tap]:
        """Taps (*among* these) that the bot has yet to answer. One that nobody fetched in time is no longer open."""
        taps = self.taps.values() if among is None else among
        waiting = [tap for tap in taps if not tap.attempts]
        gone = {update.id for update in self.updates.dropped} if waiting else set()
        return [tap for tap in waiting if tap.update not in gone]

    def member(self, chat: Chat, by: User, old: str, new: str) -> None:
        """Tell the bot that it may write here from now on, or no more."""
        body = {"chat": chat.json(), "from": by.json(), "date": int(self.clock.now())}
        until = {"until_date": 0}
        for name, status in (("old_chat_member", old), ("new_chat_member", new)):
            body[name] = {"status": status, "user": self.bot.json()} | (until if status == "kicked" else {})
        self.updates.add("my_chat_member", body, ("my_chat_member", chat.id))


def with_commands(message: Json) -> Json:
    """The message with its commands marked, as Telegram marks them in a text and in a caption."""
    for words, entities in (("text", "entities"), ("caption", "caption_entities")):
        text = message.get(words, "")
        if found := [
            {"type": "bot_command", "offset": units(text[: command.start()]), "length": units(command[0])}
            for command in _COMMAND.finditer(text)
        ]:
            message[entities] = found
    return message


def _label(shown: Message, data: str) -> str:
    return next((f"[{b['text']}]" for b in shown.buttons if b.get("callback_data") == data), "[forged]")


def bucket(rate: Rate | None) -> Bucket | None:
    return Bucket(rate) if rate else None
