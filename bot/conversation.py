"""The one door between the world and the engine: one update is one transaction, and one chat is heard in order.

First the update's mark, the session and what is owed to the screen are committed together. Then the world may be told
that the update has arrived. Then things are sent. So no answer is lost or counted twice, whenever the process dies.

Before somebody agrees nothing of them is kept but in this process's memory. So what they are owed is sent first and
marked afterwards: after a crash in between it is sent again, which harms nobody.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from itertools import islice
from typing import Any

from bot.claims import Refused, admitted
from bot.counts import Count
from bot.deeds import Deed
from bot.hearing import is_alarm
from bot.journal import kind as kind
from bot.kept import Kept, Parcel
from bot.library import Library
from bot.live import Live
from bot.reception import Reception
from bot.releases import Releases
from bot.session import Kind, Typed
from bot.sharing import Company, rung
from bot.stores import Change, Down, Seen, Stale, Store

log = logging.getLogger(__name__)
RECENT = 600  # seconds: whoever was active so short a time before a restart is shown the open card again
PATIENCE = 15.0  # seconds for which what was shown is tried to be noted down in a store that is away
SOME = 4  # of those at once: as many as come, and a few more
QUIET = 30.0  # seconds after which what was shown is written down without waiting for the next answer
TOGETHER = 100  # rows written at once, with one sync
MOST_LIVE = 20_000  # chats held in memory; the others are read from the store when they write


class Conversation:
    """*libraries* holds the current library first; sessions that began in another one that is there stay in it."""

    def __init__(
        self, libraries: Iterable[Library], store: Store, hours: int = 24, clock: Callable[[], float] = time.time,
        reception: Reception | None = None,
    ) -> None:  # fmt: skip
        self._releases = Releases(libraries, reception)
        self._store, self._hours, self._clock = store, hours, clock
        self._live: dict[str, Live] = {}
        self.company = Company(store)
        self._shared = self.company.shared

    # ---- hearing

    async def hear(self, deed: Deed) -> bool:
        """Hear *deed* and commit what comes of it; Seen if it came before. False: a guest's, to `mark` when shown."""
        async with self._held(deed.chat) as live:
            while True:
                before = await self._read(live)
                if live.owes(before, deed.update):
                    return False
                after, counts = self._after(before, deed)
                if not await admitted(self._store, deed.chat, before.session, after.session):
                    after, counts = self._after(before, Refused(deed))
                try:
                    if after.session.agreed and not before.session.agreed:
                        await self.mark(*(parcel["n"] for parcel in before.outbox))
                    kept = await self._keep(live, after, deed.update)
                except Stale:
                    live.doubt(self.company)
                    continue
                self._releases.count(counts)  # only now: another try would count it twice
                return kept

    async def is_urgent(self, deed: Deed) -> bool:
        """Whether *deed* would lead to an emergency, or sounds like one. Nothing is changed by asking."""
        async with self._held(deed.chat) as live:
            reply, event, _ = self._releases.replies(await self._read(live), deed)
        words = self._releases.current.voice(reply.session.language)
        alarmed = isinstance(event, Typed) and is_alarm(event.text, words)
        return alarmed or any(message.kind is Kind.EMERGENCY for message in reply.messages)

    async def mark(self, *updates: int) -> None:
        """A guest's updates were seen, and answered."""
        for update in updates:
            with suppress(Seen):
                await self._store.commit(Change(f"guest {update}", None, update=update))

    async def seen(self, update: int) -> bool:
        return await self._store.seen(update)

    async def set_aside(self, update: int, fault: str) -> None:
        await self._store.set_aside(update, fault)

    def _after(self, before: Kept, deed: Deed) -> tuple[Kept, tuple[Count, ...]]:
        reply, event, counts = self._releases.replies(before, deed)
        now = self._clock()
        after = replace(before, session=reply.session, touched=now if event else before.touched)
        if reply.session.agreed and not before.session.agreed:
            after = replace(after, tag=secrets.token_urlsafe(12), begun=now)
        elif not reply.session.agreed:
            after = replace(after, tag="")
        parcel = deed.compose(before, after, reply.messages)
        after = after.owing(parcel, now) if parcel else after
        return self.company.handed(before, after), counts

    # ---- what is kept

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
            if update is not None and await self._store.seen(update):
                raise Seen
            live.kept = after
            return False
        await live.keep(self._store, change, after, self.company)
        return True

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
        done = lambda kept: replace(kept, outbox=tuple(p for p in kept.outbox if p["n"] != parcel))  # noqa: E731
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
        async with self._held(chat) as live:
            while True:
                try:
                    live.kept = after = change(await self._read(live))
                    await self._keep(live, after, None)
                    return
                except Stale:
                    live.doubt(self.company)
                except Down:
                    live.kept = change(live.kept) if live.kept else None
                    if not self._shared or self._clock() > end:
                        raise
                    await asyncio.sleep(0.5)

    async def is_mine(self, chat: str) -> bool:
        """Whether it is still this bot's task to show what is owed."""
        if not self._shared:
            return True
        async with self._held(chat) as live:
            return (await self._read(live)).by == self.company.me or not live.version

    async def forget(self, chat: str, update: int | None = None) -> None:
        """Somebody blocked the bot: nothing of them stays."""
        async with self._held(chat) as live:
            while True:
                await self._read(live)
                try:
                    await self._keep(live, Kept(), update)
                    break
                except Stale:
                    live.doubt(self.company)
            if not live.version and update is not None and not await self._store.seen(update):
                await self._store.commit(Change(f"guest {update}", None, update=update))

    # ---- the start, and time

    async def wake(self, again: bool = True) -> AsyncIterator[str]:
        """Each chat that is owed something; then, *again*, each that was active just now, to see its open card."""
        recent: list[str] = []
        async for chat, row in self._store.rows():
            kept = Kept.understood(row.text)
            await self.company.know(kept.by)
            if kept.outbox and (not self._shared or self.company.is_left(kept)):
                yield chat
            elif again and not kept.outbox and kept.touched > self._clock() - RECENT:
                recent.append(chat)
        for chat in recent:
            yield chat

    async def was_left(self, chat: str) -> bool:
        """Whether *chat* is owed something by a bot that is dead: one that died after it had committed."""
        row = await self._store.load(chat) if self._shared else None
        kept = Kept.understood(row.text) if row else Kept()
        await self.company.know(kept.by)
        return self.company.is_left(kept)

    async def sweep(self) -> int:
        """Forget every session whose time is over, in the store and in memory."""
        now = self._clock()
        for live in list(self._live.values()):
            if self._is_idle(live) and (now - live.used > RECENT * 6 or len(self._live) > MOST_LIVE):
                del self._live[live.chat]
        return await self._store.sweep(now)
