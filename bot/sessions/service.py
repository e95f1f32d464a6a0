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

from msgspec.structs import replace

from bot.clinics.statistics.counts import Count
from bot.engine.session import MessageKind
from bot.engine.typed_replies import HELP_OFFER
from bot.engine.understanding.danger import find_danger
from bot.engine.understanding.folding import read_typed
from bot.model.bundle import ContentBundle
from bot.sessions import pending_updates
from bot.sessions.chat_cache import CachedChat, ChatCache
from bot.sessions.chat_record import ChatRecord
from bot.sessions.chat_update import ChatUpdate
from bot.sessions.chat_view import ChatView
from bot.sessions.draft_link_claims import RejectedUpdate, claim_draft_link
from bot.sessions.environment import EnvironmentProvider
from bot.sessions.outbox import Outbox
from bot.sessions.releases import ReleaseRouter
from bot.sessions.stores.base import AlreadyProcessedError, StaleRecordError, Store

log = logging.getLogger(__name__)
RECENTLY_ACTIVE_SECONDS = (
    600  # seconds: a chat that was active so short a time before a restart is shown its main message again
)


class SessionService:
    """The service that handles updates: it runs the engine's step and commits the new record.

    *bundles* holds the current bundle first; sessions that began in another one that is there stay in it.
    """

    def __init__(
        self,
        bundles: Iterable[ContentBundle],
        store: Store,
        session_hours: int = 24,
        clock: Callable[[], float] = time.time,
        environment_provider: EnvironmentProvider | None = None,
    ) -> None:
        self.cache = ChatCache(store, session_hours, clock)
        self.outbox = Outbox(self.cache)
        self.membership = self.cache.membership
        self._store = store
        self._router = ReleaseRouter(bundles, environment_provider)

    # ---- handling updates

    async def handle(self, chat_update: ChatUpdate) -> bool:
        """Handle *chat_update* and commit the record that follows; return whether it was committed.

        Raises AlreadyProcessedError if it was committed before. False means before consent: nothing is stored, and the
        caller calls `mark_processed` once the messages are delivered.
        """
        async with self.cache.locked(chat_update.chat) as cached_chat:
            while True:
                before = await self.cache.read(cached_chat)
                if cached_chat.is_pending_update(before, chat_update.update_id):
                    await self._drop_if_answered_elsewhere(cached_chat, before, chat_update.update_id)
                    return False
                after, counts = self._record_after(before, chat_update)
                if not await claim_draft_link(self._store, chat_update.chat, before.session, after.session):
                    after, counts = self._record_after(before, RejectedUpdate(chat_update))
                try:
                    if after.session.consented and not before.session.consented:
                        await self.mark_processed(*(entry.update_id for entry in before.outbox))
                    is_committed = await self.cache.commit(cached_chat, after, chat_update.update_id)
                except StaleRecordError:
                    self.cache.invalidate(cached_chat)
                    continue
                self._router.add_counts(counts)  # only now: a second attempt would count it twice
                return is_committed

    async def leads_to_emergency(self, chat_update: ChatUpdate) -> bool:
        """Whether *chat_update* would lead to an emergency or to an offer of help. Nothing is changed."""
        async with self.cache.locked(chat_update.chat) as cached_chat:
            reply, _, _ = self._router.step(await self.cache.read(cached_chat), chat_update)
        return reply.session.offered == HELP_OFFER or any(
            message.kind is MessageKind.EMERGENCY for message in reply.messages
        )

    def names_danger(self, text: str) -> bool:
        """Whether *text* names a danger: a look-up, whatever its length."""
        return find_danger(self._router.current.vocabulary.index, read_typed(text)) is not None

    async def mark_processed(self, *update_ids: int) -> None:
        """Mark updates from before consent as processed, once their messages are delivered."""
        for update_id in update_ids:
            await pending_updates.complete(self._store, update_id)

    async def is_processed(self, update_id: int) -> bool:
        """Whether the store has committed this update before."""
        return await self._store.is_processed(update_id)

    async def _drop_if_answered_elsewhere(
        self, cached_chat: CachedChat, record: ChatRecord, update_id: int | None
    ) -> None:
        """Drop the entry of an update from before consent, if another instance has answered it meanwhile.

        Raises AlreadyProcessedError then.
        """
        if update_id is not None and await self._store.is_processed(update_id):
            cached_chat.record = record.without_entry(update_id)
            raise AlreadyProcessedError

    async def dead_letter(self, update_id: int, error_kind: str) -> None:
        """Mark an update as a dead letter: it failed, and is not tried again."""
        await self._store.dead_letter(update_id, error_kind)

    def _record_after(self, before: ChatRecord, chat_update: ChatUpdate) -> tuple[ChatRecord, tuple[Count, ...]]:
        """Return the record that follows *before* after *chat_update*, and the counts for statistics."""
        reply, event, counts = self._router.step(before, chat_update)
        now = self.cache.clock()
        after = replace(before, session=reply.session, last_active_at=now if event else before.last_active_at)
        if reply.session.consented and not before.session.consented:
            after = replace(after, tag=secrets.token_urlsafe(12), started_at=now)
        elif not reply.session.consented:
            after = replace(after, tag="")
        entry = chat_update.to_entry(before, after, reply.messages)
        after = after.with_entry(entry, now) if entry else after
        return self.cache.ownership.with_owner(before, after), counts

    def is_failing(self) -> bool:
        """Whether the store failed when it was last asked. A file or the memory fails at once, or not at all."""
        return bool(getattr(self._store, "is_failing", False))

    async def forget_chat(self, chat: str, update_id: int | None = None) -> None:
        """Erase everything stored of a chat, because its person blocked the bot."""
        async with self.cache.locked(chat) as cached_chat:
            while True:
                await self.cache.read(cached_chat)
                try:
                    await self.cache.commit(cached_chat, ChatRecord(view=ChatView(began_unseen=True)), update_id)
                    break
                except StaleRecordError:
                    self.cache.invalidate(cached_chat)
            if not cached_chat.version and update_id is not None:
                await pending_updates.complete(self._store, update_id)

    async def note_older_messages(self, chat: str) -> None:
        """Note that messages which are not known may stand in the chat: its person lets the bot in again."""
        async with self.cache.locked(chat) as cached_chat:
            (await self.cache.read(cached_chat)).view.began_unseen = True

    # ---- resuming after a start

    async def chats_to_resume(self, include_recent: bool = True) -> AsyncIterator[str]:
        """Yield the chats to resume after a start: first those with an emergency in their outbox.

        Then come those with any other outbox entry, and, if *include_recent*, those that were active just now.
        """
        with_outbox, recent = list[str](), list[str]()
        async for chat, row in self._store.rows():
            if ChatRecord.is_idle_row(row.text, self.cache.clock() - RECENTLY_ACTIVE_SECONDS):
                continue
            record = ChatRecord.parse_or_new(row.text)
            await self.membership.refresh_for(record.owner)
            if record.outbox and (not self.membership.shared or self.cache.ownership.is_orphaned(record)):
                if record.has_pending_emergency():
                    yield chat
                else:
                    with_outbox.append(chat)
            elif (
                include_recent
                and not record.outbox
                and record.last_active_at > self.cache.clock() - RECENTLY_ACTIVE_SECONDS
            ):
                recent.append(chat)
        for chat in (*with_outbox, *recent):
            yield chat

    async def owes_emergency(self, chat: str) -> bool:
        """Whether the stored outbox of *chat* has an emergency."""
        row = await self._store.load(chat)
        return row is not None and ChatRecord.parse_or_new(row.text).has_pending_emergency()

    async def is_orphaned(self, chat: str) -> bool:
        """Whether *chat* has outbox entries whose owner is dead: an instance that died after it had committed."""
        row = await self._store.load(chat) if self.membership.shared else None
        record = ChatRecord.parse_or_new(row.text) if row else ChatRecord()
        await self.membership.refresh_for(record.owner)
        return self.cache.ownership.is_orphaned(record)
