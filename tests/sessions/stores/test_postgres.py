"""What the store on a server promises besides the contract. The server is real: it is stopped, cut off, slowed."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from bot.operations.encryption import KeyRing
from bot.operations.errors import StoreConfigError, StoreUnavailableError
from bot.sessions.stores.base import AlreadyProcessedError, StaleRecordError, Store, StoredRow, Write
from bot.sessions.stores.open_store import open_store
from bot.sessions.stores.postgres import PostgresStore, open_postgres_store
from tests.support.postgres_server import Server
from tests.support.tcp_proxy import TcpProxy

KEY, OTHER = "a key that is long enough to be one.", "another key, long enough to be a key."
CHAT, NEIGHBOUR = "4815162342", "2342481516"
SOON = 2e9


@pytest.fixture
def address(postgres: Server) -> str:
    return postgres.database()


@pytest.fixture
async def store(address: str) -> AsyncIterator[PostgresStore]:
    made = open_postgres_store(address, KeyRing([KEY]))
    yield made
    await made.close()


@pytest.fixture
def own_server() -> Iterator[Server]:
    """A server for one test alone, which may do with it what it likes."""
    server = Server()
    yield server
    server.remove()


async def everything(store: Store) -> dict[str, str]:
    return {chat: row.text async for chat, row in store.rows()}


# ---- many at once


async def test_bots_that_start_at_once_make_one_store(address: str) -> None:
    with ThreadPoolExecutor(8) as bots:
        stores = list(bots.map(lambda _: open_postgres_store(address, KeyRing([KEY])), range(8)))
    version = await stores[0].commit(Write(CHAT, "one", expires_at=SOON))
    for store in stores:
        assert await store.load(CHAT) == StoredRow("one", version)
        await store.close()


async def test_of_many_bots_only_one_writes_and_only_one_hears(address: str) -> None:
    stores = [open_postgres_store(address, KeyRing([KEY])) for _ in range(4)]
    version = await stores[0].commit(Write(CHAT, "one", expires_at=SOON))
    for round in range(25):
        changes = [Write(CHAT, f"{round} {n}", version, SOON, update_id=round) for n in range(4)]
        ends = await asyncio.gather(
            *(store.commit(change) for store, change in zip(stores, changes, strict=True)), return_exceptions=True
        )
        (version,) = [end for end in ends if isinstance(end, int)]
        assert sum(isinstance(end, AlreadyProcessedError) for end in ends) == 3
    again = [Write(CHAT, "x", version, SOON, update_id=1000 + n) for n in range(4)]
    ends = await asyncio.gather(
        *(store.commit(change) for store, change in zip(stores, again, strict=True)), return_exceptions=True
    )
    assert sorted(type(end).__name__ for end in ends) == [
        "StaleRecordError",
        "StaleRecordError",
        "StaleRecordError",
        "int",
    ]
    for store in stores:
        await store.close()


async def test_two_bots_that_begin_with_the_same_person_do_not_both_win(address: str) -> None:
    stores = [open_postgres_store(address, KeyRing([KEY])) for _ in range(2)]
    for chat in range(40):
        ends = await asyncio.gather(
            *(store.commit(Write(str(chat), "x", expires_at=SOON)) for store in stores), return_exceptions=True
        )
        assert sorted(type(end).__name__ for end in ends) == ["StaleRecordError", "int"]
    for store in stores:
        await store.close()


# ---- the server goes away


class Talkers:
    """People who write without a pause, and remember what they were told was kept."""

    def __init__(self, store: Store, people: int) -> None:
        self.store, self.said, self.downs, self.ending = store, dict.fromkeys(range(people), (0, 0)), 0, False

    async def one(self, person: int) -> None:
        number, update = 0, person * 10**6
        while not self.ending:
            number, update = number + 1, update + 1
            while not await self.kept(person, number, update):
                await asyncio.sleep(0.02)

    async def kept(self, person: int, number: int, update: int) -> bool:
        """As Telegram does: what was not answered with 200 comes again, with the same number."""
        change = Write(str(person), str(number), self.said[person][1], SOON, update)
        try:
            self.said[person] = number, await self.store.commit(change)
        except StoreUnavailableError:
            self.downs += 1
            return False
        except AlreadyProcessedError:  # it had arrived, though nobody could say so
            row = await self.store.load(str(person))
            assert row
            self.said[person] = number, row.version
        return True

    async def check(self) -> None:
        kept = await everything(self.store)
        assert kept == {str(person): str(number) for person, (number, _) in self.said.items()}


@pytest.mark.parametrize("how", ["fast", "immediate"])
async def test_a_restart_of_the_server_loses_nothing(own_server: Server, how: str) -> None:
    own_server.start()
    store = open_postgres_store(own_server.database(), KeyRing([KEY]))
    talkers = Talkers(store, 6)
    talking = [asyncio.create_task(talkers.one(person)) for person in talkers.said]
    for _ in range(2):
        await asyncio.sleep(0.5)
        before = dict(talkers.said)
        await asyncio.to_thread(own_server.stop, how)
        await asyncio.sleep(0.2)
        await asyncio.to_thread(own_server.start)
        async with asyncio.timeout(20):
            while any(talkers.said[person][0] <= number for person, (number, _) in before.items()):
                await asyncio.sleep(0.05)
    talkers.ending = True
    await asyncio.gather(*talking)
    await talkers.check()
    await store.close()
    own_server.stop()


async def test_cut_connections_lose_nothing_and_double_nothing(postgres: Server) -> None:
    """A commit whose answer was lost is recognised: it is neither made twice nor reported as somebody else's."""
    address = postgres.database()
    async with TcpProxy(postgres.port) as wires:
        store = open_server_through(wires, address)
        talkers = Talkers(store, 6)
        talking = [asyncio.create_task(talkers.one(person)) for person in talkers.said]
        cuts = 0
        async with asyncio.timeout(60):
            while cuts < 15 or min(number for number, _ in talkers.said.values()) <= 3:
                await asyncio.sleep(
                    0.1 + cuts / 100
                )  # less and less often, so that a slow machine comes through as well
                wires.cut()
                cuts += 1
        talkers.ending = True
        await asyncio.gather(*talking)
        await talkers.check()
        await store.close()


