"""What every test may ask for: the library that ships, and a database server of its own."""

from collections.abc import Iterator

import pytest

from bot.library import Library
from bot.loading import home, load
from tests.postgres import Server


@pytest.fixture(scope="session")
def library() -> Library:
    return load(home())[0]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    server = Server().start()
    yield server
    server.remove()
