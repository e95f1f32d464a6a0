"""What is no plain text reaches the bot as Telegram tells it: captions, service messages, business messages."""

import pytest
from telegram import Update

from tests.support.telegram_double import Person, Telegram
from tests.support.telegram_double.non_text_content import NON_TEXT_CONTENT, SERVICE_MESSAGES
from tests.support.telegram_double.tests.bot import Bot, Json, ask


async def last(bot: Bot) -> Json:
    update: Json = (await bot.does("getUpdates"))[-1]
    return update


async def test_words_under_a_photo_are_its_caption_and_it_has_no_text(bot: Bot, ana: Person) -> None:
    ana.captions("help me I am bleeding a lot")
    message = (await last(bot))["message"]
    assert message["caption"] == "help me I am bleeding a lot"
    assert message["photo"]
    assert "text" not in message
    assert ana.transcript().splitlines()[-1] == "person #2: (photo) help me I am bleeding a lot"


@pytest.mark.parametrize("what", ["photo", "video", "document", "voice", "animation"])
async def test_a_command_in_a_caption_is_marked_there(bot: Bot, ana: Person, what: str) -> None:
    ana.captions("/stop", what)
    message = (await last(bot))["message"]
    assert message["caption_entities"] == [{"type": "bot_command", "offset": 0, "length": 5}]
    assert "entities" not in message


async def test_a_caption_and_a_text_can_be_edited(bot: Bot, ana: Person) -> None:
    ana.edits(ana.captions("yse"), "/stop")
    edited = (await last(bot))["edited_message"]
    assert (edited["caption"], edited["caption_entities"][0]["type"]) == ("/stop", "bot_command")
    assert edited["edit_date"]
    ana.edits(ana.writes("yse"), "yes")
    assert (await last(bot))["edited_message"]["text"] == "yes"


@pytest.mark.parametrize("what", SERVICE_MESSAGES)
async def test_a_service_message_in_a_private_chat_has_neither_text_nor_caption(
    bot: Bot, ana: Person, what: str
) -> None:
    ana.sends(what)
    message = (await last(bot))["message"]
    assert message["chat"]["type"] == "private"
    assert not {"text", "caption"} & message.keys()
    assert message.keys() - {"message_id", "from", "chat", "date"} == SERVICE_MESSAGES[what].keys()


async def test_a_pin_carries_what_was_pinned(bot: Bot, ana: Person) -> None:
    await ask(bot, ana)
    assert ana.card
    ana.pins(ana.card)
    assert (await last(bot))["message"]["pinned_message"]["text"] == "Is it?"


async def test_a_business_message_was_said_to_somebody_else(bot: Bot, ana: Person) -> None:
    ana.connects_business()
    ana.business("/start")
    ana.business("help", kind="edited_business_message")
    connected, message, edited = (await bot.does("getUpdates"))[-3:]
    assert connected["business_connection"]["id"] == message["business_message"]["business_connection_id"] == "conn1"
    assert message["business_message"]["entities"][0]["type"] == "bot_command"
    assert edited["edited_business_message"]["text"] == "help"
    assert [message.text for message in ana.screen] == ["/start"], "nothing of it is in the chat with our bot"


async def test_business_messages_stay_away_when_they_are_not_wanted(bot: Bot, ana: Person, telegram: Telegram) -> None:
    await bot.does("getUpdates", allowed_updates=["message"])
    ana.business("help")
    assert list(await last(bot)) == ["update_id", "message"]
    assert telegram.updates.unwanted == ["business_message"]
    assert telegram.complaints == []


async def test_an_update_of_a_known_kind_may_have_a_wrong_shape_inside(
    bot: Bot, ana: Person, telegram: Telegram
) -> None:
    telegram.odd_update("message", {"message_id": "seven", "chat": []})
    telegram.odd_update("callback_query", None)
    assert [update.get("message", 0) for update in (await bot.does("getUpdates"))[1:]] == [
        {"message_id": "seven", "chat": []}, 0,
    ]  # fmt: skip


async def test_the_library_reads_everything(bot: Bot, ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # how the library itself asks to be called
    for what in NON_TEXT_CONTENT | SERVICE_MESSAGES:
        ana.sends(what)
    ana.captions("/stop")
    ana.connects_business()
    ana.business("help")
    for update in await bot.does("getUpdates"):
        assert Update.de_json(update, None)
