"""What people do reaches the bot as Telegram tells it, and the bot answers as Telegram lets it."""

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.support.telegram_double import Person, Rate, Telegram, all_settled
from tests.support.telegram_double.rules import Bucket
from tests.support.telegram_double.tests.bot import YES_NO, Bot, Json, ask


async def test_a_tap_is_answered_once_and_shows_its_toast(bot: Bot, ana: Person) -> None:
    await ask(bot, ana)
    tap = ana.taps("Yes")
    query = (await bot.does("getUpdates"))[-1]["callback_query"]
    assert (query["data"], query["message"]["text"]) == ("y", "Is it?")
    assert "MESSAGE_TOO_LONG" in await bot.no("answerCallbackQuery", callback_query_id=tap.id, text="x" * 201)
    await bot.does("answerCallbackQuery", callback_query_id=tap.id, text="Thank you")
    assert await ana.answered(tap) == "Thank you"
    assert "query is too old" in await bot.no("answerCallbackQuery", callback_query_id=tap.id)
    assert ana.transcript().splitlines()[-2:] == ["tap #2: [Yes]", "toast: Thank you"]


async def test_a_late_answer_and_an_invented_one_are_too_old(bot: Bot, ana: Person, telegram: Telegram) -> None:
    await ask(bot, ana)
    tap = ana.taps("Yes")
    telegram.clock.advance(16)
    assert "query is too old" in await bot.no("answerCallbackQuery", callback_query_id=tap.id)
    assert "query is too old" in await bot.no("answerCallbackQuery", callback_query_id="12345")


async def test_two_taps_two_queries_and_an_old_screen_sends_old_data(bot: Bot, ana: Person) -> None:
    sent = await ask(bot, ana)
    tablet = ana.device()
    first, second = ana.taps_twice("Yes")
    assert first.id != second.id
    await bot.does("editMessageText", chat_id=ana.chat.id, message_id=sent["message_id"], text="Next?")
    tablet.taps("No")
    ana.forges("💥")
    told = [u["callback_query"] for u in await bot.does("getUpdates") if "callback_query" in u]
    assert [query["data"] for query in told] == ["y", "y", "n", "💥"]
    assert told[2]["message"]["text"] == "Next?"
    with pytest.raises(AssertionError, match="there is no card"):
        ana.taps("Yes")
    with pytest.raises(AssertionError, match="several buttons"):
        tablet.taps("")


async def test_the_message_of_a_tap_may_be_out_of_reach(bot: Bot, ana: Person) -> None:
    sent = await ask(bot, ana)
    copy = ana.device()
    ana.taps("Yes", inaccessible=True)
    await bot.does("deleteMessage", chat_id=ana.chat.id, message_id=sent["message_id"])
    copy.taps("No")
    for update in (await bot.does("getUpdates"))[-2:]:
        assert update["callback_query"]["message"].keys() == {"chat", "message_id", "date"}
        assert update["callback_query"]["message"]["date"] == 0


@pytest.mark.parametrize("what", ["photo", "voice", "sticker", "contact", "location", "poll", "payment", "unheard_of"])
async def test_people_send_things_that_are_no_text(bot: Bot, ana: Person, what: str) -> None:
    ana.sends(what)
    assert "text" not in (await bot.does("getUpdates"))[-1]["message"]


async def test_people_edit_what_they_wrote(bot: Bot, ana: Person) -> None:
    ana.edits(ana.writes("yse"), "yes")
    assert (await bot.does("getUpdates"))[-1]["edited_message"]["text"] == "yes"


@pytest.mark.parametrize("payload", ["x" * 65, "with space", "ü", "a.b"])
def test_no_link_carries_what_telegram_does_not_carry(ana: Person, payload: str) -> None:
    with pytest.raises(AssertionError, match="no link can carry"):
        ana.starts(payload)


async def test_commands_and_descriptions_are_kept_and_bounded(bot: Bot) -> None:
    commands = [{"command": "help", "description": "Help"}]
    await bot.does("setMyCommands", commands=commands, language_code="en")
    assert await bot.does("getMyCommands", language_code="en") == commands
    assert await bot.does("getMyCommands") == []
    wrong = [{"command": "Help!", "description": "Help"}]
    assert "BOT_COMMAND_INVALID" in await bot.no("setMyCommands", commands=wrong)
    assert "DESCRIPTION_INVALID" in await bot.no("setMyCommands", commands=[{"command": "help", "description": ""}])
    await bot.does("setMyDescription", description="It asks.")
    assert await bot.does("getMyDescription", language_code="de") == {"description": "It asks."}
    assert "too long" in await bot.no("setMyShortDescription", short_description="x" * 121)


async def test_what_was_said_twice_is_found(bot: Bot, ana: Person) -> None:
    await ask(bot, ana)
    assert ana.chat.doubled() == []
    await ask(bot, ana)
    assert len(ana.chat.doubled()) == 1
    ana.writes("what?")
    ana.writes("what?")
    await ask(bot, ana)
    assert len(ana.chat.doubled()) == 1


async def test_many_people_at_once(bot: Bot, telegram: Telegram) -> None:
    people = [telegram.person(f"P{number}") for number in range(50)]
    for person in people:
        person.starts()
    await asyncio.gather(*(ask(bot, person) for person in people))
    taps = [person.taps("Yes") for person in people]
    await asyncio.gather(*(bot.does("answerCallbackQuery", callback_query_id=tap.id) for tap in taps))
    await all_settled(people, quiet=0.05)
    assert all(person.chat.history[-1].what == "tap" for person in people)
    assert telegram.complaints == []


@asynccontextmanager
async def apart() -> AsyncIterator[Json]:
    """The double as a process of its own; what it says of itself comes back."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.support.telegram_double", stdout=pipe)
    try:
        assert process.stdout
        yield json.loads(await asyncio.wait_for(process.stdout.readline(), 10))
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 10) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_it_is_a_process_of_its_own_too(bot: Bot) -> None:
    async with apart() as where:

        async def control(verb: str, **given: Any) -> Json:
            answer: Json = (await bot.client.post(where["control"] + verb, json=given)).json()
            return answer

        chat = (await control("do", person="Ana", does="starts"))["chat"]
        given = {"chat_id": chat, "text": "Is it?", "reply_markup": YES_NO}
        await control("fault", kind="Flood", **{"with": {"retry_after": 3}}, method="sendMessage", times=1)
        url = f"{where['url']}{where['token']}/sendMessage"
        assert [(await bot.client.post(url, json=given)).status_code for _ in range(2)] == [429, 200]
        seen = await control("do", person="Ana", does="taps", **{"with": ["Yes"]})
        assert (seen["screen"][-1]["buttons"], seen["unanswered"]) == (["Yes", "No"], 1)
        assert "tap #2: [Yes]" in (await control("state"))["transcripts"]["Ana"]
        assert "wrong" in await control("do", person="Ana", does="flies")


def test_a_rate_refills() -> None:

    bucket = Bucket(Rate(2, 100))
    assert [bucket.take() for _ in range(2)] == [0, 0]
    assert 0 < bucket.take() <= 0.01
    time.sleep(0.02)
    assert bucket.take() == 0
