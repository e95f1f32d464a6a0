"""The database is stopped, cut off, slowed in mid-conversation: one kind line at the most, and on where people were."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.engine.presenters.emergency import FALLBACK_TEXT
from bot.model.bundle import ContentBundle
from bot.operations.encryption import KeyRing
from bot.sessions.stores import postgres_pool as postgres_line
from bot.sessions.stores.postgres import PostgresStore
from bot.sessions.stores.postgres_pool import PostgresPool
from bot.sessions.stores.postgres_schema import prepare_database
from tests.support.postgres_server import Server
from tests.support.running_bot import KEY, RunningBot, begun, bots, keyboards, serving
from tests.support.tcp_proxy import TcpProxy
from tests.support.telegram_double import Person, Telegram

BLEEDING, SECOND, THIRD = "Bleeding after sex", "Right now, do any of these fit?", "How much blood is there now?"


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server().start()
    yield made
    made.remove()


@pytest.fixture
async def wires(server: Server) -> AsyncIterator[TcpProxy]:
    async with TcpProxy(server.port) as made:
        yield made


@pytest.fixture
async def served(
    server: Server, wires: TcpProxy, telegram: Telegram, library: ContentBundle
) -> AsyncIterator[RunningBot]:
    """The bot, with a database at the end of *wires*."""
    address = server.database()
    prepare_database(address, KeyRing([KEY]))
    far = server.address(address.rpartition("/")[2], wires.port)
    async with serving(telegram, library, PostgresStore(PostgresPool(far), KeyRing([KEY])), SESSION_KEY=KEY) as served:
        yield served


async def is_where_she_was(served: RunningBot, ana: Person) -> None:
    """Her tap counted, once, and the question after it stands there, once."""
    await ana.sees(THIRD, within=20)
    await ana.settled()
    assert await served.answers(ana) == {"topic": "bleeding", "signs": "no"}
    assert keyboards(ana) == 1, ana.transcript()
    assert ana.last is not None
    assert THIRD in ana.last.text
    assert all(tap.answered for tap in ana.taps_made)


@pytest.mark.parametrize("how", ["fast", "immediate"])
async def test_it_is_stopped_and_started_again(
    how: str, server: Server, served: RunningBot, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_line, "STORE_TIMEOUT_SECONDS", 1.0)  # so that it is away for longer than anybody waits
    await begun(ana, BLEEDING)
    before = bots(ana)
    await asyncio.to_thread(server.stop, how)
    ana.taps("No, none")
    await asyncio.sleep(2.0)
    assert bots(ana) == before, "who only taps reads nothing of it"
    await asyncio.to_thread(server.start)
    await is_where_she_was(served, ana)


async def test_who_asks_for_help_meanwhile_reads_one_kind_line(
    server: Server, served: RunningBot, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_line, "STORE_TIMEOUT_SECONDS", 0.5)
    await begun(ana, BLEEDING)
    await asyncio.to_thread(server.stop, "immediate")
    ana.writes("/help")
    await ana.sees(FALLBACK_TEXT[:40], within=10)
    await asyncio.sleep(2.0)  # it is told again and again
    await asyncio.to_thread(server.start)
    await ana.until(lambda: "Go on where I was" in ana.labels, within=20)
    assert sum(text == FALLBACK_TEXT for text in bots(ana)) == 1, ana.transcript()
    ana.taps("Go on where I was")
    await ana.sees(SECOND)
    await ana.settled()
    ana.taps("No, none")
    await is_where_she_was(served, ana)


async def test_help_is_there_within_a_second_though_the_database_is_tried_for_longer(
    server: Server, served: RunningBot, ana: Person
) -> None:
    await begun(ana, BLEEDING)
    await asyncio.to_thread(server.stop, "immediate")
    began = time.monotonic()
    ana.writes("/urgent")
    await ana.sees(FALLBACK_TEXT[:40], within=10)
    assert time.monotonic() - began < postgres_line.STORE_TIMEOUT_SECONDS / 2, "long before the store is called down"
    await asyncio.to_thread(server.start)


async def test_its_connections_are_cut_and_slowed(served: RunningBot, wires: TcpProxy, ana: Person) -> None:
    await begun(ana, BLEEDING)
    before = bots(ana)
    wires.slow = 0.05
    wires.cut()
    ana.taps("No, none")
    for _ in range(5):
        await asyncio.sleep(0.1)
        wires.cut()
    await is_where_she_was(served, ana)
    assert len(bots(ana)) == len(before), "in place, and not a line more"