async def test_a_commit_whose_answer_was_lost_is_known_for_our_own(postgres: Server) -> None:
    async with TcpProxy(postgres.port) as wires:
        store = open_server_through(wires, postgres.database())
        for text, was, update in (("one", 0, 1), ("two", None, None), (None, None, 3)):
            row = await store.load(CHAT)
            wires.cut_after = b"COMMIT"
            assert (row.version if row else 0) == (was or (row.version if row else 0))
            version = await store.commit(Write(CHAT, text, row.version if row else 0, SOON, update))
            assert wires.cut_after == b"", "or nothing was cut"
            assert bool(version) == bool(text), "a chat that was forgotten has no version"
            assert await store.load(CHAT) == (StoredRow(text, version) if text else None)
        await store.close()


async def test_a_commit_that_was_cut_off_before_its_end_is_made_anew(postgres: Server) -> None:
    """The update's mark went with it: nobody may believe that it was there already, nor that it was kept."""
    async with TcpProxy(postgres.port) as wires:
        store = open_server_through(wires, postgres.database())
        version = 0
        for text, update in (("one", 1), ("two", None), (None, 3)):
            wires.cut_after = b"confidante.keys"
            version = await store.commit(Write(CHAT, text, version, SOON, update))
            assert wires.cut_after == b"", "or nothing was cut"
            assert await store.load(CHAT) == (StoredRow(text, version) if text else None)
            assert update is None or await store.is_processed(update)
        await store.close()


async def test_who_forgets_somebody_that_another_bot_has_begun_with_is_told(store: PostgresStore) -> None:
    version = await store.commit(Write(CHAT, "one", expires_at=SOON))
    with pytest.raises(StaleRecordError):
        await store.commit(Write(CHAT, None, 0))
    assert await store.load(CHAT) == StoredRow("one", version)
    assert await store.commit(Write(NEIGHBOUR, None, 0)) == 0, "whom nobody knows is forgotten already"


def open_server_through(wires: TcpProxy, address: str) -> PostgresStore:
    """The start is not asynchronous, and the wires are in this loop: so it goes straight, and the rest through."""
    from bot.sessions.stores.postgres_pool import PostgresPool

    open_postgres_store(address, KeyRing([KEY]))
    host, database = address.rsplit("/", 1)
    through = f"{host.rsplit(':', 1)[0]}:{wires.port}/{database}"
    return PostgresStore(PostgresPool(through), KeyRing([KEY]))


