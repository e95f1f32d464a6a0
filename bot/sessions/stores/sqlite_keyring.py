"""The key file beside a store's file: one small data key a row, in a file of its own that no backup holds.

A row is encrypted under its own data key. When a session ends its key is deleted, and with it every copy of the row can
no longer be read, wherever it is. A key is on the disk before its row is, and goes after its row went; so no crash in
between can part a row from its key.
"""

import sqlite3
from pathlib import Path

from bot.operations.encryption import KeyRing, WrongKeyError, decrypt_with, generate_data_key

KEY_FILE_SUFFIX = ".keys"
CREATE_KEYS_TABLE = "CREATE TABLE IF NOT EXISTS ring.keys (name BLOB PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID"
SELECT_ROWS = (
    "SELECT chats.name, version, chats.sealed, k.sealed FROM chats LEFT JOIN ring.keys k ON k.name = chats.name "
)
SELECT_ROWS_OF_OLD_KEYS = """SELECT k.name, chats.sealed, k.sealed FROM ring.keys k JOIN chats ON chats.name = k.name
    WHERE substr(k.sealed, 1, 4) <> ?"""
DELETE_ORPHANED_KEYS = "DELETE FROM ring.keys WHERE name NOT IN (SELECT name FROM chats)"
DELETE_ROWS_WITHOUT_KEY = "DELETE FROM chats WHERE name NOT IN (SELECT name FROM ring.keys)"


def key_file_path(store: Path) -> Path:
    """Return the path of the key file beside *store*."""
    return store.with_name(store.name + KEY_FILE_SUFFIX)


def attach_key_file(db: sqlite3.Connection, store: Path) -> None:
    """Attach the key file to the connection; create it if it is not there."""
    db.execute("ATTACH ? AS ring", (str(key_file_path(store)),))
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
        db.execute(f"PRAGMA ring.{pragma}").fetchone()
    db.execute(CREATE_KEYS_TABLE)


def put_key(db: sqlite3.Connection, row_id: bytes, wrapped_key: bytes) -> None:
    """Store a row's data key, encrypted; one that is there already stays."""
    db.execute("INSERT OR IGNORE INTO ring.keys VALUES (?, ?)", (row_id, wrapped_key))


def destroy_key(db: sqlite3.Connection, row_id: bytes) -> None:
    """Delete the data key of a row that is gone."""
    db.execute(DELETE_ORPHANED_KEYS + " AND name = ?", (row_id,))


def new_wrapped_key(key_ring: KeyRing, row_id: bytes) -> bytes:
    """Return a new data key for a row, encrypted under the newest master key."""
    return key_ring.encrypt(row_id, generate_data_key())


def decrypt_row(key_ring: KeyRing, row_id: bytes, ciphertext: bytes, wrapped_key: bytes | None) -> bytes | None:
    """Return a row's plaintext; None if no key decrypts it any more."""
    try:
        return decrypt_with(key_ring.decrypt(row_id, wrapped_key or b""), ciphertext)
    except WrongKeyError:
        return None
