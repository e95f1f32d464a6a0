"""The one door between the world and the engine: one update is one transaction, and one chat is heard in order.

First the update's mark, the session and what is owed to the screen are committed together. Then the world may be told
that the update has arrived. Then things are sent. So no answer is lost or counted twice, whenever the process dies.

Before somebody agrees nothing of them is kept but in this process's memory. So what they are owed is sent first and
marked afterwards: after a crash in between it is sent again, and what stood there before is taken back.
"""

import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace

from bot import guests
from bot.claims import Refused, admitted
from bot.counts import Count
from bot.deeds import Deed
from bot.hearing import is_alarm
from bot.journal import kind as kind
from bot.keeping import Keeping
from bot.kept import Kept
from bot.library import Library
from bot.reception import Reception
from bot.releases import Releases
from bot.session import Kind, Typed
from bot.stores import Stale, Store

log = logging.getLogger(__name__)
RECENT = 600  # seconds: whoever was active so short a time before a restart is shown the open card again


class Conversation(Keeping):
    """*libraries* holds the current library first; sessions that began in another one that is there stay in it."""

    def __init__(
        self, libraries: Iterable[Library], store: Store, hours: int = 24, clock: Callable[[], float] = time.time,
        reception: Reception | None = None,
    ) -> None:  # fmt: skip
        super().__init__(store, hours, clock)
        self._releases = Releases(libraries, reception)

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
            await guests.end(self._store, update)

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
            if not live.version and update is not None:
                await guests.end(self._store, update)

    # ---- the start, and time

    async def wake(self, again: bool = True) -> AsyncIterator[str]:
        """At once whoever is owed an emergency; then who is owed a card; and, *again*, who was active just now."""
        owed, recent = list[str](), list[str]()
        async for chat, row in self._store.rows():
            if Kept.is_at_rest(row.text, self._clock() - RECENT):
                continue
            kept = Kept.understood(row.text)
            await self.company.know(kept.by)
            if kept.outbox and (not self._shared or self.company.is_left(kept)):
                if any("alarm" in parcel for parcel in kept.outbox):
                    yield chat
                else:
                    owed.append(chat)
            elif again and not kept.outbox and kept.touched > self._clock() - RECENT:
                recent.append(chat)
        for chat in (*owed, *recent):
            yield chat

    async def was_left(self, chat: str) -> bool:
        """Whether *chat* is owed something by a bot that is dead: one that died after it had committed."""
        row = await self._store.load(chat) if self._shared else None
        kept = Kept.understood(row.text) if row else Kept()
        await self.company.know(kept.by)
        return self.company.is_left(kept)