async def test_a_slow_wire_is_waited_for_and_a_dead_one_is_down(postgres: Server) -> None:
    async with TcpProxy(postgres.port) as wires:
        store = open_server_through(wires, postgres.database())
        wires.slow = 0.05
        version = await store.commit(Write(CHAT, "one", expires_at=SOON))
        assert await store.load(CHAT) == StoredRow("one", version)
        wires.slow = 3600.0
        async with asyncio.timeout(30):
            with pytest.raises(StoreUnavailableError) as caught:
                await store.load(CHAT)
        assert str(caught.value).startswith("The database does not answer.")
        wires.slow = 0.0
        wires.cut()
        assert await store.load(CHAT) == StoredRow("one", version), "it recovers by itself"
        await store.close()


async def test_a_locked_row_is_told_as_slow_and_changes_nothing(address: str, store: PostgresStore) -> None:
    version = await store.commit(Write(CHAT, "one", expires_at=SOON))
    async with await psycopg.AsyncConnection.connect(address) as other:
        await other.execute("LOCK TABLE confidante.chats")
        with pytest.raises(StoreUnavailableError):
            await store.commit(Write(CHAT, "two", version, SOON, update_id=5))
    assert await store.load(CHAT) == StoredRow("one", version)
    assert not await store.is_processed(5)


async def test_a_closed_store_is_down_and_does_not_hang(store: PostgresStore) -> None:
    await store.close()
    with pytest.raises(StoreUnavailableError):
        await store.load(CHAT)


# ---- every failure is a sentence


def refusal(address: str, *keys: str) -> str:
    with pytest.raises(StoreConfigError) as caught:
        open_postgres_store(address, KeyRing(keys or [KEY]))
    said = str(caught.value)
    assert said.endswith(".")
    assert "\n" not in said
    assert "127.0.0.1" not in said
    assert "postgres@" not in said
    return said


