"""The schema of the PostgreSQL store: it is created or migrated, and the master key is checked, before any use.

Any number of instances may start at once. A row of a table is the lock, not the server's own advisory lock: databases
that only speak PostgreSQL's language know rows. Once that table is there, everything is one transaction: it holds
whole, or nothing has happened.
"""

import time
from typing import Any

import psycopg
from psycopg import Connection, errors

from bot.operations.encryption import Sealer, WrongKey, open_with
from bot.sessions.stores.base import Unusable
from bot.sessions.stores.postgres_errors import sentence
from bot.sessions.stores.postgres_pool import MANNERS
from bot.sessions.stores.row_codec import parted

SCHEMA = 2
FIRST = """
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
PROOF = "the key that opens this opens every row"
WRONG_KEY = "SESSION_KEY does not open this store. Nothing in it was changed. Use the key that it was made with."
NEWER = "The store was written by a newer version of this bot. Nothing in it was changed."
CLASH = (errors.UniqueViolation, errors.DuplicateTable, errors.DuplicateSchema, errors.SerializationFailure,
         errors.DeadlockDetected)  # fmt: skip
TRIES = 20


def make_ready(address: str, sealer: Sealer) -> None:
    """Create, migrate and check the store at *address*. StoreConfigError, with one sentence, if that cannot be."""
    for left in reversed(range(TRIES)):
        try:
            with psycopg.connect(address, autocommit=False, **MANNERS) as connection:  # type: ignore[arg-type]
                return _ready(connection, sealer)
        except CLASH as error:  # another instance makes the same things at the same moment
            if not left:
                raise Unusable(sentence(error)) from None
            time.sleep(0.1)
        except psycopg.Error as error:
            raise Unusable(sentence(error)) from None
        except (OSError, ValueError):
            raise Unusable("SESSION_STORE is no address that PostgreSQL understands.") from None
    return None


def _ready(connection: Connection[Any], sealer: Sealer) -> None:
    """Create the store's own row, check the master key, run the migrations that are missing, rewrap if need be."""
    _run(connection, FIRST)
    connection.commit()
    name = sealer.name(PROOF)
    row = (name, sealer.seal(name, PROOF.encode()))
    connection.execute("INSERT INTO confidante.store VALUES (1, 0, %s, %s) ON CONFLICT (id) DO NOTHING", row)
    found = connection.execute("SELECT version, name, sealed FROM confidante.store WHERE id = 1 FOR UPDATE").fetchone()
    assert found
    version, name, sealed = found
    if version > SCHEMA:
        raise Unusable(NEWER)
    _prove(sealer, name, sealed)
    for number in range(version + 1, SCHEMA + 1):
        _run(connection, MIGRATIONS[number])
    connection.execute("UPDATE confidante.store SET version = %s WHERE id = 1", (SCHEMA,))
    if sealer.is_old(sealed):
        connection.execute("UPDATE confidante.store SET name = %s, sealed = %s WHERE id = 1", row)
        _seal_anew(connection, sealer)


def _run(connection: Connection[Any], statements: str) -> None:
    """Run each of *statements*, which semicolons part."""
    for statement in statements.split(";"):
        if statement.strip():
            connection.execute(statement)


def _prove(sealer: Sealer, name: bytes, sealed: bytes) -> None:
    """Raise StoreConfigError if none of the master keys decrypts the store's check row."""
    try:
        sealer.open(name, sealed)
    except WrongKey:
        raise Unusable(WRONG_KEY) from None


def _seal_anew(connection: Connection[Any], sealer: Sealer) -> None:
    """Rename the rows of older master keys and rewrap their data keys. Their texts are not touched."""
    rows = connection.execute(
        "SELECT c.name, c.sealed, k.sealed FROM confidante.chats c JOIN confidante.keys k ON k.name = c.name FOR UPDATE"
    ).fetchall()
    for name, sealed, key in rows:
        if sealer.is_old(key):
            own = sealer.open(name, key)
            new = sealer.name(parted(open_with(own, sealed))[0])
            connection.execute("UPDATE confidante.chats SET name = %s WHERE name = %s", (new, name))
            values = (new, sealer.seal(new, own), name)
            connection.execute("UPDATE confidante.keys SET name = %s, sealed = %s WHERE name = %s", values)
