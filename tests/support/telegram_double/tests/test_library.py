"""python-telegram-bot takes the double for Telegram: its types, its errors, its waiting."""

import pytest
from telegram import Bot as LibraryBot
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter

from tests.support.telegram_double import Cut, Flood, Person, Telegram

YES = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y")]])


async def test_a_small_chat_with_the_library(telegram: Telegram, ana: Person) -> None:
    async with LibraryBot(telegram.token, base_url=telegram.url) as bot:
        (start,) = await bot.get_updates(timeout=2, allowed_updates=[Update.MESSAGE, Update.CALLBACK_QUERY])
        assert start.message
        await start.message.reply_text("<b>Is it?</b>", parse_mode="HTML", reply_markup=YES, protect_content=True)
        tap = ana.taps("Yes")
        (update,) = await bot.get_updates(offset=start.update_id + 1, timeout=2)
        assert update.callback_query
        await update.callback_query.answer("Noted")
        await update.callback_query.edit_message_text("It is.")
        with pytest.raises(BadRequest, match="Query is too old"):
            await update.callback_query.answer()
        with pytest.raises(BadRequest, match="Message is not modified"):
            await update.callback_query.edit_message_text("It is.")
    assert (tap.toast, ana.labels) == ("Noted", [])
    assert ana.transcript() == "\n".join(
        ["person #1: /start", "bot #2: Is it? [Yes]", "tap #2: [Yes]", "toast: Noted", "edit #2: It is."]
    )
    assert telegram.complaints == []


async def test_its_errors_are_the_right_ones(telegram: Telegram, ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # how the library itself asks to be called
    telegram.faults.next("sendMessage", Flood(3), Cut())
    async with LibraryBot(telegram.token, base_url=telegram.url) as bot:
        with pytest.raises(RetryAfter, match="Flood control exceeded"):
            await bot.send_message(ana.chat.id, "hello")
        with pytest.raises(NetworkError):
            await bot.send_message(ana.chat.id, "hello")
        ana.blocks()
        with pytest.raises(Forbidden, match="blocked by the user"):
            await bot.send_message(ana.chat.id, "hello")
        await bot.set_webhook("http://127.0.0.1:9/")
        with pytest.raises(Conflict, match="webhook is active"):
            await bot.get_updates()
