"""A poller gets what it has not confirmed, and there is one poller."""

import asyncio
import time

from tests.support.telegram_double import Person, Telegram
from tests.support.telegram_double.tests.bot import DAY, Bot, ask


async def test_what_was_not_confirmed_comes_again(bot: Bot, ana: Person) -> None:
    ana.writes("one")
    ana.writes("two")
    first = await bot.does("getUpdates", limit=2)
    assert await bot.does("getUpdates", limit=2) == first
    rest = await bot.does("getUpdates", offset=first[-1]["update_id"] + 1)
    assert [update["message"]["text"] for update in rest] == ["two"]
    assert await bot.does("getUpdates", offset=rest[-1]["update_id"] + 1) == []


async def test_told_in_another_order_no_number_is_passed_over(bot: Bot, telegram: Telegram, ana: Person) -> None:
    """Whoever confirms the highest number of a batch has been offered every lower one."""
    waiting = len(await bot.does("getUpdates"))
    telegram.updates.hold()
    for text in "abcd":
        ana.writes(text)
    telegram.updates.release([3, 1, 0, 2])
    offered = await bot.does("getUpdates", limit=waiting + 2)
    assert [update["message"]["text"] for update in offered[waiting:]] == ["b", "a"]
    rest = await bot.does("getUpdates", offset=max(update["update_id"] for update in offered) + 1)
    assert [update["message"]["text"] for update in rest] == ["d", "c"]


async def test_a_long_poll_waits_for_news(bot: Bot, ana: Person) -> None:
    last = (await bot.does("getUpdates"))[-1]["update_id"]
    poll = asyncio.create_task(bot.does("getUpdates", offset=last + 1, timeout=4))
    await asyncio.sleep(0.1)
    assert not poll.done()
    ana.writes("now")
    assert (await asyncio.wait_for(poll, 1))[0]["message"]["text"] == "now"
    begun = time.monotonic()
    assert await bot.does("getUpdates", offset=last + 2, timeout=1) == []
    assert time.monotonic() - begun >= 1


async def test_a_second_poller_ends_the_first(bot: Bot) -> None:
    first = asyncio.create_task(bot.no("getUpdates", timeout=4))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(bot("getUpdates", timeout=1))
    assert "409 Conflict: terminated by other getUpdates request" in await asyncio.wait_for(first, 1)
    assert (await second)["ok"]


async def test_a_poller_that_hung_up_takes_nothing_with_it(bot: Bot, ana: Person, telegram: Telegram) -> None:
    last = (await bot.does("getUpdates"))[-1]["update_id"]
    poll = asyncio.create_task(bot("getUpdates", offset=last + 1, timeout=4))
    await asyncio.sleep(0.1)
    poll.cancel()
    await asyncio.sleep(0.1)
    telegram.repeat(last)
    await asyncio.sleep(0.1)
    assert [update["update_id"] for update in await bot.does("getUpdates", offset=last + 1)] == [last]


async def test_taps_spoil_sooner_than_messages(bot: Bot, ana: Person, telegram: Telegram) -> None:
    await ask(bot, ana)
    tap = ana.taps("Yes")
    telegram.clock.advance(149)
    assert len(await bot.does("getUpdates")) == 2
    telegram.clock.advance(2)
    assert ["message" in update for update in await bot.does("getUpdates")] == [True]
    assert telegram.open_taps() == [] != [tap]
    telegram.clock.advance(DAY)
    assert await bot.does("getUpdates") == []
    assert len(telegram.updates.dropped) == 2


async def test_after_a_silent_week_the_numbers_jump(bot: Bot, ana: Person, telegram: Telegram) -> None:
    last = (await bot.does("getUpdates"))[-1]["update_id"]
    await bot.does("getUpdates", offset=last + 1)
    telegram.clock.advance(8 * DAY)
    ana.writes("still there?")
    assert abs((await bot.does("getUpdates", offset=-1))[-1]["update_id"] - last) > 1000


async def test_an_offset_from_before_the_jump_confirms_nothing(bot: Bot, ana: Person, telegram: Telegram) -> None:
    await bot.does("getUpdates", offset=(await bot.does("getUpdates"))[-1]["update_id"] + 1)
    telegram.clock.advance(8 * DAY)
    ana.writes("still there?")
    assert [update["message"]["text"] for update in await bot.does("getUpdates", offset=2**31 - 1)] == ["still there?"]


async def test_unwanted_kinds_are_not_told(bot: Bot, ana: Person, telegram: Telegram) -> None:
    await bot.does("getUpdates", allowed_updates=["message", "thoughts"])
    ana.edits(ana.writes("yse"), "yes")
    ana.reacts(ana.screen[0])
    assert [set(update) - {"update_id"} for update in await bot.does("getUpdates")] == [{"message"}, {"message"}]
    assert telegram.updates.unwanted == ["edited_message", "message_reaction"]
    assert telegram.complaints == ["unknown in allowed_updates: thoughts"]


async def test_a_confirmed_update_can_be_told_again_and_held_ones_in_any_order(bot: Bot, ana: Person) -> None:
    last = (await bot.does("getUpdates"))[-1]["update_id"]
    assert await bot.does("getUpdates", offset=last + 1) == []
    bot.telegram.repeat(last)
    assert [update["update_id"] for update in await bot.does("getUpdates", offset=last + 1)] == [last]
    assert await bot.does("getUpdates", offset=last + 1) == []
    bot.telegram.updates.hold()
    ana.writes("one")
    ana.writes("two")
    assert await bot.does("getUpdates", offset=last + 1) == []
    bot.telegram.updates.release([1, 0])
    told = await bot.does("getUpdates", offset=last + 1)
    assert [update["message"]["text"] for update in told] == ["two", "one"]


async def test_a_command_and_its_payload_are_marked_as_telegram_marks_them(bot: Bot, telegram: Telegram) -> None:
    telegram.person().starts("clinic-7")
    message = (await bot.does("getUpdates"))[0]["message"]
    assert message["text"] == "/start clinic-7"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
