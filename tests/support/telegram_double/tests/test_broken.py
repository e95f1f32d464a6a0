"""Everything that goes wrong on the way does so when told, and is written down."""

import json
import time

import httpx
import pytest

from tests.support.telegram_double import Broken, Cut, Flood, Person, Refused, Silent, Slow, Telegram
from tests.support.telegram_double.tests.bot import Bot


async def test_each_fault_happens_once_and_is_written_down(bot: Bot, ana: Person, telegram: Telegram) -> None:
    telegram.faults.next("sendMessage", Flood(7), Refused(500, "Internal Server Error"), Slow(0.3))
    hello = {"chat_id": ana.chat.id, "text": "hello"}
    assert (await bot("sendMessage", **hello))["parameters"] == {"retry_after": 7}
    assert await bot.no("sendMessage", **hello) == "500 Internal Server Error"
    begun = time.monotonic()
    await bot.does("sendMessage", **hello)
    assert time.monotonic() - begun >= 0.3
    await bot.does("sendMessage", **hello)
    calls = telegram.calls_of("sendMessage", ana.chat.id)
    assert [(call.code, call.done, call.fault) for call in calls] == [
        (429, False, Flood(7)),
        (500, False, Refused(500, "Internal Server Error")),
        (200, True, Slow(0.3)),
        (200, True, None),
    ]


@pytest.mark.parametrize("after", [False, True])
async def test_a_connection_is_cut_before_or_after_the_work(
    bot: Bot, ana: Person, telegram: Telegram, after: bool
) -> None:
    telegram.faults.next("sendMessage", Cut(after))
    with pytest.raises(httpx.NetworkError):
        await bot("sendMessage", chat_id=ana.chat.id, text="hello")
    assert bool(ana.seen("hello")) is after
    assert telegram.calls[-1].done is after
    await bot.does("getMe")


@pytest.mark.parametrize("after", [False, True])
async def test_a_gateway_breaks_before_or_after_the_work(
    bot: Bot, ana: Person, telegram: Telegram, after: bool
) -> None:
    telegram.faults.next("sendMessage", Broken(502, after))
    with pytest.raises(json.JSONDecodeError):
        await bot("sendMessage", chat_id=ana.chat.id, text="hello")
    assert bool(ana.seen("hello")) is after


async def test_no_answer_at_all(bot: Bot, ana: Person, telegram: Telegram) -> None:
    telegram.faults.next("sendMessage", Silent(after=True))
    bot.client.timeout = httpx.Timeout(0.2)
    with pytest.raises(httpx.ReadTimeout):
        await bot("sendMessage", chat_id=ana.chat.id, text="hello")
    assert ana.seen("hello")


async def test_a_request_whose_sender_gave_up_is_carried_out_late(bot: Bot, ana: Person, telegram: Telegram) -> None:
    telegram.faults.next("sendMessage", Slow(0.3, after=False))
    bot.client.timeout = httpx.Timeout(0.1)
    with pytest.raises(httpx.ReadTimeout):
        await bot("sendMessage", chat_id=ana.chat.id, text="hello")
    assert not ana.seen("hello")
    await ana.sees("hello", within=1)


async def test_a_fault_may_be_meant_for_one_chat(bot: Bot, ana: Person, telegram: Telegram) -> None:
    ben = telegram.person("Ben")
    ben.starts()
    plan = telegram.faults.always(Flood(1), chat=ben.chat.id)
    await bot.does("sendMessage", chat_id=ana.chat.id, text="hello")
    assert "429" in await bot.no("sendMessage", chat_id=ben.chat.id, text="hello")
    await ask_nothing(bot, telegram)
    telegram.faults.stop(plan)
    await bot.does("sendMessage", chat_id=ben.chat.id, text="hello")


async def ask_nothing(bot: Bot, telegram: Telegram) -> None:
    """A call that is about no chat at all."""
    await bot.does("getMe")
    assert telegram.calls[-1].chat is None


async def test_the_same_seed_breaks_the_same_calls(bot: Bot) -> None:
    async def codes(seed: int) -> list[int]:
        async with Telegram(seed=seed) as telegram:
            ana = telegram.person()
            ana.starts()
            telegram.faults.often(Flood(1), 0.4)
            answers = [await Bot(telegram, bot.client)("sendMessage", chat_id=ana.chat.id, text="x") for _ in range(20)]
            return [answer.get("error_code", 200) for answer in answers]

    one, again, other = await codes(1), await codes(1), await codes(2)
    assert one == again != other
    assert set(one) == {200, 429}
