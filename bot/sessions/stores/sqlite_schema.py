"""The schema of the SQLite store: a file is checked before anything is changed, and created if it is not there.

Rows of an older master key are renamed and their data keys rewrapped here, all in one transaction; so after it every
row is found by one name, and the older key can go.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from bot.operations.encryption import KeyRing, WrongKeyError
from bot.operations.errors import StoreConfigError
from bot.operations.sqlite_files import FileOwner, file_owner
from bot.sessions.stores import sqlite_keyring as data_keys
from bot.sessions.stores.base import KEY_CHECK, WRONG_KEY_MESSAGE, decode_row
from bot.sessions.stores.sqlite_errors import ERROR_SENTENCES

APPLICATION_ID = 0x436F6E66  # "Conf": what the file's header says it belongs to
SCHEMA_VERSION = 1
MAX_REWRAP_CACHE_KIB = 1 << 17  # KiB of memory, at the most, while a new master key renames every row
CREATE_TABLES = """
CREATE TABLE chats (name BLOB PRIMARY KEY, version INTEGER NOT NULL, ends INTEGER NOT NULL, sealed BLOB NOT NULL)
    WITHOUT ROWID;
CREATE INDEX chats_by_end ON chats (ends);
CREATE TABLE seen (id INTEGER PRIMARY KEY, hour INTEGER NOT NULL);
CREATE TABLE aside (id INTEGER PRIMARY KEY, fault TEXT NOT NULL);
CREATE TABLE proof (name BLOB PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
"""
DAMAGED_MESSAGE = "The store's file is damaged. Nothing in it was changed; restore it, or move it away."
NEWER_SCHEMA_MESSAGE = "The store's file was written by a newer version of this bot. Nothing in it was changed."
UNKNOWN_FILE_MESSAGE = ERROR_SENTENCES["SQLITE_NOTADB"]
FOREIGN_FILE_MESSAGE = "The store's file belongs to another program. Nothing in it was changed."


def check_owner(path: Path) -> None:
    """Raise StoreConfigError if the file at *path* is not this bot's, nor to be: before anything touches it."""
    match file_owner(path, APPLICATION_ID):
        case FileOwner.OTHER:
            raise StoreConfigError(FOREIGN_FILE_MESSAGE)
        case FileOwner.UNKNOWN:
            raise StoreConfigError(UNKNOWN_FILE_MESSAGE)


def prepare_database(db: sqlite3.Connection, path: Path, key_ring: KeyRing) -> int:
    """Check everything before changing anything; then create what is not there yet. Return the newest row version.

    Raises StoreConfigError for a wrong key, another program's file, a newer schema or a damaged file.
    """
    db.execute("PRAGMA locking_mode = EXCLUSIVE")
    (application_id,), (schema_version,) = (
        db.execute("PRAGMA application_id").fetchone(),
        db.execute("PRAGMA user_version").fetchone(),
    )
    (table_count,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if table_count and application_id != APPLICATION_ID:
        raise StoreConfigError(FOREIGN_FILE_MESSAGE)
    if schema_version > SCHEMA_VERSION:
        raise StoreConfigError(NEWER_SCHEMA_MESSAGE)
    if table_count and db.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
        raise StoreConfigError(DAMAGED_MESSAGE)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
        db.execute(f"PRAGMA {pragma}").fetchone()
    if not table_count:
        _create_tables(db, key_ring)
    _check_master_key(db, key_ring)
    data_keys.attach_key_file(db, path)
    _rewrap_data_keys(db, key_ring)
    return int(db.execute("SELECT coalesce(max(version), 0) FROM chats").fetchone()[0])


def _check_master_key(db: sqlite3.Connection, key_ring: KeyRing) -> None:
    """Decrypt the store's check row, which shows that the master key is right."""
    try:
        key_ring.decrypt(*db.execute("SELECT name, sealed FROM proof").fetchone())
    except WrongKeyError:
        raise StoreConfigError(WRONG_KEY_MESSAGE) from None


def _create_tables(db: sqlite3.Connection, key_ring: KeyRing) -> None:
    """Create the tables, the header of the file, and the check row."""
    db.execute("BEGIN IMMEDIATE")
    for statement in CREATE_TABLES.split(";"):
        db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    row_id = key_ring.row_id(KEY_CHECK)
    db.execute("INSERT INTO proof VALUES (?, ?)", (row_id, key_ring.encrypt(row_id, b"")))
    db.execute("COMMIT")


def _rewrap_data_keys(db: sqlite3.Connection, key_ring: KeyRing) -> None:
    """Rename the rows of older master keys and rewrap their data keys; first in the key file, then in the store."""
    renamed = {
        row_id: (new_row_id, key_ring.encrypt(new_row_id, data_key))
        for row_id, new_row_id, data_key in _rows_of_older_keys(db, key_ring)
    }
    (usual_cache_size,) = db.execute("PRAGMA main.cache_size").fetchone()
    if renamed:  # every row moves in the file: without memory for them each is read from the disk again
        db.execute(f"PRAGMA main.cache_size = {-MAX_REWRAP_CACHE_KIB}")
    db.execute("BEGIN IMMEDIATE")
    for new_row_id, wrapped_key in sorted(renamed.values()):
        data_keys.put_key(db, new_row_id, wrapped_key)
    db.execute("COMMIT")
    db.execute("BEGIN IMMEDIATE")
    for row_id, (new_row_id, _) in renamed.items():
        db.execute("UPDATE chats SET name = ? WHERE name = ?", (new_row_id, row_id))
    check_row_id = key_ring.row_id(KEY_CHECK)
    db.execute("UPDATE proof SET name = ?, sealed = ?", (check_row_id, key_ring.encrypt(check_row_id, b"")))
    db.execute("COMMIT")
    db.execute(f"PRAGMA main.cache_size = {usual_cache_size}")


def _rows_of_older_keys(db: sqlite3.Connection, key_ring: KeyRing) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Yield the name, the new name and the data key of each row of an older master key.

    Rows of the newest master key are not read.
    """
    for row_id, ciphertext, wrapped_key in db.execute(data_keys.SELECT_ROWS_OF_OLD_KEYS, (key_ring.key_id,)):
        if plaintext := data_keys.decrypt_row(key_ring, row_id, ciphertext, wrapped_key):
            yield row_id, key_ring.row_id(decode_row(plaintext)[0]), key_ring.decrypt(row_id, wrapped_key)
