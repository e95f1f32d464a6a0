"""A chat that is cached in memory, and its row: read when another instance may have written it, then merged."""

import asyncio
from dataclasses import dataclass, field, replace

from bot.sessions import pending_updates as guests
from bot.sessions.chat_record import Kept
from bot.sessions.membership import Company, joined
from bot.sessions.stores.base import Change, Seen, Stale, Store


@dataclass(slots=True, eq=False)
class Live:
    """One cached chat: its record, its lock, and what is known of its row.

    *record* is None until it is read; *version* is the row's, 0 when there is none. *row_text* is what the row said
    when it was last read, where other instances write too. *is_dirty*: the record knows of more deliveries than the
    row; see `mark_delivered` in sessions/chat_cache.py.
    """

    chat: str
    kept: Kept | None = None
    version: int = 0
    text: str = ""
    ahead: bool = False
    users: int = 0
    used: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def read(self, store: Store, company: Company) -> Kept:
        """Return the chat's record; read the row first if it is not cached, or if the store is shared."""
        if self.kept is None or company.shared:
            await self._load(store, company)
        assert self.kept is not None
        if company.shared:
            await company.know(self.kept.by, *(parcel.get("rings", "") for parcel in self.kept.outbox))
            self.kept.screen["reopened"] = company.is_left(self.kept)
        return self.kept

    async def _load(self, store: Store, company: Company) -> None:
        """Read the row unless its version is the known one; merge what is known of the view besides."""
        row, mine = await store.load(self.chat), self.kept
        if mine and self.version == (row.version if row else 0):
            return
        kept = Kept.understood(row.text) if row else Kept()
        if mine:
            base = Kept.understood(self.text).screen if self.text else {}
            kept = replace(kept, screen=joined(base, kept.screen, mine.screen, kept.by == company.me))
        else:
            kept.screen["reopened"] = bool(kept.outbox)  # how much of it was delivered is not known
        self.kept, self.version = kept, row.version if row else 0
        self.text = row.text if row and company.shared else ""

    def owes(self, kept: Kept, update: int | None) -> bool:
        """Whether this update is in the outbox and still to be delivered, and nothing is stored yet.

        Raises AlreadyProcessedError if the row is stored: then the update was committed.
        """
        owed = any(parcel["n"] == update for parcel in kept.outbox)
        if owed and self.version:
            raise Seen
        return owed

    async def begin(self, store: Store, company: Company, update: int, now: float) -> None:
        """Claim an update from before consent for this instance.

        Raises AlreadyProcessedError if it was processed, and StaleRecordError if another instance had claimed it and
        may be dead.
        """
        if not company.shared:
            if await store.seen(update):
                raise Seen
        elif await guests.begin(store, company.me, update, now):
            assert self.kept
            self.kept.screen["begun"] = True
            raise Stale

    def doubt(self, company: Company) -> None:
        """Drop the cached record, as another instance was quicker, so that it is read again.

        Where the store is shared every read goes to the store anyway, and the record stays, to be merged.
        """
        self.kept = self.kept if company.shared else None

    async def keep(self, store: Store, change: Change, after: Kept, company: Company) -> None:
        """Commit *write*; from then on *after* is the record."""
        self.version = await store.commit(change)
        self.kept, self.text = after, (change.text or "") if company.shared else ""
        self.ahead = False
