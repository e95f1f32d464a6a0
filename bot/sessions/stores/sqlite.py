"""A store in one SQLite file, for one machine: every text encrypted, every commit on the disk before it is reported.

The file is locked for this process alone; how it is opened stands in sqlite_schema.py. Each row has its own data key:
see sqlite_keyring.py.
"""

import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from bot.operations.encryption import KeyRing, WrongKeyError, encrypt_with
from bot.operations.errors import StoreConfigError, StoreUnavailableError
from bot.operations.sqlite_files import make_private
from bot.sessions.stores import sqlite_keyring as data_keys
from bot.sessions.stores.base import (
    PROCESSED_RETENTION_SECONDS,
    ROWS_PER_READ,
    AlreadyProcessedError,
    StaleRecordError,
    StoredRow,
    Write,
    decode_row,
    encode_row,
    stored_expiry,
)
from bot.sessions.stores.sqlite_errors import error_sentence
from bot.sessions.stores.sqlite_schema import check_owner, prepare_database
from bot.sessions.stores.sqlite_writer import SqliteWriter
from bot.sessions.stores.write_health import PROBE_ID, PROBE_TEXT

DATA_KEY_MISSING = -1  # instead of a version: the row's data key is not there yet
SELECT_BEFORE_COMMIT = """SELECT (SELECT version FROM chats WHERE name = ?1),
    (SELECT sealed FROM ring.keys WHERE name = ?1), EXISTS (SELECT 1 FROM seen WHERE id = ?2)"""
UNDECRYPTABLE_ROW_MESSAGE = "A row of the store cannot be opened with SESSION_KEY. Use the key that it was made with."


