"""What every store promises, and what the one in a file promises besides. The files here are real."""

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.operations.encryption import KeyRing
from bot.operations.errors import StoreConfigError, StoreUnavailableError
from bot.sessions.stores.base import (
    PROCESSED_RETENTION_SECONDS,
    AlreadyProcessedError,
    StaleRecordError,
    Store,
    StoredRow,
    Write,
)
from bot.sessions.stores.memory import MemoryStore
from bot.sessions.stores.open_store import open_store
from bot.sessions.stores.postgres import PostgresStore, open_postgres_store
from bot.sessions.stores.sqlite import ROWS_PER_READ, SqliteStore, open_sqlite_store
from bot.sessions.stores.sqlite_writer import SqliteWriter
from tests.support.postgres_server import Server

KEY, OTHER = "a key that is long enough to be one.", "another key, long enough to be a key."
CHAT, NEIGHBOUR = "4815162342", "2342481516"
NOW = 1_800_000_000.0
NOBODY = 65534
SOON = NOW + 1000


class Clock:
    now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, file: Path, clock: Clock) -> AsyncIterator[Store]:
    made: Store = MemoryStore(clock)
    if request.param == "sqlite":
        made = open_sqlite_store(file, KeyRing([KEY]), clock)
    if request.param == "postgres":
        made = open_postgres_store(request.getfixturevalue("postgres").database(), KeyRing([KEY]), clock)
    yield made
    await made.close()


async def everything(store: Store) -> dict[str, str]:
    return {chat: row.text async for chat, row in store.rows()}


# ---- the contract


async def test_what_was_committed_is_there(store: Store) -> None:
    assert await store.load(CHAT) is None
    version = await store.commit(Write(CHAT, "one ☂", expires_at=SOON))
    assert await store.load(CHAT) == StoredRow("one ☂", version)
    newer = await store.commit(Write(CHAT, "two", version, SOON))
    assert newer != version
    assert await store.load(CHAT) == StoredRow("two", newer)
    assert await store.load(NEIGHBOUR) is None


async def test_what_was_forgotten_is_gone(store: Store) -> None:
    version = await store.commit(Write(CHAT, "one", expires_at=SOON))
    assert await store.commit(Write(CHAT, None, version)) == 0
    assert await store.load(CHAT) is None


async def test_an_update_counts_once(store: Store) -> None:
    version = await store.commit(Write(CHAT, "one", expires_at=SOON, update_id=7))
    assert await store.is_processed(7)
    with pytest.raises(AlreadyProcessedError):
        await store.commit(Write(CHAT, "two", version, SOON, update_id=7))
    assert await store.load(CHAT) == StoredRow("one", version)


async def test_marks_are_a_set_and_no_line(store: Store) -> None:
    """After a silent week Telegram's numbers jump, and may jump back."""
    version = await store.commit(Write(CHAT, "one", expires_at=SOON, update_id=900))
    await store.commit(Write(CHAT, "two", version, SOON, update_id=12))
    assert not await store.is_processed(500)


async def test_nobody_writes_over_what_they_have_not_read(store: Store) -> None:
    version = await store.commit(Write(CHAT, "one", expires_at=SOON))
    for was in (0, version + 1):
        with pytest.raises(StaleRecordError):
            await store.commit(Write(CHAT, "two", was, SOON, update_id=3))
    assert await store.load(CHAT) == StoredRow("one", version)
    assert not await store.is_processed(3), "what is refused leaves no mark"


async def test_a_row_that_came_back_is_not_the_one_that_was_read(store: Store) -> None:
    first = await store.commit(Write(CHAT, "one", expires_at=SOON))
    await store.commit(Write(CHAT, None, first))
    await store.commit(Write(CHAT, "two", expires_at=SOON))
    with pytest.raises(StaleRecordError):
        await store.commit(Write(CHAT, "three", first, SOON))


async def test_a_mark_can_stand_alone(store: Store) -> None:
    assert await store.commit(Write(CHAT, None, update_id=5)) == 0
    await store.dead_letter(6, "ValueError")
    assert await store.is_processed(5)
    assert await store.is_processed(6)
    assert await everything(store) == {}


