"""What the store in a file leaves in its tables, and what it says when the file lets it down."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.operations.encryption import KeyRing
from bot.operations.errors import StoreUnavailableError
from bot.sessions.stores.base import EXPIRY_GRANULARITY_SECONDS, PROCESSED_RETENTION_SECONDS, StoredRow, Write
from bot.sessions.stores.memory import MemoryStore
from bot.sessions.stores.sqlite import SqliteStore, open_sqlite_store
from bot.sessions.stores.sqlite_errors import ERROR_SENTENCES, UNKNOWN_ERROR, error_sentence

KEY, OTHER = "a key that is long enough to be one.", "another key, long enough to be a key."
CHAT, NEIGHBOUR = "4815162342", "2342481516"
NOW, SOON = 1_800_000_000.0, 1_800_001_234.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
async def store(file: Path) -> AsyncIterator[SqliteStore]:
    made = open_sqlite_store(file, KeyRing([KEY]), lambda: NOW)
    yield made
    await made.close()


async def asked(store: SqliteStore, query: str, *values: object) -> list[Any]:
    return await store._writer.read(lambda db: db.execute(query, values).fetchall())


async def test_when_a_row_ends_is_kept_no_finer_than_ten_minutes(store: SqliteStore) -> None:
    await store.commit(Write(CHAT, "one", expires_at=SOON))
    assert await asked(store, "SELECT ends FROM chats") == [
        (int(SOON // EXPIRY_GRANULARITY_SECONDS * EXPIRY_GRANULARITY_SECONDS),)
    ]


async def test_when_an_update_came_is_kept_no_finer_than_the_hour(store: SqliteStore) -> None:
    await store.commit(Write(CHAT, "one", expires_at=SOON, update_id=7))
    await store.dead_letter(8, "ValueError")
    assert await asked(store, "SELECT id, hour FROM seen ORDER BY id") == [(7, NOW // 3600), (8, NOW // 3600)]
    assert await asked(store, "SELECT * FROM aside") == [(8, "ValueError")]


async def test_a_row_has_a_key_of_its_own_and_a_forgotten_chat_has_none(store: SqliteStore) -> None:
    version = await store.commit(Write(CHAT, "one", expires_at=SOON))
    await store.commit(Write(NEIGHBOUR, "two", expires_at=SOON))
    keys = await asked(store, "SELECT name, sealed FROM ring.keys")
    assert len({sealed for _, sealed in keys}) == 2
    await store.commit(Write(CHAT, None, version))
    assert await asked(store, "SELECT name FROM ring.keys") == [(KeyRing([KEY]).row_id(NEIGHBOUR),)]


async def test_two_first_words_at_once_leave_one_key_and_one_row(store: SqliteStore) -> None:
    both = (store.commit(Write(CHAT, text, expires_at=SOON)) for text in ("one", "two"))
    ends = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["StaleRecordError", "int"]
    assert await asked(store, "SELECT count(*) FROM ring.keys") == [(1,)]
    row = await store.load(CHAT)
    assert row
    assert row.text in ("one", "two")


async def test_a_sweep_takes_what_belongs_to_nothing(store: SqliteStore) -> None:
    await store.commit(Write(CHAT, "one", expires_at=NOW - 5000, update_id=7))
    await store.commit(Write(NEIGHBOUR, "two", expires_at=NOW + 9000))
    await store.dead_letter(8, "ValueError")

    async def counts() -> list[int]:
        tables = ("chats", "ring.keys", "seen", "aside")
        return [(await asked(store, f"SELECT count(*) FROM {table}"))[0][0] for table in tables]

    assert await store.purge_expired(NOW) == 1
    assert await counts() == [1, 1, 2, 1]
    assert await store.purge_expired(NOW + PROCESSED_RETENTION_SECONDS) == 1
    assert await counts() == [0, 0, 2, 1]
    await store.purge_expired(NOW + PROCESSED_RETENTION_SECONDS + 3600)
    assert await counts() == [0, 0, 0, 0]


async def test_a_key_that_nobody_can_open_is_told_and_nothing_is_written(store: SqliteStore) -> None:
    version = await store.commit(Write(CHAT, "one", expires_at=SOON))
    await store._writer.write(lambda db: db.execute("UPDATE ring.keys SET sealed = x'00'"))
    with pytest.raises(StoreUnavailableError, match=r"^A row of the store cannot be opened with SESSION_KEY\."):
        await store.commit(Write(CHAT, "two", version, SOON, update_id=7))
    assert not await store.is_processed(7)
    assert await store.load(CHAT) == StoredRow("", version), "whoever it is begins afresh"


async def test_the_file_is_durable_and_what_is_deleted_is_overwritten(store: SqliteStore) -> None:
    for pragma, wanted in (("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1)):
        for where in ("main", "ring"):
            assert await asked(store, f"PRAGMA {where}.{pragma}") == [(wanted,)], (where, pragma)
    assert await asked(store, "PRAGMA locking_mode") == [("exclusive",)]


async def test_when_the_key_has_changed_every_row_has_its_new_name_and_no_old_key_is_left(file: Path) -> None:
    store = open_sqlite_store(file, KeyRing([KEY]), lambda: NOW)
    for chat in (CHAT, NEIGHBOUR):
        await store.commit(Write(chat, f"text of {chat}", expires_at=SOON))
    await store.close()
    store = open_sqlite_store(file, KeyRing([OTHER, KEY]), lambda: NOW)
    await store.purge_expired(NOW)
    names = {(KeyRing([OTHER]).row_id(chat),) for chat in (CHAT, NEIGHBOUR)}
    assert (
        {*await asked(store, "SELECT name FROM chats")} == {*await asked(store, "SELECT name FROM ring.keys")} == names
    )
    await store.close()
    last = open_sqlite_store(file, KeyRing([OTHER]), lambda: NOW)
    row = await last.load(NEIGHBOUR)
    assert row
    assert row.text == f"text of {NEIGHBOUR}"
    await last.close()


async def test_a_fault_in_one_reading_is_told_to_whoever_asked_and_to_nobody_else(store: SqliteStore) -> None:
    with pytest.raises(StoreUnavailableError, match=r"^The store cannot be used just now\."):
        await asked(store, "SELECT nothing FROM nowhere")
    with pytest.raises(ZeroDivisionError):
        await store._writer.read(lambda db: 1 // 0)
    assert not await store.is_processed(1)


@pytest.mark.parametrize("name", ERROR_SENTENCES)
def test_a_fault_is_one_sentence(name: str) -> None:
    fault = sqlite3.OperationalError("/a/secret/path")
    fault.sqlite_errorname = f"{name}_RECOVERY"
    assert error_sentence(fault) == ERROR_SENTENCES[name]


def test_any_other_fault_is_a_sentence_too() -> None:
    assert error_sentence(sqlite3.OperationalError("/a/secret/path")) == UNKNOWN_ERROR


async def test_marks_in_memory_last_as_long_as_was_said() -> None:
    store = MemoryStore(lambda: NOW)
    await store.dead_letter(6, "ValueError")
    await store.purge_expired(NOW + PROCESSED_RETENTION_SECONDS - 1)
    assert await store.processed_updates() == [6]
    await store.purge_expired(NOW + PROCESSED_RETENTION_SECONDS)
    assert await store.processed_updates() == []
    await store.commit(Write(CHAT, "one", expires_at=SOON))
    await store.close()
    assert await store.load(CHAT) is None
