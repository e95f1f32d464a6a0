"""What the store on a server leaves in its tables, row by row, and what it does when the server says "try again"."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from psycopg import errors

from bot.operations.encryption import KeyRing
from bot.operations.errors import StoreConfigError, StoreUnavailableError
from bot.sessions.stores import postgres_pool as line
from bot.sessions.stores.base import EXPIRY_GRANULARITY_SECONDS, PROCESSED_RETENTION_SECONDS, StoredRow, Write
from bot.sessions.stores.postgres import PostgresStore, open_postgres_store
from bot.sessions.stores.postgres_schema import SCHEMA_VERSION
from tests.support.postgres_server import Server

KEY, OTHER = "a key that is long enough to be one.", "another key, long enough to be a key."
CHAT, NEIGHBOUR = "4815162342", "2342481516"
NOW, SOON = 1_800_000_000.0, 1_800_001_234.0


@pytest.fixture
def address(postgres: Server) -> str:
    return postgres.database()


@pytest.fixture
async def store(address: str) -> AsyncIterator[PostgresStore]:
    made = open_postgres_store(address, KeyRing([KEY]), lambda: NOW)
    yield made
    await made.close()


def count(postgres: Server, address: str, table: str) -> int:
    (many,) = postgres.ask(address, f"SELECT count(*) FROM confidante.{table}")[0]
    assert isinstance(many, int)
    return many


# ---- beats


async def test_every_beat_of_a_bot_counts_one_and_who_is_gone_is_forgotten(store: PostgresStore) -> None:
    assert await store.exchange_heartbeats("me", ()) == {"me": 1}
    assert await store.exchange_heartbeats("me", ()) == {"me": 2}
    assert await store.exchange_heartbeats("you", ()) == {"me": 2, "you": 1}
    assert await store.exchange_heartbeats("you", ("me", "nobody")) == {"you": 2}
    assert await store.exchange_heartbeats("you", ("you",)) == {}, "who leaves beats no more"


# ---- rows


async def test_when_a_row_ends_is_kept_no_finer_than_ten_minutes(
    postgres: Server, address: str, store: PostgresStore
) -> None:
    await store.commit(Write(CHAT, "one", expires_at=SOON))
    (ends,) = postgres.ask(address, "SELECT ends FROM confidante.chats")[0]
    assert ends == SOON // EXPIRY_GRANULARITY_SECONDS * EXPIRY_GRANULARITY_SECONDS
    assert isinstance(ends, int)
    assert SOON - ends < EXPIRY_GRANULARITY_SECONDS


async def test_when_an_update_came_is_kept_no_finer_than_the_hour(
    postgres: Server, address: str, store: PostgresStore
) -> None:
    await store.commit(Write(CHAT, "one", expires_at=SOON, update_id=7))
    await store.dead_letter(8, "ValueError")
    assert postgres.ask(address, "SELECT id, hour FROM confidante.seen ORDER BY id") == [
        (7, NOW // 3600),
        (8, NOW // 3600),
    ]
    assert postgres.ask(address, "SELECT id, fault FROM confidante.aside") == [(8, "ValueError")]
    nobodys = postgres.ask(address, "SELECT version FROM confidante.seen WHERE id = 8")
    assert nobodys == [(0,)], "no commit has that number, so none takes the mark for its own"


async def test_each_commit_has_a_key_of_its_own_and_a_forgotten_chat_has_none(
    postgres: Server, address: str, store: PostgresStore
) -> None:
    version = await store.commit(Write(CHAT, "one", expires_at=SOON))
    (first,) = postgres.ask(address, "SELECT sealed FROM confidante.keys")
    version = await store.commit(Write(CHAT, "one", version, SOON))
    (second,) = postgres.ask(address, "SELECT sealed FROM confidante.keys")
    assert first != second
    await store.commit(Write(CHAT, None, version))
    assert (count(postgres, address, "chats"), count(postgres, address, "keys")) == (0, 0)


async def test_a_row_written_anew_under_the_new_key_leaves_nothing_under_the_old_name(
    postgres: Server, address: str
) -> None:
    old = open_postgres_store(address, KeyRing([KEY]))
    new = open_postgres_store(address, KeyRing([OTHER, KEY]))
    version = await old.commit(Write(CHAT, "one", expires_at=SOON))
    version = await new.commit(Write(CHAT, "two", version, SOON))
    names = postgres.ask(address, "SELECT name FROM confidante.keys")
    assert names == postgres.ask(address, "SELECT name FROM confidante.chats") == [(KeyRing([OTHER]).row_id(CHAT),)]
    assert await new.load(CHAT) == StoredRow("two", version)
    for store in (old, new):
        await store.close()


async def test_a_sweep_takes_what_belongs_to_nothing(postgres: Server, address: str, store: PostgresStore) -> None:
    await store.commit(Write(CHAT, "one", expires_at=NOW - 5000, update_id=7))
    await store.commit(Write(NEIGHBOUR, "two", expires_at=NOW + 9000))
    await store.dead_letter(8, "ValueError")
    assert await store.purge_expired(NOW) == 1
    assert [count(postgres, address, table) for table in ("chats", "keys", "seen", "aside")] == [1, 1, 2, 1]
    assert await store.purge_expired(NOW + PROCESSED_RETENTION_SECONDS) == 1
    assert [count(postgres, address, table) for table in ("chats", "keys", "seen", "aside")] == [0, 0, 2, 1]
    await store.purge_expired(NOW + PROCESSED_RETENTION_SECONDS + 3600)
    assert [count(postgres, address, table) for table in ("seen", "aside")] == [0, 0]


async def test_marks_come_in_their_order(store: PostgresStore) -> None:
    for update in (30, 10, 20):
        await store.commit(Write(CHAT, None, update_id=update))
    assert await store.processed_updates() == [10, 20, 30]


# ---- "try again"


async def test_what_the_server_wants_tried_again_is_tried_again(store: PostgresStore) -> None:
    tries: list[object] = []

    async def work(db: line.Connection) -> int:
        tries.append(db)
        if len(tries) < 4:
            raise (errors.SerializationFailure, errors.DeadlockDetected, psycopg.OperationalError)[len(tries) - 1]
        return 42

    assert await store._pool.transaction(work) == 42
    assert len(tries) == 4


async def test_what_will_not_pass_is_told_at_once(store: PostgresStore) -> None:
    tries: list[object] = []

    async def work(db: line.Connection) -> None:
        tries.append(db)
        raise errors.DiskFull("secret")

    with pytest.raises(StoreUnavailableError, match=r"^The database's disk is full\.") as caught:
        await store._pool.transaction(work)
    assert caught.value.__cause__ is None
    assert len(tries) == 1


async def test_a_line_that_fails_says_so_until_it_works_again(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two who meet at one row are no failure: the server only asks for another try."""
    faults: list[type[psycopg.Error]] = [errors.SerializationFailure, psycopg.OperationalError, errors.DeadlockDetected]
    failing: list[bool] = []

    async def work(db: line.Connection) -> None:
        failing.append(store.is_failing)
        if len(failing) <= len(faults):
            raise faults[len(failing) - 1]

    await store._pool.transaction(work)
    assert failing == [False, False, True, False]
    assert not store.is_failing

    async def never(db: line.Connection) -> None:
        raise psycopg.OperationalError

    monkeypatch.setattr(line, "STORE_TIMEOUT_SECONDS", 0.1)
    with pytest.raises(StoreUnavailableError):
        await store._pool.read(never)
    assert store.is_failing
    assert not await store.is_processed(1)
    assert not store.is_failing