async def test_time_runs_out(store: Store, clock: Clock) -> None:
    await store.commit(Write(CHAT, "short", expires_at=NOW + 1000, update_id=1))
    await store.commit(Write(NEIGHBOUR, "long", expires_at=NOW + 9000))
    assert await store.purge_expired(NOW) == 0
    assert await store.purge_expired(NOW + 1200) == 1
    assert await everything(store) == {NEIGHBOUR: "long"}
    assert await store.is_processed(1)
    await store.purge_expired(NOW + PROCESSED_RETENTION_SECONDS + 3601)
    assert not await store.is_processed(1)


async def test_a_row_goes_in_the_very_second_in_which_it_ends(store: Store) -> None:
    await store.commit(Write(CHAT, "one", expires_at=NOW))
    assert await store.purge_expired(NOW - 1) == 0
    assert await store.purge_expired(NOW) == 1
    assert await everything(store) == {}


async def test_what_was_set_aside_is_known_as_long_as_what_was_heard(store: Store) -> None:
    await store.dead_letter(6, "ValueError")
    await store.purge_expired(NOW + PROCESSED_RETENTION_SECONDS - 3600)
    assert await store.is_processed(6)
    assert await store.processed_updates() == [6]
    await store.purge_expired(NOW + PROCESSED_RETENTION_SECONDS + 3601)
    assert not await store.is_processed(6)
    assert await store.processed_updates() == []


async def test_hundreds_of_changes_at_once_each_come_to_their_own_end(store: Store) -> None:
    async def one(number: int) -> int:
        return await store.commit(Write(str(number), f"text {number}", expires_at=SOON, update_id=number))

    versions = [v for half in (range(350), range(350, 700)) for v in await asyncio.gather(*map(one, half))]
    assert len(set(versions)) == 700
    again = await asyncio.gather(*(one(n) for n in range(300)), return_exceptions=True)
    assert all(isinstance(refused, AlreadyProcessedError) for refused in again)
    assert await everything(store) == {str(n): f"text {n}" for n in range(700)}
    assert ROWS_PER_READ < 700, "or reading in chunks is not tried"


async def test_of_two_who_read_the_same_only_one_writes(store: Store) -> None:
    version = await store.commit(Write(CHAT, "one", expires_at=SOON))
    both = (store.commit(Write(CHAT, text, version, SOON)) for text in ("two", "three"))
    ends = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["StaleRecordError", "int"]


# ---- the file


async def refilled(file: Path, *keys: str) -> SqliteStore:
    return open_sqlite_store(file, KeyRing(keys or [KEY]))


async def test_it_outlives_the_process(file: Path) -> None:
    first = await refilled(file)
    await first.commit(Write(CHAT, "one", expires_at=SOON, update_id=4))
    await first.close()
    second = await refilled(file)
    row = await second.load(CHAT)
    assert row is not None
    assert row.text == "one"
    assert await second.is_processed(4)
    newer = await second.commit(Write(NEIGHBOUR, "two", expires_at=SOON))
    assert newer > row.version, "versions are not used twice, over restarts either"
    await second.close()


async def test_only_its_owner_may_read_it(file: Path) -> None:
    file.touch(0o666)
    store = await refilled(file)
    await store.commit(Write(CHAT, "one", expires_at=SOON))
    for made in file.parent.iterdir():
        assert stat.S_IMODE(made.stat().st_mode) == 0o600, made.name
    await store.close()


async def test_a_stolen_disk_shows_nobody_and_nothing(file: Path) -> None:
    store = await refilled(file)
    for number in range(50):
        await store.commit(Write(f"{CHAT}{number}", f"pain: strong {number}", expires_at=SOON))
    taken = b"".join(path.read_bytes() for path in file.parent.iterdir())
    await store.close()
    taken += b"".join(path.read_bytes() for path in file.parent.iterdir())
    assert CHAT.encode() not in taken
    assert b"strong" not in taken


async def test_what_was_swept_is_not_left_in_the_log(file: Path) -> None:
    store = await refilled(file)
    await store.commit(Write(CHAT, "x" * 3000, expires_at=NOW))
    row = (await store._writer.read(lambda db: db.execute("SELECT sealed FROM chats").fetchone()))[0]
    assert row[100:200] in b"".join(path.read_bytes() for path in file.parent.iterdir())
    await store.purge_expired(NOW + 1)
    assert row[100:200] not in b"".join(path.read_bytes() for path in file.parent.iterdir())
    await store.close()


async def test_keys_are_changed_in_one_go(file: Path) -> None:
    store = await refilled(file, KEY)
    await store.commit(Write(CHAT, "one", expires_at=SOON))
    await store.close()
    store = await refilled(file, OTHER, KEY)
    assert await everything(store) == {CHAT: "one"}
    await store.close()
    store = await refilled(file, OTHER)
    row = await store.load(CHAT)
    assert row is not None
    assert row.text == "one"
    await store.close()


