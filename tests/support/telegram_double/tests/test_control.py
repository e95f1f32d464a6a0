"""Another process can do all that a test in this one can: by JSON to /control/<verb>."""

import asyncio
from typing import Any

from tests.support.telegram_double import Person, Telegram
from tests.support.telegram_double.tests.bot import YES_NO, Bot, Json


async def tell(bot: Bot, verb: str, **given: Any) -> Json:
    answer = await bot.client.post(f"http://127.0.0.1:{bot.telegram.server.port}/control/{verb}", json=given)
    told: Json = answer.json()
    return told


async def well(bot: Bot, verb: str, **given: Any) -> Json:
    told = await tell(bot, verb, **given)
    assert "wrong" not in told, told
    return told


async def test_odd_answers_and_refusals_by_name_come_when_told(bot: Bot, ana: Person, telegram: Telegram) -> None:
    await well(bot, "fault", kind="Odd", **{"with": {"shape": "gateway_message", "code": 403}}, method="getMe", times=1)
    assert await bot("getMe") == {"message": "Forbidden"}
    await bot.does("getMe")
    await well(bot, "fault", refused="chat not found", method="getMe", seconds=3600)
    assert await bot.no("getMe") == "400 Bad Request: chat not found"
    telegram.clock.advance(3600)
    await bot.does("getMe")
    await well(bot, "fault", refused="Unauthorized", **{"with": {"after": True}})
    assert "401" in await bot.no("getMe")
    await well(bot, "fault")
    await bot.does("getMe")
    assert "no shape" in (await tell(bot, "fault", kind="Odd", **{"with": {"shape": "round"}}))["wrong"]
    assert "no refusal" in (await tell(bot, "fault", refused="maybe"))["wrong"]


async def test_answers_are_held_and_let_go(bot: Bot) -> None:
    await well(bot, "fault", kind="Held", method="getMe")
    asking = asyncio.create_task(bot.does("getMe"))
    await asyncio.sleep(0.1)
    assert not asking.done()
    assert "Held" in (await well(bot, "state"))["calls"][-1]["fault"]
    await well(bot, "release")
    assert (await asking)["is_bot"]


async def test_people_act_in_one_batch(bot: Bot) -> None:
    chat = (await well(bot, "do", person="Ana", does="starts"))["chat"]
    await bot.does("sendMessage", chat_id=chat, text="Is it?", reply_markup=YES_NO)
    steps = [
        {"person": "Ana", "does": "taps", "with": ["Yes"]},
        {"person": "Ana", "does": "captions", "with": ["/stop"]},
        {"person": "Ana", "does": "edits", "with": [1, "/start again"]},
        {"person": "Ana", "does": "blocks"},
    ]
    await well(bot, "batch", steps=steps, order=[3, 0, 1, 2])
    kinds = [list(update)[1] for update in await bot.does("getUpdates")]
    assert kinds == ["message", "my_chat_member", "callback_query", "message", "edited_message"]


async def test_others_can_be_brought_in(bot: Bot, telegram: Telegram) -> None:
    chat = (await well(bot, "echo_bot", person="Echo", answers=1))["chat"]
    await well(bot, "do", person="Echo", does="starts")
    await well(bot, "skip_message_ids", count=10)
    sent = await bot.does("sendMessage", chat_id=chat, text="hello")
    assert sent["message_id"] == 12
    assert [update["message"]["text"] for update in await bot.does("getUpdates")] == ["/start", "hello"]
    await well(bot, "odd_update", kind="message", body={"message_id": []})
    await well(bot, "other_poller", seconds=60)
    assert "409" in await bot.no("getUpdates", offset=telegram.updates.queue[-1].id + 1, timeout=2)
    await well(bot, "other_sets_webhook", url="https://elsewhere.example/")
    assert (await bot.does("getWebhookInfo"))["url"] == "https://elsewhere.example/"
    await well(bot, "other_deletes_webhook")
    assert (await bot.does("getWebhookInfo"))["url"] == ""


async def test_what_is_not_understood_is_told(bot: Bot) -> None:
    assert "no verb dance; there are do," in (await tell(bot, "dance"))["wrong"]
    assert "KeyError" in (await tell(bot, "do", person="Ana", does="dances"))["wrong"]
    assert "TypeError" in (await tell(bot, "other_poller", hours=1))["wrong"]
