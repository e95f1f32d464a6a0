"""A chat that is cached in memory, and its row: read when another instance may have written it, then merged."""

import asyncio
from dataclasses import dataclass, field, replace

from bot.sessions import pending_updates
from bot.sessions.chat_record import ChatRecord
from bot.sessions.membership import Membership, merge_views
from bot.sessions.stores.base import AlreadyProcessedError, StaleRecordError, Store, Write


@dataclass(slots=True, eq=False)
class CachedChat:
    """One cached chat: its record, its lock, and what is known of its row.

    *record* is None until it is read; *version* is the row's, 0 when there is none. *row_text* is what the row said
    when it was last read, where other instances write too. *is_dirty*: the record knows of more deliveries than the
    row; see `mark_delivered` in sessions/chat_cache.py.
    """

    chat: str
    record: ChatRecord | None = None
    version: int = 0
    row_text: str = ""
    is_dirty: bool = False
    holders: int = 0
    last_used_at: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def read_record(self, store: Store, membership: Membership) -> ChatRecord:
        """Return the chat's record; read the row first if it is not cached, or if the store is shared."""
        if self.record is None or membership.shared:
            await self._load_row(store, membership)
        assert self.record is not None
        if membership.shared:
            await membership.refresh_for(self.record.owner, *(entry.get("rings", "") for entry in self.record.outbox))
            self.record.view["reopened"] = membership.is_orphaned(self.record)
        return self.record

    async def _load_row(self, store: Store, membership: Membership) -> None:
        """Read the row unless its version is the known one; merge what is known of the view besides."""
        row, known = await store.load(self.chat), self.record
        if known and self.version == (row.version if row else 0):
            return
        record = ChatRecord.parse_or_new(row.text) if row else ChatRecord()
        if known:
            base = ChatRecord.parse_or_new(self.row_text).view if self.row_text else {}
            record = replace(
                record, view=merge_views(base, record.view, known.view, record.owner == membership.instance_id)
            )
        else:
            record.view["reopened"] = bool(record.outbox)  # how much of it was delivered is not known
        self.record, self.version = record, row.version if row else 0
        self.row_text = row.text if row and membership.shared else ""

    def is_pending_update(self, record: ChatRecord, update_id: int | None) -> bool:
        """Whether this update is in the outbox and still to be delivered, and nothing is stored yet.

        Raises AlreadyProcessedError if the row is stored: then the update was committed.
        """
        is_in_outbox = any(entry["n"] == update_id for entry in record.outbox)
        if is_in_outbox and self.version:
            raise AlreadyProcessedError
        return is_in_outbox

    async def claim_update(self, store: Store, membership: Membership, update_id: int, now: float) -> None:
        """Claim an update from before consent for this instance.

        Raises AlreadyProcessedError if it was processed, and StaleRecordError if another instance had claimed it and
        may be dead.
        """
        if not membership.shared:
            if await store.is_processed(update_id):
                raise AlreadyProcessedError
        elif await pending_updates.claim(store, membership.instance_id, update_id, now):
            assert self.record
            self.record.view["begun"] = True
            raise StaleRecordError

    def invalidate(self, membership: Membership) -> None:
        """Drop the cached record, as another instance was quicker, so that it is read again.

        Where the store is shared every read goes to the store anyway, and the record stays, to be merged.
        """
        self.record = self.record if membership.shared else None

    async def commit(self, store: Store, write: Write, after: ChatRecord, membership: Membership) -> None:
        """Commit *write*; from then on *after* is the record."""
        self.version = await store.commit(write)
        self.record, self.row_text = after, (write.text or "") if membership.shared else ""
        self.is_dirty = False
