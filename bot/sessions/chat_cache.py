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

from bot.sessions.chat_entry import CachedChat
from bot.sessions.chat_record import ChatRecord, OutboxEntry
from bot.sessions.membership import Membership, with_alert
from bot.sessions.stores.base import StaleRecordError, Store, StoreUnavailableError, Write

CACHE_IDLE_SECONDS = 3600  # seconds after which a chat leaves the cache
WRITE_BACK_TIMEOUT_SECONDS = 15.0  # seconds for which a write-back is retried while the store is unavailable
MAX_EVICTED_AT_ONCE = 4  # chats evicted at once: as many as come, and a few more
WRITE_BACK_DELAY_SECONDS = 30.0  # seconds after which a delivery is written back without waiting for the next answer
WRITE_BACK_BATCH_ROWS = 100  # rows written at once, with one sync
MAX_CACHED_CHATS = 20_000  # chats held in memory; the others are read from the store when they write


class ChatCache:
    """The base of the session service: cached chats, their records and outboxes.

    *session_hours*: how long a session lives after its last tap.
    """

    def __init__(self, store: Store, session_hours: int, clock: Callable[[], float] = time.time) -> None:
        self._store, self._session_hours, self._clock = store, session_hours, clock
        self._cached_chats: dict[str, CachedChat] = {}
        self.membership = Membership(store)
        self._shared = self.membership.shared

    @asynccontextmanager
    async def _locked_chat(self, chat: str) -> AsyncIterator[CachedChat]:
        """Yield the cached chat while its lock is held, so that the updates of one chat are handled in order."""
        cached_chat = self._cached_chats[chat] = self._cached_chats.pop(
            chat, CachedChat(chat)
        )  # the chat that was quiet longest stands first
        cached_chat.holders += 1
        try:
            async with cached_chat.lock:
                yield cached_chat
        finally:
            cached_chat.holders -= 1
            cached_chat.last_used_at = self._clock()
            self._evict_excess()

    def _evict_excess(self) -> None:
        """Evict the chats that were quiet longest, where more are cached than memory should hold."""
        if len(self._cached_chats) > MAX_CACHED_CHATS:
            for cached_chat in [
                cached_chat
                for cached_chat in islice(self._cached_chats.values(), MAX_EVICTED_AT_ONCE)
                if self._can_be_evicted(cached_chat)
            ]:
                del self._cached_chats[cached_chat.chat]

    def _can_be_evicted(self, cached_chat: CachedChat) -> bool:
        """Whether a chat can leave the cache: not in use, all written back, nothing left to deliver."""
        return not (
            cached_chat.holders
            or cached_chat.is_dirty
            or self.entries_to_deliver(cached_chat.chat)
            or self.alerts_for(cached_chat.chat)
        )

    async def _read_record(self, cached_chat: CachedChat) -> ChatRecord:
        """Return the chat's record; a new one if the session has expired, and one dated in the future is dated now."""
        record, now = await cached_chat.read_record(self._store, self.membership), self._clock()
        if record.session.agreed and record.expires_at(self._session_hours) <= now:
            cached_chat.record = record = ChatRecord(view=record.view)
        elif record.is_dated_in_future(now):
            cached_chat.record = record = replace(record, started_at=now, last_active_at=now)
        return record

    async def _commit_record(self, cached_chat: CachedChat, after: ChatRecord, update_id: int | None) -> bool:
        """Commit *after*, and return whether anything was committed.

        The record is stored after consent; without consent only while a stored row has outbox entries left, or for a
        deletion of messages. Where nothing is stored the update is only claimed, and the record stays in memory.
        """
        if after.session.agreed or after.has_pending_deletion() or (cached_chat.version and after.outbox):
            expires_at = after.row_expires_at(self._session_hours, self._clock())
            write = Write(cached_chat.chat, after.to_json(), cached_chat.version, expires_at, update_id)
        elif cached_chat.version:
            write = Write(cached_chat.chat, None, cached_chat.version, update_id=update_id)
        else:
            if update_id is not None:
                await cached_chat.claim_update(self._store, self.membership, update_id, self._clock())
            cached_chat.record = after
            return False
        await cached_chat.commit(self._store, write, after, self.membership)
        return True

    def is_failing(self) -> bool:
        """Whether the store failed when it was last asked. A file or the memory fails at once, or not at all."""
        return bool(getattr(self._store, "is_failing", False))

    # ---- the outbox and its delivery

    def cached_count(self) -> int:
        """Return how many chats are cached."""
        return len(self._cached_chats)

    def entries_to_deliver(self, chat: str) -> tuple[OutboxEntry, ...]:
        """Return the outbox entries of *chat* that this instance has to deliver."""
        cached_chat = self._cached_chats.get(chat)
        if (
            not cached_chat
            or not cached_chat.record
            or (self._shared and cached_chat.version and cached_chat.record.owner != self.membership.instance_id)
        ):
            return ()
        return cached_chat.record.outbox

    def view(self, chat: str) -> dict[str, Any]:
        """Return the chat's view, a dictionary to be read and written to; empty if the chat is not cached."""
        cached_chat = self._cached_chats.get(chat)
        return cached_chat.record.view if cached_chat and cached_chat.record else {}

    def alerts_for(self, chat: str) -> tuple[OutboxEntry, ...]:
        """Return the entries whose emergency this instance must send though another one is the owner."""
        cached_chat = self._cached_chats.get(chat)
        return (
            self.membership.alerts_for(cached_chat.record)
            if self._shared and cached_chat and cached_chat.record
            else ()
        )

    async def mark_delivered(self, chat: str, update_id: int, safe_to_repeat: bool = False) -> None:
        """Remove an entry from the outbox: it was delivered, or can no longer be.

        *safe_to_repeat*: delivering it once more after a crash would change nothing. Then this is not written by
        itself, but with the next answer, or when the chat has been quiet for a while: one commit a step instead of two.
        """
        remove_entry = partial(_without_entry, update_id)
        if safe_to_repeat and not self._shared:
            async with self._locked_chat(chat) as cached_chat:
                after = remove_entry(await self._read_record(cached_chat))
                if cached_chat.version and after.session.agreed:
                    cached_chat.record, cached_chat.is_dirty = after, True
                    return
        await self._update_record(chat, remove_entry)

    async def write_back(self, quiet_seconds: float = WRITE_BACK_DELAY_SECONDS) -> None:
        """Write back what was delivered in the chats that have been quiet for *quiet_seconds*."""
        quiet_since = self._clock() - quiet_seconds
        chats = [
            cached_chat.chat
            for cached_chat in self._cached_chats.values()
            if cached_chat.is_dirty and not cached_chat.holders and cached_chat.last_used_at <= quiet_since
        ]
        for start in range(0, len(chats), WRITE_BACK_BATCH_ROWS):
            await asyncio.gather(
                *(
                    self._update_record(chat, lambda record: record)
                    for chat in chats[start : start + WRITE_BACK_BATCH_ROWS]
                )
            )

    async def save_alert(self, chat: str, update_id: int, ids: list[int], may_be_duplicated: bool) -> None:
        """Record that this instance sent the emergency of another owner's entry, as the messages *ids*.

        *may_be_duplicated*: an earlier attempt may have arrived as well.
        """
        await self._update_record(chat, lambda record: with_alert(record, update_id, ids, may_be_duplicated))

    async def _update_record(self, chat: str, change: Callable[[ChatRecord], ChatRecord]) -> None:
        """Apply *change* to the record and commit it; retry for a while where the store is shared.

        What was delivered is true in memory at once, whether or not it can be stored just now.
        """
        deadline = self._clock() + WRITE_BACK_TIMEOUT_SECONDS
        while not await self._try_update_record(
            chat, change, is_last_attempt=not self._shared or self._clock() > deadline
        ):
            await asyncio.sleep(0.5)  # without the chat's lock: an update that comes meanwhile does not wait for this

    async def _try_update_record(
        self, chat: str, change: Callable[[ChatRecord], ChatRecord], is_last_attempt: bool
    ) -> bool:
        """Apply *change* and commit it; return False if the store is unavailable.

        On the last attempt StoreUnavailableError is raised instead.
        """
        async with self._locked_chat(chat) as cached_chat:
            while True:
                try:
                    cached_chat.record = after = change(await self._read_record(cached_chat))
                    await self._commit_record(cached_chat, after, None)
                    return True
                except StaleRecordError:
                    cached_chat.invalidate(self.membership)
                except StoreUnavailableError:
                    cached_chat.record = change(cached_chat.record) if cached_chat.record else None
                    if is_last_attempt:
                        raise
                    return False

    async def is_owned_here(self, chat: str) -> bool:
        """Whether this instance is still the one that delivers the chat's outbox."""
        if not self._shared:
            return True
        async with self._locked_chat(chat) as cached_chat:
            return (
                await self._read_record(cached_chat)
            ).owner == self.membership.instance_id or not cached_chat.version

    async def purge_expired(self) -> int:
        """Remove expired sessions from the store, and idle chats from the cache; return the number of rows removed."""
        now = self._clock()
        for cached_chat in list(self._cached_chats.values()):
            if self._can_be_evicted(cached_chat) and (
                now - cached_chat.last_used_at > CACHE_IDLE_SECONDS or len(self._cached_chats) > MAX_CACHED_CHATS
            ):
                del self._cached_chats[cached_chat.chat]
        return await self._store.purge_expired(now)


def _without_entry(update_id: int, record: ChatRecord) -> ChatRecord:
    """Return *record* without the outbox entry of that update."""
    return replace(record, outbox=tuple(entry for entry in record.outbox if entry["n"] != update_id))
