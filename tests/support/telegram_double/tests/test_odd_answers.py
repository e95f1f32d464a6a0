"""An answer of any shape comes when told: by method, by chat, once, so many times or for so long."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.support.telegram_double import REFUSALS, SHAPES, Flood, Odd, Person, Telegram, odd_answers, refused
from tests.support.telegram_double.odd_answers import DEPTH
from tests.support.telegram_double.tests.bot import Bot, ask


async def raw(bot: Bot, method: str, **given: Any) -> httpx.Response:
    return await bot.client.post(f"{bot.telegram.url}{bot.telegram.token}/{method}", json=given)


async def said(bot: Bot, odd: Odd, method: str = "getMe") -> tuple[int, bytes]:
    bot.telegram.faults.next(method, odd)
    answer = await raw(bot, method)
    return answer.status_code, answer.content


@pytest.mark.parametrize("odd", odd_answers(), ids=repr)
async def test_no_odd_answer_is_carried_out_or_ends_the_connection(
    bot: Bot, ana: Person, telegram: Telegram, odd: Odd
) -> None:
    telegram.faults.next("sendMessage", odd)
    answer = await raw(bot, "sendMessage", chat_id=ana.chat.id, text="hello")
    assert not ana.seen("hello")
    call = telegram.calls[-1]
    assert (call.fault, call.done, call.code) == (odd, False, answer.status_code)
    await bot.does("sendMessage", chat_id=ana.chat.id, text="hello")
    assert telegram.complaints == []


@pytest.mark.parametrize("odd", odd_answers(after=True), ids=repr)
async def test_an_odd_answer_may_hide_that_it_was_carried_out(
    bot: Bot, ana: Person, telegram: Telegram, odd: Odd
) -> None:
    telegram.faults.next("sendMessage", odd)
    await raw(bot, "sendMessage", chat_id=ana.chat.id, text="hello")
    assert ana.seen("hello")
    assert telegram.calls[-1].done


@pytest.mark.parametrize("shape", ["html", "empty", "cut", "not_utf8"])
async def test_some_answers_are_no_json(bot: Bot, shape: str) -> None:
    _, body = await said(bot, Odd(shape))
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|decode"):
        json.loads(body)


async def test_some_are_deeper_than_a_parser_can_go(bot: Bot) -> None:
    assert (await said(bot, Odd("deep"))) == (200, b"[" * DEPTH + b"]" * DEPTH)
    assert (await said(bot, Odd("deep_result")))[1].startswith(b'{"ok":true,"result":[[[')


@pytest.mark.parametrize(
    ("odd", "code", "body"),
    [
        (Odd("null"), 200, None),
        (Odd("list"), 200, []),
        (Odd("text"), 200, "ok"),
        (Odd("empty_object"), 200, {}),
        (Odd("not_ok"), 400, {"ok": False}),
        (Odd("not_ok", 200), 200, {"ok": False}),
        (Odd("no_result"), 200, {"ok": True}),
        (Odd("result_text"), 200, {"ok": True, "result": "done"}),
        (Odd("gateway_error", 413), 413, {"error": "upstream request failed"}),
        (Odd("gateway_message", 403), 403, {"message": "Forbidden"}),
        (Odd("no_description", 403), 403, {"ok": False, "error_code": 403}),
        (Odd("no_error_code"), 400, {"ok": False, "description": "Bad Request: chat not found"}),
        (Odd("unauthorized"), 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}),
        (Odd("not_found"), 404, {"ok": False, "error_code": 404, "description": "Not Found"}),
    ],
    ids=repr,
)
async def test_some_are_json_that_says_too_little(bot: Bot, odd: Odd, code: int, body: Any) -> None:
    status, content = await said(bot, odd)
    assert (status, json.loads(content)) == (code, body)


@pytest.mark.parametrize("wait", [0, -1, "soon", None, 10**9], ids=repr)
async def test_a_flood_may_ask_for_any_wait(bot: Bot, wait: Any) -> None:
    status, content = await said(bot, Odd("flood", retry_after=wait))
    assert (status, json.loads(content)["parameters"]) == (429, {"retry_after": wait})
    assert "parameters" not in json.loads((await said(bot, Odd("flood_bare")))[1])


async def test_a_right_answer_may_come_with_wrong_types_or_under_a_wrong_code(
    bot: Bot, ana: Person, telegram: Telegram
) -> None:
    telegram.faults.next("sendMessage", Odd("ids_text", after=True), Odd("right", 500, after=True))
    hello = {"chat_id": ana.chat.id, "text": "hello"}
    assert (await bot.does("sendMessage", **hello))["message_id"] == "2"
    answer = await raw(bot, "sendMessage", **hello)
    assert (answer.status_code, answer.json()["result"]["message_id"]) == (500, 3)


@pytest.mark.parametrize("code", [200, 204, 206, 301, 304, 400, 418, 451, 500, 503, 599, 999])
async def test_any_status_can_be_had(bot: Bot, code: int) -> None:
    status, body = await said(bot, Odd("html", code))
    assert status == code
    assert bool(body) is (code not in (204, 304))


async def test_once_so_many_times_or_for_so_many_seconds(bot: Bot, ana: Person, telegram: Telegram) -> None:
    async def codes(count: int) -> list[int]:
        return [(await raw(bot, "sendMessage", chat_id=ana.chat.id, text="x")).status_code for _ in range(count)]

    telegram.faults.next("sendMessage", Odd("html"))
    assert await codes(2) == [502, 200]
    telegram.faults.repeat(Odd("gateway_error", 408), 3, "sendMessage", ana.chat.id)
    assert await codes(4) == [408, 408, 408, 200]
    telegram.faults.during(3600, Odd("not_found"), "sendMessage")
    assert await codes(5) == [404] * 5
    telegram.clock.advance(3600)
    assert await codes(1) == [200]


async def test_any_shape_is_drawn_by_the_seed(bot: Bot) -> None:
    async def shapes(seed: int) -> list[str]:
        async with Telegram(seed=seed) as telegram:
            telegram.faults.always(Odd("any"), "getMe")
            for _ in range(12):
                await raw(Bot(telegram, bot.client), "getMe")
            drawn = [call.fault for call in telegram.calls]
            return [odd.shape for odd in drawn if isinstance(odd, Odd)]

    one, again, other = await shapes(1), await shapes(1), await shapes(2)
    assert one == again != other
    assert len(set(one)) > 4
    assert set(one) <= set(SHAPES)


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refusal_of_telegrams_own_has_a_name(bot: Bot, ana: Person, telegram: Telegram, name: str) -> None:
    telegram.faults.next("sendMessage", refused(name))
    answer = await raw(bot, "sendMessage", chat_id=ana.chat.id, text="hello")
    assert name.lower() in answer.json()["description"].lower().replace("reply markup is too long", name.lower())
    assert answer.status_code == answer.json()["error_code"]
    assert not ana.seen("hello")


async def test_message_to_edit_not_found_may_be_said_falsely(bot: Bot, ana: Person, telegram: Telegram) -> None:
    here = {"chat_id": ana.chat.id, "message_id": (await ask(bot, ana))["message_id"]}
    telegram.faults.next("editMessageText", refused("message to edit not found"))
    assert "message to edit not found" in await bot.no("editMessageText", **here, text="Over")
    assert ana.card, "it is there, its buttons too"
    telegram.faults.next("editMessageText", refused("message to edit not found", after=True))
    await bot.no("editMessageText", **here, text="Over")
    assert ana.seen("Over")


async def test_what_the_double_itself_refuses_has_the_same_words(bot: Bot, ana: Person, telegram: Telegram) -> None:
    """The names are Telegram's: a false refusal cannot be told from a true one."""
    here = {"chat_id": ana.chat.id}
    long, broken = await bot.no("sendMessage", **here, text="x" * 4097), {"text": "<b>x", "parse_mode": "HTML"}
    assert long == "400 " + refused("message is too long").description
    assert await bot.no("sendMessage", **here, **broken) == "400 " + refused("can't parse entities").description
    assert await bot.no("sendMessage", chat_id=1, text="x") == "400 " + refused("chat not found").description
    ana.blocks()
    blocked = "403 " + refused("bot was blocked by the user").description
    assert await bot.no("sendMessage", **here, text="x") == blocked


async def test_an_answer_is_held_back_while_updates_and_other_calls_go_on(
    bot: Bot, ana: Person, telegram: Telegram
) -> None:
    held = telegram.faults.hold("sendMessage", chat=ana.chat.id)
    sending = asyncio.create_task(ask(bot, ana))
    await ana.sees("Is it?")
    ana.taps("Yes")
    assert "callback_query" in (await bot.does("getUpdates"))[-1]
    assert not sending.done()
    telegram.faults.release(held)
    assert (await sending)["message_id"] == 2
    telegram.faults.next("sendMessage", Flood(1))
    assert "429" in await bot.no("sendMessage", chat_id=ana.chat.id, text="x"), "nothing is held any more"
