"""The schema of the PostgreSQL store: it is created or migrated, and the master key is checked, before any use.

Any number of instances may start at once. A row of a table is the lock, not the server's own advisory lock: databases
that only speak PostgreSQL's language know rows. Once that table is there, everything is one transaction: it holds
whole, or nothing has happened.
"""

import time
from typing import Any

import psycopg
from psycopg import Connection, errors

from bot.operations.encryption import KeyRing, WrongKeyError, decrypt_with
from bot.operations.errors import StoreConfigError
from bot.sessions.stores.base import KEY_CHECK, WRONG_KEY_MESSAGE, decode_row
from bot.sessions.stores.postgres_errors import error_sentence
from bot.sessions.stores.postgres_pool import CONNECTION_OPTIONS

SCHEMA_VERSION = 2
CREATE_STORE_TABLE = """
CREATE SCHEMA IF NOT EXISTS confidante;
CREATE TABLE IF NOT EXISTS confidante.store
    (id INT PRIMARY KEY, version INT NOT NULL, name BYTEA NOT NULL, sealed BYTEA NOT NULL);
"""
MIGRATIONS = {
    1: """
CREATE TABLE IF NOT EXISTS confidante.chats
    (name BYTEA PRIMARY KEY, version BIGINT NOT NULL, ends BIGINT NOT NULL, sealed BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS confidante.keys (name BYTEA PRIMARY KEY, sealed BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS confidante.seen (id BIGINT PRIMARY KEY, hour BIGINT NOT NULL, version BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS confidante.aside (id BIGINT PRIMARY KEY, fault TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS chats_by_end ON confidante.chats (ends);
CREATE INDEX IF NOT EXISTS seen_by_hour ON confidante.seen (hour);
""",
    2: """
CREATE TABLE IF NOT EXISTS confidante.bots (id TEXT PRIMARY KEY, beat BIGINT NOT NULL);
""",
}
NEWER_SCHEMA_MESSAGE = "The store was written by a newer version of this bot. Nothing in it was changed."
CONCURRENT_SETUP_ERRORS = (
    errors.UniqueViolation,
    errors.DuplicateTable,
    errors.DuplicateSchema,
    errors.SerializationFailure,
    errors.DeadlockDetected,
)
MAX_SETUP_ATTEMPTS = 20


def prepare_database(address: str, key_ring: KeyRing) -> None:
    """Create, migrate and check the store at *address*. StoreConfigError, with one sentence, if that cannot be."""
    for attempts_left in reversed(range(MAX_SETUP_ATTEMPTS)):
        try:
            with psycopg.connect(address, autocommit=False, **CONNECTION_OPTIONS) as connection:  # type: ignore[arg-type]
                return _check_and_migrate(connection, key_ring)
        except CONCURRENT_SETUP_ERRORS as error:  # another instance makes the same things at the same moment
            if not attempts_left:
                raise StoreConfigError(error_sentence(error)) from None
            time.sleep(0.1)
        except psycopg.Error as error:
            raise StoreConfigError(error_sentence(error)) from None
        except (OSError, ValueError):
            raise StoreConfigError("SESSION_STORE is no address that PostgreSQL understands.") from None
    return None


def _check_and_migrate(connection: Connection[Any], key_ring: KeyRing) -> None:
    """Create the store's own row, check the master key, run the migrations that are missing, rewrap if need be."""
    _run_statements(connection, CREATE_STORE_TABLE)
    connection.commit()
    row_id = key_ring.row_id(KEY_CHECK)
    row = (row_id, key_ring.encrypt(row_id, KEY_CHECK.encode()))
    connection.execute("INSERT INTO confidante.store VALUES (1, 0, %s, %s) ON CONFLICT (id) DO NOTHING", row)
    found = connection.execute("SELECT version, name, sealed FROM confidante.store WHERE id = 1 FOR UPDATE").fetchone()
    assert found
    version, row_id, ciphertext = found
    if version > SCHEMA_VERSION:
        raise StoreConfigError(NEWER_SCHEMA_MESSAGE)
    _check_master_key(key_ring, row_id, ciphertext)
    for number in range(version + 1, SCHEMA_VERSION + 1):
        _run_statements(connection, MIGRATIONS[number])
    connection.execute("UPDATE confidante.store SET version = %s WHERE id = 1", (SCHEMA_VERSION,))
    if key_ring.needs_rewrap(ciphertext):
        connection.execute("UPDATE confidante.store SET name = %s, sealed = %s WHERE id = 1", row)
        _rewrap_data_keys(connection, key_ring)


def _run_statements(connection: Connection[Any], statements: str) -> None:
    """Run each of *statements*, which semicolons part."""
    for statement in statements.split(";"):
        if statement.strip():
            connection.execute(statement)


def _check_master_key(key_ring: KeyRing, row_id: bytes, ciphertext: bytes) -> None:
    """Raise StoreConfigError if none of the master keys decrypts the store's check row."""
    try:
        key_ring.decrypt(row_id, ciphertext)
    except WrongKeyError:
        raise StoreConfigError(WRONG_KEY_MESSAGE) from None


def _rewrap_data_keys(connection: Connection[Any], key_ring: KeyRing) -> None:
    """Rename the rows of older master keys and rewrap their data keys. Their texts are not touched."""
    rows = connection.execute(
        "SELECT c.name, c.sealed, k.sealed FROM confidante.chats c JOIN confidante.keys k ON k.name = c.name FOR UPDATE"
    ).fetchall()
    for row_id, ciphertext, wrapped_key in rows:
        if key_ring.needs_rewrap(wrapped_key):
            data_key = key_ring.decrypt(row_id, wrapped_key)
            new_row_id = key_ring.row_id(decode_row(decrypt_with(data_key, ciphertext))[0])
            connection.execute("UPDATE confidante.chats SET name = %s WHERE name = %s", (new_row_id, row_id))
            values = (new_row_id, key_ring.encrypt(new_row_id, data_key), row_id)
            connection.execute("UPDATE confidante.keys SET name = %s, sealed = %s WHERE name = %s", values)
