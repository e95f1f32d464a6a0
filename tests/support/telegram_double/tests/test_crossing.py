"""What one person does may come all at once, in any order, and after the bot was away."""

import asyncio

import pytest

from tests.support.telegram_double import Person, Telegram
from tests.support.telegram_double.tests.bot import Bot, Json, ask
from tests.support.telegram_double.tests.endpoint import Endpoint


def kinds(updates: list[Json]) -> list[str]:
    return [next(kind for kind in update if kind != "update_id") for update in updates]


async def heard_all(bot: Bot) -> int:
    """Confirm what waits; the offset of the next update."""
    offset: int = (await bot.does("getUpdates"))[-1]["update_id"] + 1
    await bot.does("getUpdates", offset=offset)
    return offset


async def test_what_happens_in_a_batch_comes_in_one_batch(bot: Bot, ana: Person, telegram: Telegram) -> None:
    await ask(bot, ana)
    offset = await heard_all(bot)
    poll = asyncio.create_task(bot.does("getUpdates", offset=offset, timeout=4))
    with telegram.batch():
        ana.taps("Yes")
        ana.writes("/hide")
        await asyncio.sleep(0.1)
        assert not poll.done()
        ana.blocks()
    assert kinds(await poll) == ["callback_query", "message", "my_chat_member"]


async def test_a_batch_comes_in_the_order_it_is_told_to(bot: Bot, ana: Person, telegram: Telegram) -> None:
    await ask(bot, ana)
    offset = await heard_all(bot)
    with telegram.batch(order=[2, 0, 1]):
        ana.taps("Yes")
        ana.writes("/delete")
        ana.blocks()
    assert kinds(await bot.does("getUpdates", offset=offset)) == ["my_chat_member", "callback_query", "message"]
    with pytest.raises(AssertionError, match="a batch within a batch"), telegram.batch(), telegram.batch():
        pass


async def test_a_poller_that_was_away_finds_all_of_it_in_its_first_batch(
    bot: Bot, ana: Person, telegram: Telegram
) -> None:
    await ask(bot, ana)
    offset = await heard_all(bot)
    ana.taps("Yes")
    ana.writes("/hide")
    ana.blocks()
    ana.unblocks()
    told = kinds(await bot.does("getUpdates", offset=offset))
    assert told == ["callback_query", "message", "my_chat_member", "my_chat_member"]


async def test_a_webhook_that_was_away_is_posted_all_of_it_when_it_is_set_again(
    bot: Bot, ana: Person, telegram: Telegram, endpoint: Endpoint
) -> None:
    """Each queue waits longer and longer by itself; another webhook begins anew, with all of them at once."""
    await ask(bot, ana)
    await bot.does("setWebhook", url="http://127.0.0.1:9/hook")
    ana.taps("Yes")
    ana.writes("/hide")
    await asyncio.sleep(1.1)  # setWebhook once a second
    assert (await bot.does("getWebhookInfo"))["pending_update_count"] == 3
    await bot.does("setWebhook", url=endpoint.url)
    got = await endpoint.gets(3, within=1)
    assert sorted(kinds(got)) == ["callback_query", "message", "message"]


async def test_a_webhook_gets_a_burst_side_by_side(
    bot: Bot, ana: Person, telegram: Telegram, endpoint: Endpoint
) -> None:
    await ask(bot, ana)
    await heard_all(bot)
    endpoint.slow = lambda update: 0.3 if "callback_query" in update else 0.0
    await bot.does("setWebhook", url=endpoint.url)
    with telegram.batch():
        ana.taps("Yes")
        ana.writes("/hide")
        ana.blocks()
    assert kinds(await endpoint.gets(3))[-1] == "callback_query"


@pytest.mark.parametrize("order", [[0, 1, 2], [1, 0, 2], [2, 1, 0], [1, 2, 0]])
async def test_a_tap_a_message_and_a_block_cross_by_script(
    bot: Bot, ana: Person, telegram: Telegram, endpoint: Endpoint, order: list[int]
) -> None:
    await ask(bot, ana)
    await heard_all(bot)
    await bot.does("setWebhook", url=endpoint.url)
    with telegram.batch(order, gap=0.1):
        ana.taps("Yes")
        ana.writes("/hide")
        ana.blocks()
    as_done = ["callback_query", "message", "my_chat_member"]
    assert kinds(await endpoint.gets(3)) == [as_done[index] for index in order]


async def test_the_taps_of_one_person_never_cross_at_a_webhook(
    bot: Bot, ana: Person, telegram: Telegram, endpoint: Endpoint
) -> None:
    await ask(bot, ana)
    await heard_all(bot)
    endpoint.slow = lambda update: 0.2 if update.get("callback_query", {}).get("data") == "y" else 0.0
    await bot.does("setWebhook", url=endpoint.url)
    with telegram.batch():
        ana.taps("Yes")
        ana.taps("No")
    assert [update["callback_query"]["data"] for update in await endpoint.gets(2)] == ["y", "n"]
