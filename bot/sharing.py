"""Who shows what is owed, where several bots share one store: one hand a chat, and no leader.

Whoever began to show goes on until nothing is owed. The others only add to it; the hand finds that there, as its own
next commit is refused as stale. So a chat has one hand at a time, in order. An emergency waits for no hand: whoever
heard it shows it, and notes on its parcel under which number it stands; the hand reads it there.

That a bot has died is told by its beat, a number in the store that no longer changes. Each bot goes by its own clock
and by what it saw itself, so clocks that differ, and a store that was away for everybody, kill nobody.
"""

import secrets
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from bot.kept import Kept, Parcel

BEAT = 2.0  # seconds between two beats
LEASE = 8.0  # seconds without a beat of theirs, while ours went on, after which another bot is dead


class Hall(Protocol):
    """A store that several bots use."""

    async def beats(self, me: str, gone: Collection[str]) -> Mapping[str, int]:
        """Count one beat of *me* (none, if it is *gone* itself), strike out who is *gone*; everybody's count."""
        ...


class Company:
    """The bots that share *store*, as one of them sees the others."""

    every, lease = BEAT, LEASE

    def __init__(self, store: object, clock: Callable[[], float] = time.monotonic) -> None:
        self.me = secrets.token_hex(4)
        self.shared = bool(getattr(store, "shared", False))
        self._store, self._clock = store, clock
        self._seen: dict[str, tuple[int, float]] = {}  # the last beat of each, and when it was new to us
        self._dead: set[str] = set()
        self._first: set[str] | None = None  # who was there when we came; None: we have not looked yet
        self._born = self._last = clock()

    # ---- who lives

    def lives(self, bot: str) -> bool:
        return bot == self.me or (bot in self._seen and bot not in self._dead)

    @property
    def sure(self) -> bool:
        """Whether the others must still take us for alive."""
        return not self.shared or self._clock() - self._last < self.lease / 2

    async def beat(self) -> bool:
        """Tell the others that we live. True: somebody has left since, or has died, and may still owe something."""
        before = {bot for bot in self._seen if self.lives(bot)}
        await self._look(self._dead)
        return any(not self.lives(bot) for bot in before)

    @property
    def came_first(self) -> bool | None:
        """Whether no one was serving when we came; None as long as nobody can know."""
        if self._first is None or self._last - self._born < self.lease + self.every:
            return None
        return not any(self.lives(bot) for bot in self._first)

    async def leave(self) -> None:
        if self.shared:
            await self._look({self.me})

    async def come(self) -> None:
        """Let the others know that we are here."""
        if self.shared:
            await self._look(())

    async def know(self, *bots: str) -> None:
        """Look once more, if any of *bots* is somebody whom we have not met."""
        if any(bot and bot != self.me and bot not in self._seen for bot in bots):
            await self.come()

    async def _look(self, gone: Collection[str]) -> None:
        store: Hall = self._store  # type: ignore[assignment]
        beats = {bot: beat for bot, beat in (await store.beats(self.me, gone)).items() if bot != self.me}
        now = self._clock()
        if not self.sure:  # we were away ourselves, and cannot tell who was as well
            self._seen = {}
        self._last = now
        if self._first is None:
            self._first = set(beats)
        self._seen = {bot: self._of(bot, beat, now) for bot, beat in beats.items()}
        self._dead = {bot for bot, (_, at) in self._seen.items() if now - at >= self.lease}

    def _of(self, bot: str, beat: int, now: float) -> tuple[int, float]:
        known = self._seen.get(bot)
        return known if known and known[0] == beat else (beat, now)

    # ---- whose hand it is

    def is_anothers(self, kept: Kept) -> bool:
        """Whether another bot is showing what is owed."""
        return bool(kept.outbox) and kept.by != self.me and self.lives(kept.by)

    def is_left(self, kept: Kept) -> bool:
        """Whether what is owed is nobody's who lives."""
        return bool(kept.outbox) and not self.lives(kept.by)

    def handed(self, before: Kept, after: Kept) -> Kept:
        """*after*, with whose task it is to show what it owes."""
        if not self.shared:
            return after
        if not self.is_anothers(before):
            return replace(after, by=self.me)
        known = [parcel["n"] for parcel in before.outbox]
        return replace(after, by=before.by, outbox=tuple(self._rings(p, known) for p in after.outbox))

    def _rings(self, parcel: Parcel, known: list[int]) -> Parcel:
        return {**parcel, "rings": self.me} if "alarm" in parcel and parcel["n"] not in known else parcel

    # ---- emergencies in another's hand

    def to_ring(self, kept: Kept) -> tuple[Parcel, ...]:
        """The parcels whose emergency is ours to show, though the rest is another's."""
        return tuple(p for p in kept.outbox if p.get("rings") == self.me and "rung" not in p)

    def is_ringing(self, parcel: Parcel) -> bool:
        """Whether somebody else sees to the emergency of *parcel*, and has not said yet where it stands."""
        return "rings" in parcel and "rung" not in parcel and self.lives(parcel["rings"])


def rung(kept: Kept, parcel: int, ids: list[int], doubt: bool) -> Kept:
    """*kept*, when the emergency of *parcel* stands in the messages *ids*. *doubt*: there may be a twin above them.

    Where there are none, it could not be shown so, and is the hand's again.
    """
    told = {"rung": ids, "doubt": doubt} if ids else {"rings": ""}
    return replace(kept, outbox=tuple({**p, **told} if p["n"] == parcel else p for p in kept.outbox))


def joined(base: dict[str, Any], theirs: dict[str, Any], mine: dict[str, Any], is_my_hand: bool) -> dict[str, Any]:
    """What is known of a screen when two bots know of it: whose hand it is knows the cards, and both heard messages.

    *base* is the row as we last knew it. What *theirs* has besides is what others heard in the meantime.
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
    """*mine*, and what they have added to *base*."""
    mine = list(mine)
    return mine + [item for item in theirs if item not in base and item not in mine]