async def test_what_may_be_wrong_at_the_start(postgres: Server) -> None:
    port = postgres.port
    assert "does not answer" in refusal("postgresql://postgres@127.0.0.1:1/x")
    assert "does not exist on its server" in refusal(postgres.address("nowhere"))
    assert "no address" in refusal("postgresql://postgres@127.0.0.1:port/x")
    assert "TLS" in refusal(postgres.address("postgres") + "?sslmode=require")
    address = postgres.database()
    postgres.ask(address, "CREATE ROLE nobody_much LOGIN")
    postgres.ask(address, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
    assert "may not do" in refusal(f"postgresql://nobody_much@127.0.0.1:{port}/{address.rsplit('/', 1)[1]}")


async def test_a_wrong_password_is_said_to_be_one(own_server: Server) -> None:
    own_server.start()
    own_server.ask("postgres", "ALTER ROLE postgres PASSWORD 'right'")
    (own_server.data / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n")
    own_server.stop()
    own_server.start_blind()
    said = refusal(f"postgresql://postgres:wrong-one@127.0.0.1:{own_server.port}/postgres")
    assert "password" in said
    assert "wrong-one" not in said
    own_server.stop()


async def test_a_wrong_key_touches_nothing(postgres: Server, address: str, store: PostgresStore) -> None:
    await store.commit(Write(CHAT, "one", expires_at=SOON))
    before = postgres.ask(address, "SELECT * FROM confidante.chats, confidante.keys, confidante.store")
    assert "SESSION_KEY does not open" in refusal(address, OTHER)
    assert postgres.ask(address, "SELECT * FROM confidante.chats, confidante.keys, confidante.store") == before


async def test_a_newer_schema_is_left_alone(postgres: Server, address: str, store: PostgresStore) -> None:
    postgres.ask(address, "UPDATE confidante.store SET version = 99")
    assert "newer version" in refusal(address)


# ---- keys


async def test_keys_are_changed_one_bot_after_another(address: str) -> None:
    """First every bot knows the new key; then they seal with it; then the old one goes. Nobody is lost on the way."""
    first, second = open_postgres_store(address, KeyRing([KEY])), open_postgres_store(address, KeyRing([KEY, OTHER]))
    version = await first.commit(Write(CHAT, "one", expires_at=SOON))
    third = open_postgres_store(address, KeyRing([OTHER, KEY]))
    assert await second.load(CHAT) == StoredRow("one", version), "a bot that still seals with the old key finds the row"
    version = await second.commit(Write(CHAT, "two", version, SOON))
    assert await third.load(CHAT) == StoredRow("two", version)
    version = await third.commit(Write(CHAT, "three", version, SOON))
    with pytest.raises(StaleRecordError):
        await second.commit(Write(CHAT, "a twin", 0, SOON))
    await third.commit(Write(NEIGHBOUR, "old name", expires_at=SOON))
    for store in (first, second, third):
        await store.close()
    last = open_postgres_store(address, KeyRing([OTHER]))
    assert await everything(last) == {CHAT: "three", NEIGHBOUR: "old name"}
    assert KEY not in refusal(address, KEY)
    await last.close()


async def test_rows_that_were_tampered_with_say_nothing_and_harm_nobody(
    postgres: Server, address: str, store: PostgresStore
) -> None:
    """Cut short, swapped between two people, without their key: whoever it is begins afresh, and all others go on."""
    for chat in ("1", "2", "3", "4", "5"):
        await store.commit(Write(chat, f"text of {chat}", expires_at=SOON))
    names = {chat: KeyRing([KEY]).row_id(chat) for chat in "12345"}
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("UPDATE confidante.chats SET sealed = %s WHERE name = %s", (b"short", names["1"]))
        rows = dict(db.execute("SELECT name, sealed FROM confidante.keys").fetchall())
        for mine, theirs in (("2", "3"), ("3", "2")):
            db.execute("UPDATE confidante.keys SET sealed = %s WHERE name = %s", (rows[names[theirs]], names[mine]))
        db.execute("DELETE FROM confidante.keys WHERE name = %s", (names["4"],))
    assert await everything(store) == {"5": "text of 5"}
    for chat in "1234":
        row = await store.load(chat)
        assert row
        assert row.text == ""
        assert await store.commit(Write(chat, "anew", row.version, SOON))
    assert len(await everything(store)) == 5


# ---- nothing is left


async def test_a_backup_opens_nobody_who_has_left(postgres: Server, address: str) -> None:
    """Restored beside the living keys, last night's backup opens those who are still here, and no one else."""
    store = open_postgres_store(address, KeyRing([KEY]))
    stays = await store.commit(Write(CHAT, "stays", expires_at=SOON))
    leaves = await store.commit(Write(NEIGHBOUR, "leaves", expires_at=SOON))
    dump = postgres.run("pg_dump", "--exclude-table-data=confidante.keys", "--data-only", address)
    assert await store.commit(Write(NEIGHBOUR, None, leaves)) == 0
    postgres.ask(
        address, "TRUNCATE confidante.chats, confidante.seen, confidante.aside, confidante.store, confidante.bots"
    )
    file = postgres.folder / "backup.sql"
    file.write_text(dump)
    postgres.run("psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", file, address)
    restored = open_postgres_store(address, KeyRing([KEY]))
    assert await everything(restored) == {CHAT: "stays"}
    assert await restored.load(CHAT) == StoredRow("stays", stays)
    assert await restored.purge_expired(0) == 0
    assert len(postgres.ask(address, "SELECT name FROM confidante.chats")) == 1, "the unreadable row goes with a sweep"
    for each in (store, restored):
        await each.close()


async def test_a_destroyed_key_is_nowhere_on_the_disk(own_server: Server) -> None:
    """Neither in the table's file nor, after a checkpoint, in the server's own log of writes."""
    own_server.start()
    address = own_server.database()
    store = open_postgres_store(address, KeyRing([KEY]))
    version = await store.commit(Write(CHAT, "leaves", expires_at=SOON))
    (key,) = own_server.ask(address, "SELECT sealed FROM confidante.keys")[0]
    assert isinstance(key, bytes)
    assert on_disk(own_server, key)
    await store.commit(Write(CHAT, None, version))
    await store.commit(Write(NEIGHBOUR, secrets.token_hex(99), expires_at=SOON))
    await store.purge_expired(0)
    for query in ("CHECKPOINT", "SELECT pg_switch_wal()", "CHECKPOINT", "SELECT pg_switch_wal()", "CHECKPOINT"):
        own_server.ask(address, query)
    assert not on_disk(own_server, key)
    await store.close()
    own_server.stop()


def on_disk(server: Server, what: bytes) -> list[str]:
    return [path.name for path in server.data.rglob("*") if path.is_file() and what in path.read_bytes()]


async def test_the_store_is_chosen_by_its_address(address: str) -> None:
    store = open_store(address, [KEY])
    assert isinstance(store, PostgresStore)
    await store.close()
