"""The schema of the SQLite store: a file is checked before anything is changed, and created if it is not there.

Rows of an older master key are renamed and their data keys rewrapped here, all in one transaction; so after it every
row is found by one name, and the older key can go.
"""

import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

from bot.operations.encryption import Sealer, WrongKey
from bot.sessions.stores import sqlite_keyring as ring
from bot.sessions.stores.base import Unusable
from bot.sessions.stores.row_codec import parted

OURS = 0x436F6E66  # "Conf": what the file's header says it belongs to
SCHEMA = 1
ROOM = 1 << 17  # KiB of memory, at the most, while a new master key renames every row
TABLES = """
CREATE TABLE chats (name BLOB PRIMARY KEY, version INTEGER NOT NULL, ends INTEGER NOT NULL, sealed BLOB NOT NULL)
    WITHOUT ROWID;
CREATE INDEX chats_by_end ON chats (ends);
CREATE TABLE seen (id INTEGER PRIMARY KEY, hour INTEGER NOT NULL);
CREATE TABLE aside (id INTEGER PRIMARY KEY, fault TEXT NOT NULL);
CREATE TABLE proof (name BLOB PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
"""
PROOF = "the key that opens this opens every row"
WRONG_KEY = "SESSION_KEY does not open this store. Nothing in it was changed. Use the key that it was made with."
DAMAGED = "The store's file is damaged. Nothing in it was changed; restore it, or move it away."
NEWER = "The store's file was written by a newer version of this bot. Nothing in it was changed."
STRANGE = "The store's file belongs to another program. Nothing in it was changed."


def private(path: Path) -> None:
    """Create the file if need be, readable by its owner alone; SQLite's files beside it take its permissions."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        path.chmod(0o600)


def ready(db: sqlite3.Connection, path: Path, sealer: Sealer) -> int:
    """Check everything before changing anything; then create what is not there yet. Return the newest row version.

    Raises StoreConfigError for a wrong key, another program's file, a newer schema or a damaged file.
    """
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
    """Decrypt the store's check row, which shows that the master key is right."""
    try:
        sealer.open(*db.execute("SELECT name, sealed FROM proof").fetchone())
    except WrongKey:
        raise Unusable(WRONG_KEY) from None


def _make(db: sqlite3.Connection, sealer: Sealer) -> None:
    """Create the tables, the header of the file, and the check row."""
    db.execute("BEGIN IMMEDIATE")
    for statement in TABLES.split(";"):
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {OURS}")
    db.execute(f"PRAGMA user_version = {SCHEMA}")
    name = sealer.name(PROOF)
    db.execute("INSERT INTO proof VALUES (?, ?)", (name, sealer.seal(name, b"")))
    db.execute("COMMIT")


def _name_anew(db: sqlite3.Connection, sealer: Sealer) -> None:
    """Rename the rows of older master keys and rewrap their data keys; first in the key file, then in the store."""
    named = {name: (new, sealer.seal(new, key)) for name, new, key in _of_older_keys(db, sealer)}
    (usual,) = db.execute("PRAGMA main.cache_size").fetchone()
    if named:  # every row moves in the file: without memory for them each is read from the disk again
        db.execute(f"PRAGMA main.cache_size = {-ROOM}")
    db.execute("BEGIN IMMEDIATE")
    for new, sealed in sorted(named.values()):
        ring.hold(db, new, sealed)
    db.execute("COMMIT")
    db.execute("BEGIN IMMEDIATE")
    for name, (new, _) in named.items():
        db.execute("UPDATE chats SET name = ? WHERE name = ?", (new, name))
    proof = sealer.name(PROOF)
    db.execute("UPDATE proof SET name = ?, sealed = ?", (proof, sealer.seal(proof, b"")))
    db.execute("COMMIT")
    db.execute(f"PRAGMA main.cache_size = {usual}")


def _of_older_keys(db: sqlite3.Connection, sealer: Sealer) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield the name, the new name and the data key of each row of an older master key.

    Rows of the newest master key are not read.
    """
    for name, sealed, key in db.execute(ring.OF_OLDER_KEYS, (sealer.mark,)):
        if said := ring.inside(sealer, name, sealed, key):
            yield name, sealer.name(parted(said)[0]), sealer.open(name, key)
