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

from bot.operations.encryption import Sealer, WrongKey, seal_with
from bot.sessions.stores import sqlite_keyring as ring
from bot.sessions.stores.base import MARKS_LAST, Change, Down, Row, Seen, Stale, Unusable
from bot.sessions.stores.row_codec import parted, written
from bot.sessions.stores.sqlite_errors import sentence
from bot.sessions.stores.sqlite_schema import private, ready
from bot.sessions.stores.sqlite_writer import Worker

GRAIN = 600  # seconds: a row's expiry is stored no finer, as it tells when the person wrote
CHUNK = 500  # rows read at once
NO_KEY = -1  # instead of a version: the row's data key is not there yet
BEFORE = """SELECT (SELECT version FROM chats WHERE name = ?1), (SELECT sealed FROM ring.keys WHERE name = ?1),
    EXISTS (SELECT 1 FROM seen WHERE id = ?2)"""
LOCKED = "A row of the store cannot be opened with SESSION_KEY. Use the key that it was made with."


class SqliteStore:
    """A store in one file; made by `open_sqlite_store`. The form of a row's plaintext is in row_codec.py."""

    def __init__(self, worker: Worker, sealer: Sealer, newest: int, clock: Callable[[], float] = time.time) -> None:
        self._worker, self._sealer, self._clock = worker, sealer, clock
        self._versions = count(newest + 1)

    async def load(self, chat: str) -> Row | None:
        """Return the row of *chat*, or None."""

        def work(db: sqlite3.Connection) -> Row | None:
            found = _one(db, ring.ROW + "WHERE chats.name = ?", self._sealer.name(chat))
            return self._opened(*found)[1] if found else None

        return await self._worker.read(work)

    def _opened(self, name: bytes, version: int, sealed: bytes, key: bytes | None) -> tuple[str, Row]:
        """Decrypt a row; return its chat and text, both empty if no key opens it. Such a row may be overwritten."""
        chat, text = parted(ring.inside(self._sealer, name, sealed, key) or b"")
        return chat, Row(text, version)

    async def _hold_a_key(self, name: bytes) -> None:
        """Store a new data key for a row, so that it is on the disk before the row is."""
        made = ring.fresh(self._sealer, name)
        await self._worker.write(lambda db: ring.hold(db, name, made))

    async def commit(self, change: Change) -> int:
        """Make *write* in one transaction, and return the row's new version (0 when it is gone)."""
        version, hour = next(self._versions), int(self._clock() // 3600)

        def work(db: sqlite3.Connection) -> int:
            """Run three statements in the one thread that has the file; nothing is written before all is checked."""
            name = self._sealer.name(change.chat)
            was, key, is_seen = _one(db, BEFORE, name, change.update)
            if is_seen:
                raise Seen
            if (was or 0) != change.was:
                raise Stale
            if change.text is not None and not key:
                return NO_KEY
            sealed = self._sealed(name, key, change)
            if change.update is not None:
                db.execute("INSERT INTO seen VALUES (?, ?)", (change.update, hour))
            if sealed is None:
                db.execute("DELETE FROM chats WHERE name = ?", (name,))
                return 0
            row = (name, version, int(change.ends // GRAIN * GRAIN), sealed)
            db.execute("INSERT OR REPLACE INTO chats VALUES (?, ?, ?, ?)", row)
            return version

        while (kept := await self._worker.write(work)) == NO_KEY:
            await self._hold_a_key(self._sealer.name(change.chat))
        if not kept and change.was:
            name = self._sealer.name(change.chat)
            with suppress(Down):  # the row is gone for good; its key goes with the next purge at the latest
                await self._worker.write(lambda db: ring.drop(db, name))
        return kept

    def _sealed(self, name: bytes, key: bytes, change: Change) -> bytes | None:
        """Return the new text, encrypted under the row's data key; None when the row goes."""
        if change.text is None:
            return None
        try:
            return seal_with(self._sealer.open(name, key), written(change.chat, change.text))
        except WrongKey:
            raise Down(LOCKED) from None

    async def seen(self, update: int) -> bool:
        """Whether this update was processed."""
        return bool(await self._worker.read(lambda db: _one(db, "SELECT 1 FROM seen WHERE id = ?", update)))

    async def marks(self) -> list[int]:
        """Return every processed update, in order."""
        return await self._worker.read(lambda db: [id for (id,) in db.execute("SELECT id FROM seen ORDER BY id")])

    async def set_aside(self, update: int, fault: str) -> None:
        """Mark an update that failed as processed, and store the kind of its error."""
        hour = int(self._clock() // 3600)

        def work(db: sqlite3.Connection) -> None:
            db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (update, hour))
            db.execute("INSERT OR IGNORE INTO aside VALUES (?, ?)", (update, fault))

        await self._worker.write(work)

    async def rows(self) -> AsyncIterator[tuple[str, Row]]:
        """Yield every chat and its row; rows that no key opens are left out."""
        last = b""
        while chunk := await self._worker.read(lambda db, after=last: _after(db, after)):  # type: ignore[misc]
            for found in chunk:
                chat, row = self._opened(*found)
                if chat:
                    yield chat, row
            last = chunk[-1][0]

    async def sweep(self, now: float) -> int:
        """Remove expired rows, their data keys, and old processed updates; return how many rows went."""
        oldest = int((now - MARKS_LAST) // 3600)

        def work(db: sqlite3.Connection) -> int:
            db.execute("DELETE FROM seen WHERE hour < ?", (oldest,))
            db.execute("DELETE FROM aside WHERE id NOT IN (SELECT id FROM seen)")
            gone = db.execute("DELETE FROM chats WHERE ends <= ?", (int(now),)).rowcount
            db.execute(ring.LOCKED_OUT)
            return gone

        gone = await self._worker.write(work)
        await self._worker.write(lambda db: db.execute(ring.ORPHANS))
        await self._worker.read(_empty_the_log)
        return gone

    async def close(self) -> None:
        """Finish what waits, and close the file."""
        await self._worker.stop()


def _one(db: sqlite3.Connection, query: str, *values: object) -> Any:
    """Return the first row of *query*, or None."""
    return db.execute(query, values).fetchone()


def _after(db: sqlite3.Connection, name: bytes) -> list[tuple[bytes, int, bytes, bytes | None]]:
    """Return the next rows, in the order of their ids, after *row_id*."""
    return db.execute(ring.ROW + "WHERE chats.name > ? ORDER BY chats.name LIMIT ?", (name, CHUNK)).fetchall()


def _empty_the_log(db: sqlite3.Connection) -> None:
    """Truncate the write-ahead log, so that what was deleted does not live on in it."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


# ---- opening the file


def open_file(
    path: Path, sealer: Sealer, clock: Callable[[], float] = time.time, worker: type[Worker] = Worker
) -> SqliteStore:
    """Open the store in the file at *path*; create it if it is not there.

    Raises StoreConfigError, with one sentence, if it cannot be used.
    """
    try:
        private(path)
        private(ring.ring_of(path))
        connection = sqlite3.connect(path, timeout=1.0, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise Unusable(sentence(error)) from None
    except OSError as error:
        raise Unusable(f"The store's file cannot be opened: {(error.strerror or 'unknown').lower()}.") from None
    try:
        newest = ready(connection, path, sealer)
    except sqlite3.Error as error:
        connection.close()
        raise Unusable(sentence(error)) from None
    except Unusable:
        connection.close()
        raise
    return SqliteStore(worker(connection), sealer, newest, clock)
