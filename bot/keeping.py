"""The chats that are held in memory, and their rows: read and committed in order, with what was shown noted down.

What a person decided is committed by itself. That it was shown is knowledge and no decision: where nobody would see it
shown once more, it is written with the next answer, or once the chat has been quiet for a while.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from bot.kept import Kept, Parcel
from bot.live import Live
from bot.sharing import Company, rung
from bot.stores import Change, Down, Stale, Store

IDLE = 3600  # seconds after which a chat is no longer held in memory
PATIENCE = 15.0  # seconds for which what was shown is tried to be noted down in a store that is away
SOME = 4  # let go of at once: as many as come, and a few more
QUIET = 30.0  # seconds after which what was shown is written down without waiting for the next answer
TOGETHER = 100  # rows written at once, with one sync
MOST_LIVE = 20_000  # chats held in memory; the others are read from the store when they write


class Keeping:
    """What a Conversation stands on. *hours*: how long a session lives after its last tap."""

    def __init__(self, store: Store, hours: int, clock: Callable[[], float] = time.time) -> None:
        self._store, self._hours, self._clock = store, hours, clock
        self._live: dict[str, Live] = {}
        self.company = Company(store)
        self._shared = self.company.shared

    @asynccontextmanager
    async def _held(self, chat: str) -> AsyncIterator[Live]:
        live = self._live[chat] = self._live.pop(chat, Live(chat))  # whoever was quiet longest stands first
        live.users += 1
        try:
            async with live.lock:
                yield live
        finally:
            live.users -= 1
            live.used = self._clock()
            self._make_room()

    def _make_room(self) -> None:
        """Let go of those who were quiet longest, where a crowd is more than memory should hold."""
        if len(self._live) > MOST_LIVE:
            for live in [live for live in islice(self._live.values(), SOME) if self._is_idle(live)]:
                del self._live[live.chat]

    def _is_idle(self, live: Live) -> bool:
        return not (live.users or live.ahead or self.owed(live.chat) or self.to_ring(live.chat))

    async def _read(self, live: Live) -> Kept:
        kept, now = await live.read(self._store, self.company), self._clock()
        if kept.session.agreed and kept.ends(self._hours) <= now:
            live.kept = kept = Kept(screen=kept.screen)
        elif kept.is_ahead(now):
            live.kept = kept = replace(kept, begun=now, touched=now)
        return kept

    async def _keep(self, live: Live, after: Kept, update: int | None) -> bool:
        """Commit *after* if it may be kept: once somebody agreed, until all that is owed was shown, and a deletion."""
        if after.session.agreed or after.owes_deletion() or (live.version and after.outbox):
            ends = after.until(self._hours, self._clock())
            change = Change(live.chat, after.to_json(), live.version, ends, update)
        elif live.version:
            change = Change(live.chat, None, live.version, update=update)
        else:
            if update is not None:
                await live.begin(self._store, self.company, update, self._clock())
            live.kept = after
            return False
        await live.keep(self._store, change, after, self.company)
        return True

    def ails(self) -> bool:
        """Whether the store failed when it was last asked. A file or the memory fails at once, or not at all."""
        return bool(getattr(self._store, "ails", False))

    # ---- what was shown

    def held(self) -> int:
        """How many chats are held in memory."""
        return len(self._live)

    def owed(self, chat: str) -> tuple[Parcel, ...]:
        """What was decided and not yet shown."""
        live = self._live.get(chat)
        if not live or not live.kept or (self._shared and live.version and live.kept.by != self.company.me):
            return ()
        return live.kept.outbox

    def screen(self, chat: str) -> dict[str, Any]:
        """What stands in the chat: to be read, and noted down in."""
        live = self._live.get(chat)
        return live.kept.screen if live and live.kept else {}

    def to_ring(self, chat: str) -> tuple[Parcel, ...]:
        """The emergencies that are ours to show though all else is another bot's; see sharing.py."""
        live = self._live.get(chat)
        return self.company.to_ring(live.kept) if self._shared and live and live.kept else ()

    async def shown(self, chat: str, parcel: int, harmless: bool = False) -> None:
        """*parcel* is on the screen, or nobody can show it any more.

        *harmless*: nobody would see it if it were shown once more after a crash. Then it is not written down by itself,
        but with the next answer, or when the chat has been quiet for a while: one commit a step instead of two.
        """
        done = partial(_without, parcel)
        if harmless and not self._shared:
            async with self._held(chat) as live:
                after = done(await self._read(live))
                if live.version and after.session.agreed:
                    live.kept, live.ahead = after, True
                    return
        await self._noted(chat, done)

    async def settle(self, quiet: float = QUIET) -> None:
        """Write down what was shown in the chats that have been quiet for so many seconds."""
        late = self._clock() - quiet
        chats = [live.chat for live in self._live.values() if live.ahead and not live.users and live.used <= late]
        for first in range(0, len(chats), TOGETHER):
            await asyncio.gather(*(self._noted(chat, lambda kept: kept) for chat in chats[first : first + TOGETHER]))

    async def rung(self, chat: str, parcel: int, ids: list[int], doubt: bool) -> None:
        """The emergency of *parcel*, which is in another bot's hand, stands in the messages *ids*."""
        await self._noted(chat, lambda kept: rung(kept, parcel, ids, doubt))

    async def _noted(self, chat: str, change: Callable[[Kept], Kept]) -> None:
        """Note down that something was shown. It is true whether or not it can be kept just now."""
        end = self._clock() + PATIENCE
        while not await self._is_noted(chat, change, last=not self._shared or self._clock() > end):
            await asyncio.sleep(0.5)  # not holding the chat: whoever writes meanwhile waits no longer for the store

    async def _is_noted(self, chat: str, change: Callable[[Kept], Kept], last: bool) -> bool:
        async with self._held(chat) as live:
            while True:
                try:
                    live.kept = after = change(await self._read(live))
                    await self._keep(live, after, None)
                    return True
                except Stale:
                    live.doubt(self.company)
                except Down:
                    live.kept = change(live.kept) if live.kept else None
                    if last:
                        raise
                    return False

    async def is_mine(self, chat: str) -> bool:
        """Whether it is still this bot's task to show what is owed."""
        if not self._shared:
            return True
        async with self._held(chat) as live:
            return (await self._read(live)).by == self.company.me or not live.version

    async def sweep(self) -> int:
        """Forget every session whose time is over, in the store and in memory."""
        now = self._clock()
        for live in list(self._live.values()):
            if self._is_idle(live) and (now - live.used > IDLE or len(self._live) > MOST_LIVE):
                del self._live[live.chat]
        return await self._store.sweep(now)


def _without(parcel: int, kept: Kept) -> Kept:
    """*kept*, when *parcel* is owed no more."""
    return replace(kept, outbox=tuple(owed for owed in kept.outbox if owed["n"] != parcel))
