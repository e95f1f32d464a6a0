"""A store in one file, for one machine: every text sealed, every commit on the disk before it is reported.

The file is locked for this process alone. Rows that an older key sealed are named and sealed anew at the start, all in
one transaction; so after it every row is found by one name, and the older key can go. Each row also has a key of its
own: see ring.py.
"""

import json
import os
import sqlite3
import stat
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from bot.sealing import Sealer, WrongKey, seal_with
from bot.stores import MARKS_LAST, Change, Down, Row, Seen, Stale, Unusable, ring
from bot.stores.faults import sentence
from bot.stores.worker import Worker

OURS = 0x436F6E66  # "Conf": what the file's header says it belongs to
SCHEMA = 1
TABLES = """
CREATE TABLE chats (name BLOB PRIMARY KEY, version INTEGER NOT NULL, ends INTEGER NOT NULL, sealed BLOB NOT NULL)
    WITHOUT ROWID;
CREATE INDEX chats_by_end ON chats (ends);
CREATE TABLE seen (id INTEGER PRIMARY KEY, hour INTEGER NOT NULL);
CREATE TABLE aside (id INTEGER PRIMARY KEY, fault TEXT NOT NULL);
CREATE TABLE proof (name BLOB PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
"""
GRAIN = 600  # seconds: when a row ends is kept no finer, as it tells when somebody wrote
CHUNK = 500  # rows read at once
PROOF = "the key that opens this opens every row"
WRONG_KEY = "SESSION_KEY does not open this store. Nothing in it was changed. Use the key that it was made with."
DAMAGED = "The store's file is damaged. Nothing in it was changed; restore it, or move it away."
NEWER = "The store's file was written by a newer version of this bot. Nothing in it was changed."
STRANGE = "The store's file belongs to another program. Nothing in it was changed."


