"""A store on a PostgreSQL server, for any number of instances at once: plain SQL, one transaction an update, no leader.

Each commit encrypts the text under a new data key, which lies in a table of its own. When a session ends its data key
is deleted; a backup that leaves that table out (bot/OPERATING.md) holds nothing that can ever be decrypted again.

Versions are random, so that a commit whose answer was lost can be recognised: no other writer made that very number.
"""

import secrets
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from itertools import count
from typing import Any

from bot.operations.encryption import KeyRing, WrongKeyError, decrypt_with, encrypt_with, generate_data_key
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
from bot.sessions.stores.postgres_pool import Connection, PostgresPool
from bot.sessions.stores.postgres_schema import prepare_database
from bot.sessions.stores.write_health import PROBE_ID, PROBE_TEXT

SELECT_ROWS = """SELECT c.name, c.version, c.sealed, k.sealed
    FROM confidante.chats c LEFT JOIN confidante.keys k ON k.name = c.name """


def open_postgres_store(address: str, key_ring: KeyRing, clock: Callable[[], float] = time.time) -> "PostgresStore":
    """Open the store at *address*; create or migrate its schema if need be.

    Raises StoreConfigError, with one sentence, if it cannot be used.
    """
    prepare_database(address, key_ring)
    return PostgresStore(PostgresPool(address), key_ring, clock)


