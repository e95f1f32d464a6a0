"""The key file beside a store's file: one small data key a row, in a file of its own that no backup holds.

A row is encrypted under its own data key. When a session ends its key is deleted, and with it every copy of the row can
no longer be read, wherever it is. A key is on the disk before its row is, and goes after its row went; so no crash in
between can part a row from its key.
"""

import sqlite3
from pathlib import Path

from bot.operations.encryption import Sealer, WrongKey, new_key, open_with

SUFFIX = ".keys"
TABLE = "CREATE TABLE IF NOT EXISTS ring.keys (name BLOB PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID"
ROW = "SELECT chats.name, version, chats.sealed, k.sealed FROM chats LEFT JOIN ring.keys k ON k.name = chats.name "
OF_OLDER_KEYS = """SELECT k.name, chats.sealed, k.sealed FROM ring.keys k JOIN chats ON chats.name = k.name
    WHERE substr(k.sealed, 1, 4) <> ?"""
ORPHANS = "DELETE FROM ring.keys WHERE name NOT IN (SELECT name FROM chats)"
LOCKED_OUT = "DELETE FROM chats WHERE name NOT IN (SELECT name FROM ring.keys)"


def ring_of(store: Path) -> Path:
    """Return the path of the key file beside *store*."""
    return store.with_name(store.name + SUFFIX)


def attach(db: sqlite3.Connection, store: Path) -> None:
    """Attach the key file to the connection; create it if it is not there."""
    db.execute("ATTACH ? AS ring", (str(ring_of(store)),))
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
        db.execute(f"PRAGMA ring.{pragma}").fetchone()
    db.execute(TABLE)


def hold(db: sqlite3.Connection, name: bytes, sealed: bytes) -> None:
    """Store a row's data key, encrypted; one that is there already stays."""
    db.execute("INSERT OR IGNORE INTO ring.keys VALUES (?, ?)", (name, sealed))


def drop(db: sqlite3.Connection, name: bytes) -> None:
    """Delete the data key of a row that is gone."""
    db.execute(ORPHANS + " AND name = ?", (name,))


def fresh(sealer: Sealer, name: bytes) -> bytes:
    """Return a new data key for a row, encrypted under the newest master key."""
    return sealer.seal(name, new_key())


def inside(sealer: Sealer, name: bytes, sealed: bytes, key: bytes | None) -> bytes | None:
    """Return a row's plaintext; None if no key decrypts it any more."""
    try:
        return open_with(sealer.open(name, key or b""), sealed)
    except WrongKey:
        return None
