"""The ring of keys beside a store's file: who has left is gone from every copy of it, and nobody else is."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.operations.encryption import KeyRing
from bot.sessions.stores.base import StoredRow, Write
from bot.sessions.stores.sqlite import SqliteStore, open_sqlite_store
from bot.sessions.stores.sqlite_keyring import key_file_path

KEY, OTHER = "a key that is long enough to be one.", "another key, long enough to be a key."
SOON = 2e9


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


def store_in(file: Path, *keys: str) -> SqliteStore:
    return open_sqlite_store(file, KeyRing(keys or [KEY]))


async def everything(store: SqliteStore) -> dict[str, str]:
    return {chat: row.text async for chat, row in store.rows()}


async def two(file: Path) -> SqliteStore:
    store = store_in(file)
    await store.commit(Write("1", "stays", expires_at=SOON))
    await store.commit(Write("2", "leaves", expires_at=SOON))
    return store


async def leaves(store: SqliteStore) -> None:
    row = await store.load("2")
    assert row
    await store.commit(Write("2", None, row.version))


async def test_a_backup_opens_nobody_who_has_left(file: Path, tmp_path: Path) -> None:
    await (await two(file)).close()
    backup = tmp_path / "backup"
    shutil.copy(file, backup)
    store = store_in(file)
    await leaves(store)
    await store.close()
    shutil.copy(backup, file)
    store = store_in(file)
    assert await everything(store) == {"1": "stays"}
    row = await store.load("2")
    assert row == StoredRow("", row.version if row else 0), "it says nothing, and may be written over"
    await store.commit(Write("2", "anew", row.version if row else 0, SOON))
    assert await everything(store) == {"1": "stays", "2": "anew"}
    await store.close()


async def test_what_nobody_can_open_goes_with_a_sweep(file: Path) -> None:
    store = await two(file)
    await store._writer.write(
        lambda db: db.execute("DELETE FROM ring.keys WHERE name = ?", (KeyRing([KEY]).row_id("2"),))
    )
    await store.purge_expired(0)
    assert await store.load("2") is None
    assert await everything(store) == {"1": "stays"}
    await store.close()


async def test_a_destroyed_key_is_nowhere_on_the_disk(file: Path) -> None:
    store = await two(file)
    name = KeyRing([KEY]).row_id("2")
    key = await store._writer.read(
        lambda db: db.execute("SELECT sealed FROM ring.keys WHERE name = ?", (name,)).fetchone()[0]
    )
    assert on_disk(file, key)
    await leaves(store)
    await store.purge_expired(0)
    assert not on_disk(file, key)
    assert await everything(store) == {"1": "stays"}
    await store.close()


def on_disk(file: Path, what: bytes) -> list[str]:
    return [path.name for path in file.parent.iterdir() if what in path.read_bytes()]


async def test_time_takes_the_key_too(file: Path) -> None:
    store = store_in(file)
    await store.commit(Write("1", "short", expires_at=1000))
    await store.purge_expired(5000)
    await store.close()
    with closing(sqlite3.connect(key_file_path(file))) as db:
        assert db.execute("SELECT count(*) FROM keys").fetchone() == (0,)


async def test_a_key_without_a_row_harms_nobody(file: Path) -> None:
    """What a death leaves behind that came between a key and its row."""
    store = await two(file)
    await store._writer.write(lambda db: db.execute("INSERT INTO ring.keys VALUES (x'00', x'00')"))
    await store.purge_expired(0)
    assert await store._writer.read(lambda db: db.execute("SELECT count(*) FROM ring.keys").fetchone()) == (2,)
    await store.close()


async def test_a_change_of_keys_that_died_half_way_is_finished(file: Path) -> None:
    """The new names are on the ring, the rows have still the old ones."""
    await (await two(file)).close()
    old, new = KeyRing([KEY]), KeyRing([OTHER])
    with closing(sqlite3.connect(key_file_path(file), isolation_level=None)) as db:
        for chat in "12":
            (sealed,) = db.execute("SELECT sealed FROM keys WHERE name = ?", (old.row_id(chat),)).fetchone()
            own = old.decrypt(old.row_id(chat), sealed)
            db.execute("INSERT INTO keys VALUES (?, ?)", (new.row_id(chat), new.encrypt(new.row_id(chat), own)))
    store = store_in(file, OTHER, KEY)
    assert await everything(store) == {"1": "stays", "2": "leaves"}
    await store.purge_expired(0)
    await store.close()
    store = store_in(file, OTHER)
    assert await everything(store) == {"1": "stays", "2": "leaves"}
    await store.close()
