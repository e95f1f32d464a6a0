"""Several bots, one chat: one hand at a time shows what is owed, and no emergency waits for it."""

import asyncio
from dataclasses import replace

from bot.adapters.telegram.buttons import Buttons
from bot.adapters.telegram.deed import ChatDeed
from bot.adapters.telegram.desk import Desk
from bot.adapters.telegram.updates import Command, Heard, Tap
from bot.conversation import Conversation
from bot.kept import Kept
from bot.library import Library
from bot.session import Session
from bot.sharing import LEASE, handed, is_anothers, joined
from bot.stores.memory import MemoryStore

CARD, ALARM = {"n": 1, "card": []}, {"n": 2, "alarm": []}
NOW = 1000.0
AGREE = "g.en...!go_on:chooser"


def owing(*parcels: dict[str, object], by: str = "a", at: float = NOW) -> Kept:
    return Kept(outbox=parcels, by=by, at=at)


def test_who_shows_goes_on_showing() -> None:
    before = owing(CARD)
    after = handed(before, replace(before, outbox=(CARD, {"n": 3})), "b", NOW + 1)
    assert (after.by, after.at) == ("a", NOW)


def test_an_emergency_is_shown_by_who_heard_it() -> None:
    before = owing(CARD)
    assert handed(before, replace(before, outbox=(CARD, ALARM)), "b", NOW + 1).by == "b"


def test_a_hand_that_is_still_is_taken_for_dead() -> None:
    before = owing(CARD)
    assert is_anothers(before, "b", NOW + LEASE - 1)
    assert handed(before, replace(before, outbox=(CARD, {"n": 3})), "b", NOW + LEASE + 1).by == "b"
    assert not is_anothers(owing(), "b", NOW)
    assert not is_anothers(before, "a", NOW)


def test_both_know_something_of_the_screen() -> None:
    theirs = {"card": 5, "ids": [1, 5], "last": 5, "by": 9}
    mine = {"card": 7, "ids": [1, 7], "last": 7, "by": 8}
    assert joined(theirs, mine, is_my_hand=True) == {"card": 7, "ids": [1, 5, 7], "last": 7, "by": 9}
    assert joined(theirs, mine, is_my_hand=False)["card"] == 5


class Shared(MemoryStore):
    """A store that two bots of this process write in."""

    shared = True


def command(update: int, name: str) -> Heard:
    return Heard(update, 42, True, Command(name), update, 0)


async def test_two_bots_that_hear_one_person_agree_on_who_shows_it(library: Library) -> None:
    store, desk = Shared(), Desk(library, Buttons(library))
    one, two = Conversation([library], store), Conversation([library], store)
    await one.hear(ChatDeed(command(1, "start"), desk))
    await one.hear(ChatDeed(Heard(2, 42, True, Tap("q", AGREE), 1), desk))
    row = await store.load("42")
    assert row, "they agreed"
    await two.hear(ChatDeed(command(3, "help"), desk))
    assert [parcel["n"] for parcel in two.owed("42")] == [], "it is the first one's task"
    assert await one.is_mine("42")
    assert [parcel["n"] for parcel in one.owed("42")][-1] == 3, "who finds it when it looks again"
    await two.hear(ChatDeed(command(4, "urgent"), desk))
    assert 4 in [parcel["n"] for parcel in two.owed("42")], "but for an emergency"
    assert not await one.is_mine("42")
    assert one.owed("42") == ()


async def test_both_at_once_lose_nothing(library: Library) -> None:
    store, desk = Shared(), Desk(library, Buttons(library))
    bots = [Conversation([library], store) for _ in range(4)]
    await bots[0].hear(ChatDeed(Heard(1, 42, True, Tap("q", AGREE), 1), desk))
    deeds = [bots[n % 4].hear(ChatDeed(command(10 + n, "help"), desk)) for n in range(12)]
    assert all(await asyncio.gather(*deeds))
    row = await store.load("42")
    assert row
    kept = Kept.from_json(row.text)
    assert {parcel["n"] for parcel in kept.outbox} == {1, *range(10, 22)}
    assert kept.by == bots[0]._me
    assert isinstance(kept.session, Session)
