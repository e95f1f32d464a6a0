"""What one step costs, in numbers that are the same on every machine: a slip shows here, and not as a slow evening."""

from collections import Counter
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any

import pytest
from psycopg import AsyncConnection
from transitions.core import Event

from bot.model.bundle import ContentBundle
from bot.operations.encryption import KeyRing
from bot.sessions.stores.base import Store
from bot.sessions.stores.postgres import open_postgres_store
from bot.sessions.stores.sqlite import SqliteStore
from tests.support.postgres_server import Server
from tests.support.running_bot import KEY, begun, in_file, moved_on, serving
from tests.support.telegram_double import Telegram

FIRST, NEXT = "Bleeding after sex", "No, none"


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How often each event of a machine was triggered."""
    told: Counter[str] = Counter()
    trigger = Event.trigger

    def counting(event: Event, *args: Any, **kwargs: Any) -> Any:
        told[event.name] += 1
        return trigger(event, *args, **kwargs)

    monkeypatch.setattr(Event, "trigger", counting)
    return told


async def step(library: ContentBundle, store: Store, *counted: Any) -> tuple[Any, ...]:
    """The calls to Telegram that one tap on an option leads to, and what was *counted* from that tap on."""
    async with Telegram() as telegram, serving(telegram, library, store) as served:
        ana = telegram.person("Ana")
        await begun(ana, FIRST)
        await served.idle()
        for one in counted:
            one.clear()
        before = len(telegram.calls)
        await moved_on(ana, NEXT)
        await served.idle()
        calls = Counter(call.method for call in telegram.calls[before:] if call.method != "getUpdates")
        return calls, *map(copy, counted)


async def test_a_step_is_two_calls_one_event_one_sync_and_five_statements(
    library: ContentBundle, tmp_path: Path, machine: Counter[str]
) -> None:
    store = in_file(tmp_path)
    assert isinstance(store, SqliteStore)
    said: list[str] = []

    def trace(db: Any) -> Any:
        db.set_trace_callback(said.append)
        return db.execute("PRAGMA synchronous").fetchone()

    assert await store._writer.read(trace) == (2,)  # FULL: one sync to the disk for each COMMIT
    calls, said, events = await step(library, store, said, machine)
    assert calls == {"answerCallbackQuery": 1, "editMessageText": 1}
    assert events == {"answer": 1}, "a walk was walked anew"
    words = Counter(line.split()[0] for line in said)
    # heard: the mark and the row. That it was shown is written with the next answer.
    assert words == {"BEGIN": 1, "SELECT": 1, "INSERT": 2, "COMMIT": 1}, said


async def test_on_a_server_a_step_is_so_many_statements(
    library: ContentBundle, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    execute = AsyncConnection.execute

    async def noting(connection: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        said.append(" ".join(str(query).split()))
        return await execute(connection, query, *args, **kwargs)

    monkeypatch.setattr(AsyncConnection, "execute", noting)
    _, said = await step(library, open_postgres_store(postgres.database(), KeyRing([KEY])), said)
    words = Counter(line.split()[0] for line in said if ".bots" not in line)  # bots also tell each other that they live
    assert words == {"SELECT": 2, "INSERT": 3, "UPDATE": 2}, said
