"""The store's contract: it keeps one text a chat and the processed updates, and knows the meaning of neither.

Everything one update changes is one Write, committed whole or not at all. A new store has to pass the same contract
tests as the others: tests/sessions/stores/test_store_contract.py.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

PROCESSED_RETENTION_SECONDS = 3 * 86400  # seconds; Telegram repeats an update for a day at the most
EXPIRY_GRANULARITY_SECONDS = 600  # seconds: a row's expiry is stored no finer, as it tells when the person wrote
ROWS_PER_READ = 500  # rows read at once
DRAFT_CLAIM_PREFIX = "draft "
KEY_CHECK = "the key that opens this opens every row"  # names the row that only the right master key opens
WRONG_KEY_MESSAGE = (
    "SESSION_KEY does not open this store. Nothing in it was changed. Use the key that it was made with."
)


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

    async def check_writable(self) -> None:
        """Raise StoreUnavailableError unless the last write was kept; if that is unknown, write and leave no trace."""
        ...


# ---- what a row says


def encode_row(chat: str, text: str) -> bytes:
    """Return the plaintext of a row: the chat in its first line, and then the record's text."""
    return f"{chat}\n{text}".encode()


def decode_row(plaintext: bytes) -> tuple[str, str]:
    """Return chat and text of a plaintext; both are empty if it is empty."""
    chat, _, text = plaintext.decode().partition("\n")
    return chat, text


def stored_expiry(expires_at: float) -> int:
    """Return the second at which a row expires, as it is stored: a little earlier."""
    return int(expires_at // EXPIRY_GRANULARITY_SECONDS * EXPIRY_GRANULARITY_SECONDS)


# ---- the keys of rows: a chat's is its number


def draft_claim_key(digest: str) -> str:
    """Return the key of the row that claims a draft link."""
    return f"{DRAFT_CLAIM_PREFIX}{digest}"


def pending_update_key(update_id: int) -> str:
    """Return the key of the row that claims an update from before consent."""
    return f"guest {update_id}"
