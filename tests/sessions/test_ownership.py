"""Several bots, one chat: one hand at a time shows what is owed, and no emergency waits for it."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

from msgspec.structs import replace

from bot.adapters.telegram_bot.messages.callback_data import CallbackDataCodec
from bot.adapters.telegram_bot.messages.context import UpdateContext
from bot.adapters.telegram_bot.receiving.chat_update import TelegramUpdate
from bot.adapters.telegram_bot.receiving.updates import CallbackQuery, CommandMessage, IncomingUpdate
from bot.engine.session import Session
from bot.model.bundle import ContentBundle
from bot.sessions.chat_record import ChatRecord
from bot.sessions.chat_view import ChatView, FormerMainMessage, merge_views
from bot.sessions.membership import LEASE_SECONDS, Membership
from bot.sessions.outbox_entry import OutboxEntry, OutgoingMessage
from bot.sessions.ownership import Ownership, with_alert
from bot.sessions.service import SessionService
from bot.sessions.stores.memory import MemoryStore

SAID = (OutgoingMessage("x", [], protect=False),)
CARD = OutboxEntry(update_id=1, turn=0, advanced=True, main=SAID)
ALARM = OutboxEntry(update_id=2, turn=0, advanced=True, emergency=SAID)
THIRD = OutboxEntry(update_id=3, turn=0, advanced=True)
AGREE = "g.en...!go_on:chooser"


class Shared(MemoryStore):
    """A store that several bots of this process write in."""

    shared = True

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}

    async def exchange_heartbeats(self, me: str, gone: Collection[str]) -> Mapping[str, int]:
        self.counts[me] = self.counts.get(me, 0) + 1
        for bot in gone:
            self.counts.pop(bot, None)
        return dict(self.counts)


class Time:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def companies(number: int) -> tuple[Time, list[Membership]]:
    store, time = Shared(), Time()
    return time, [Membership(store, time) for _ in range(number)]


async def all_beat(*companies: Membership) -> list[bool]:
    return [await company.heartbeat() for company in companies]


# ---- who lives


async def test_who_beats_lives_and_who_is_still_is_dead() -> None:
    time, (one, two, three) = companies(3)
    await all_beat(one, two, three, one, two, three)
    assert one.is_alive(two.instance_id)
    assert one.is_alive(one.instance_id)
    for _ in range(int(LEASE_SECONDS) + 1):
        time.now += 1
        told = await all_beat(one, two)
    assert told == [True, True], "the third has died, and both are told"
    assert not one.is_alive(three.instance_id)
    assert two.is_alive(one.instance_id)
    assert await all_beat(one, two) == [False, False], "once"
    await three.heartbeat()
    await one.heartbeat()
    assert one.is_alive(three.instance_id), "it was only slow"


async def test_a_store_that_was_away_for_all_kills_nobody() -> None:
    time, (one, two) = companies(2)
    await all_beat(one, two, one)
    time.now += 60
    assert not one.lease_is_valid
    assert await all_beat(one) == [False]
    assert one.is_alive(two.instance_id)


async def test_who_leaves_is_gone_at_once() -> None:
    _, (one, two) = companies(2)
    await all_beat(one, two, one)
    await two.leave()
    assert await one.heartbeat()
    assert not one.is_alive(two.instance_id)


async def test_who_has_just_come_is_known_before_it_is_taken_for_dead() -> None:
    _, (one, two) = companies(2)
    await one.heartbeat()
    await two.join()
    assert not one.is_alive(two.instance_id)
    await one.refresh_for(two.instance_id)
    assert one.is_alive(two.instance_id)


async def test_who_comes_first_knows_it_in_time() -> None:
    time, (one, two, three) = companies(3)
    await all_beat(three)
    await all_beat(one)
    assert one.is_first_instance is None
    for _ in range(int(LEASE_SECONDS) + 2):
        time.now += 1
        await all_beat(one, two)
    assert one.is_first_instance, "the third was there before, and is dead"
    assert not two.is_first_instance


# ---- whose hand it is


class Hand(Ownership):
    """One bot's share in a chat."""

    def __init__(self, membership: Membership) -> None:
        super().__init__(membership)
        self.instance_id = membership.instance_id


async def met() -> tuple[Hand, Hand]:
    _, (one, two) = companies(2)
    await all_beat(one, two, one)
    return Hand(one), Hand(two)


async def test_who_shows_goes_on_showing() -> None:
    one, two = await met()
    before = ChatRecord(outbox=(CARD,), owner=one.instance_id)
    after = two.with_owner(before, replace(before, outbox=(CARD, THIRD)))
    assert after.owner == one.instance_id
    assert two.with_owner(ChatRecord(owner=one.instance_id), after).owner == two.instance_id, (
        "but for a chat in which nothing is owed"
    )


async def test_an_emergency_is_shown_by_who_heard_it_and_the_rest_by_the_hand() -> None:
    one, two = await met()
    before = ChatRecord(outbox=(CARD,), owner=one.instance_id)
    after = two.with_owner(before, replace(before, outbox=(CARD, ALARM)))
    assert after.owner == one.instance_id
    assert [parcel.update_id for parcel in two.alerts_for(after)] == [2]
    assert one.alerts_for(after) == ()
    assert [one.is_alerting(parcel) for parcel in after.outbox] == [False, True]
    told = with_alert(after, 2, [77], may_be_duplicated=False)
    assert two.alerts_for(told) == ()
    assert not one.is_alerting(told.outbox[1])
    assert told.outbox[1].alerted_ids == (77,)
    given_up = with_alert(after, 2, [], may_be_duplicated=False)
    assert two.alerts_for(given_up) == ()
    assert not one.is_alerting(given_up.outbox[1]), "so the hand shows it"