async def refusal(file: Path, *keys: str) -> str:
    with pytest.raises(StoreConfigError) as caught:
        await refilled(file, *keys)
    return str(caught.value)


async def test_a_wrong_key_is_one_sentence_and_touches_nothing(file: Path) -> None:
    store = await refilled(file, KEY)
    await store.commit(Write(CHAT, "one", expires_at=SOON))
    await store.close()
    before = file.read_bytes()
    said = await refusal(file, OTHER)
    assert "SESSION_KEY does not open" in said
    assert said.count("\n") == 0
    assert file.read_bytes() == before


@pytest.mark.parametrize("rubbish", [b"this is no database, and it is a long text" * 40, b"SQLite format 3\0" * 99])
async def test_a_damaged_file_is_said_to_be_one(file: Path, rubbish: bytes) -> None:
    file.write_bytes(rubbish)
    assert "damaged" in await refusal(file)
    assert file.read_bytes() == rubbish


async def test_damage_inside_is_found_at_the_start(file: Path) -> None:
    store = await refilled(file)
    for number in range(200):
        await store.commit(Write(str(number), "x" * 500, expires_at=SOON))
    await store.close()
    whole = bytearray(file.read_bytes())
    whole[8192 : 8192 + 3000] = b"\xff" * 3000
    file.write_bytes(whole)
    assert "damaged" in await refusal(file)


async def test_a_newer_schema_and_a_foreign_file_are_left_alone(file: Path, tmp_path: Path) -> None:
    store = await refilled(file)
    await store.close()
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA user_version = 99")
    assert "newer version" in await refusal(file)
    foreign = tmp_path / "foreign.sqlite"
    with closing(sqlite3.connect(foreign)) as db:
        db.execute("CREATE TABLE songs (name TEXT)")
    assert "another program" in await refusal(foreign)


async def test_a_second_bot_is_told_that_the_file_is_in_use(file: Path) -> None:
    store = await refilled(file)
    await store.commit(Write(CHAT, "one", expires_at=SOON))
    assert "in use" in await refusal(file)
    await store.close()


async def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert "no such file" in await refusal(tmp_path / "nowhere" / "store.sqlite")


async def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "is a directory" in await refusal(tmp_path)


@contextmanager
def nobody() -> Iterator[Path]:
    """A folder, and for a while no more rights than anybody has: root may write everywhere."""
    mine, is_root = os.geteuid(), os.geteuid() == 0
    with TemporaryDirectory() as folder:
        if is_root:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield Path(folder)
        finally:
            Path(folder).chmod(0o700)
            os.seteuid(mine)


async def test_a_read_only_folder() -> None:
    with nobody() as folder:
        folder.chmod(0o500)
        assert "permission denied" in await refusal(folder / "store.sqlite")


async def test_a_file_that_is_somebody_elses_is_left_as_it_is() -> None:
    with nobody() as folder:
        file = folder / "store.sqlite"
        file.write_bytes(b"")
        file.chmod(0o400)
        assert "permission denied" in await refusal(file)
        assert stat.S_IMODE(file.stat().st_mode) == 0o400


async def test_a_disk_that_became_read_only_changes_nothing_and_the_store_recovers_alone(file: Path) -> None:
    store = await refilled(file)
    version = await store.commit(Write(CHAT, "one", expires_at=SOON))
    await store._writer.read(lambda db: db.execute("PRAGMA query_only = ON").fetchone())
    with pytest.raises(StoreUnavailableError, match=r"^The store's file or its folder is read-only\."):
        await store.commit(Write(CHAT, "two", version, SOON, update_id=1))
    await store._writer.read(lambda db: db.execute("PRAGMA query_only = OFF").fetchone())
    assert await store.load(CHAT) == StoredRow("one", version)
    assert not await store.is_processed(1)
    assert await store.commit(Write(CHAT, "two", version, SOON, update_id=1))
    await store.close()


