"""The instances that share one store: which of them are alive, and which one delivers a chat's outbox. No leader.

The instance that began to deliver a chat is its owner until the outbox is empty. The others only add to the outbox; the
owner finds their entries there, as its own next commit is refused as stale. So a chat has one owner at a time, in
order. An emergency does not wait for the owner: the instance that handled the update sends it, and notes in its entry
under which ids it stands; the owner reads them there.

That an instance has died is told by its heartbeat, a number in the store that no longer changes. Each instance goes by
its own clock and by what it saw itself, so clocks that differ, or a store that was away for all, kill none of them.
"""

import secrets
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from bot.sessions.chat_record import Kept, Parcel

BEAT = 2.0  # seconds between two heartbeats
LEASE = 8.0  # seconds without a heartbeat, while ours went on, after which another instance is dead


class Hall(Protocol):
    """A store that several instances use."""

    async def beats(self, me: str, gone: Collection[str]) -> Mapping[str, int]:
        """Count one heartbeat of *instance*, remove those that are *departed*; return the count of each instance.

        An instance that is departed itself is not counted.
        """
        ...


class Company:
    """The instances that share *store*, as this one sees the others."""

    every, lease = BEAT, LEASE

    def __init__(self, store: object, clock: Callable[[], float] = time.monotonic) -> None:
        self.me = secrets.token_hex(4)
        self.shared = bool(getattr(store, "shared", False))
        self._store, self._clock = store, clock
        self._seen: dict[str, tuple[int, float]] = {}  # the last heartbeat of each, and when it was new to us
        self._dead: set[str] = set()
        self._first: set[str] | None = None  # those that were there when we joined; None: not known yet
        self._born = self._last = clock()

    # ---- who is alive

    def lives(self, bot: str) -> bool:
        """Whether *instance* is this one, or one whose heartbeat still changes."""
        return bot == self.me or (bot in self._seen and bot not in self._dead)

    @property
    def sure(self) -> bool:
        """Whether the others must still take this instance for alive."""
        return not self.shared or self._clock() - self._last < self.lease / 2

    async def beat(self) -> bool:
        """Count a heartbeat; return whether another instance has left or died since the last one.

        Its chats may have outbox entries left.
        """
        before = {bot for bot in self._seen if self.lives(bot)}
        await self._look(self._dead)
        return any(not self.lives(bot) for bot in before)

    @property
    def came_first(self) -> bool | None:
        """Whether no other instance was running when this one joined; None as long as that cannot be known."""
        if self._first is None or self._last - self._born < self.lease + self.every:
            return None
        return not any(self.lives(bot) for bot in self._first)

    async def leave(self) -> None:
        """Remove this instance from the shared store."""
        if self.shared:
            await self._look({self.me})

    async def come(self) -> None:
        """Count a heartbeat of this instance in the shared store, so that the others know it."""
        if self.shared:
            await self._look(())

    async def know(self, *bots: str) -> None:
        """Exchange heartbeats once more, if any of *instances* is not known yet."""
        if any(bot and bot != self.me and bot not in self._seen for bot in bots):
            await self.come()

    async def _look(self, gone: Collection[str]) -> None:
        """Exchange heartbeats with the store, and note which instances are dead."""
        store: Hall = self._store  # type: ignore[assignment]
        beats = {bot: beat for bot, beat in (await store.beats(self.me, gone)).items() if bot != self.me}
        now = self._clock()
        if not self.sure:  # we were away ourselves, and cannot tell which others were
            self._seen = {}
        self._last = now
        if self._first is None:
            self._first = set(beats)
        self._seen = {bot: self._of(bot, beat, now) for bot, beat in beats.items()}
        self._dead = {bot for bot, (_, at) in self._seen.items() if now - at >= self.lease}

    def _of(self, bot: str, beat: int, now: float) -> tuple[int, float]:
        """Return the heartbeat count of *instance*, and since when it has not changed, by this instance's clock."""
        known = self._seen.get(bot)
        return known if known and known[0] == beat else (beat, now)

    # ---- who is the owner

    def is_anothers(self, kept: Kept) -> bool:
        """Whether another instance that is alive delivers the outbox."""
        return bool(kept.outbox) and kept.by != self.me and self.lives(kept.by)

    def is_left(self, kept: Kept) -> bool:
        """Whether the outbox is not empty and its owner is dead."""
        return bool(kept.outbox) and not self.lives(kept.by)

    def handed(self, before: Kept, after: Kept) -> Kept:
        """Return *after* with its owner: this instance, unless another one that is alive delivers the outbox.

        Then the emergencies that are new in it are for this instance to send.
        """
        if not self.shared:
            return after
        if not self.is_anothers(before):
            return replace(after, by=self.me)
        known = [parcel["n"] for parcel in before.outbox]
        return replace(after, by=before.by, outbox=tuple(self._rings(p, known) for p in after.outbox))

    def _rings(self, parcel: Parcel, known: list[int]) -> Parcel:
        """Return *entry*, marked as alerted by this instance if it is an emergency and not one of *known*."""
        return {**parcel, "rings": self.me} if "alarm" in parcel and parcel["n"] not in known else parcel

    # ---- emergencies of another owner's chat

    def to_ring(self, kept: Kept) -> tuple[Parcel, ...]:
        """Return the entries whose emergency this instance must send, though another one is the owner."""
        return tuple(p for p in kept.outbox if p.get("rings") == self.me and "rung" not in p)

    def is_ringing(self, parcel: Parcel) -> bool:
        """Whether another instance is sending the emergency of *entry*, and has not noted its messages yet."""
        return "rings" in parcel and "rung" not in parcel and self.lives(parcel["rings"])