class PostgresStore:
    """A store on a PostgreSQL server; made by `open_postgres_store`.

    *shared*: other instances write in it too, so nothing of it may be believed from memory.
    """

    shared = True

    def __init__(self, pool: PostgresPool, key_ring: KeyRing, clock: Callable[[], float] = time.time) -> None:
        self._pool, self._key_ring, self._clock = pool, key_ring, clock

    @property
    def is_failing(self) -> bool:
        """Whether the server failed when it was last asked."""
        return self._pool.is_failing

    async def load(self, chat: str) -> StoredRow | None:
        """Return the row of *chat*, under whichever name its key gave it, or None."""
        row_ids = self._key_ring.row_ids(chat)

        async def select_row(db: Connection) -> Any:
            return await _fetch_one(db, SELECT_ROWS + "WHERE c.name = ANY(%s)", row_ids)

        found = await self._pool.read(select_row)
        return self._decrypted_row(*found)[1] if found else None

    def _decrypted_row(
        self, row_id: bytes, version: int, ciphertext: bytes, wrapped_key: bytes | None
    ) -> tuple[str, StoredRow]:
        """Decrypt a row; return its chat and text, both empty if no key opens it. Such a row may be overwritten."""
        try:
            chat, text = decode_row(decrypt_with(self._key_ring.decrypt(row_id, wrapped_key or b""), ciphertext))
        except WrongKeyError:
            return "", StoredRow("", version)
        return chat, StoredRow(text, version)

    async def commit(self, write: Write) -> int:
        """Make *write* in one transaction, and return the row's new version (0 when it is gone)."""
        version, row_ids = secrets.randbits(62) + 1, self._key_ring.row_ids(write.chat)
        hour = int(self._clock() // 3600)
        row = self._encrypted_row(write, version, row_ids[0])

        attempts = count()

        async def write_once(db: Connection) -> int:
            """Write once: an attempt whose answer was lost is recognised and not made again."""
            if next(attempts) and await _was_committed(db, write, row_ids, version):
                return version if row else 0
            if write.update_id is not None and not await _mark_processed(db, write.update_id, hour, version):
                raise AlreadyProcessedError
            if not await (
                _write_row(db, row, row_ids, write.expected_version)
                if row
                else _delete_row(db, row_ids, write.expected_version)
            ):
                raise StaleRecordError
            return version if row else 0

        return await self._pool.transaction(write_once)

    def _encrypted_row(self, write: Write, version: int, row_id: bytes) -> tuple[bytes, int, int, bytes, bytes] | None:
        """Return the columns of the new row and its data key, encrypted; None when the row goes."""
        if write.text is None:
            return None
        data_key = generate_data_key()
        return (
            row_id,
            version,
            stored_expiry(write.expires_at),
            encrypt_with(data_key, encode_row(write.chat, write.text)),
            self._key_ring.encrypt(row_id, data_key),
        )

    async def is_processed(self, update_id: int) -> bool:
        """Whether this update was processed."""

        async def select_update(db: Connection) -> Any:
            return await _fetch_one(db, "SELECT 1 FROM confidante.seen WHERE id = %s", update_id)

        return bool(await self._pool.read(select_update))

    async def processed_updates(self) -> list[int]:
        """Return every processed update, in order."""

        async def select_updates(db: Connection) -> list[int]:
            return [id for (id,) in await (await db.execute("SELECT id FROM confidante.seen ORDER BY id")).fetchall()]

        return await self._pool.read(select_updates)

    async def dead_letter(self, update_id: int, error_kind: str) -> None:
        """Mark an update that failed as processed, and store the kind of its error."""
        hour = int(self._clock() // 3600)

        async def insert_dead_letter(db: Connection) -> None:
            await _mark_processed(db, update_id, hour, 0)
            await db.execute(
                "INSERT INTO confidante.aside VALUES (%s, %s) ON CONFLICT DO NOTHING", (update_id, error_kind)
            )

        await self._pool.transaction(insert_dead_letter)

    async def rows(self) -> AsyncIterator[tuple[str, StoredRow]]:
        """Yield every chat and its row; rows that no key opens are left out."""
        last = b""
        while chunk := await self._pool.read(_select_rows_after(last)):
            for found in chunk:
                chat, row = self._decrypted_row(*found)
                if chat:
                    yield chat, row
            last = chunk[-1][0]

    async def purge_expired(self, now: float) -> int:
        """Remove expired rows, their data keys, and old processed updates; return how many rows went."""
        oldest = int((now - PROCESSED_RETENTION_SECONDS) // 3600)

        async def delete_expired(db: Connection) -> int:
            await db.execute("DELETE FROM confidante.seen WHERE hour < %s", (oldest,))
            await db.execute("DELETE FROM confidante.aside WHERE id NOT IN (SELECT id FROM confidante.seen)")
            gone = await db.execute("DELETE FROM confidante.chats WHERE ends <= %s", (int(now),))
            await db.execute("DELETE FROM confidante.keys WHERE name NOT IN (SELECT name FROM confidante.chats)")
            await db.execute("DELETE FROM confidante.chats WHERE name NOT IN (SELECT name FROM confidante.keys)")
            return gone.rowcount

        gone = await self._pool.transaction(delete_expired)
        await self._pool.autocommit("VACUUM (FULL) confidante.keys")  # or deleted keys would stay in the table's file
        return gone

    async def exchange_heartbeats(self, instance: str, departed: Collection[str]) -> Mapping[str, int]:
        """Count a heartbeat of *instance*, remove those that are *departed*; return the count of each instance."""

        async def update_heartbeats(db: Connection) -> dict[str, int]:
            if instance not in departed:
                query = "INSERT INTO confidante.bots VALUES (%s, 1) ON CONFLICT (id) DO UPDATE SET beat = bots.beat + 1"
                await db.execute(query, (instance,))
            if departed:
                await db.execute("DELETE FROM confidante.bots WHERE id = ANY(%s)", (list(departed),))
            return dict(await (await db.execute("SELECT id, beat FROM confidante.bots")).fetchall())

        return await self._pool.transaction(update_heartbeats)

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.close()

    async def check_writable(self) -> None:
        """Raise StoreUnavailableError unless the last write was kept; if that is unknown, write and leave no trace."""
        if not self._pool.health.is_known_good:
            await self._pool.transaction(_write_probe)


async def _write_probe(db: Connection) -> None:
    """Write a long row and remove it again, in one transaction; other instances do the same with rows of their own."""
    id = PROBE_ID - secrets.randbits(62)
    await db.execute("INSERT INTO confidante.aside VALUES (%s, %s)", (id, PROBE_TEXT))
    await db.execute("DELETE FROM confidante.aside WHERE id = %s", (id,))


async def _fetch_one(db: Connection, query: str, *values: object) -> Any:
    """Return the first row of *query*, or None."""
    return await (await db.execute(query, values)).fetchone()


def _select_rows_after(row_id: bytes) -> Callable[[Connection], Any]:
    """Return the work that reads the next rows, in the order of their ids, after *row_id*."""

    async def select_rows(db: Connection) -> Any:
        query = SELECT_ROWS + "WHERE c.name > %s ORDER BY c.name LIMIT %s"
        return await (await db.execute(query, (row_id, ROWS_PER_READ))).fetchall()

    return select_rows


async def _was_committed(db: Connection, write: Write, row_ids: list[bytes], version: int) -> bool:
    """Whether this very commit was made before, by an attempt whose answer was lost."""
    if write.update_id is not None:
        return bool(
            await _fetch_one(
                db, "SELECT 1 FROM confidante.seen WHERE id = %s AND version = %s", write.update_id, version
            )
        )
    query = "SELECT 1 FROM confidante.chats WHERE name = ANY(%s) AND version = %s"
    return bool(await _fetch_one(db, query, row_ids, version))


async def _mark_processed(db: Connection, update_id: int, hour: int, version: int) -> bool:
    """Mark an update as processed; return False if it was already.

    Another instance that does the same at the same moment waits here.
    """
    query = "INSERT INTO confidante.seen VALUES (%s, %s, %s) ON CONFLICT (id) DO NOTHING"
    return (await db.execute(query, (update_id, hour, version))).rowcount == 1


async def _row_exists(db: Connection, row_ids: list[bytes]) -> bool:
    """Whether a row has one of *row_ids*."""
    return bool(row_ids and await _fetch_one(db, "SELECT 1 FROM confidante.chats WHERE name = ANY(%s)", row_ids))


async def _delete_row(db: Connection, row_ids: list[bytes], expected_version: int) -> bool:
    """Delete the row and its data key; return False if the row is not as it was read."""
    if not expected_version:
        return not await _row_exists(db, row_ids)
    query = "DELETE FROM confidante.chats WHERE name = ANY(%s) AND version = %s"
    if (await db.execute(query, (row_ids, expected_version))).rowcount != 1:
        return False
    await _delete_data_keys(db, row_ids)
    return True


async def _delete_data_keys(db: Connection, row_ids: list[bytes]) -> None:
    """Delete the data keys of these rows."""
    await db.execute("DELETE FROM confidante.keys WHERE name = ANY(%s)", (row_ids,))


async def _write_row(
    db: Connection, row: tuple[bytes, int, int, bytes, bytes], row_ids: list[bytes], expected_version: int
) -> bool:
    """Write the row and its data key; return False if the row is not as it was read.

    Another instance that writes at the same moment waits, and then finds another version.
    """
    row_id, version, expires_at, ciphertext, wrapped_key = row
    if expected_version:
        query = """UPDATE confidante.chats SET name = %s, version = %s, ends = %s, sealed = %s
            WHERE name = ANY(%s) AND version = %s"""
        result = await db.execute(query, (row_id, version, expires_at, ciphertext, row_ids, expected_version))
    elif await _row_exists(db, row_ids[1:]):  # under the name that an older master key gave it
        return False
    else:
        query = "INSERT INTO confidante.chats VALUES (%s, %s, %s, %s) ON CONFLICT (name) DO NOTHING"
        result = await db.execute(query, (row_id, version, expires_at, ciphertext))
    if result.rowcount != 1:
        return False
    if row_ids[1:]:
        await _delete_data_keys(db, row_ids[1:])
    query = "INSERT INTO confidante.keys VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed"
    await db.execute(query, (row_id, wrapped_key))
    return True
