"""The cache of chats held in memory: it reads and commits their records in order.

Where instances share a store, a row is read again each time, as another one may have written it, and what both know of
the chat's view is merged.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import islice

from msgspec import UNSET
from msgspec.structs import replace

from bot.sessions import pending_updates
from bot.sessions.chat_record import ChatRecord
from bot.sessions.chat_view import ChatView, merge_views
from bot.sessions.membership import Membership
from bot.sessions.outbox_entry import OutboxEntry
from bot.sessions.ownership import Ownership
from bot.sessions.stores.base import AlreadyProcessedError, StaleRecordError, Store, Write

CACHE_IDLE_SECONDS = 3600  # seconds after which a chat leaves the cache
MAX_EVICTED_AT_ONCE = 4  # chats evicted at once: as many as come, and a few more
MAX_CACHED_CHATS = 20_000  # chats held in memory; the others are read from the store when they write


@dataclass(slots=True, eq=False)
class CachedChat:
    """One cached chat: its record, its lock, and what is known of its row.

    *record* is None until it is read; *version* is the row's, 0 when there is none. *row_text* is what the row said
    when it was last read, where other instances write too. *is_dirty*: the record knows of more deliveries than the
    row; see `mark_delivered` in sessions/outbox.py.
    """

    chat: str
    record: ChatRecord | None = None
    version: int = 0
    row_text: str = ""
    is_dirty: bool = False
    holders: int = 0
    last_used_at: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def is_pending_update(self, record: ChatRecord, update_id: int | None) -> bool:
        """Whether this update is in the outbox and still to be delivered, and nothing is stored yet.

        Raises AlreadyProcessedError if the row is stored: then the update was committed.
        """
        is_in_outbox = any(entry.update_id == update_id for entry in record.outbox)
        if is_in_outbox and self.version:
            raise AlreadyProcessedError
        return is_in_outbox


class ChatCache:
    """The cached chats, their records and their rows. *session_hours*: how long a session lives after its last tap."""

    def __init__(self, store: Store, session_hours: int, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.membership = Membership(store)
        self.ownership = Ownership(self.membership)
        self._store, self._session_hours = store, session_hours
        self._cached_chats: dict[str, CachedChat] = {}

    # ---- what is cached

    def count(self) -> int:
        """Return how many chats are cached."""
        return len(self._cached_chats)

    def chats(self) -> Iterator[CachedChat]:
        """Return an iterator over the cached chats."""
        return iter(self._cached_chats.values())

    def record(self, chat: str) -> ChatRecord | None:
        """Return the record of *chat* as far as it is cached."""
        cached_chat = self._cached_chats.get(chat)
        return cached_chat.record if cached_chat else None

    def entries_to_deliver(self, chat: str) -> tuple[OutboxEntry, ...]:
        """Return the outbox entries of *chat* that this instance has to deliver."""
        cached_chat = self._cached_chats.get(chat)
        return self._entries_to_deliver(cached_chat) if cached_chat else ()

    def _entries_to_deliver(self, cached_chat: CachedChat) -> tuple[OutboxEntry, ...]:
        """Return the outbox entries of a cached chat that this instance has to deliver."""
        if not cached_chat.record:
            return ()
        return self.ownership.entries_to_deliver(cached_chat.record, is_stored=bool(cached_chat.version))

    # ---- in and out of memory

    @asynccontextmanager
    async def locked(self, chat: str) -> AsyncIterator[CachedChat]:
        """Yield the cached chat while its lock is held, so that the updates of one chat are handled in order."""
        # The chat that was quiet longest stands first.
        cached_chat = self._cached_chats[chat] = self._cached_chats.pop(chat, CachedChat(chat))
        cached_chat.holders += 1
        try:
            async with cached_chat.lock:
                yield cached_chat
        finally:
            cached_chat.holders -= 1
            cached_chat.last_used_at = self.clock()
            self._evict_excess()

    def _evict_excess(self) -> None:
        """Evict the chats that were quiet longest, where more are cached than memory should hold."""
        if len(self._cached_chats) > MAX_CACHED_CHATS:
            quiet = list(islice(self._cached_chats.values(), MAX_EVICTED_AT_ONCE))
            for cached_chat in filter(self._can_be_evicted, quiet):
                del self._cached_chats[cached_chat.chat]

    def _can_be_evicted(self, cached_chat: CachedChat) -> bool:
        """Whether a chat can leave the cache: not in use, all written back, nothing left to deliver."""
        if cached_chat.holders or cached_chat.is_dirty:
            return False
        record = cached_chat.record
        return not record or not (self._entries_to_deliver(cached_chat) or self.ownership.alerts_for(record))

    async def purge_expired(self) -> int:
        """Remove expired sessions from the store, and idle chats from the cache; return the number of rows removed."""
        now = self.clock()
        for cached_chat in list(self._cached_chats.values()):
            is_idle = now - cached_chat.last_used_at > CACHE_IDLE_SECONDS
            if (is_idle or len(self._cached_chats) > MAX_CACHED_CHATS) and self._can_be_evicted(cached_chat):
                del self._cached_chats[cached_chat.chat]
        return await self._store.purge_expired(now)

    # ---- reading a record

    async def read(self, cached_chat: CachedChat) -> ChatRecord:
        """Return the chat's record; a new one if the session has expired, and one dated in the future is dated now."""
        record, now = await self._current_record(cached_chat), self.clock()
        if record.session.consented and record.expires_at(self._session_hours) <= now:
            cached_chat.record = record = ChatRecord(view=record.view)
        elif record.is_dated_in_future(now):
            cached_chat.record = record = replace(record, started_at=now, last_active_at=now)
        return record

    async def _current_record(self, cached_chat: CachedChat) -> ChatRecord:
        """Return the chat's record; read the row first if it is not cached, or if the store is shared."""
        record = cached_chat.record
        if record is None or self.membership.shared:
            record = await self._load_row(cached_chat)
        if self.membership.shared:
            alerting = [entry.alerting_instance for entry in record.outbox if entry.alerting_instance is not UNSET]
            await self.membership.refresh_for(record.owner, *alerting)
            record.view.reopened = self.ownership.is_orphaned(record)
        return record

    async def _load_row(self, cached_chat: CachedChat) -> ChatRecord:
        """Read the row unless its version is the known one; merge what is known of the view besides."""
        row, known = await self._store.load(cached_chat.chat), cached_chat.record
        if known and cached_chat.version == (row.version if row else 0):
            return known
        record = ChatRecord.parse_or_new(row.text) if row else ChatRecord()
        if known:
            base = ChatRecord.parse_or_new(cached_chat.row_text).view if cached_chat.row_text else ChatView()
            is_owner = record.owner == self.membership.instance_id
            record = replace(record, view=merge_views(base, record.view, known.view, is_owner))
        else:
            record.view.reopened = bool(record.outbox)  # how much of it was delivered is not known
        cached_chat.record, cached_chat.version = record, row.version if row else 0
        cached_chat.row_text = row.text if row and self.membership.shared else ""
        return record

    def invalidate(self, cached_chat: CachedChat) -> None:
        """Drop the cached record, as another instance was quicker, so that it is read again.

        Where the store is shared every read goes to the store anyway, and the record stays, to be merged. So does one
        that knows that the process before may have answered: no row says so.
        """
        is_claimed = bool(cached_chat.record and cached_chat.record.view.claimed_before)
        if not self.membership.shared and not is_claimed:
            cached_chat.record = None

    # ---- committing a record

    async def commit(self, cached_chat: CachedChat, after: ChatRecord, update_id: int | None) -> bool:
        """Commit *after*, and return whether anything was committed.

        The record is stored after consent; without consent only while a stored row has outbox entries left, or for a
        deletion of messages. Where nothing is stored the update is only claimed, and the record stays in memory.
        """
        if after.session.consented or after.has_pending_deletion() or (cached_chat.version and after.outbox):
            expires_at = after.row_expires_at(self._session_hours, self.clock())
            write = Write(cached_chat.chat, after.to_json(), cached_chat.version, expires_at, update_id)
        elif cached_chat.version:
            write = Write(cached_chat.chat, None, cached_chat.version, update_id=update_id)
        else:
            if update_id is not None:
                await self._claim_update(cached_chat, update_id)
            cached_chat.record = after
            return False
        cached_chat.version = await self._store.commit(write)
        if cached_chat.record:
            after.take_over_late_notes(cached_chat.record.view)
        cached_chat.record, cached_chat.is_dirty = after, False
        cached_chat.row_text = (write.text or "") if self.membership.shared else ""
        return True

    async def _claim_update(self, cached_chat: CachedChat, update_id: int) -> None:
        """Claim an update from before consent for this instance.

        Raises AlreadyProcessedError if it was processed, and StaleRecordError if another instance, or this bot before
        its restart, had claimed it and may have answered it.
        """
        if await pending_updates.claim(self._store, self.membership.instance_id, update_id, self.clock()):
            assert cached_chat.record
            cached_chat.record.view.claimed_before = True
            raise StaleRecordError