async def test_what_a_dead_hand_owes_is_anybodys() -> None:
    time, companions = companies(2)
    await all_beat(*companions, *companions)
    one, two = map(Hand, companions)
    before = ChatRecord(outbox=(CARD,), owner=one.instance_id)
    assert not two.is_orphaned(before)
    for _ in range(int(LEASE_SECONDS) + 1):
        time.now += 1
        await companions[1].heartbeat()
    assert two.is_orphaned(before)
    assert two.with_owner(before, replace(before, outbox=(CARD, ALARM))).owner == two.instance_id


# ---- what both know


def test_what_others_heard_is_added_to_what_the_hand_knows() -> None:
    def view(**changed: Any) -> ChatView:
        return ChatView(**changed, former_main_messages=[FormerMainMessage(1, "")])

    base = view(
        main_message=5,
        message_ids=[1, 5],
        last_message=5,
        advanced_by=7,
        with_buttons=[5],
        steps_by_entry={"3": ["card"]},
    )
    mine = ChatView(
        main_message=7, message_ids=[1, 5, 7], last_message=7, advanced_by=8, steps_by_entry={"3": ["card", "tidy"]}
    )
    theirs = replace(
        base,
        message_ids=[1, 5, 6],
        last_message=6,
        advanced_by=9,
        with_buttons=[5, 9],
        unknown=[8],
        duplicates_after=7,
    )
    after = merge_views(base, theirs, mine, is_owner=True)
    assert (after.main_message, after.message_ids, after.last_message, after.advanced_by) == (7, [1, 5, 7, 6], 7, 9)
    assert after.with_buttons == [9], "what we took away does not come back"
    assert after.former_main_messages == []
    assert after.steps_by_entry == {"3": ["card", "tidy"]}
    assert (after.unknown, after.duplicates_after) == ([8], 7)


def test_that_there_is_no_card_any_more_is_known_to_the_hand_alone() -> None:
    base = ChatView(main_message=5, main_kind="question", fingerprint="f")
    mine = replace(base)
    mine.forget_main()
    assert merge_views(base, replace(base, last_message=6), mine, is_owner=True).main_message == 0
    adopted = ChatView(main_message=6, main_kind="opening")
    assert merge_views(ChatView(), adopted, ChatView(last_message=5), is_owner=True).main_message == 6


def test_where_it_is_not_our_hand_theirs_holds() -> None:
    base, mine = ChatView(main_message=5, message_ids=[5]), ChatView(main_message=9, duplicates_after=3)
    theirs = ChatView(main_message=5, message_ids=[5, 6], last_message=6)
    assert merge_views(base, theirs, mine, is_owner=False) == theirs
    new = merge_views(ChatView(), theirs, ChatView(message_ids=[2]), is_owner=False)
    assert new.message_ids == [2, 5, 6], "a guest's messages are ours to know"
    assert merge_views(base, ChatView(), mine, is_owner=False) == mine


# ---- two bots


def command(update: int, name: str) -> IncomingUpdate:
    return IncomingUpdate(update, 42, True, CommandMessage(name), update, 0)


async def test_two_bots_that_hear_one_person_agree_on_who_shows_it(library: ContentBundle) -> None:
    store, desk = Shared(), UpdateContext(library, CallbackDataCodec(library))
    one, two = SessionService([library], store), SessionService([library], store)
    await all_beat(one.membership, two.membership)
    await one.handle(TelegramUpdate(command(1, "start"), desk))
    await one.handle(TelegramUpdate(IncomingUpdate(2, 42, True, CallbackQuery("q", AGREE), 1), desk))
    assert await store.load("42"), "they agreed"
    await two.handle(TelegramUpdate(command(3, "help"), desk))
    assert two.outbox.entries_to_deliver("42") == (), "it is the first one's task"
    assert await one.outbox.is_owned_here("42")
    assert [parcel.update_id for parcel in one.outbox.entries_to_deliver("42")][-1] == 3, (
        "who finds it when it looks again"
    )
    await two.handle(TelegramUpdate(command(4, "urgent"), desk))
    assert [parcel.update_id for parcel in two.outbox.alerts_for("42")] == [4], "but for an emergency"
    await two.outbox.save_alert("42", 4, [5], may_be_duplicated=False)
    assert await one.outbox.is_owned_here("42")
    assert one.outbox.entries_to_deliver("42")[-1].alerted_ids == (5,), "of which it is told"
    await one.membership.leave()
    await two.membership.heartbeat()
    assert await two.is_orphaned("42")


async def test_both_at_once_lose_nothing(library: ContentBundle) -> None:
    store, desk = Shared(), UpdateContext(library, CallbackDataCodec(library))
    bots = [SessionService([library], store) for _ in range(4)]
    await all_beat(*(bot.membership for bot in bots))
    await bots[0].handle(TelegramUpdate(IncomingUpdate(1, 42, True, CallbackQuery("q", AGREE), 1), desk))
    deeds = [bots[n % 4].handle(TelegramUpdate(command(10 + n, "help"), desk)) for n in range(12)]
    assert all(await asyncio.gather(*deeds))
    row = await store.load("42")
    assert row
    kept = ChatRecord.from_json(row.text)
    assert {parcel.update_id for parcel in kept.outbox} == {1, *range(10, 22)}
    assert kept.owner == bots[0].membership.instance_id
    assert isinstance(kept.session, Session)