class SqliteStore:
    """A store in one file; made by `open_sqlite_store`. What a row says is in base.py."""

    def __init__(
        self, writer: SqliteWriter, key_ring: KeyRing, newest_version: int, clock: Callable[[], float] = time.time
    ) -> None:
        self._writer, self._key_ring, self._clock = writer, key_ring, clock
        self._versions = count(newest_version + 1)

    async def load(self, chat: str) -> StoredRow | None:
        """Return the row of *chat*, or None."""

        def select_row(db: sqlite3.Connection) -> StoredRow | None:
            found = _fetch_one(db, data_keys.SELECT_ROWS + "WHERE chats.name = ?", self._key_ring.row_id(chat))
            return self._decrypted_row(*found)[1] if found else None

        return await self._writer.read(select_row)

    def _decrypted_row(
        self, row_id: bytes, version: int, ciphertext: bytes, wrapped_key: bytes | None
    ) -> tuple[str, StoredRow]:
        """Decrypt a row; return its chat and text, both empty if no key opens it. Such a row may be overwritten."""
        chat, text = decode_row(data_keys.decrypt_row(self._key_ring, row_id, ciphertext, wrapped_key) or b"")
        return chat, StoredRow(text, version)

    async def _store_new_data_key(self, row_id: bytes) -> None:
        """Store a new data key for a row, so that it is on the disk before the row is."""
        wrapped_key = data_keys.new_wrapped_key(self._key_ring, row_id)
        await self._writer.write(lambda db: data_keys.put_key(db, row_id, wrapped_key))

    async def commit(self, write: Write) -> int:
        """Make *write* in one transaction, and return the row's new version (0 when it is gone)."""
        version, hour = next(self._versions), int(self._clock() // 3600)

        def check_and_write(db: sqlite3.Connection) -> int:
            """Run three statements in the one thread that has the file; nothing is written before all is checked."""
            row_id = self._key_ring.row_id(write.chat)
            stored_version, wrapped_key, is_processed = _fetch_one(db, SELECT_BEFORE_COMMIT, row_id, write.update_id)
            if is_processed:
                raise AlreadyProcessedError
            if (stored_version or 0) != write.expected_version:
                raise StaleRecordError
            if write.text is not None and not wrapped_key:
                return DATA_KEY_MISSING
            ciphertext = self._encrypted_text(row_id, wrapped_key, write)
            if write.update_id is not None:
                db.execute("INSERT INTO seen VALUES (?, ?)", (write.update_id, hour))
            if ciphertext is None:
                db.execute("DELETE FROM chats WHERE name = ?", (row_id,))
                return 0
            row = (row_id, version, stored_expiry(write.expires_at), ciphertext)
            db.execute("INSERT OR REPLACE INTO chats VALUES (?, ?, ?, ?)", row)
            return version

        while (new_version := await self._writer.write(check_and_write)) == DATA_KEY_MISSING:
            await self._store_new_data_key(self._key_ring.row_id(write.chat))
        if not new_version and write.expected_version:
            row_id = self._key_ring.row_id(write.chat)
            # The row is gone for good; its key goes with the next purge at the latest.
            with suppress(StoreUnavailableError):
                await self._writer.write(lambda db: data_keys.destroy_key(db, row_id))
        return new_version

    def _encrypted_text(self, row_id: bytes, wrapped_key: bytes, write: Write) -> bytes | None:
        """Return the new text, encrypted under the row's data key; None when the row goes."""
        if write.text is None:
            return None
        try:
            return encrypt_with(self._key_ring.decrypt(row_id, wrapped_key), encode_row(write.chat, write.text))
        except WrongKeyError:
            raise StoreUnavailableError(UNDECRYPTABLE_ROW_MESSAGE) from None

    async def is_processed(self, update_id: int) -> bool:
        """Whether this update was processed."""
        return bool(await self._writer.read(lambda db: _fetch_one(db, "SELECT 1 FROM seen WHERE id = ?", update_id)))

    async def processed_updates(self) -> list[int]:
        """Return every processed update, in order."""
        return await self._writer.read(lambda db: [id for (id,) in db.execute("SELECT id FROM seen ORDER BY id")])

    async def dead_letter(self, update_id: int, error_kind: str) -> None:
        """Mark an update that failed as processed, and store the kind of its error."""
        hour = int(self._clock() // 3600)

        def insert_dead_letter(db: sqlite3.Connection) -> None:
            db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (update_id, hour))
            db.execute("INSERT OR IGNORE INTO aside VALUES (?, ?)", (update_id, error_kind))

        await self._writer.write(insert_dead_letter)

    async def rows(self) -> AsyncIterator[tuple[str, StoredRow]]:
        """Yield every chat and its row; rows that no key opens are left out."""
        last = b""
        while chunk := await self._writer.read(lambda db, after=last: _fetch_rows_after(db, after)):  # type: ignore[misc]
            for found in chunk:
                chat, row = self._decrypted_row(*found)
                if chat:
                    yield chat, row
            last = chunk[-1][0]

    async def purge_expired(self, now: float) -> int:
        """Remove expired rows, their data keys, and old processed updates; return how many rows went."""
        oldest = int((now - PROCESSED_RETENTION_SECONDS) // 3600)

        def delete_expired(db: sqlite3.Connection) -> int:
            db.execute("DELETE FROM seen WHERE hour < ?", (oldest,))
            db.execute("DELETE FROM aside WHERE id NOT IN (SELECT id FROM seen)")
            gone = db.execute("DELETE FROM chats WHERE ends <= ?", (int(now),)).rowcount
            db.execute(data_keys.DELETE_ROWS_WITHOUT_KEY)
            return gone

        gone = await self._writer.write(delete_expired)
        await self._writer.write(lambda db: db.execute(data_keys.DELETE_ORPHANED_KEYS))
        await self._writer.read(_truncate_write_ahead_log)
        return gone

    async def close(self) -> None:
        """Finish what waits, and close the file."""
        await self._writer.stop()

    async def check_writable(self) -> None:
        """Raise StoreUnavailableError unless the last write was kept; if that is unknown, write and leave no trace."""
        if not self._writer.health.is_known_good:
            await self._writer.write(_write_probe)


def _write_probe(db: sqlite3.Connection) -> None:
    """Write a long row and remove it again, in one transaction: it has to find its place on the disk all the same."""
    db.execute("INSERT OR REPLACE INTO aside VALUES (?, ?)", (PROBE_ID, PROBE_TEXT))
    db.execute("DELETE FROM aside WHERE id = ?", (PROBE_ID,))


def _fetch_one(db: sqlite3.Connection, query: str, *values: object) -> Any:
    """Return the first row of *query*, or None."""
    return db.execute(query, values).fetchone()


def _fetch_rows_after(db: sqlite3.Connection, row_id: bytes) -> list[tuple[bytes, int, bytes, bytes | None]]:
    """Return the next rows, in the order of their ids, after *row_id*."""
    return db.execute(
        data_keys.SELECT_ROWS + "WHERE chats.name > ? ORDER BY chats.name LIMIT ?", (row_id, ROWS_PER_READ)
    ).fetchall()


def _truncate_write_ahead_log(db: sqlite3.Connection) -> None:
    """Truncate the write-ahead log, so that what was deleted does not live on in it."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


# ---- opening the file


def open_sqlite_store(
    path: Path,
    key_ring: KeyRing,
    clock: Callable[[], float] = time.time,
    writer_class: type[SqliteWriter] = SqliteWriter,
) -> SqliteStore:
    """Open the store in the file at *path*; create it if it is not there.

    Raises StoreConfigError, with one sentence, if it cannot be used.
    """
    try:
        check_owner(path)
        make_private(path)
        make_private(data_keys.key_file_path(path))
        connection = sqlite3.connect(path, timeout=1.0, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise StoreConfigError(error_sentence(error)) from None
    except OSError as error:
        raise StoreConfigError(f"The store's file cannot be opened: {(error.strerror or 'unknown').lower()}.") from None
    try:
        newest_version = prepare_database(connection, path, key_ring)
    except sqlite3.Error as error:
        connection.close()
        raise StoreConfigError(error_sentence(error)) from None
    except StoreConfigError:
        connection.close()
        raise
    return SqliteStore(writer_class(connection), key_ring, newest_version, clock)
