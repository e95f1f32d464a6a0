"""The people in a test: they see what is on the screen, and tap, write, send, edit, block."""

import asyncio
import itertools
import re
import time
from collections.abc import Callable
from typing import Any

from tests.support.telegram_double.chats import Chat, Message, User
from tests.support.telegram_double.non_text_content import NON_TEXT_CONTENT, SERVICE_MESSAGES
from tests.support.telegram_double.world import Tap, World, with_commands

Json = dict[str, Any]

_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")


class Person:
    """Somebody with one private chat with the bot. What they do becomes an update at once; the waits are real time."""

    def __init__(self, world: World, user: User) -> None:
        self.world, self.user = world, user
        self.chat = world.chat(user.id, title=user.first_name)
        self.taps_made: list[Tap] = []
        self.business_messages = 0

    # ---- what they see

    @property
    def screen(self) -> list[Message]:
        return self.chat.screen

    @property
    def last(self) -> Message | None:
        """The bot's last message that is still there."""
        return next((m for m in reversed(self.screen) if m.from_our_bot), None)

    @property
    def card(self) -> Message | None:
        """The bot's last message that still has buttons the bot would hear of."""
        heard = (m for m in reversed(self.screen) if any("callback_data" in button for button in m.buttons))
        return next((m for m in heard if m.from_our_bot), None)

    @property
    def labels(self) -> list[str]:
        """What the buttons mean to somebody who reads the text too: where one has a number, the line of that number."""
        return self.card.meanings if self.card else []

    def transcript(self) -> str:
        return self.chat.transcript()

    async def until(self, holds: Callable[[], object], within: float = 5.0) -> None:
        """Wait until *holds* does; an AssertionError with the transcript when it does not in time."""
        end = time.monotonic() + within
        while not holds():
            if (left := end - time.monotonic()) <= 0:
                raise AssertionError(f"not within {within} s. The chat so far:\n{self.transcript()}")
            await self.chat.wakeup.wait(min(left, 0.1))

    async def sees(self, words: str, within: float = 5.0) -> Message:
        """Wait for a message of the bot with *words* in it; the last of those is what comes back."""
        await self.until(lambda: self.seen(words), within)
        found = self.seen(words)
        assert found
        return found

    def seen(self, words: str) -> Message | None:
        return next((m for m in reversed(self.screen) if m.from_our_bot and words in m.text), None)

    async def settled(self, quiet: float = 0.2, within: float = 10.0) -> None:
        """Wait until every tap was dealt with and nothing more has happened in the chat for *quiet* seconds."""
        await self.until(lambda: not self.world.open_taps(self.taps_made), within)
        end = time.monotonic() + within
        while await self.chat.wakeup.wait(quiet):
            assert time.monotonic() < end, f"never quiet. The chat so far:\n{self.transcript()}"

    # ---- what they do

    def writes(self, text: str, chat: Chat | None = None, **content: Any) -> Message:
        chat = chat or self.chat
        chat.opened = chat.opened or chat.private
        message = chat.add(self.user, self.world.clock.now(), text=text, content=content)
        if chat.private or not self.world.rules.group_privacy or text.startswith("/"):
            self.world.tell(chat, message)
        return message

    def starts(self, payload: str = "") -> Message:
        """/start, as the button or a link sends it; no client sends another payload than these."""
        assert _PAYLOAD.fullmatch(payload), f"no link can carry {payload!r}"
        return self.writes(f"/start {payload}".strip())

    def sends(self, what: str) -> Message:
        """Something that is no text, a service message too: a key of NON_TEXT_CONTENT or SERVICE_MESSAGES."""
        return self.writes("", **(NON_TEXT_CONTENT | SERVICE_MESSAGES)[what])

    def captions(self, text: str, what: str = "photo") -> Message:
        """A picture, or another file, with words under it: in Telegram they are `caption`, and `text` is missing."""
        return self.writes("", **NON_TEXT_CONTENT[what], caption=text)

    def pins(self, message: Message) -> Message:
        """In a private chat a pin is a service message of the one who pinned, with the message pinned in it."""
        return self.writes("", pinned_message=message.json(self.chat.json()))

    def business(self, text: str, connection: str = "conn1", kind: str = "business_message") -> None:
        """Write to somebody whose business account our bot is connected to, not to our bot.

        The chat is the one between the two people, its numbers are theirs, and our bot may answer only with the
        `business_connection_id`. *kind* may be `edited_business_message` too. A bot hears of it unless its
        `allowed_updates` leave it out.
        """
        self.business_messages += kind == "business_message"
        body = Message(self.business_messages, self.user, self.world.clock.now(), text).json(self.chat.json())
        body = with_commands(body | {"business_connection_id": connection})
        self.world.updates.add(kind, body, (kind, self.user.id))

    def connects_business(self, connection: str = "conn1", enabled: bool = True) -> None:
        """Connect our bot to their own business account (or, not *enabled*, disconnect it)."""
        body = {"id": connection, "user": self.user.json(), "user_chat_id": self.chat.id, "is_enabled": enabled}
        body |= {"date": int(self.world.clock.now()), "rights": {"can_reply": True}}
        self.world.updates.add("business_connection", body, ("business_connection", self.user.id))

    def edits(self, message: Message, text: str) -> None:
        """Change the words of *message*: its text, or the caption when it has one."""
        if "caption" in message.content:
            message.content = message.content | {"caption": text}
        else:
            message.text = text
        message.edited = self.world.clock.now()
        self.chat.note(message.edited, "edit", message)
        self.world.tell(self.chat, message, "edited_message")

    def reacts(self, message: Message, emoji: str = "👍") -> None:
        """A reaction; most bots have not asked to hear of them."""
        now = [{"type": "emoji", "emoji": emoji}]
        body = {"chat": self.chat.json(), "message_id": message.id, "user": self.user.json(), "new_reaction": now}
        body |= {"date": int(self.world.clock.now()), "old_reaction": []}
        self.world.updates.add("message_reaction", body, ("message_reaction", self.chat.id))

    def deletes(self, message: Message) -> None:
        """For both sides; the bot is not told."""
        message.deleted = True
        self.chat.note(self.world.clock.now(), "delete", message)

    def blocks(self) -> None:
        self._member("member", "kicked")

    def unblocks(self) -> None:
        self._member("kicked", "member")

    def _member(self, old: str, new: str) -> None:
        chat, now = self.chat, self.world.clock.now()
        chat.blocked = new == "kicked"
        chat.note(now, "blocks" if chat.blocked else "unblocks", None, self.user.first_name)
        self.world.member(chat, self.user, old, new)

    # ---- tapping

    def taps(self, label: str | int, on: Message | None = None, inaccessible: bool = False) -> Tap:
        """Tap the button called *label* (or number *label*), on the card now or *on* a copy kept from earlier."""
        shown = on or self.card
        assert shown, f"there is no card. The chat so far:\n{self.transcript()}"
        buttons = [shown.buttons[label]] if isinstance(label, int) else _called(shown, label)
        assert buttons, f"no button {label!r} among {shown.labels}"
        assert "callback_data" in buttons[0], f"{label!r} opens or copies something; the bot hears nothing of it"
        return self.forges(buttons[0]["callback_data"], shown, inaccessible)

    def taps_twice(self, label: str | int, on: Message | None = None) -> tuple[Tap, Tap]:
        shown = on or self.card
        return self.taps(label, shown), self.taps(label, shown)

    def forges(self, data: str, on: Message | None = None, inaccessible: bool = False) -> Tap:
        """A tap with any data at all, as a client that was tampered with can send it."""
        shown = on or self.card or Message(1, self.world.bot, 0)
        tap = self.world.tap(self.chat, self.user, shown, data, inaccessible)
        self.taps_made.append(tap)
        return tap

    async def answered(self, tap: Tap, within: float = 5.0) -> str:
        """Wait for the tap's answer; its toast comes back, often empty."""
        await self.until(lambda: tap.answered, within)
        return tap.toast

    def device(self) -> "Device":
        """A second phone of the same account, which shows what was there when it last looked."""
        return Device(self)


