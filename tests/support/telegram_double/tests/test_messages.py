"""A message is changed and taken away only as Telegram allows it, and only in a chat that is open."""

import asyncio

from tests.support.telegram_double import Person, Telegram, documented
from tests.support.telegram_double.tests.bot import DAY, YES_NO, Bot, ask


async def test_an_edit_needs_a_message_and_a_change(bot: Bot, ana: Person) -> None:
    here = {"chat_id": ana.chat.id, "message_id": (await ask(bot, ana))["message_id"]}
    same = {**here, "text": "<i></i>Is it? ", "parse_mode": "HTML", "reply_markup": YES_NO}
    assert "message is not modified" in await bot.no("editMessageText", **same)
    assert "message is not modified" in await bot.no("editMessageReplyMarkup", **here, reply_markup=YES_NO)
    assert "message to edit not found" in await bot.no("editMessageText", chat_id=ana.chat.id, message_id=9, text="x")
    assert "message can't be edited" in await bot.no("editMessageText", chat_id=ana.chat.id, message_id=1, text="x")
    assert "MESSAGE_TOO_LONG" in await bot.no("editMessageText", **here, text="x" * 4097)


async def test_an_edit_without_a_keyboard_takes_the_keyboard_away(bot: Bot, ana: Person) -> None:
    sent = await ask(bot, ana)
    edited = await bot.does("editMessageText", chat_id=ana.chat.id, message_id=sent["message_id"], text="Is it?")
    assert "reply_markup" not in edited
    assert ana.card is None


async def test_a_message_with_a_reply_keyboard_can_never_be_edited(bot: Bot, ana: Person) -> None:
    sent = await bot.does("sendMessage", chat_id=ana.chat.id, text="x", reply_markup={"remove_keyboard": True})
    here = {"chat_id": ana.chat.id, "message_id": sent["message_id"]}
    assert "message can't be edited" in await bot.no("editMessageText", **here, text="y")


async def test_a_contact_has_no_text_to_edit(bot: Bot, ana: Person) -> None:
    given = {"chat_id": ana.chat.id, "phone_number": "112", "first_name": "Emergency"}
    sent = await bot.does("sendContact", **given)
    assert sent["contact"] == {"phone_number": "112", "first_name": "Emergency"}
    here = {"chat_id": ana.chat.id, "message_id": sent["message_id"]}
    assert "there is no text in the message to edit" in await bot.no("editMessageText", **here, text="y")


async def test_two_days_later_a_message_can_be_edited_but_not_deleted(
    bot: Bot, ana: Person, telegram: Telegram
) -> None:
    here = {"chat_id": ana.chat.id, "message_id": (await ask(bot, ana))["message_id"]}
    telegram.clock.advance(2 * DAY)
    assert "message can't be deleted for everyone" in await bot.no("deleteMessage", **here)
    young = (await ask(bot, ana))["message_id"]
    both = [here["message_id"], young]
    assert "can't be deleted for everyone" in await bot.no("deleteMessages", chat_id=ana.chat.id, message_ids=both)
    assert not ana.chat.messages[young].deleted
    await bot.does("editMessageText", **here, text="Over")


async def test_deleting_one_by_one_and_many_at_once(bot: Bot, ana: Person) -> None:
    for _ in range(3):
        await ask(bot, ana)
    await bot.does("deleteMessage", chat_id=ana.chat.id, message_id=2)
    assert "message to delete not found" in await bot.no("deleteMessage", chat_id=ana.chat.id, message_id=2)
    await bot.does(
        "deleteMessages", chat_id=ana.chat.id, message_ids=[1, 2, 3, 77]
    )  # 1 is hers; 2 and 77 are not there
    assert [message.id for message in ana.screen] == [4]
    assert "not specified" in await bot.no("deleteMessages", chat_id=ana.chat.id, message_ids=[])
    assert "too many" in await bot.no("deleteMessages", chat_id=ana.chat.id, message_ids=list(range(1, 102)))


async def test_nobody_is_written_to_who_has_not_written_first(bot: Bot, telegram: Telegram) -> None:
    ben = telegram.person("Ben")
    assert await bot.no("sendMessage", chat_id=ben.chat.id, text="hello") == "400 Bad Request: chat not found"
    assert await bot.no("sendMessage", chat_id="@ben", text="hello") == "400 Bad Request: chat not found"