async def test_what_the_operator_took_away_is_told_in_a_sentence_and_at_once(store: PostgresStore) -> None:
    tries: list[object] = []

    async def work(db: line.Connection) -> None:
        tries.append(db)
        raise errors.InsufficientPrivilege("secret")

    with pytest.raises(
        StoreUnavailableError, match=r"^The database user in SESSION_STORE may not do what the bot needs"
    ):
        await store._pool.transaction(work)
    assert len(tries) == 1


async def test_who_finds_every_connection_taken_waits_no_longer_than_patience(
    store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, free = asyncio.Semaphore(0), asyncio.Event()

    async def hold(db: line.Connection) -> None:
        taken.release()
        await free.wait()

    holding = [asyncio.create_task(store._pool.read(hold)) for _ in range(line.MAX_CONNECTIONS)]
    for _ in holding:
        await taken.acquire()
    monkeypatch.setattr(line, "STORE_TIMEOUT_SECONDS", 0.3)
    async with asyncio.timeout(2):
        with pytest.raises(StoreUnavailableError, match="does not answer"):
            await store.is_processed(1)
    free.set()
    await asyncio.gather(*holding)
    assert not await store.is_processed(1), "and once they are free it goes on"


async def test_a_bot_with_little_to_do_holds_few_connections(
    postgres: Server, address: str, store: PostgresStore
) -> None:
    """Databases give out few, and every bot wants its own. The second is made if the first takes long to be ready."""
    for _ in range(3):
        assert not await store.is_processed(1)
    await asyncio.sleep(0.2)
    held = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{address.rpartition('/')[2]}'"
    assert postgres.ask("postgres", held) in ([(1,)], [(2,)])


async def test_patience_has_an_end(store: PostgresStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "STORE_TIMEOUT_SECONDS", 0.3)
    tries: list[object] = []

    async def work(db: line.Connection) -> None:
        tries.append(db)
        raise errors.DeadlockDetected("secret")

    async with asyncio.timeout(5):
        with pytest.raises(StoreUnavailableError):
            await store._pool.transaction(work)
    assert 1 < len(tries) < 8, "it waits longer from try to try"


async def test_housekeeping_that_fails_is_let_be_and_the_line_is_as_good_as_before(store: PostgresStore) -> None:
    await store._pool.autocommit("VACUUM (FULL) confidante.nothing")
    version = await store.commit(Write(CHAT, "one", expires_at=SOON))
    assert await store.load(CHAT) == StoredRow("one", version)


async def test_the_server_gives_up_a_statement_before_anybody_stops_waiting(store: PostgresStore) -> None:
    async def work(db: line.Connection) -> object:
        return (await (await db.execute("SHOW statement_timeout")).fetchone() or ())[0]

    assert await store._pool.transaction(work) == "2400ms"
    assert line.ATTEMPT_TIMEOUT_SECONDS > 2.4


async def test_what_hangs_is_hung_up_on(store: PostgresStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "ATTEMPT_TIMEOUT_SECONDS", 0.2)
    monkeypatch.setattr(line, "STORE_TIMEOUT_SECONDS", 0.6)

    async def work(db: line.Connection) -> None:
        await db.execute("SET statement_timeout = 0")  # as on a wire that carries nothing any more
        await db.execute("SELECT pg_sleep(2)")

    async with asyncio.timeout(1.9):
        with pytest.raises(StoreUnavailableError, match="does not answer"):
            await store._pool.transaction(work)


async def test_who_runs_it_is_known_to_the_server_by_its_name(postgres: Server, address: str) -> None:
    store = open_postgres_store(address, KeyRing([KEY]))
    assert not await store.is_processed(1)
    assert ("confidante",) in postgres.ask("postgres", "SELECT application_name FROM pg_stat_activity")
    await store.close()


# ---- the start


async def test_a_store_of_the_first_schema_is_brought_up_to_today_and_keeps_its_rows(
    postgres: Server, address: str
) -> None:
    store = open_postgres_store(address, KeyRing([KEY]))
    version = await store.commit(Write(CHAT, "one", expires_at=SOON))
    await store.close()
    postgres.ask(address, "DROP TABLE confidante.bots")
    postgres.ask(address, "UPDATE confidante.store SET version = 1")
    again = open_postgres_store(address, KeyRing([KEY]))
    assert await again.load(CHAT) == StoredRow("one", version)
    assert await again.exchange_heartbeats("me", ()) == {"me": 1}
    assert postgres.ask(address, "SELECT id, version FROM confidante.store") == [(1, SCHEMA_VERSION)]
    await again.close()


async def test_with_a_new_key_every_row_gets_its_new_name_and_the_old_key_opens_nothing(
    postgres: Server, address: str
) -> None:
    store = open_postgres_store(address, KeyRing([KEY]))
    for chat in (CHAT, NEIGHBOUR):
        await store.commit(Write(chat, f"text of {chat}", expires_at=SOON))
    await store.close()
    await open_postgres_store(address, KeyRing([OTHER, KEY])).close()
    names = {name for (name,) in postgres.ask(address, "SELECT name FROM confidante.chats")}
    assert names == {KeyRing([OTHER]).row_id(chat) for chat in (CHAT, NEIGHBOUR)}
    assert names == {name for (name,) in postgres.ask(address, "SELECT name FROM confidante.keys")}
    with pytest.raises(StoreConfigError, match="SESSION_KEY does not open this store"):
        open_postgres_store(address, KeyRing([KEY]))
    last = open_postgres_store(address, KeyRing([OTHER]))
    row = await last.load(NEIGHBOUR)
    assert row
    assert row.text == f"text of {NEIGHBOUR}"
    await last.close()


async def test_a_store_of_today_is_no_newer_one(address: str) -> None:
    for _ in range(2):
        await open_postgres_store(address, KeyRing([KEY])).close()


# ---- the end


async def test_a_closed_store_says_so_at_once_and_holds_no_connection(postgres: Server, address: str) -> None:
    store = open_postgres_store(address, KeyRing([KEY]))
    assert not await store.is_processed(1)
    database = address.rpartition("/")[2]
    connected = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}'"
    assert postgres.ask("postgres", connected) != [(0,)]
    await store.close()
    with pytest.raises(StoreUnavailableError, match=r"^The store is closed\.$"):
        await store.is_processed(1)
    async with asyncio.timeout(5):
        while postgres.ask("postgres", connected) != [(0,)]:
            await asyncio.sleep(0.02)


async def test_housekeeping_holds_nobody_up(store: PostgresStore, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not await store.is_processed(1)
    monkeypatch.setattr(line, "ATTEMPT_TIMEOUT_SECONDS", 0.2)
    async with asyncio.timeout(1.2):
        await store._pool.autocommit("SELECT pg_sleep(1.5)")
    assert not await store.is_processed(1), "and what was hung up on is replaced"


async def test_to_hang_up_twice_does_no_harm(address: str) -> None:
    async with await psycopg.AsyncConnection.connect(address) as connection:
        for _ in range(3):
            line._shut_socket(connection)
        await connection.close()
        line._shut_socket(connection)
