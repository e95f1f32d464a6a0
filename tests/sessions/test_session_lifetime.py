"""How long a conversation lives: by the time that is kept with it, at the start and later, whatever the clocks do."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.telegram_bot.messages.callback_data import CallbackDataCodec
from bot.adapters.telegram_bot.messages.context import UpdateContext
from bot.adapters.telegram_bot.receiving.chat_update import ResumeUpdate, TelegramUpdate
from bot.adapters.telegram_bot.receiving.updates import CallbackQuery, CommandMessage, IncomingUpdate
from bot.model.bundle import ContentBundle
from bot.operations.clock import JUMP_CONFIRMED_SECONDS, JumpTolerantClock
from bot.operations.encryption import KeyRing
from bot.sessions.chat_record import HOUR, MAX_SESSION_HOURS, ChatRecord
from bot.sessions.service import SessionService
from bot.sessions.stores.base import Store
from bot.sessions.stores.memory import MemoryStore
from bot.sessions.stores.postgres import open_postgres_store
from bot.sessions.stores.sqlite import open_sqlite_store

KEY = "a key that is long enough to be one."
CHAT, AGREE = 42, "g.en...!go_on:chooser"
NOW, DAY = 1_800_000_000.0, 24 * 3600.0


class Clocks:
    """The clock on the wall, which may jump, and the one that only goes on."""

    def __init__(self) -> None:
        self.wall, self.going = NOW, 50.0
        self.steady = JumpTolerantClock(lambda: self.wall, lambda: self.going)

    def passes(self, seconds: float, step: float = 300.0) -> float:
        """Time goes on, and is looked at every few minutes, as sweeps do it."""
        while seconds > 0:
            self.wall, self.going = self.wall + min(step, seconds), self.going + min(step, seconds)
            seconds -= step
            self.steady()
        return self.steady()


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    made: Store = MemoryStore()
    if request.param == "sqlite":
        made = open_sqlite_store(tmp_path / "store.sqlite", KeyRing([KEY]))
    if request.param == "postgres":
        made = open_postgres_store(request.getfixturevalue("postgres").database(), KeyRing([KEY]))
    yield made
    await made.close()


class Bot:
    """One run of the bot: what is kept of the one person who talks with it."""

    def __init__(self, library: ContentBundle, store: Store, clocks: Clocks) -> None:
        self.store, self.desk, self.clocks = store, UpdateContext(library, CallbackDataCodec(library)), clocks
        self.door = SessionService([library], store, clock=clocks.steady)
        self.number = int(clocks.wall) % 10**6 * 100

    async def does(self, done: CallbackQuery | CommandMessage) -> None:
        self.number += 1
        await self.door.handle(TelegramUpdate(IncomingUpdate(self.number, CHAT, True, done, self.number), self.desk))
        for parcel in self.door.outbox.entries_to_deliver(str(CHAT)):
            await self.door.outbox.mark_delivered(str(CHAT), parcel.update_id)

    async def begins(self) -> None:
        await self.does(CallbackQuery("q", AGREE))
        assert await self.is_there()

    async def is_there(self) -> bool:
        await self.door.cache.purge_expired()
        row = await self.store.load(str(CHAT))
        return bool(row and ChatRecord.from_json(row.text).session.consented)


@pytest.fixture
def bot(library: ContentBundle, store: Store, clocks: Clocks) -> Bot:
    return Bot(library, store, clocks)


async def test_a_day_after_the_last_tap_it_is_gone(bot: Bot, clocks: Clocks) -> None:
    await bot.begins()
    clocks.passes(9 * HOUR)
    await bot.does(CommandMessage("help"))
    clocks.passes(23 * HOUR)
    assert await bot.is_there(), "counted from the last tap"
    clocks.passes(2 * HOUR)
    assert not await bot.is_there()


async def test_forty_hours_after_its_start_it_is_gone_whatever_is_tapped(bot: Bot, clocks: Clocks) -> None:
    await bot.begins()
    for _ in range(39):
        clocks.passes(HOUR)
        await bot.does(CommandMessage("help"))
    assert await bot.is_there()
    clocks.passes(HOUR + 1)
    assert not await bot.is_there()


async def test_what_ended_while_nobody_served_is_gone_at_the_start(
    bot: Bot, library: ContentBundle, clocks: Clocks
) -> None:
    await bot.begins()
    later = Clocks()
    later.wall = NOW + 25 * HOUR
    later.steady = JumpTolerantClock(lambda: later.wall, lambda: later.going)
    assert not await Bot(library, bot.store, later).is_there()


@pytest.mark.parametrize("jump", [DAY, -DAY, 400 * DAY, -400 * DAY])
async def test_a_jump_that_is_put_right_harms_nobody(bot: Bot, clocks: Clocks, jump: float) -> None:
    await bot.begins()
    clocks.passes(600)
    clocks.wall += jump
    clocks.passes(JUMP_CONFIRMED_SECONDS - 600)
    assert await bot.is_there()
    clocks.wall -= jump
    clocks.passes(HOUR)
    assert await bot.is_there()
    clocks.passes(24 * HOUR)
    assert not await bot.is_there(), "nor does anybody stay longer for it"


async def test_a_jump_ahead_that_lasts_ends_nobody_within_half_an_hour(bot: Bot, clocks: Clocks) -> None:
    await bot.begins()
    clocks.wall += 2 * DAY
    clocks.passes(JUMP_CONFIRMED_SECONDS - 600)
    assert await bot.is_there()
    clocks.passes(1200)
    assert not await bot.is_there()


async def test_who_began_by_a_clock_that_was_ahead_does_not_stay(bot: Bot, clocks: Clocks) -> None:
    """The clock was wrong by three days at the start, and is put right: their life is counted from there."""
    await bot.begins()
    clocks.wall -= 3 * DAY
    clocks.passes(JUMP_CONFIRMED_SECONDS + 600)
    await bot.does(CommandMessage("help"))
    clocks.passes((MAX_SESSION_HOURS + 1) * HOUR)
    assert not await bot.is_there()


async def test_nor_after_a_restart_though_they_do_nothing(bot: Bot, library: ContentBundle, clocks: Clocks) -> None:
    await bot.begins()
    right = Clocks()
    right.wall = NOW - 3 * DAY
    right.steady = JumpTolerantClock(lambda: right.wall, lambda: right.going)
    again = Bot(library, bot.store, right)
    async for chat in again.door.chats_to_resume():
        await again.door.handle(ResumeUpdate(chat, again.desk))
    right.passes((MAX_SESSION_HOURS + 1) * HOUR)
    assert not await again.is_there()


def test_small_steps_of_the_clock_are_followed_at_once(clocks: Clocks) -> None:
    clocks.wall += 30
    assert clocks.steady() == clocks.wall
    clocks.wall -= 45
    assert clocks.steady() == clocks.wall
