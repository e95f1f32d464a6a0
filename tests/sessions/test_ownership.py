"""Several bots, one chat: one hand at a time shows what is owed, and no emergency waits for it."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import replace

from bot.adapters.telegram_bot.messages.callback_data import Buttons
from bot.adapters.telegram_bot.messages.context import Desk
from bot.adapters.telegram_bot.receiving.chat_update import ChatDeed
from bot.adapters.telegram_bot.receiving.updates import Command, Heard, Tap
from bot.engine.session import Session
from bot.model.bundle import Library
from bot.sessions.chat_record import Kept
from bot.sessions.membership import LEASE, Company, joined, rung
from bot.sessions.service import Conversation
from bot.sessions.stores.memory import MemoryStore

CARD, ALARM = {"n": 1, "card": []}, {"n": 2, "alarm": []}
AGREE = "g.en...!go_on:chooser"


class Shared(MemoryStore):
    """A store that several bots of this process write in."""

    shared = True

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}

    async def beats(self, me: str, gone: Collection[str]) -> Mapping[str, int]:
        self.counts[me] = self.counts.get(me, 0) + 1
        for bot in gone:
            self.counts.pop(bot, None)
        return dict(self.counts)


class Time:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def companies(number: int) -> tuple[Time, list[Company]]:
    store, time = Shared(), Time()
    return time, [Company(store, time) for _ in range(number)]


async def all_beat(*companies: Company) -> list[bool]:
    return [await company.beat() for company in companies]


# ---- who lives


async def test_who_beats_lives_and_who_is_still_is_dead() -> None:
    time, (one, two, three) = companies(3)
    await all_beat(one, two, three, one, two, three)
    assert one.lives(two.me)
    assert one.lives(one.me)
    for _ in range(int(LEASE) + 1):
        time.now += 1
        told = await all_beat(one, two)
    assert told == [True, True], "the third has died, and both are told"
    assert not one.lives(three.me)
    assert two.lives(one.me)
    assert await all_beat(one, two) == [False, False], "once"
    await three.beat()
    await one.beat()
    assert one.lives(three.me), "it was only slow"


async def test_a_store_that_was_away_for_all_kills_nobody() -> None:
    time, (one, two) = companies(2)
    await all_beat(one, two, one)
    time.now += 60
    assert not one.sure
    assert await all_beat(one) == [False]
    assert one.lives(two.me)


async def test_who_leaves_is_gone_at_once() -> None:
    _, (one, two) = companies(2)
    await all_beat(one, two, one)
    await two.leave()
    assert await one.beat()
    assert not one.lives(two.me)


async def test_who_has_just_come_is_known_before_it_is_taken_for_dead() -> None:
    _, (one, two) = companies(2)
    await one.beat()
    await two.come()
    assert not one.lives(two.me)
    await one.know(two.me)
    assert one.lives(two.me)


async def test_who_comes_first_knows_it_in_time() -> None:
    time, (one, two, three) = companies(3)
    await all_beat(three)
    await all_beat(one)
    assert one.came_first is None
    for _ in range(int(LEASE) + 2):
        time.now += 1
        await all_beat(one, two)
    assert one.came_first, "the third was there before, and is dead"
    assert not two.came_first


# ---- whose hand it is


async def met() -> tuple[Company, Company]:
    _, (one, two) = companies(2)
    await all_beat(one, two, one)
    return one, two


async def test_who_shows_goes_on_showing() -> None:
    one, two = await met()
    before = Kept(outbox=(CARD,), by=one.me)
    after = two.handed(before, replace(before, outbox=(CARD, {"n": 3})))
    assert after.by == one.me
    assert two.handed(Kept(by=one.me), after).by == two.me, "but for a chat in which nothing is owed"


async def test_an_emergency_is_shown_by_who_heard_it_and_the_rest_by_the_hand() -> None:
    one, two = await met()
    before = Kept(outbox=(CARD,), by=one.me)
    after = two.handed(before, replace(before, outbox=(CARD, ALARM)))
    assert after.by == one.me
    assert [parcel["n"] for parcel in two.to_ring(after)] == [2]
    assert one.to_ring(after) == ()
    assert [one.is_ringing(parcel) for parcel in after.outbox] == [False, True]
    told = rung(after, 2, [77], doubt=False)
    assert two.to_ring(told) == ()
    assert not one.is_ringing(told.outbox[1])
    assert told.outbox[1]["rung"] == [77]
    given_up = rung(after, 2, [], doubt=False)
    assert two.to_ring(given_up) == ()
    assert not one.is_ringing(given_up.outbox[1]), "so the hand shows it"


async def test_what_a_dead_hand_owes_is_anybodys() -> None:
    time, (one, two) = companies(2)
    await all_beat(one, two, one, two)
    before = Kept(outbox=(CARD,), by=one.me)
    assert not two.is_left(before)
    for _ in range(int(LEASE) + 1):
        time.now += 1
        await two.beat()
    assert two.is_left(before)
    assert two.handed(before, replace(before, outbox=(CARD, ALARM))).by == two.me


# ---- what both know


def test_what_others_heard_is_added_to_what_the_hand_knows() -> None:
    base = {"card": 5, "ids": [1, 5], "last": 5, "by": 7, "up": [5], "left": [[1, ""]], "done": {"3": ["card"]}}
    mine = {"card": 7, "ids": [1, 5, 7], "last": 7, "by": 8, "up": [], "left": [], "done": {"3": ["card", "tidy"]}}
    theirs = base | {"ids": [1, 5, 6], "last": 6, "by": 9, "up": [5, 9], "strange": [8], "doubt": 7}
    after = joined(base, theirs, mine, is_my_hand=True)
    assert (after["card"], after["ids"], after["last"], after["by"]) == (7, [1, 5, 7, 6], 7, 9)
    assert after["up"] == [9], "what we took away does not come back"
    assert after["left"] == []
    assert after["done"] == {"3": ["card", "tidy"]}
    assert (after["strange"], after["doubt"]) == ([8], 7)


def test_where_it_is_not_our_hand_theirs_holds() -> None:
    base, theirs, mine = {"card": 5, "ids": [5]}, {"card": 5, "ids": [5, 6], "last": 6}, {"card": 9, "doubt": 3}
    assert joined(base, theirs, mine, is_my_hand=False) == theirs | {"by": 0}
    assert joined({}, theirs, {"ids": [2]}, is_my_hand=False)["ids"] == [2, 5, 6], "a guest's messages are ours to know"
    assert joined(base, {}, mine, is_my_hand=False) == mine


# ---- two bots


def command(update: int, name: str) -> Heard:
    return Heard(update, 42, True, Command(name), update, 0)


async def test_two_bots_that_hear_one_person_agree_on_who_shows_it(library: Library) -> None:
    store, desk = Shared(), Desk(library, Buttons(library))
    one, two = Conversation([library], store), Conversation([library], store)
    await all_beat(one.company, two.company)
    await one.hear(ChatDeed(command(1, "start"), desk))
    await one.hear(ChatDeed(Heard(2, 42, True, Tap("q", AGREE), 1), desk))
    assert await store.load("42"), "they agreed"
    await two.hear(ChatDeed(command(3, "help"), desk))
    assert two.owed("42") == (), "it is the first one's task"
    assert await one.is_mine("42")
    assert [parcel["n"] for parcel in one.owed("42")][-1] == 3, "who finds it when it looks again"
    await two.hear(ChatDeed(command(4, "urgent"), desk))
    assert [parcel["n"] for parcel in two.to_ring("42")] == [4], "but for an emergency"
    await two.rung("42", 4, [5], doubt=False)
    assert await one.is_mine("42")
    assert one.owed("42")[-1]["rung"] == [5], "of which it is told"
    await one.company.leave()
    await two.company.beat()
    assert await two.was_left("42")


async def test_both_at_once_lose_nothing(library: Library) -> None:
    store, desk = Shared(), Desk(library, Buttons(library))
    bots = [Conversation([library], store) for _ in range(4)]
    await all_beat(*(bot.company for bot in bots))
    await bots[0].hear(ChatDeed(Heard(1, 42, True, Tap("q", AGREE), 1), desk))
    deeds = [bots[n % 4].hear(ChatDeed(command(10 + n, "help"), desk)) for n in range(12)]
    assert all(await asyncio.gather(*deeds))
    row = await store.load("42")
    assert row
    kept = Kept.from_json(row.text)
    assert {parcel["n"] for parcel in kept.outbox} == {1, *range(10, 22)}
    assert kept.by == bots[0].company.me
    assert isinstance(kept.session, Session)
