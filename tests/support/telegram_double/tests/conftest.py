"""What every test of the double needs: a Telegram, a bot, and Ana, who has written to it."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.telegram_double import Person, Telegram
from tests.support.telegram_double.tests.bot import Bot
from tests.support.telegram_double.tests.endpoint import Endpoint


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with Telegram(seed=7) as telegram:
        yield telegram


@pytest.fixture
async def bot(telegram: Telegram) -> AsyncIterator[Bot]:
    async with httpx.AsyncClient(trust_env=False, verify=False, timeout=5) as client:
        yield Bot(telegram, client)


@pytest.fixture
def ana(telegram: Telegram) -> Person:
    ana = telegram.person("Ana")
    ana.starts()
    return ana


@pytest.fixture
async def endpoint() -> AsyncIterator[Endpoint]:
    endpoint = Endpoint()
    server = await asyncio.start_server(endpoint.serve, "127.0.0.1", 0)
    endpoint.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    yield endpoint
    server.close()
    await server.wait_closed()
