"""What every test may ask for: the library that ships, a database server, Telegram, the bot in it, and Ana."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.library import Library
from bot.loading import home, load
from tests.double import Person, Telegram
from tests.postgres import Server
from tests.serving import Served, unpaced
from tests.telling import Chat


@pytest.fixture(scope="session")
def library() -> Library:
    return load(home())[0]


@pytest.fixture
def chat(library: Library) -> Chat:
    """Somebody who has answered once, and is asked about signs of danger."""
    chat = Chat(library)
    chat.begin()
    chat.press("bleeding")
    return chat


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
async def served(telegram: Telegram, library: Library) -> AsyncIterator[Served]:
    async with unpaced(telegram, library) as bot:
        yield bot


@pytest.fixture
def ana(telegram: Telegram) -> Person:
    return telegram.person("Ana")
