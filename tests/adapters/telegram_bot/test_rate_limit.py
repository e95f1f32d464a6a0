"""One chat may not take what belongs to all: not the time, not the connections. But an emergency is always heard."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from bot.adapters.telegram_bot.receiving.rate_limit import BURST_UPDATES, MAX_CHATS_REMEMBERED, RateLimiter
from bot.model.bundle import ContentBundle
from bot.sessions.chat_record import MAX_OUTBOX_ENTRIES, bounded_outbox
from bot.sessions.outbox_entry import OutboxEntry, OutgoingMessage
from tests.support.postgres_server import free_port
from tests.support.running_bot import RunningBot, begun, serving
from tests.support.telegram_double import Person, Telegram

FLOOD = 10_000
HELP = "If you need help right now"


@pytest.fixture
async def served(telegram: Telegram, library: ContentBundle) -> AsyncIterator[RunningBot]:
    async with serving(telegram, library) as bot:
        yield bot


def test_five_at_once_then_one_a_second() -> None:
    now = 0.0
    pace = RateLimiter(lambda: now)
    assert [pace.allow(1) for _ in range(7)] == [True] * 5 + [False] * 2
    assert pace.allow(2)
    now = 1.5
    assert [pace.allow(1) for _ in range(2)] == [True, False]
    now = 1000.0
    assert sum(pace.allow(1) for _ in range(20)) == BURST_UPDATES


def test_it_remembers_only_so_many_chats() -> None:
    pace = RateLimiter(lambda: 0.0)
    for chat in range(MAX_CHATS_REMEMBERED + 100):
        pace.allow(chat)
    assert len(pace._buckets) == MAX_CHATS_REMEMBERED


def test_what_is_owed_has_an_end_but_no_emergency_falls_out_of_it() -> None:
    said = (OutgoingMessage("x", [], protect=False),)
    card, alarm = ({"main": said}, {"emergency": said})
    owed = tuple(
        OutboxEntry(update_id=n, turn=0, advanced=False, **(alarm if n % 50 == 7 else card)) for n in range(400)
    )
    kept = bounded_outbox(owed)
    assert len(kept) < MAX_OUTBOX_ENTRIES + 10
    assert kept[-MAX_OUTBOX_ENTRIES:] == owed[-MAX_OUTBOX_ENTRIES:]
    assert {p.update_id for p in owed if p.emergency} <= {p.update_id for p in kept}
    assert bounded_outbox(owed[:10]) == owed[:10]


async def test_limited_taps_are_still_acknowledged_and_record_nothing(served: RunningBot, telegram: Telegram) -> None:
    ana = telegram.person("Ana")
    await begun(ana, "Bleeding after sex")
    before = await served.answers(ana)
    taps = [ana.taps("Help") for _ in range(40)]
    await ana.until(lambda: all(tap.answered for tap in taps), within=20)
    assert await served.answers(ana) == before
    assert served.service.update_handler.metrics.rate_limited > 20


async def test_an_emergency_is_never_limited(served: RunningBot, telegram: Telegram) -> None:
    ana = telegram.person("Ana")
    await begun(ana, "Bleeding after sex")
    for _ in range(30):
        ana.writes("banana")
    ana.writes("/urgent")
    await ana.sees("If you need help right now", within=10)
    for _ in range(30):
        ana.writes("banana")
    ana.writes("I cannot breathe")
    await ana.sees("That sounds serious", within=10)


@pytest.mark.parametrize(("command", "left"), [("/stop", None), ("/delete", ["Done. I keep nothing."]), ("/hide", [])])
async def test_whoever_leaves_is_heard_in_their_own_flood(
    served: RunningBot, telegram: Telegram, command: str, left: list[str] | None
) -> None:
    """And of the flood nothing stays in the chat either, though most of it was never heard."""
    ana = telegram.person("Ana")
    await begun(ana, "Bleeding after sex")
    for _ in range(12):
        ana.writes("banana")
    ana.writes(command)
    await ana.until(lambda: [m.text for m in ana.screen] == left if left is not None else ana.seen("I have forgotten"))
    await served.idle()
    assert served.service.update_handler.metrics.rate_limited > 3
    assert not await served.answers(ana)


async def test_a_tap_to_leave_is_heard_in_a_flood_too(served: RunningBot, telegram: Telegram) -> None:
    ana = telegram.person("Ana")
    await begun(ana, "Bleeding after sex")
    ana.taps("Help")
    await ana.until(lambda: "Hide this chat" in ana.labels)
    assert ana.card
    shown = ana.card.copy()
    for _ in range(12):
        ana.writes("banana")
    ana.taps("Hide this chat", shown)
    await ana.until(lambda: ana.screen == [])
    assert not await served.answers(ana)


async def emergency(person: Person) -> float:
    """How long *person* waits for help, in seconds."""
    began, shown = time.monotonic(), len(person.screen)
    person.writes("/urgent")
    await person.until(lambda: any(HELP in message.text for message in person.screen[shown:]), within=15)
    return time.monotonic() - began


async def test_ten_thousand_updates_from_one_chat_delay_nobody_elses_emergency(
    telegram: Telegram, library: ContentBundle
) -> None:
    place = f"127.0.0.1:{free_port()}"
    hook = {"WEBHOOK_URL": f"http://{place}/hook", "WEBHOOK_SECRET": "s" * 20, "WEBHOOK_LISTEN": place}
    async with serving(telegram, library, **hook):
        bea, mallory = telegram.person("Bea"), telegram.person("Mallory")
        await begun(bea, "Bleeding after sex")
        await begun(mallory, "Bleeding after sex")
        card = mallory.card
        for number in range(FLOOD):
            mallory.writes("banana") if number % 2 else mallory.taps("Help", card)
        for _ in range(3):
            assert await emergency(bea) < 3.0
            await asyncio.sleep(0.3)


async def test_a_flood_in_the_queue_that_all_share_is_worked_off_fast(served: RunningBot, telegram: Telegram) -> None:
    """Long polling has one queue for everybody, so here a flood must cost little rather than wait its turn."""
    bea, mallory = telegram.person("Bea"), telegram.person("Mallory")
    await begun(bea, "Bleeding after sex")
    await begun(mallory, "Bleeding after sex")
    card = mallory.card
    for number in range(500):
        mallory.writes("banana") if number % 2 else mallory.taps("Help", card)
    assert await emergency(bea) < 8.0