def _called(shown: Message, label: str) -> list[Json]:
    known = list(zip(shown.buttons, shown.meanings, strict=True))
    exact = [b for b, meaning in known if label in (b["text"], meaning, b.get("callback_data"))]
    close = exact or [b for b, meaning in known if label in meaning]
    assert len(close) < 2, f"several buttons are called {label!r}: {shown.labels}"
    return close


class Device:
    """A screen that stands still until it looks again."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.screen: list[Message] = []
        self.looks()

    def looks(self) -> None:
        self.screen = [message.copy() for message in self.person.screen]

    def taps(self, label: str | int) -> Tap:
        card = next(m for m in reversed(self.screen) if m.from_our_bot and m.rows)
        return self.person.taps(label, card)


class Group:
    """A group chat that the bot may be in."""

    def __init__(self, world: World, id: int, title: str) -> None:
        self.world = world
        self.chat = world.chat(id, "group", title)

    def adds_bot(self, by: Person) -> None:
        self.chat.opened, self.chat.blocked = True, False
        self.world.member(self.chat, by.user, "left", "member")
        member = self.world.bot.json()
        service = {"new_chat_members": [member], "new_chat_member": member}
        self.world.tell(self.chat, self.chat.add(by.user, self.world.clock.now(), content=service))

    def removes_bot(self, by: Person) -> None:
        self.chat.blocked = True
        self.world.member(self.chat, by.user, "member", "kicked")

    def upgrades(self, by: Person) -> "Group":
        """The group becomes a supergroup: another id, and a service message on both sides."""
        now = self.world.clock.now()
        new = Group(self.world, -1_000_000_000_000 - abs(self.chat.id), self.chat.title)
        new.chat.kind, new.chat.opened, self.chat.moved_to = "supergroup", True, new.chat.id
        new.chat.ids = itertools.count(1)  # a supergroup numbers its own messages
        self.world.tell(self.chat, self.chat.add(by.user, now, content={"migrate_to_chat_id": new.chat.id}))
        self.world.tell(new.chat, new.chat.add(by.user, now, content={"migrate_from_chat_id": self.chat.id}))
        return new

    @property
    def screen(self) -> list[Message]:
        return self.chat.screen


async def all_settled(people: list[Person], quiet: float = 0.2, within: float = 30.0) -> None:
    """Wait until nothing more happens to any of *people*."""
    await asyncio.gather(*(person.settled(quiet, within) for person in people))
