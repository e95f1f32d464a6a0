"""Others have our token too, and other bots write to ours."""

import asyncio
import time

from tests.support.telegram_double import Person, Telegram
from tests.support.telegram_double.tests.bot import Bot
from tests.support.telegram_double.tests.endpoint import Endpoint


async def poll_codes(bot: Bot, seconds: float) -> list[int]:
    """What polls of one second get, one after the other, for so long."""
    codes, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        codes.append((await bot("getUpdates", timeout=1)).get("error_code", 200))
    return codes


async def test_another_poller_ends_our_polls_until_it_goes_away(bot: Bot, telegram: Telegram) -> None:
    other = telegram.other_poller(seconds=0.6)
    codes = await poll_codes(bot, 0.4)
    assert set(codes) == {409}
    assert "terminated by other getUpdates" in telegram.calls[-1].description
    await asyncio.sleep(0.6)
    assert not other.running
    assert (await bot("getUpdates", timeout=0))["ok"]


async def test_another_poller_takes_nothing_unless_it_confirms(bot: Bot, ana: Person, telegram: Telegram) -> None:
    (start,) = await bot.does("getUpdates")
    other = telegram.other_poller(seconds=60)
    await asyncio.sleep(0.1)
    await other.stop()
    assert start["update_id"] in other.got
    assert await bot.does("getUpdates") == [start]
    thief = telegram.other_poller(seconds=60, confirms=True)
    await asyncio.sleep(0.2)
    await thief.stop()
    assert await bot.does("getUpdates") == []


async def test_the_other_pollers_time_is_the_doubles(bot: Bot, telegram: Telegram) -> None:
    other = telegram.other_poller(seconds=3600)
    await asyncio.sleep(0.1)
    telegram.clock.advance(3600)
    await asyncio.sleep(1.2)
    assert not other.running


async def test_somebody_sets_a_webhook_while_we_poll(bot: Bot, ana: Person, telegram: Telegram) -> None:
    offset = (await bot.does("getUpdates"))[-1]["update_id"] + 1
    poll = asyncio.create_task(bot.no("getUpdates", offset=offset, timeout=4))
    await asyncio.sleep(0.1)
    telegram.other_sets_webhook()
    assert "terminated by setWebhook request" in await poll
    assert "can't use getUpdates method while webhook is active" in await bot.no("getUpdates", offset=offset)
    ana.writes("anybody?")
    await asyncio.sleep(0.1)
    info = await bot.does("getWebhookInfo")
    assert (info["url"], info["pending_update_count"]) == ("https://elsewhere.example/hook", 1)
    assert info["last_error_message"] == "Wrong response from the webhook: 404 Not Found"
    assert abs(info["last_error_date"] - telegram.clock.now()) < 5
    await bot.does("deleteWebhook")
    assert [update["message"]["text"] for update in await bot.does("getUpdates", offset=offset)] == ["anybody?"]
    assert (await bot.does("getWebhookInfo"))["url"] == ""


async def test_a_webhook_of_somebody_else_may_take_what_was_ours(bot: Bot, ana: Person, telegram: Telegram) -> None:
    telegram.other_sets_webhook(takes=True)
    ana.writes("anybody?")
    await asyncio.sleep(0.1)
    assert (await bot.does("getWebhookInfo"))["pending_update_count"] == 0
    await bot.does("deleteWebhook")
    assert await bot.does("getUpdates") == []


async def test_somebody_deletes_our_webhook_and_nobody_tells_us(
    bot: Bot, ana: Person, telegram: Telegram, endpoint: Endpoint
) -> None:
    await bot.does("setWebhook", url=endpoint.url)
    await endpoint.gets(1)
    telegram.other_deletes_webhook()
    ana.writes("anybody?")
    await asyncio.sleep(1.1)
    assert len(endpoint.got) == 1
    info = await bot.does("getWebhookInfo")
    assert (info["url"], info["pending_update_count"]) == ("", 1)
    await bot.does("setWebhook", url=endpoint.url)
    assert (await endpoint.gets(2))[1]["message"]["text"] == "anybody?"


async def test_webhook_info_tells_of_the_last_failure_as_telegram_does(
    bot: Bot, ana: Person, telegram: Telegram, endpoint: Endpoint
) -> None:
    telegram.clock.speed = 20
    healthy = {"url": "", "has_custom_certificate": False, "pending_update_count": 1}
    assert await bot.does("getWebhookInfo") == healthy
    await bot.does("setWebhook", url="http://127.0.0.1:9/hook")
    await asyncio.sleep(0.2)
    info = await bot.does("getWebhookInfo")
    assert info["last_error_message"] == "Connection refused"
    assert info["pending_update_count"] == 1
    await asyncio.sleep(1)
    endpoint.statuses = [502]
    await bot.does("setWebhook", url=endpoint.url)
    assert "last_error_date" not in await bot.does("getWebhookInfo"), "a new webhook begins without a past"
    await endpoint.gets(2)
    await asyncio.sleep(0.1)
    info = await bot.does("getWebhookInfo")
    assert info["last_error_message"].startswith("Wrong response from the webhook: 502")
    assert info["pending_update_count"] == 0


async def test_an_echo_bot_says_again_what_it_hears(bot: Bot, telegram: Telegram) -> None:
    echo = telegram.echo_bot(answers=2)
    echo.starts()
    for text in ("one", "two", "three"):
        await bot.does("sendMessage", chat_id=echo.chat.id, text=text)
    said = [update["message"] for update in await bot.does("getUpdates")]
    assert [message["text"] for message in said] == ["/start", "one", "two"]
    assert all(message["from"]["is_bot"] for message in said)
    assert echo.last
    assert echo.last.text == "three", "its own messages are not ours"
    assert echo.transcript().splitlines()[:3] == ["person #1: /start", "bot #2: one", "person #3: one"]
