"""A store that forgets everything when the process ends: for trying the bot, and for operators who want just that."""

import time
from collections.abc import AsyncIterator, Callable
from itertools import count

from bot.sessions.stores.base import (
    PROCESSED_RETENTION_SECONDS,
    AlreadyProcessedError,
    StaleRecordError,
    StoredRow,
    Write,
)


class MemoryStore:
    """A store in this process's memory."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._rows: dict[str, tuple[StoredRow, float]] = {}
        self._processed_at: dict[int, float] = {}
        self._versions = count(1)

    async def load(self, chat: str) -> StoredRow | None:
        """Return the row of *chat*, or None."""
        row, _ = self._rows.get(chat, (None, 0.0))
        return row

    async def commit(self, write: Write) -> int:
        """Make *write*, and return the row's new version (0 when it is gone)."""
        if write.update_id is not None and write.update_id in self._processed_at:
            raise AlreadyProcessedError
        row, _ = self._rows.get(write.chat, (None, 0.0))
        if (row.version if row else 0) != write.expected_version:
            raise StaleRecordError
        if write.update_id is not None:
            self._processed_at[write.update_id] = self._clock()
        if write.text is None:
            self._rows.pop(write.chat, None)
            return 0
        new_row = StoredRow(write.text, next(self._versions))
        self._rows[write.chat] = (new_row, write.expires_at)
        return new_row.version

    async def is_processed(self, update_id: int) -> bool:
        """Whether this update was processed."""
        return update_id in self._processed_at

    async def processed_updates(self) -> list[int]:
        """Return every processed update."""
        return sorted(self._processed_at)

    async def dead_letter(self, update_id: int, error_kind: str) -> None:  # noqa: ARG002
        """Mark an update that failed as processed."""
        self._processed_at[update_id] = self._clock()

    async def rows(self) -> AsyncIterator[tuple[str, StoredRow]]:
        """Yield every chat and its row."""
        for chat, (row, _) in list(self._rows.items()):
            yield chat, row

    async def purge_expired(self, now: float) -> int:
        """Remove expired rows and old processed updates; return how many rows went."""
        expired = [chat for chat, (_, expires_at) in self._rows.items() if expires_at <= now]
        for chat in expired:
            del self._rows[chat]
        self._processed_at = {
            update_id: at for update_id, at in self._processed_at.items() if at > now - PROCESSED_RETENTION_SECONDS
        }
        return len(expired)

    async def close(self) -> None:
        """Forget everything."""
        self._rows.clear()
        self._processed_at.clear()

    async def check_writable(self) -> None:
        """Do nothing: memory keeps what it is given."""