async def test_a_blocked_bot_is_told_so(bot: Bot, ana: Person) -> None:
    sent = await ask(bot, ana)
    ana.blocks()
    blocked = "403 Forbidden: bot was blocked by the user"
    assert await bot.no("sendMessage", chat_id=ana.chat.id, text="hello") == blocked
    here = {"chat_id": ana.chat.id, "message_id": sent["message_id"]}
    assert await bot.no("editMessageText", **here, text="hello") == blocked
    ana.unblocks()
    await bot.does("sendMessage", chat_id=ana.chat.id, text="hello")
    told = [update["my_chat_member"] for update in (await bot.does("getUpdates"))[1:]]
    assert [member["new_chat_member"]["status"] for member in told] == ["kicked", "member"]


async def test_the_messages_of_all_chats_are_one_row_of_numbers(bot: Bot, ana: Person, telegram: Telegram) -> None:
    ben = telegram.person("Ben")
    ben.starts()
    assert [(await ask(bot, person))["message_id"] for person in (ana, ben, ana)] == [3, 4, 5]
    telegram.skip_message_ids(14)
    assert (await ask(bot, ana))["message_id"] == 20
    old = telegram.group("Friends")
    old.adds_bot(ana)
    service = old.upgrades(ana).screen[0]
    assert service.id == 1, "a supergroup has a row of its own"


async def test_what_is_deleted_by_number_is_only_what_lies_in_that_chat(
    bot: Bot, ana: Person, telegram: Telegram
) -> None:
    ben = telegram.person("Ben")
    ben.starts()
    hers, his = (await ask(bot, ana))["message_id"], (await ask(bot, ben))["message_id"]
    assert await bot.does("deleteMessages", chat_id=ana.chat.id, message_ids=[*range(1, 100)])
    assert ana.screen == []
    assert [message.id for message in ben.screen] == [2, his]
    assert "message to delete not found" in await bot.no("deleteMessage", chat_id=ana.chat.id, message_id=his)
    elsewhere = {"chat_id": ben.chat.id, "message_id": hers, "text": "x"}
    assert "message to edit not found" in await bot.no("editMessageText", **elsewhere)


async def test_protected_and_silent_messages_are_seen_to_be_so(bot: Bot, ana: Person) -> None:
    given = {"chat_id": ana.chat.id, "text": "x", "protect_content": True, "disable_notification": True}
    assert (await bot.does("sendMessage", **given))["has_protected_content"]
    assert ana.last
    assert (ana.last.protected, ana.last.silent) == (True, True)


async def test_a_group_hears_commands_only_and_can_be_left(bot: Bot, ana: Person, telegram: Telegram) -> None:
    group = telegram.group("Friends")
    group.adds_bot(ana)
    ana.writes("hello all", group.chat)
    ana.writes("/start", group.chat)
    heard = [update["message"].get("text") for update in await bot.does("getUpdates") if "message" in update]
    assert heard == ["/start", None, "/start"]
    await bot.does("sendMessage", chat_id=group.chat.id, text="In private, please")
    await bot.does("leaveChat", chat_id=group.chat.id)
    assert "403 Forbidden" in await bot.no("sendMessage", chat_id=group.chat.id, text="x")
    assert "private" in await bot.no("leaveChat", chat_id=ana.chat.id)


async def test_a_group_that_was_upgraded_says_where_it_went(bot: Bot, ana: Person, telegram: Telegram) -> None:
    group = telegram.group("Friends")
    group.adds_bot(ana)
    new = group.upgrades(ana)
    refused = await bot("sendMessage", chat_id=group.chat.id, text="x")
    assert refused["parameters"] == {"migrate_to_chat_id": new.chat.id}
    service = [update["message"] for update in (await bot.does("getUpdates"))[-2:]]
    assert service[0]["migrate_to_chat_id"] == new.chat.id
    assert service[1]["migrate_from_chat_id"] == group.chat.id


async def test_too_fast_for_one_chat_is_a_flood_and_the_others_go_on(bot: Bot, ana: Person) -> None:
    async with Telegram(rules=documented()) as strict:
        hasty, ana, ben = Bot(strict, bot.client), strict.person("Ana"), strict.person("Ben")
        ana.starts()
        ben.starts()
        answers = [await hasty("sendMessage", chat_id=ana.chat.id, text="x") for _ in range(7)]
        refused = [answer for answer in answers if not answer["ok"]]
        assert refused[0]["parameters"] == {"retry_after": 1}
        assert refused[0]["description"] == "Too Many Requests: retry after 1"
        await hasty.does("sendMessage", chat_id=ben.chat.id, text="x")
        await asyncio.sleep(1.1)
        await hasty.does("sendMessage", chat_id=ana.chat.id, text="x")
