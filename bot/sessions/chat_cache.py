"""The cache of chats held in memory: it reads and commits their records in order, and writes back what was delivered.

A person's decision is committed at once. That its messages were delivered is knowledge and no decision: where showing
them once more would change nothing, it is written with the next answer, or once the chat has been quiet for a while.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from bot.sessions.chat_entry import Live
from bot.sessions.chat_record import Kept, Parcel
from bot.sessions.membership import Company, rung
from bot.sessions.stores.base import Change, Down, Stale, Store

IDLE = 3600  # seconds after which a chat leaves the cache
PATIENCE = 15.0  # seconds for which a write-back is retried while the store is unavailable
SOME = 4  # chats evicted at once: as many as come, and a few more
QUIET = 30.0  # seconds after which a delivery is written back without waiting for the next answer
TOGETHER = 100  # rows written at once, with one sync
MOST_LIVE = 20_000  # chats held in memory; the others are read from the store when they write


class Keeping:
    """The base of the session service: cached chats, their records and outboxes.

    *session_hours*: how long a session lives after its last tap.
    """

    def __init__(self, store: Store, hours: int, clock: Callable[[], float] = time.time) -> None:
        self._store, self._hours, self._clock = store, hours, clock
        self._live: dict[str, Live] = {}
        self.company = Company(store)
        self._shared = self.company.shared

    @asynccontextmanager
    async def _held(self, chat: str) -> AsyncIterator[Live]:
        """Yield the cached chat while its lock is held, so that the updates of one chat are handled in order."""
        live = self._live[chat] = self._live.pop(chat, Live(chat))  # the chat that was quiet longest stands first
        live.users += 1
        try:
            async with live.lock:
                yield live
        finally:
            live.users -= 1
            live.used = self._clock()
            self._make_room()

    def _make_room(self) -> None:
        """Evict the chats that were quiet longest, where more are cached than memory should hold."""
        if len(self._live) > MOST_LIVE:
            for live in [live for live in islice(self._live.values(), SOME) if self._is_idle(live)]:
                del self._live[live.chat]

    def _is_idle(self, live: Live) -> bool:
        """Whether a chat can leave the cache: not in use, all written back, nothing left to deliver."""
        return not (live.users or live.ahead or self.owed(live.chat) or self.to_ring(live.chat))

    async def _read(self, live: Live) -> Kept:
        """Return the chat's record; a new one if the session has expired, and one dated in the future is dated now."""
        kept, now = await live.read(self._store, self.company), self._clock()
        if kept.session.agreed and kept.ends(self._hours) <= now:
            live.kept = kept = Kept(screen=kept.screen)
        elif kept.is_ahead(now):
            live.kept = kept = replace(kept, begun=now, touched=now)
        return kept

    async def _keep(self, live: Live, after: Kept, update: int | None) -> bool:
        """Commit *after*, and return whether anything was committed.

        The record is stored after consent; without consent only while a stored row has outbox entries left, or for a
        deletion of messages. Where nothing is stored the update is only claimed, and the record stays in memory.
        """
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

    # ---- the outbox and its delivery

    def held(self) -> int:
        """Return how many chats are cached."""
        return len(self._live)

    def owed(self, chat: str) -> tuple[Parcel, ...]:
        """Return the outbox entries of *chat* that this instance has to deliver."""
        live = self._live.get(chat)
        if not live or not live.kept or (self._shared and live.version and live.kept.by != self.company.me):
            return ()
        return live.kept.outbox

    def screen(self, chat: str) -> dict[str, Any]:
        """Return the chat's view, a dictionary to be read and written to; empty if the chat is not cached."""
        live = self._live.get(chat)
        return live.kept.screen if live and live.kept else {}

    def to_ring(self, chat: str) -> tuple[Parcel, ...]:
        """Return the entries whose emergency this instance must send though another one is the owner."""
        live = self._live.get(chat)
        return self.company.to_ring(live.kept) if self._shared and live and live.kept else ()

    async def shown(self, chat: str, parcel: int, harmless: bool = False) -> None:
        """Remove an entry from the outbox: it was delivered, or can no longer be.

        *safe_to_repeat*: delivering it once more after a crash would change nothing. Then this is not written by
        itself, but with the next answer, or when the chat has been quiet for a while: one commit a step instead of two.
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
        """Write back what was delivered in the chats that have been quiet for *quiet_seconds*."""
        late = self._clock() - quiet
        chats = [live.chat for live in self._live.values() if live.ahead and not live.users and live.used <= late]
        for first in range(0, len(chats), TOGETHER):
            await asyncio.gather(*(self._noted(chat, lambda kept: kept) for chat in chats[first : first + TOGETHER]))

    async def rung(self, chat: str, parcel: int, ids: list[int], doubt: bool) -> None:
        """Record that this instance sent the emergency of another owner's entry, as the messages *ids*.

        *may_be_duplicated*: an earlier attempt may have arrived as well.
        """
        await self._noted(chat, lambda kept: rung(kept, parcel, ids, doubt))

    async def _noted(self, chat: str, change: Callable[[Kept], Kept]) -> None:
        """Apply *change* to the record and commit it; retry for a while where the store is shared.

        What was delivered is true in memory at once, whether or not it can be stored just now.
        """
        end = self._clock() + PATIENCE
        while not await self._is_noted(chat, change, last=not self._shared or self._clock() > end):
            await asyncio.sleep(0.5)  # without the chat's lock: an update that comes meanwhile does not wait for this

    async def _is_noted(self, chat: str, change: Callable[[Kept], Kept], last: bool) -> bool:
        """Apply *change* and commit it; return False if the store is unavailable.

        On the last attempt StoreUnavailableError is raised instead.
        """
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
        """Whether this instance is still the one that delivers the chat's outbox."""
        if not self._shared:
            return True
        async with self._held(chat) as live:
            return (await self._read(live)).by == self.company.me or not live.version

    async def sweep(self) -> int:
        """Remove expired sessions from the store, and idle chats from the cache; return the number of rows removed."""
        now = self._clock()
        for live in list(self._live.values()):
            if self._is_idle(live) and (now - live.used > IDLE or len(self._live) > MOST_LIVE):
                del self._live[live.chat]
        return await self._store.sweep(now)


def _without(parcel: int, kept: Kept) -> Kept:
    """Return *record* without the outbox entry of that update."""
    return replace(kept, outbox=tuple(owed for owed in kept.outbox if owed["n"] != parcel))