def rung(kept: Kept, parcel: int, ids: list[int], doubt: bool) -> Kept:
    """Return *record*, noting that the emergency of an entry stands in the messages *ids*.

    *may_be_duplicated*: there may be a duplicate above them. Without ids it could not be sent so, and is the owner's to
    send again.
    """
    told = {"rung": ids, "doubt": doubt} if ids else {"rings": ""}
    return replace(kept, outbox=tuple({**p, **told} if p["n"] == parcel else p for p in kept.outbox))


def joined(base: dict[str, Any], theirs: dict[str, Any], mine: dict[str, Any], is_my_hand: bool) -> dict[str, Any]:
    """Return the view merged from the row's and the one in memory, where two instances know of the chat.

    The owner knows the main messages, and both received messages. *base* is the row's view as we last knew it. What
    *theirs* has besides is what other instances received in the meantime.
    """
    if not theirs:
        return mine
    screen = {**theirs, **mine} if is_my_hand else dict(theirs)
    for name in ("ids", "up", "strange") if is_my_hand else ():
        screen[name] = _added(base.get(name, ()), theirs.get(name, ()), mine.get(name, ()))
    if is_my_hand:
        screen["done"] = {number: list(jobs) for number, jobs in mine.get("done", {}).items()}
        for number, jobs in theirs.get("done", {}).items():
            if more := _added(base.get("done", {}).get(number, ()), jobs, screen["done"].get(number, ())):
                screen["done"][number] = more
        if any(id not in mine.get("strange", ()) for id in screen["strange"]) and "doubt" in theirs:
            screen["doubt"] = min(theirs["doubt"], mine.get("doubt", theirs["doubt"]))
    else:
        screen["ids"] = sorted({*theirs.get("ids", ()), *mine.get("ids", ())}) if not base else theirs.get("ids", [])
    for name in ("last", "by"):
        screen[name] = max(theirs.get(name, 0), mine.get(name, 0))
    return screen


def _added(base: Iterable[Any], theirs: Iterable[Any], mine: Iterable[Any]) -> list[Any]:
    """Return *mine*, and what *theirs* has added to *base*."""
    mine = list(mine)
    return mine + [item for item in theirs if item not in base and item not in mine]
