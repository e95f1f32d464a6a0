"""A chat that is held in memory, and its row: read when somebody else may have written it, joined with what we know."""

import asyncio
from dataclasses import dataclass, field, replace

from bot import guests
from bot.kept import Kept
from bot.sharing import Company, joined
from bot.stores import Change, Seen, Stale, Store


@dataclass(slots=True, eq=False)
class Live:
    """*kept* is None until it is read; *version* is the row's, 0 when there is none.

    *text* is what the row said when we last knew it, where others write in it too. *ahead*: more is known here than
    the row says, of what was shown; see `Conversation.shown`.
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
        """What is kept of it, by now."""
        if self.kept is None or company.shared:
            await self._load(store, company)
        assert self.kept is not None
        if company.shared:
            await company.know(self.kept.by, *(parcel.get("rings", "") for parcel in self.kept.outbox))
            self.kept.screen["reopened"] = company.is_left(self.kept)
        return self.kept

    async def _load(self, store: Store, company: Company) -> None:
        """Read the row, unless it is the one we know; what we know of the screen besides is not forgotten."""
        row, mine = await store.load(self.chat), self.kept
        if mine and self.version == (row.version if row else 0):
            return
        kept = Kept.understood(row.text) if row else Kept()
        if mine:
            base = Kept.understood(self.text).screen if self.text else {}
            kept = replace(kept, screen=joined(base, kept.screen, mine.screen, kept.by == company.me))
        else:
            kept.screen["reopened"] = bool(kept.outbox)  # what of it was shown, nobody knows
        self.kept, self.version = kept, row.version if row else 0
        self.text = row.text if row and company.shared else ""

    def owes(self, kept: Kept, update: int | None) -> bool:
        """Whether *update* is a guest's that has been heard and is still to be shown; Seen, if it was kept."""
        owed = any(parcel["n"] == update for parcel in kept.outbox)
        if owed and self.version:
            raise Seen
        return owed

    async def begin(self, store: Store, company: Company, update: int, now: float) -> None:
        """A guest's *update* is to be answered. Seen: it was; Stale: another bot had begun to, and may be dead."""
        if not company.shared:
            if await store.seen(update):
                raise Seen
        elif await guests.begin(store, company.me, update, now):
            assert self.kept
            self.kept.screen["begun"] = True
            raise Stale

    def doubt(self, company: Company) -> None:
        """Somebody else was quicker: read it again. Where many write, every reading is a new one anyway."""
        self.kept = self.kept if company.shared else None

    async def keep(self, store: Store, change: Change, after: Kept, company: Company) -> None:
        """Commit *change*; from then on *after* is what is kept."""
        self.version = await store.commit(change)
        self.kept, self.text = after, (change.text or "") if company.shared else ""
        self.ahead = False
