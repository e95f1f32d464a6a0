"""The outbox: what is committed and still to be delivered, what was delivered, and the emergencies of other owners.

A person's decision is committed at once. That its messages were delivered is knowledge and no decision: where showing
them once more would change nothing, it is written with the next answer, or once the chat has been quiet for a while.
"""

import asyncio
from collections.abc import Callable, Collection

from bot.operations.errors import StoreUnavailableError
from bot.sessions.chat_cache import ChatCache
from bot.sessions.chat_record import ChatRecord
from bot.sessions.chat_view import ChatView
from bot.sessions.outbox_entry import OutboxEntry
from bot.sessions.ownership import with_alert
from bot.sessions.stores.base import StaleRecordError

WRITE_BACK_TIMEOUT_SECONDS = 15.0  # seconds for which a write-back is retried while the store is unavailable
WRITE_BACK_RETRY_SECONDS = 0.5
WRITE_BACK_DELAY_SECONDS = 30.0  # seconds after which a delivery is written back without waiting for the next answer
WRITE_BACK_BATCH_ROWS = 100  # rows written at once, with one sync


class Outbox:
    """The outboxes of all chats in *cache*, for whatever delivers them."""

    def __init__(self, cache: ChatCache) -> None:
        self._cache, self._shared = cache, cache.membership.shared

    # ---- what is to be delivered

    def entries_to_deliver(self, chat: str) -> tuple[OutboxEntry, ...]:
        """Return the outbox entries of *chat* that this instance has to deliver."""
        return self._cache.entries_to_deliver(chat)

    def count_entries(self) -> int:
        """Return how many entries of all cached chats are still to be delivered."""
        records = [cached_chat.record for cached_chat in self._cache.chats()]
        return sum(len(record.outbox) for record in records if record)

    def alerts_for(self, chat: str) -> tuple[OutboxEntry, ...]:
        """Return the entries whose emergency this instance must send though another one is the owner."""
        record = self._cache.record(chat)
        return self._cache.ownership.alerts_for(record) if record else ()

    def is_alerting(self, entry: OutboxEntry) -> bool:
        """Whether another instance is sending the emergency of *entry*, and has not noted its messages yet."""
        return self._cache.ownership.is_alerting(entry)

    def view(self, chat: str) -> ChatView:
        """Return the chat's view, to be read and changed; one that is not remembered if the chat is not cached."""
        record = self._cache.record(chat)
        return record.view if record else ChatView()

    def is_before_deletion(self, chat: str, update_id: int) -> bool:
        """Whether what the entry of that update shows is to be cleared with all that stands in the chat."""
        record = self._cache.record(chat)
        return not record or record.is_before_deletion(update_id)

    async def is_owned_here(self, chat: str) -> bool:
        """Whether this instance still delivers the chat's outbox. In a shared store the chat's row is read for it."""
        if not self._shared:
            return True
        async with self._cache.locked(chat) as cached_chat:
            record = await self._cache.read(cached_chat)
            return self._cache.ownership.is_owned_here(record, is_stored=bool(cached_chat.version))

    # ---- what was delivered

    async def mark_delivered(self, chat: str, update_id: int, safe_to_repeat: bool = False) -> None:
        """Remove an entry from the outbox: it was delivered, or can no longer be.

        *safe_to_repeat*: delivering it once more after a crash would change nothing. Then this is not written by
        itself, but with the next answer, or when the chat has been quiet for a while: one commit a step instead of two.
        """
        if safe_to_repeat and not self._shared:
            async with self._cache.locked(chat) as cached_chat:
                after = (await self._cache.read(cached_chat)).without_entry(update_id)
                if cached_chat.version and after.session.consented:
                    cached_chat.record, cached_chat.is_dirty = after, True
                    return
        await self._update_record(chat, lambda record: record.without_entry(update_id))

    async def save_alert(self, chat: str, update_id: int, ids: Collection[int], may_be_duplicated: bool) -> None:
        """Record that this instance sent the emergency of another owner's entry, as the messages *ids*.

        *may_be_duplicated*: an earlier attempt may have arrived as well.
        """
        await self._update_record(chat, lambda record: with_alert(record, update_id, ids, may_be_duplicated))

    async def write_back(self, quiet_seconds: float = WRITE_BACK_DELAY_SECONDS) -> None:
        """Write back what was delivered in the chats that have been quiet for *quiet_seconds*."""
        quiet_since = self._cache.clock() - quiet_seconds
        chats = [
            cached_chat.chat
            for cached_chat in self._cache.chats()
            if cached_chat.is_dirty and not cached_chat.holders and cached_chat.last_used_at <= quiet_since
        ]
        for start in range(0, len(chats), WRITE_BACK_BATCH_ROWS):
            batch = chats[start : start + WRITE_BACK_BATCH_ROWS]
            await asyncio.gather(*(self._update_record(chat, lambda record: record) for chat in batch))

    async def _update_record(self, chat: str, change: Callable[[ChatRecord], ChatRecord]) -> None:
        """Apply *change* to the record and commit it; retry for a while where the store is shared.

        What was delivered is true in memory at once, whether or not it can be stored just now.
        """
        deadline = self._cache.clock() + WRITE_BACK_TIMEOUT_SECONDS
        while not await self._try_update_record(
            chat, change, is_last_attempt=not self._shared or self._cache.clock() > deadline
        ):
            # Without the chat's lock: an update that comes meanwhile does not wait for this.
            await asyncio.sleep(WRITE_BACK_RETRY_SECONDS)

    async def _try_update_record(
        self, chat: str, change: Callable[[ChatRecord], ChatRecord], is_last_attempt: bool
    ) -> bool:
        """Apply *change* and commit it; return False if the store is unavailable.

        On the last attempt StoreUnavailableError is raised instead.
        """
        async with self._cache.locked(chat) as cached_chat:
            while True:
                try:
                    cached_chat.record = after = change(await self._cache.read(cached_chat))
                    await self._cache.commit(cached_chat, after, None)
                    return True
                except StaleRecordError:
                    self._cache.invalidate(cached_chat)
                except StoreUnavailableError:
                    cached_chat.record = change(cached_chat.record) if cached_chat.record else None
                    if is_last_attempt:
                        raise
                    return False
