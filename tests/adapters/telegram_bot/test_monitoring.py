"""What an operator may see of a running bot: that it lives, that it can keep things, and numbers about nobody."""

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.bundle import ContentBundle
from bot.operations.errors import StoreUnavailableError
from bot.operations.log_redaction import EVENT_KINDS
from bot.operations.metrics import Metrics
from bot.sessions.stores.memory import MemoryStore
from tests.support.postgres_server import free_port
from tests.support.running_bot import RunningBot, begun, serving
from tests.support.telegram_double import Telegram

LINE = re.compile(r'(# (HELP|TYPE) .+|confidante_\w+(\{\w+="[^"\\\n]*"(,\w+="[^"\\\n]*")*\})? -?[\d.]+)')


class Moody(MemoryStore):
    """A store that is down when it is told to be."""

    down = False

    async def is_processed(self, update: int) -> bool:
        if self.down:
            raise StoreUnavailableError("The database does not answer.")
        return await super().is_processed(update)


@pytest.fixture
async def served(telegram: Telegram, library: ContentBundle) -> AsyncIterator[RunningBot]:
    port = free_port()
    async with serving(telegram, library, Moody(), METRICS_LISTEN=f"127.0.0.1:{port}") as bot:
        bot.window = f"http://127.0.0.1:{port}"
        yield bot


async def look(served: RunningBot, path: str, method: str = "GET") -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(100):
            try:
                return await client.request(method, served.window + path)
            except httpx.ConnectError:
                await asyncio.sleep(0.05)
        raise AssertionError("the window does not open")


async def test_it_tells_of_life_and_readiness(served: RunningBot) -> None:
    assert (await look(served, "/healthz")).text == "alive\n"
    assert (await look(served, "/readyz")).status_code == 200
    served.store.down = True
    assert (await look(served, "/readyz")).status_code == 503
    assert (await look(served, "/healthz")).status_code == 200


async def test_it_can_only_be_looked_through(served: RunningBot) -> None:
    assert (await look(served, "/metrics", "POST")).status_code == 405
    assert (await look(served, "/anything")).status_code == 404
    assert (await look(served, "/metrics", "HEAD")).text == ""


async def test_its_numbers_are_about_nobody(served: RunningBot, telegram: Telegram) -> None:
    ana = telegram.person("Anastasia")
    await begun(ana, "Bleeding after sex", "No, none")
    ana.writes("my secret words")
    await ana.settled(quiet=0.1)
    text = (await look(served, "/metrics")).text
    assert all(LINE.fullmatch(line) for line in text.splitlines()), text
    assert 'confidante_updates_total{event="words"} 1' in text
    for private in (str(ana.chat.id), "Anastasia", "secret", "none", "topic", "leeding"):
        assert private not in text


async def test_it_is_shut_unless_asked_for(telegram: Telegram, library: ContentBundle) -> None:
    async with serving(telegram, library) as bot:
        assert bot.service.settings.metrics_listen is None


@given(st.lists(st.tuples(st.text(), st.sampled_from(["emergency", "soon", "x\n", "self_care"]) | st.text())))
def test_no_label_is_anybodys_word(endings: list[tuple[str, str]]) -> None:
    metrics = Metrics(frozenset(["safety"]))
    for flow, urgency in endings:
        metrics.record_ending(flow, urgency)
        metrics.record_update(flow, 0.1)
    assert all(LINE.fullmatch(line) for line in metrics.render().splitlines())
    assert set(metrics.events) <= set(EVENT_KINDS)


def test_one_persons_ending_moves_no_number() -> None:
    metrics = Metrics(frozenset(["safety"]))
    told = []
    for _ in range(30):
        metrics.record_ending("safety", "emergency")
        found = re.search(r'urgency="emergency"} (\d+)', metrics.render())
        told.append(int(found[1]) if found else 0)
    assert told == [0] * 9 + [10] * 10 + [20] * 10 + [30]