class SqliteStore:
    """Made by `open_file`; what it says of itself in a row's text is `[chat, text]`, sealed."""

    def __init__(self, worker: Worker, sealer: Sealer, newest: int, clock: Callable[[], float] = time.time) -> None:
        self._worker, self._sealer, self._clock = worker, sealer, clock
        self._versions = count(newest + 1)

    async def load(self, chat: str) -> Row | None:
        name = self._sealer.name(chat)
        found = await self._worker.read(lambda db: _one(db, ring.ROW + "WHERE chats.name = ?", name))
        return self._opened(*found)[1] if found else None

    def _opened(self, name: bytes, version: int, sealed: bytes, key: bytes | None) -> tuple[str, Row]:
        """Whose row it is, and what it says. One that nobody can open says nothing, and may be written over."""
        chat, text = json.loads(ring.inside(self._sealer, name, sealed, key) or b'["",""]')
        return chat, Row(text, version)

    async def _key(self, name: bytes) -> bytes:
        """The row's own key, sealed; it is on the disk before anything is that needs it."""
        if found := await self._worker.read(lambda db: ring.held(db, name)):
            return found
        made = ring.fresh(self._sealer, name)
        return await self._worker.write(lambda db: ring.hold(db, name, made))

    async def commit(self, change: Change) -> int:
        name, version = self._sealer.name(change.chat), next(self._versions)
        key, sealed = b"", None
        if change.text is not None:
            key = await self._key(name)
            sealed = seal_with(self._sealer.open(name, key), _inside(change.chat, change.text))
        hour = int(self._clock() // 3600)

        def work(db: sqlite3.Connection) -> int:
            found = _one(db, "SELECT version FROM chats WHERE name = ?", name)
            if change.update is not None and _one(db, "SELECT 1 FROM seen WHERE id = ?", change.update):
                raise Seen
            if (found[0] if found else 0) != change.was:
                raise Stale
            if change.update is not None:
                db.execute("INSERT INTO seen VALUES (?, ?)", (change.update, hour))
            if sealed is None:
                db.execute("DELETE FROM chats WHERE name = ?", (name,))
                return 0
            ring.hold(db, name, key)
            row = (name, version, int(change.ends // GRAIN * GRAIN), sealed)
            db.execute("INSERT OR REPLACE INTO chats VALUES (?, ?, ?, ?)", row)
            return version

        kept = await self._worker.write(work)
        if not kept and change.was:
            with suppress(Down):  # the row is gone for good; its key goes with the next sweep at the latest
                await self._worker.write(lambda db: ring.drop(db, name))
        return kept

    async def seen(self, update: int) -> bool:
        return bool(await self._worker.read(lambda db: _one(db, "SELECT 1 FROM seen WHERE id = ?", update)))

    async def set_aside(self, update: int, fault: str) -> None:
        hour = int(self._clock() // 3600)

        def work(db: sqlite3.Connection) -> None:
            db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (update, hour))
            db.execute("INSERT OR IGNORE INTO aside VALUES (?, ?)", (update, fault))

        await self._worker.write(work)

    async def rows(self) -> AsyncIterator[tuple[str, Row]]:
        last = b""
        while chunk := await self._worker.read(lambda db, after=last: _after(db, after)):  # type: ignore[misc]
            for found in chunk:
                chat, row = self._opened(*found)
                if chat:
                    yield chat, row
            last = chunk[-1][0]

    async def sweep(self, now: float) -> int:
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
        await self._worker.stop()


def _one(db: sqlite3.Connection, query: str, *values: object) -> Any:
    return db.execute(query, values).fetchone()


def _after(db: sqlite3.Connection, name: bytes) -> list[tuple[bytes, int, bytes, bytes | None]]:
    return db.execute(ring.ROW + "WHERE chats.name > ? ORDER BY chats.name LIMIT ?", (name, CHUNK)).fetchall()


def _empty_the_log(db: sqlite3.Connection) -> None:
    """What was deleted must not live on in the write-ahead log."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def _inside(chat: str, text: str) -> bytes:
    return json.dumps([chat, text], separators=(",", ":"), ensure_ascii=False).encode()


# ---- opening the file


def open_file(
    path: Path, sealer: Sealer, clock: Callable[[], float] = time.time, worker: type[Worker] = Worker
) -> SqliteStore:
    """The store in the file at *path*, made if it is not there. Unusable, with one sentence, if it cannot be used."""
    try:
        _private(path)
        _private(ring.ring_of(path))
        connection = sqlite3.connect(path, timeout=1.0, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise Unusable(sentence(error)) from None
    except OSError as error:
        raise Unusable(f"The store's file cannot be opened: {(error.strerror or 'unknown').lower()}.") from None
    try:
        newest = _ready(connection, path, sealer)
    except sqlite3.Error as error:
        connection.close()
        raise Unusable(sentence(error)) from None
    except Unusable:
        connection.close()
        raise
    return SqliteStore(worker(connection), sealer, newest, clock)


def _private(path: Path) -> None:
    """Nobody but its owner may read the file, nor those that SQLite puts beside it (they take its permissions)."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        path.chmod(0o600)


def _ready(db: sqlite3.Connection, path: Path, sealer: Sealer) -> int:
    """Check everything before changing anything; then make what is not there yet. The newest version is returned."""
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    (owner,), (schema,) = db.execute("PRAGMA application_id").fetchone(), db.execute("PRAGMA user_version").fetchone()
    (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and owner != OURS:
        raise Unusable(STRANGE)
    if schema > SCHEMA:
        raise Unusable(NEWER)
    if tables and db.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
        raise Unusable(DAMAGED)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
        db.execute(f"PRAGMA {pragma}").fetchone()
    if not tables:
        _make(db, sealer)
    _prove(db, sealer)
    ring.attach(db, path)
    _name_anew(db, sealer)
    return int(db.execute("SELECT coalesce(max(version), 0) FROM chats").fetchone()[0])


def _prove(db: sqlite3.Connection, sealer: Sealer) -> None:
    """Open the proof, which shows that the key is right."""
    try:
        sealer.open(*db.execute("SELECT name, sealed FROM proof").fetchone())
    except WrongKey:
        raise Unusable(WRONG_KEY) from None


def _make(db: sqlite3.Connection, sealer: Sealer) -> None:
    db.execute("BEGIN IMMEDIATE")
    for statement in TABLES.split(";"):
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {OURS}")
    db.execute(f"PRAGMA user_version = {SCHEMA}")
    name = sealer.name(PROOF)
    db.execute("INSERT INTO proof VALUES (?, ?)", (name, sealer.seal(name, b"")))
    db.execute("COMMIT")


def _name_anew(db: sqlite3.Connection, sealer: Sealer) -> None:
    """Give every row of an older key its new name, and its own key a new seal; first on the ring, then in the store."""
    olds = [row for row in db.execute(ring.ROW).fetchall() if row[3] and sealer.is_old(row[3])]
    named = {name: sealer.name(chat) for name, chat in _chats(sealer, olds)}
    db.execute("BEGIN IMMEDIATE")
    for name, _, _, key in olds:
        if new := named.get(name):
            ring.hold(db, new, sealer.seal(new, sealer.open(name, key)))
    db.execute("COMMIT")
    db.execute("BEGIN IMMEDIATE")
    for name, new in named.items():
        db.execute("UPDATE chats SET name = ? WHERE name = ?", (new, name))
    proof = sealer.name(PROOF)
    db.execute("UPDATE proof SET name = ?, sealed = ?", (proof, sealer.seal(proof, b"")))
    db.execute("COMMIT")


def _chats(sealer: Sealer, rows: list[tuple[bytes, int, bytes, bytes | None]]) -> Iterator[tuple[bytes, str]]:
    for name, _, sealed, key in rows:
        if said := ring.inside(sealer, name, sealed, key):
            yield name, json.loads(said)[0]
