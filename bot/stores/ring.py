"""The ring of keys beside a store's file: one small key a row, in a file of its own that no backup holds.

A row is sealed under its own key. When a session ends its key goes, and with it every copy of the row, wherever it is.
A key is on the disk before its row is, and goes after its row went; so no death in between can part a row from its key.
"""

import sqlite3
from pathlib import Path

from bot.sealing import Sealer, WrongKey, new_key, open_with

SUFFIX = ".keys"
TABLE = "CREATE TABLE IF NOT EXISTS ring.keys (name BLOB PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID"
ROW = "SELECT chats.name, version, chats.sealed, k.sealed FROM chats LEFT JOIN ring.keys k ON k.name = chats.name "
OF_OLDER_KEYS = """SELECT k.name, chats.sealed, k.sealed FROM ring.keys k JOIN chats ON chats.name = k.name
    WHERE substr(k.sealed, 1, 4) <> ?"""
ORPHANS = "DELETE FROM ring.keys WHERE name NOT IN (SELECT name FROM chats)"
LOCKED_OUT = "DELETE FROM chats WHERE name NOT IN (SELECT name FROM ring.keys)"


def ring_of(store: Path) -> Path:
    return store.with_name(store.name + SUFFIX)


def attach(db: sqlite3.Connection, store: Path) -> None:
    db.execute("ATTACH ? AS ring", (str(ring_of(store)),))
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
        db.execute(f"PRAGMA ring.{pragma}").fetchone()
    db.execute(TABLE)


def hold(db: sqlite3.Connection, name: bytes, sealed: bytes) -> None:
    """Put a key on the ring; one that is there already stays."""
    db.execute("INSERT OR IGNORE INTO ring.keys VALUES (?, ?)", (name, sealed))


def drop(db: sqlite3.Connection, name: bytes) -> None:
    """Destroy the key of a row that is gone."""
    db.execute(ORPHANS + " AND name = ?", (name,))


def fresh(sealer: Sealer, name: bytes) -> bytes:
    return sealer.seal(name, new_key())


def inside(sealer: Sealer, name: bytes, sealed: bytes, key: bytes | None) -> bytes | None:
    """What a row says; None when nobody can open it any more."""
    try:
        return open_with(sealer.open(name, key or b""), sealed)
    except WrongKey:
        return None