async def test_a_full_disk_changes_nothing_and_the_store_recovers_alone(file: Path) -> None:
    store = await refilled(file)
    version = await store.commit(Write(CHAT, "one", expires_at=SOON))
    pages = await store._writer.read(lambda db: db.execute("PRAGMA max_page_count = 8").fetchone())
    assert pages == (8,)
    full = [Write(str(number), "x" * 9000, expires_at=SOON, update_id=number) for number in range(20)]
    ends = await asyncio.gather(*map(store.commit, full), return_exceptions=True)
    assert {str(end) for end in ends if isinstance(end, StoreUnavailableError)} == {
        "The disk is full. Nothing was lost; make room, and the bot goes on by itself."
    }
    assert await store.load(CHAT) == StoredRow("one", version)
    await store._writer.read(lambda db: db.execute("PRAGMA max_page_count = 100000").fetchone())
    await asyncio.gather(
        *map(store.commit, [c for c, end in zip(full, ends, strict=True) if isinstance(end, StoreUnavailableError)])
    )
    assert len(await everything(store)) == 21
    await store.close()


async def test_a_closed_store_is_down_and_does_not_hang(file: Path) -> None:
    store = await refilled(file)
    await store.close()
    with pytest.raises(StoreUnavailableError):
        await store.load(CHAT)


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.operations.encryption import Sealer
from bot.sessions.stores.base import Change
from bot.sessions.stores.sqlite import open_file

async def main():
    store = open_file(Path(sys.argv[1]), Sealer([sys.argv[2]]))
    async def one(chat):
        version = 0
        for number in range(10**6):
            version = await store.commit(Change(str(chat), str(number), version, 2e9, update=chat * 10**6 + number))
            print(chat, number, flush=True)
    await asyncio.gather(*(one(chat) for chat in range(8)))

asyncio.run(main())
"""


async def test_what_it_said_is_kept_is_kept_when_the_process_is_killed(file: Path) -> None:
    """What a killed process had reported as committed is there, each with its mark."""
    with subprocess.Popen([sys.executable, "-c", KILLED, str(file), KEY], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(400)]
        process.kill()
        lines += process.stdout.read().splitlines()
    reported = dict(line.split() for line in lines if len(line.split()) == 2)
    store = await refilled(file)
    kept = await everything(store)
    for chat, number in reported.items():
        assert int(kept[chat]) >= int(number)
        assert await store.is_processed(int(chat) * 10**6 + int(number))
    await store.close()


async def test_the_store_is_chosen_by_its_name(tmp_path: Path, postgres: Server) -> None:
    assert isinstance(open_store("memory:", []), MemoryStore)
    with pytest.raises(StoreConfigError, match=r"^SESSION_STORE must be memory:, sqlite:PATH or postgresql://…\.$"):
        open_store("cloud:x", [])
    for file in ("store.sqlite", "a:colon.sqlite"):
        store = open_store(f"sqlite:{tmp_path / file}", [KEY])
        assert isinstance(store, SqliteStore)
        assert (tmp_path / file).exists()
        await store.commit(Write(CHAT, "one", expires_at=SOON))
        await store.close()
        again = open_sqlite_store(tmp_path / file, KeyRing([KEY]))
        assert await everything(again) == {CHAT: "one"}
        await again.close()
    address = postgres.database()
    for written in (address, address.replace("postgresql:", "postgres:")):
        server = open_store(written, [KEY])
        assert isinstance(server, PostgresStore)
        assert await server.load(CHAT) is None
        await server.close()


def test_without_the_driver_an_operator_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bot.sessions.stores.postgres", None)
    with pytest.raises(StoreConfigError, match=r"^SESSION_STORE names PostgreSQL, .* pip install"):
        open_store("postgresql://x/y", [KEY])


class Refusing(SqliteWriter):
    """A thread whose disk is full for one commit."""

    full = True

    def commit(self) -> None:
        if self.full:
            raise sqlite3.OperationalError("full")
        super().commit()


async def test_a_commit_that_the_disk_refused_is_undone_and_the_next_one_stands(file: Path) -> None:
    store = open_sqlite_store(file, KeyRing([KEY]), writer_class=Refusing)
    with pytest.raises(StoreUnavailableError):
        await store.commit(Write(CHAT, "one", expires_at=SOON, update_id=1))
    store._writer.full = False  # type: ignore[attr-defined]
    assert await store.load(CHAT) is None
    assert not await store.is_processed(1)
    assert await store.commit(Write(CHAT, "two", expires_at=SOON, update_id=1))
    assert await everything(store) == {CHAT: "two"}
    assert store._writer._thread.daemon, "it holds up no process that ends"
    await store.close()
    with pytest.raises(StoreUnavailableError, match=r"^The store is closed\.$"):
        await store.load(CHAT)
