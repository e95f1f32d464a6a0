"""The session service: it turns each update into one transaction, and handles the updates of one chat in order.

First the processed update, the session and the new outbox entries are committed together. Then the caller may confirm
that the update has arrived. Then messages are sent. So no answer is lost or counted twice, whenever the process dies.

Before consent nothing of a chat is stored; it is only in this process's memory. So its messages are sent first, and the
update is marked as processed afterwards: after a crash in between they are sent again, and the duplicates deleted.
"""

import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace

from bot.clinics.statistics.counts import Count
from bot.engine.input_matching import is_alarm
from bot.engine.session import Kind, Typed
from bot.model.bundle import Library
from bot.operations.log_redaction import kind as kind
from bot.sessions import pending_updates as guests
from bot.sessions.chat_cache import Keeping
from bot.sessions.chat_event import Deed
from bot.sessions.chat_record import Kept
from bot.sessions.draft_link_claims import Refused, admitted
from bot.sessions.environment import Reception
from bot.sessions.releases import Releases
from bot.sessions.stores.base import Stale, Store

log = logging.getLogger(__name__)
RECENT = 600  # seconds: a chat that was active so short a time before a restart is shown its main message again


class Conversation(Keeping):
    """The service that handles updates: it runs the engine's step and commits the new record.

    *bundles* holds the current bundle first; sessions that began in another one that is there stay in it.
    """

    def __init__(
        self, libraries: Iterable[Library], store: Store, hours: int = 24, clock: Callable[[], float] = time.time,
        reception: Reception | None = None,
    ) -> None:  # fmt: skip
        super().__init__(store, hours, clock)
        self._releases = Releases(libraries, reception)

    # ---- handling updates

    async def hear(self, deed: Deed) -> bool:
        """Handle *chat_update* and commit the record that follows; return whether it was committed.

        Raises AlreadyProcessedError if it was committed before. False means before consent: nothing is stored, and the
        caller calls `mark_processed` once the messages are delivered.
        """
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
                self._releases.count(counts)  # only now: a second attempt would count it twice
                return kept

    async def is_urgent(self, deed: Deed) -> bool:
        """Whether *chat_update* would lead to an emergency or types words of distress. Nothing is changed."""
        async with self._held(deed.chat) as live:
            reply, event, _ = self._releases.replies(await self._read(live), deed)
        words = self._releases.current.voice(reply.session.language)
        alarmed = isinstance(event, Typed) and is_alarm(event.text, words)
        return alarmed or any(message.kind is Kind.EMERGENCY for message in reply.messages)

    async def mark(self, *updates: int) -> None:
        """Mark updates from before consent as processed, once their messages are delivered."""
        for update in updates:
            await guests.end(self._store, update)

    async def seen(self, update: int) -> bool:
        """Whether the store has committed this update before."""
        return await self._store.seen(update)

    async def set_aside(self, update: int, fault: str) -> None:
        """Mark an update as a dead letter: it failed, and is not tried again."""
        await self._store.set_aside(update, fault)

    def _after(self, before: Kept, deed: Deed) -> tuple[Kept, tuple[Count, ...]]:
        """Return the record that follows *before* after *chat_update*, and the counts for statistics."""
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
        """Erase everything stored of a chat, because its person blocked the bot."""
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

    # ---- resuming after a start

    async def wake(self, again: bool = True) -> AsyncIterator[str]:
        """Yield the chats to resume after a start: first those with an emergency in their outbox.

        Then come those with any other outbox entry, and, if *include_recent*, those that were active just now.
        """
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
        """Whether *chat* has outbox entries whose owner is dead: an instance that died after it had committed."""
        row = await self._store.load(chat) if self._shared else None
        kept = Kept.understood(row.text) if row else Kept()
        await self.company.know(kept.by)
        return self.company.is_left(kept)
