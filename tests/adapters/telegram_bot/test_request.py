"""The wire to Telegram: what may have arrived and what did not, and no word of the token."""

import asyncio
import socket
from collections.abc import Callable

import pytest
from telegram.error import TelegramError

from bot.adapters.telegram_bot.api.aiohttp_transport import AiohttpTransport
from bot.adapters.telegram_bot.api.client import ApiClient
from bot.adapters.telegram_bot.api.errors import (
    ChatUnreachableError,
    NotSentError,
    OutcomeUnknownError,
    RequestRejectedError,
    RetryAfterError,
    TokenDoubtError,
)
from bot.adapters.telegram_bot.api.request import JsonRequest
from bot.sessions.outbox_entry import OutgoingMessage
from tests.support.running_bot import settings
from tests.support.telegram_double import Broken, Cut, Flood, Refused, Silent, Telegram

TOKEN = "4242:AA" + "secretpartofthetoken" * 2


@pytest.fixture
def wires() -> Callable[..., JsonRequest]:
    return lambda connections=4, within=1.0: JsonRequest(AiohttpTransport(connections), within)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Cut(), OutcomeUnknownError),
        (Cut(after=True), OutcomeUnknownError),
        (Silent(), OutcomeUnknownError),
        (Broken(), OutcomeUnknownError),
        (Flood(7), RetryAfterError),
        (Refused(400, "Bad Request: no"), RequestRejectedError),
        (Refused(403, "Forbidden: bot was blocked by the user"), ChatUnreachableError),
        (Refused(401, "Unauthorized"), TokenDoubtError),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
async def test_each_fault_says_whether_the_request_may_have_arrived(
    wires: Callable[..., JsonRequest], fault: object, error: type[TelegramError]
) -> None:
    async with Telegram() as telegram:
        wire = wires(within=0.3)
        telegram.faults.next("getMe", fault)
        with pytest.raises(error) as raised:
            await wire.post_json(f"{telegram.url}{telegram.token}/getMe", {})
        assert telegram.token not in f"{raised.value!r}{raised.value}"
        assert raised.value.__cause__ is None
        if isinstance(raised.value, RetryAfterError):
            assert raised.value.seconds == 7
        assert (await wire.post_json(f"{telegram.url}{telegram.token}/getMe", {}))["is_bot"]  # and it goes on
        await wire.close()


async def test_where_nobody_listens_nothing_was_sent(wires: Callable[..., JsonRequest]) -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        wire = wires()
        with pytest.raises(NotSentError) as raised:
            await wire.post_json(f"http://127.0.0.1:{door.getsockname()[1]}/bot{TOKEN}/getMe", {})
        assert TOKEN not in repr(raised.value)
        await wire.close()


async def test_what_is_asked_arrives_as_it_was_said(wires: Callable[..., JsonRequest]) -> None:
    async with Telegram() as telegram:
        wire, ana = wires(), telegram.person("Ana")
        ana.starts()
        text = 'Ünïcode, "quotes", 🩸 & ampersands = fine\nnew line'
        keys = {"inline_keyboard": [[{"text": "Sí", "callback_data": "x.1.sí"}]]}
        url = f"{telegram.url}{telegram.token}/sendMessage"
        sent = await wire.post_json(url, {"chat_id": ana.chat.id, "text": text, "reply_markup": keys})
        assert (sent["text"], ana.last.text, ana.labels) == (text, text, ["Sí"])
        await wire.close()


async def test_a_wire_that_was_closed_opens_again_and_a_call_can_be_given_up(wires: Callable[..., JsonRequest]) -> None:
    async with Telegram() as telegram:
        wire = wires(connections=1, within=5.0)
        url = f"{telegram.url}{telegram.token}/getMe"
        telegram.faults.next("getMe", Silent())
        waiting = asyncio.create_task(wire.post_json(url, {}))
        while not telegram.calls_of("getMe"):
            await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert (await wire.post_json(url, {}))["is_bot"]  # the one connection is free again
        await wire.close()
        assert (await wire.post_json(url, {}))["is_bot"]
        await wire.close()


async def test_a_message_is_shown_and_changed() -> None:
    async with Telegram() as telegram:
        ana = telegram.person("Ana")
        ana.starts()
        line = ApiClient(telegram.token, settings(telegram).api_url)
        sent = await line.send(ana.chat.id, OutgoingMessage("one", [[["A", "a"]]], protect=True))
        assert await line.edit(ana.chat.id, sent.id, OutgoingMessage("two", [], protect=True))
        assert await line.edit(ana.chat.id, sent.id, OutgoingMessage("two", [], protect=True)) is None
        assert (ana.last.text, ana.labels) == ("two", [])
        await line.close()
