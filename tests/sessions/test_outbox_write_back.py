"""What only changed in place is noted down later; nobody notices, whenever the bot dies before it was."""

import time
from copy import deepcopy
from pathlib import Path

from bot.adapters.telegram_bot.messages.outgoing import text_message
from bot.engine.session import Session
from bot.model.bundle import ContentBundle
from bot.sessions.chat_cache import MAX_CACHED_CHATS, CachedChat
from bot.sessions.chat_record import ChatRecord
from bot.sessions.outbox import WRITE_BACK_DELAY_SECONDS
from bot.sessions.outbox_entry import OutboxEntry
from bot.sessions.service import SessionService
from bot.sessions.stores.base import Store, Write
from bot.sessions.stores.memory import MemoryStore
from tests.support.running_bot import begun, bots, in_file, moved_on, serving
from tests.support.telegram_double import Person, Telegram

FIRST, NEXT = "Bleeding after sex", "No, none"


async def kept(store: Store, person: Person) -> ChatRecord:
    row = await store.load(str(person.chat.id))
    assert row
    return ChatRecord.from_json(row.text)


async def test_that_a_card_was_shown_is_written_once_the_chat_is_quiet(library: ContentBundle, tmp_path: Path) -> None:
    store, now = in_file(tmp_path), [1_800_000_000.0]
    async with Telegram() as telegram, serving(telegram, library, store, lambda: now[0]) as served:
        ana = telegram.person("Ana")
        await begun(ana, FIRST)
        await served.idle()
        assert (await kept(store, ana)).outbox, "one commit a step: the answer's"
        assert not served.service.service.outbox.entries_to_deliver(str(ana.chat.id)), (
            "but the bot itself knows that it is shown"
        )
        await served.service.service.outbox.write_back()
        assert (await kept(store, ana)).outbox, "the next answer may come yet"
        now[0] += WRITE_BACK_DELAY_SECONDS
        await served.service.service.outbox.write_back()
        assert not (await kept(store, ana)).outbox


async def test_a_stop_in_good_order_leaves_nothing_to_be_shown_again(library: ContentBundle, tmp_path: Path) -> None:
    async with Telegram() as telegram:
        async with serving(telegram, library, in_file(tmp_path)) as served:
            ana = telegram.person("Ana")
            await begun(ana, FIRST)
            await served.idle()
        found = in_file(tmp_path)
        assert not (await kept(found, ana)).outbox
        await found.close()


async def test_what_is_shown_once_more_after_a_crash_is_not_seen(library: ContentBundle) -> None:
    async with Telegram() as telegram:
        store = MemoryStore()
        async with serving(telegram, library, store) as served:
            ana = telegram.person("Ana")
            await begun(ana, FIRST)
            await served.idle()
            left = deepcopy(store)  # as it would be found after a crash in this moment
        assert (await kept(left, ana)).outbox
        before = bots(ana)
        async with serving(telegram, library, left) as served:
            await ana.until(served.woken)
            await served.idle()
            assert bots(ana) == before
            await moved_on(ana, NEXT)
            await served.idle()
            answers = (await kept(left, ana)).session.answers
        assert answers == {"chooser.topic": "bleeding", "safety.signs": "no"}
        assert telegram.complaints == []


async def test_a_chat_of_which_something_is_yet_to_be_written_stays_in_memory(library: ContentBundle) -> None:
    async with Telegram() as telegram, serving(telegram, library) as served:
        door, ana = served.service.service, telegram.person("Ana")
        await begun(ana, FIRST)
        await served.idle()
        door.cache._cached_chats |= {name: CachedChat(name) for name in map(str, range(-MAX_CACHED_CHATS, 0))}
        ben = telegram.person("Ben")
        await begun(ben, FIRST)
        await served.idle()
        assert str(ana.chat.id) in door.cache._cached_chats
        await door.outbox.write_back(quiet_seconds=0)
        door.cache._cached_chats |= {f"more {number}": CachedChat("") for number in range(10)}
        door.cache._cached_chats = {
            str(ana.chat.id): door.cache._cached_chats.pop(str(ana.chat.id)),
            **door.cache._cached_chats,
        }  # the quietest of all again
        await moved_on(ben, NEXT)
        assert str(ana.chat.id) not in door.cache._cached_chats


async def test_after_a_crash_an_emergency_comes_before_every_card(library: ContentBundle) -> None:
    store = MemoryStore()
    door = SessionService([library], store)
    call = (text_message("Call.", protect=False),)
    card = OutboxEntry(update_id=1, turn=1, advanced=True, main=call)
    alarm = OutboxEntry(update_id=1, turn=1, advanced=True, emergency=call)
    for chat, outbox in (("1", (card,)), ("2", (card,)), ("3", (alarm,)), ("4", ())):
        kept = ChatRecord(
            Session(consented=True), tag="t", started_at=time.time(), last_active_at=time.time(), outbox=outbox
        )
        await store.commit(Write(chat, kept.to_json(), expires_at=time.time() + 60))
    assert [chat async for chat in door.chats_to_resume()] == ["3", "1", "2", "4"]


async def test_a_new_message_is_noted_at_once_as_a_second_one_would_be_seen(library: ContentBundle) -> None:
    store = MemoryStore()
    async with Telegram() as telegram, serving(telegram, library, store) as served:
        ana = telegram.person("Ana")
        await begun(ana, FIRST)
        ana.writes("what?")  # the card is not the last thing any more: the next one is a new message
        await ana.settled()
        await served.idle()
        assert not (await kept(store, ana)).outbox
