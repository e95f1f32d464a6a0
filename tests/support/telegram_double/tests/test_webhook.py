"""A webhook gets each update until it takes it, in order within a lane only."""

import asyncio

import httpx
import pytest

from tests.support.telegram_double import WEBHOOK, Cut, Person, Rules, Telegram
from tests.support.telegram_double.tests.bot import Bot, ask
from tests.support.telegram_double.tests.endpoint import Endpoint


async def test_a_webhook_gets_each_update_once_with_the_secret(bot: Bot, ana: Person, endpoint: Endpoint) -> None:
    await bot.does("setWebhook", url=endpoint.url, secret_token="a-b_C")
    ana.writes("two")
    assert [update["message"]["text"] for update in await endpoint.gets(2)] == ["/start", "two"]
    assert endpoint.secrets == ["a-b_C", "a-b_C"]
    await asyncio.sleep(0.2)
    assert len(endpoint.got) == 2
    assert (await bot.does("getWebhookInfo"))["pending_update_count"] == 0


async def test_polling_and_a_webhook_exclude_each_other(bot: Bot, endpoint: Endpoint) -> None:
    poll = asyncio.create_task(bot.no("getUpdates", timeout=4))
    await asyncio.sleep(0.1)
    await bot.does("setWebhook", url=endpoint.url)
    assert "409 Conflict: terminated by setWebhook" in await asyncio.wait_for(poll, 1)
    assert "409 Conflict: can't use getUpdates method while webhook is active" in await bot.no("getUpdates")
    again = await bot("setWebhook", url=endpoint.url)
    assert (again["error_code"], again["parameters"]) == (429, {"retry_after": 1})
    await bot.does("deleteWebhook")
    assert await bot.does("getUpdates") == []


@pytest.mark.parametrize("secret", ["with space", "é", "x" * 257])
async def test_a_wrong_secret_is_refused(bot: Bot, endpoint: Endpoint, secret: str) -> None:
    assert "400" in await bot.no("setWebhook", url=endpoint.url, secret_token=secret)


async def test_a_real_webhook_needs_https() -> None:
    async with (
        Telegram(rules=Rules(webhook_https=True)) as strict,
        httpx.AsyncClient(trust_env=False, verify=False) as client,
    ):
        assert "An HTTPS URL must be provided" in await Bot(strict, client).no("setWebhook", url="http://a.org/")
        assert "only on ports 80, 88" in await Bot(strict, client).no("setWebhook", url="https://a.org:8080/")
        await Bot(strict, client).does("setWebhook", url="https://a.org:8443/")


async def test_what_the_webhook_refuses_comes_again_later_and_later(
    bot: Bot, ana: Person, endpoint: Endpoint, telegram: Telegram
) -> None:
    telegram.clock.speed = 20
    endpoint.statuses = [503, 500, 500]
    began = telegram.clock.now()
    await bot.does("setWebhook", url=endpoint.url)
    got = await endpoint.gets(4)
    assert len({update["update_id"] for update in got}) == 1
    assert telegram.clock.now() - began >= 6  # at once, then after two seconds, then after four
    assert "500" in (await bot.does("getWebhookInfo"))["last_error_message"]


async def test_a_webhook_may_say_when_to_come_again(
    bot: Bot, ana: Person, endpoint: Endpoint, telegram: Telegram
) -> None:
    telegram.clock.speed = 20
    endpoint.statuses, endpoint.retry_after = [503], "9"
    began = telegram.clock.now()
    await bot.does("setWebhook", url=endpoint.url)
    await endpoint.gets(2)
    assert telegram.clock.now() - began >= 9


async def test_a_tap_that_would_spoil_before_the_next_attempt_is_dropped(
    bot: Bot, ana: Person, endpoint: Endpoint, telegram: Telegram
) -> None:
    await ask(bot, ana)
    last = (await bot.does("getUpdates"))[-1]["update_id"]
    await bot.does("getUpdates", offset=last + 1)
    endpoint.statuses, endpoint.retry_after = [503], "151"
    ana.taps("Yes")
    await bot.does("setWebhook", url=endpoint.url)
    await endpoint.gets(1)
    await asyncio.sleep(0.1)
    assert [update.kind for update in telegram.updates.dropped] == ["callback_query"]


async def test_a_tap_overtakes_a_message_but_messages_keep_their_order(
    bot: Bot, ana: Person, endpoint: Endpoint
) -> None:
    await ask(bot, ana)
    endpoint.slow = lambda update: 0.3 if "message" in update else 0.0
    await bot.does("setWebhook", url=endpoint.url)
    ana.writes("first")
    ana.taps("Yes")
    got = await endpoint.gets(3)
    assert ["callback_query" in update for update in got] == [True, False, False]
    assert [update["message"]["text"] for update in got[1:]] == ["/start", "first"]


async def test_a_webhook_whose_answer_is_lost_gets_the_update_again(
    bot: Bot, ana: Person, endpoint: Endpoint, telegram: Telegram
) -> None:
    telegram.clock.speed = 20
    telegram.faults.next(WEBHOOK, Cut(after=True), Cut())
    await bot.does("setWebhook", url=endpoint.url)
    first, again = await endpoint.gets(2)
    assert first == again
    assert sum(telegram.failures.values()) == 2


async def test_setting_the_same_webhook_again_changes_nothing(
    bot: Bot, ana: Person, endpoint: Endpoint, telegram: Telegram
) -> None:
    """Telegram says "Webhook is already set": what failed waits for its own next attempt, and the error stays told."""
    endpoint.statuses, endpoint.retry_after = [503], "600"
    await bot.does("setWebhook", url=endpoint.url)
    await endpoint.gets(1)
    await asyncio.sleep(1.1)
    await bot.does("setWebhook", url=endpoint.url)
    await asyncio.sleep(0.2)
    assert len(endpoint.got) == 1
    assert "503" in (await bot.does("getWebhookInfo"))["last_error_message"]
    telegram.clock.advance(600)
    await endpoint.gets(2)


async def test_updates_wait_while_the_bot_is_down(bot: Bot, ana: Person, telegram: Telegram) -> None:
    telegram.clock.speed = 20
    endpoint = Endpoint()
    await bot.does("setWebhook", url="http://127.0.0.1:9/hook")
    await asyncio.sleep(0.2)
    assert (await bot.does("getWebhookInfo"))["pending_update_count"] == 1
    server = await asyncio.start_server(endpoint.serve, "127.0.0.1", 0)
    async with server:
        await asyncio.sleep(0.9)
        await bot.does("setWebhook", url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        await endpoint.gets(1)
