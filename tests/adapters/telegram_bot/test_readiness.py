"""`/readyz` tells whether anything can be kept, by trying where that is not known. The disks and servers are real."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.adapters.telegram_bot.monitoring import NO_ANSWER, Readiness
from bot.operations.encryption import KeyRing
from bot.operations.errors import StoreUnavailableError
from bot.sessions.stores import write_health
from bot.sessions.stores.base import Store, Write
from bot.sessions.stores.memory import MemoryStore
from bot.sessions.stores.postgres import PostgresStore, open_postgres_store
from bot.sessions.stores.sqlite import SqliteStore, open_sqlite_store
from bot.sessions.stores.write_health import FRESH_SECONDS, WriteHealth
from tests.support.paths import ROOT
from tests.support.postgres_server import Server

KEY = "a key that is long enough to be one."
CHAT, SOON = "4815162342", 2e9


@pytest.fixture
def own_server() -> Iterator[Server]:
    server = Server().start()
    yield server
    server.remove()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    made: Store = MemoryStore()
    if request.param == "sqlite":
        made = open_sqlite_store(tmp_path / "store.sqlite", KeyRing([KEY]))
    if request.param == "postgres":
        made = open_postgres_store(request.getfixturevalue("postgres").database(), KeyRing([KEY]))
    yield made
    await made.close()


async def test_every_store_that_keeps_things_says_so_and_nothing_is_left(store: Store) -> None:
    for _ in range(3):
        assert await Readiness(store).obstacle() == ""
    assert [chat async for chat, _ in store.rows()] == []
    assert await store.processed_updates() == []
    if isinstance(store, SqliteStore):
        assert await store._writer.read(lambda db: db.execute("SELECT * FROM aside").fetchall()) == []
    if isinstance(store, PostgresStore):
        found = await store._pool.read(_set_aside)
        assert found == []


async def _set_aside(db: object) -> list[object]:
    return await (await db.execute("SELECT * FROM confidante.aside")).fetchall()  # type: ignore[attr-defined, no-any-return]


async def pragma(store: SqliteStore, text: str) -> None:
    await store._writer.read(lambda db: db.execute(f"PRAGMA {text}").fetchone())


async def test_a_database_that_cannot_grow_is_not_ready_and_then_is(tmp_path: Path) -> None:
    store = open_sqlite_store(tmp_path / "store.sqlite", KeyRing([KEY]))
    await pragma(store, "max_page_count = 8")
    assert (await Readiness(store).obstacle()).startswith("The disk is full.")
    await pragma(store, "max_page_count = 100000")
    assert await Readiness(store).obstacle() == ""
    await store.close()


async def test_a_write_that_was_not_kept_is_told_at_once(tmp_path: Path) -> None:
    store = open_sqlite_store(tmp_path / "store.sqlite", KeyRing([KEY]))
    await store.commit(Write(CHAT, "one", expires_at=SOON))
    await pragma(store, "query_only = ON")
    assert await Readiness(store).obstacle() == "", "the last write was kept, and that was just now"
    with pytest.raises(StoreUnavailableError):
        await store.commit(Write("2", "two", expires_at=SOON))
    assert "read-only" in await Readiness(store).obstacle()
    await store.close()


async def test_what_was_read_or_refused_is_no_write(tmp_path: Path) -> None:
    store = open_sqlite_store(tmp_path / "store.sqlite", KeyRing([KEY]))
    await store._writer.write(lambda db: db.execute("SELECT 1").fetchone())
    assert not store._writer.health.is_known_good
    await store.commit(Write(CHAT, "one", expires_at=SOON))
    assert store._writer.health.is_known_good
    await store.close()


FULL = """
import asyncio, resource, signal, sys
from pathlib import Path
from bot.adapters.telegram_bot.monitoring import Readiness
from bot.operations.encryption import KeyRing
from bot.sessions.stores.sqlite import open_sqlite_store

async def main():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store = open_sqlite_store(Path(sys.argv[1]), KeyRing([sys.argv[2]]))
    print(repr(await Readiness(store).obstacle()))
    store._writer.health.record(succeeded=False)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
    print(repr(await Readiness(store).obstacle()))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    print(repr(await Readiness(store).obstacle()))
    await store.close()

asyncio.run(main())
"""


def test_a_file_that_the_system_lets_grow_no_more(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "store.sqlite"), KEY], capture_output=True, text=True, cwd=ROOT
    )
    first, full, after = done.stdout.splitlines()
    assert first == after == "''", done.stderr
    assert "disk" in full


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(disk)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("this user may mount nothing")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


async def test_a_real_disk_that_is_full(small_disk: Path) -> None:
    store = open_sqlite_store(small_disk / "store.sqlite", KeyRing([KEY]))
    assert await Readiness(store).obstacle() == ""
    filler = small_disk / "filler"
    with filler.open("wb") as file:
        free = os.statvfs(small_disk)
        file.write(b"x" * (free.f_bavail * free.f_bsize))
    store._writer.health.record(succeeded=False)
    assert "full" in await Readiness(store).obstacle()
    filler.unlink()
    assert await Readiness(store).obstacle() == ""
    await store.close()


async def test_a_server_that_became_read_only(own_server: Server) -> None:
    address = own_server.database()
    store = open_postgres_store(address, KeyRing([KEY]))
    assert await Readiness(store).obstacle() == ""
    import psycopg

    with closing(psycopg.connect(address, autocommit=True)) as db:
        db.execute("ALTER SYSTEM SET default_transaction_read_only = on")
        db.execute("SELECT pg_reload_conf()")
        await asyncio.sleep(0.5)
        store._pool.health._kept_at = time.monotonic() - FRESH_SECONDS
        assert "read-only" in await Readiness(store).obstacle()
        with pytest.raises(StoreUnavailableError):
            await store.commit(Write(CHAT, "one", expires_at=SOON))
        db.execute("SET default_transaction_read_only = off")
        db.execute("ALTER SYSTEM RESET default_transaction_read_only")
        db.execute("SELECT pg_reload_conf()")
    await asyncio.sleep(0.5)
    assert await Readiness(store).obstacle() == ""
    await store.close()


class Stuck(MemoryStore):
    """A store whose disk does not come back for a while."""

    looks = 0
    may_go_on = asyncio.Event()

    async def check_writable(self) -> None:
        self.looks += 1
        await self.may_go_on.wait()


async def test_it_takes_two_seconds_and_however_many_ask_looks_once() -> None:
    store = Stuck()
    store.may_go_on = asyncio.Event()
    readiness, began = Readiness(store), time.monotonic()
    assert set(await asyncio.gather(*(readiness.obstacle() for _ in range(100)))) == {NO_ANSWER}
    assert 1.9 < time.monotonic() - began < 3
    assert store.looks == 1
    store.may_go_on.set()
    assert await readiness.obstacle() == ""


def test_a_write_tells_for_half_a_minute() -> None:
    now = SimpleNamespace(seconds=0.0)
    health = WriteHealth(lambda: now.seconds)
    assert not health.is_known_good
    health.record(succeeded=True)
    assert health.is_known_good
    now.seconds = FRESH_SECONDS
    assert not health.is_known_good
    health.record(succeeded=True)
    health.record(succeeded=False)
    assert not health.is_known_good
    assert write_health.PROBE_ID < 0
