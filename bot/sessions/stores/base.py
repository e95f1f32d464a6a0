"""The store's contract: it keeps one text a chat and the processed updates, and knows the meaning of neither.

Everything one update changes is one Write, committed whole or not at all. A new store has to pass the same contract
tests as the others: tests/sessions/stores/test_store_contract.py.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from bot.operations.errors import StoreConfigError as StoreConfigError
from bot.operations.errors import StoreUnavailableError as StoreUnavailableError


class AlreadyProcessedError(Exception):
    """An update that was committed before. Nothing was changed."""


class StaleRecordError(Exception):
    """A row that is not as it was read: another writer was quicker. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class StoredRow:
    """What is stored of one chat. *version* is never used twice, so that no writer overwrites what it has not read."""

    text: str
    version: int


@dataclass(frozen=True, slots=True)
class Write:
    """What one update changes in the store.

    *text* is the row's new text, None when the row goes; *expected_version* the version it was read at, 0 for no row.
    *expires_at* is the second at which the row must be gone at the latest. *update_id* is the update to mark as
    processed, if this write comes of one.
    """

    chat: str
    text: str | None
    expected_version: int = 0
    expires_at: float = 0.0
    update_id: int | None = None


class Store(Protocol):
    """A store of rows and processed updates: memory, a file and a server keep the same promises."""

    async def load(self, chat: str) -> StoredRow | None: ...

    async def commit(self, write: Write) -> int:
        """Make *write*, durably, before returning the row's new version (0 when it is gone).

        Raises AlreadyProcessedError, StaleRecordError or StoreUnavailableError; then nothing was changed.
        """
        ...

    async def is_processed(self, update_id: int) -> bool: ...

    async def processed_updates(self) -> list[int]:
        """Return every processed update, for a move to another store."""
        ...

    async def dead_letter(self, update_id: int, error_kind: str) -> None:
        """Mark an update as processed though it failed, with the kind of its error and nothing of its content."""
        ...

    def rows(self) -> AsyncIterator[tuple[str, StoredRow]]:
        """Yield every chat and its row, for the start."""
        ...

    async def purge_expired(self, now: float) -> int:
        """Remove expired rows, and processed updates too old to be needed; return how many rows went."""
        ...

    async def close(self) -> None: ...


PROCESSED_RETENTION_SECONDS = 3 * 86400  # seconds; Telegram repeats an update for a day at the most
