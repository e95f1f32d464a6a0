"""The fixtures that start servers: PostgreSQL, the Bot API double with the bot, and Ana. Conftests import them."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.model.bundle import ContentBundle
from tests.support.postgres_server import Server
from tests.support.running_bot import RunningBot, unpaced
from tests.support.telegram_double import Person, Telegram


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    server = Server().start()
    yield server
    server.remove()


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with Telegram(seed=1) as double:
        yield double
        assert double.complaints == [], "what a good bot never does"


@pytest.fixture
async def served(telegram: Telegram, library: ContentBundle) -> AsyncIterator[RunningBot]:
    async with unpaced(telegram, library) as bot:
        yield bot


@pytest.fixture
def ana(telegram: Telegram) -> Person:
    return telegram.person("Ana")
