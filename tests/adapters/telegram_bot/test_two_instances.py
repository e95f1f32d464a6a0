"""Several bots on one PostgreSQL, over real HTTP: what one owed another shows; an emergency waits for no hand."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.adapters.telegram_bot.api.client import ApiClient
from bot.adapters.telegram_bot.app import TelegramApp
from bot.model.bundle import ContentBundle
from bot.sessions.stores.open_store import open_store
from tests.support.postgres_server import Server
from tests.support.running_bot import KEY, UnlimitedRate, begun, bots, keyboards, serving, settings
from tests.support.telegram_double import Flood, Person, Silent, Telegram

BLEEDING, SECOND, ALARM = "Bleeding after sex", "Right now, do any of these fit?", "If you need help right now"


@pytest.fixture
def where(postgres: Server) -> dict[str, str]:
    return {"SESSION_STORE": postgres.database(), "SESSION_KEY": KEY}


@pytest.fixture
async def two(telegram: Telegram, library: ContentBundle, where: dict[str, str]) -> AsyncIterator[list[TelegramApp]]:
    """Two bots that hear only what a test tells them."""
    ours = settings(telegram, **where)
    made = [
        TelegramApp(ours, library, open_store(where["SESSION_STORE"], [KEY]), ApiClient(ours.token, ours.api_url, 0.5))
        for _ in range(2)
    ]
    for service in made:
        service.update_handler.rate_limiter = UnlimitedRate()
        await service.service.membership.join()
    yield made
    for service in made:
        await service.dispatcher.drain(5)
        await service.client.close()
        await service.store.close()


async def heard(service: TelegramApp, telegram: Telegram) -> None:
    """The last thing that happened is told to *service*."""
    update = list(telegram.updates.all.values())[-1]
    await service.update_handler.receive(update.json())
    telegram.updates.clear()


async def gone_on(service: TelegramApp, telegram: Telegram, ana: Person) -> None:
    ana.starts()
    await heard(service, telegram)
    for label in ("Go on", BLEEDING):
        await ana.until(lambda label=label: label in ana.labels)  # type: ignore[misc]
        ana.taps(label)
        await heard(service, telegram)
    await ana.sees(SECOND)
    await done(service)


async def done(*services: TelegramApp) -> None:
    while any(service.dispatcher.tasks() for service in services):
        await asyncio.sleep(0.01)


# ---- one hand


async def test_an_open_card_keeps_its_buttons_though_another_bot_took_the_tap(
    two: list[TelegramApp], telegram: Telegram, ana: Person
) -> None:
    """The one that hears the tap does not know yet that the card is there: the other has just put it there."""
    one, other = two
    await gone_on(one, telegram, ana)
    tidy = one.dispatcher.queues  # nothing is owed now
    assert not tidy
    ana.writes("hm")
    telegram.faults.next("editMessageReplyMarkup", Silent())  # tidying takes a while: the new card is not noted yet
    await heard(one, telegram)
    await ana.until(lambda: ana.last is not None and "Back" in ana.last.labels and ana.last.id > 3)
    ana.taps("No, none", ana.last)
    await heard(other, telegram)
    await ana.sees("How much blood")
    await done(one, other)
    assert keyboards(ana) == 1, ana.transcript()
    assert ana.last is not None
    assert "Back" in ana.last.labels


async def dies_unmarked(one: TelegramApp, telegram: Telegram, ana: Person) -> dict[str, object]:
    """Ana's start, which *one* answered; it died before it could say so. So it will be told again."""
    ana.starts()
    start = list(telegram.updates.all.values())[-1].json()
    telegram.updates.clear()
    telegram.faults.next("sendMessage", Silent(after=True))
    hearing = asyncio.create_task(one.update_handler.receive(start))
    await ana.until(lambda: "Go on" in ana.labels)
    hearing.cancel()
    one.dispatcher.queue_tasks[str(ana.chat.id)].cancel()
    return start


async def test_a_first_card_that_a_bot_showed_as_it_died_does_not_stay_beside_the_next(
    two: list[TelegramApp], telegram: Telegram, ana: Person
) -> None:
    one, other = two
    start = await dies_unmarked(one, telegram, ana)
    await other.update_handler.receive(start)
    await done(other)
    assert len(bots(ana)) == 1, ana.transcript()
    assert await other.store.is_processed(int(str(start["update_id"])))
    await one.update_handler.receive(start)  # and once more
    await done(one)
    assert len(bots(ana)) == 1, ana.transcript()
    assert [chat async for chat, _ in one.store.rows()] == [], "nothing is kept of a guest"


@pytest.mark.parametrize("late", [False, True], ids=["before she goes on", "after it"])
async def test_of_two_first_cards_the_one_that_nobody_went_on_with_goes_again(
    two: list[TelegramApp], telegram: Telegram, ana: Person, late: bool
) -> None:
    """Both bots live, and each shows it: the first was slow, so it was told to the other as well."""
    one, other = two
    ana.starts()
    start = list(telegram.updates.all.values())[-1].json()
    telegram.updates.clear()
    one.dispatcher.connection_slots = asyncio.Semaphore(0)  # nothing goes out of it for a while
    slow = asyncio.create_task(one.update_handler.receive(start))
    await ana.until(lambda: one.dispatcher.queue_tasks)
    await other.update_handler.receive(start)
    first = ana.last
    if not late:
        one.dispatcher.connection_slots.release()
        await ana.until(lambda: len(bots(ana)) == 2)
    ana.taps("Go on", first)
    await heard(other, telegram)
    if late:
        await ana.until(lambda: ana.last is not None and "Back" in ana.last.labels)
        one.dispatcher.connection_slots.release()
    await slow
    await ana.until(lambda: len(bots(ana)) == 1 and ana.last is not None and "Back" in ana.last.labels, within=15)
    assert len(telegram.calls_of("deleteMessage")) == 1, ana.transcript()


async def test_an_emergency_waits_for_no_other_bot(two: list[TelegramApp], telegram: Telegram, ana: Person) -> None:
    one, other = two
    await gone_on(one, telegram, ana)
    telegram.faults.next("editMessageText", Flood(3))
    ana.taps("Why?")
    await heard(one, telegram)
    await asyncio.sleep(0.1)
    ana.writes("/urgent")
    async with asyncio.timeout(1.5):
        await heard(other, telegram)
        await ana.sees(ALARM)
    await done(one, other)
    kept = await one.store.load(str(ana.chat.id))
    assert kept
    assert '"outbox":[]' in kept.text
    assert sum(ALARM in text for text in bots(ana)) == 1


async def test_an_emergency_whose_arrival_was_lost_stands_there_once(
    two: list[TelegramApp], telegram: Telegram, ana: Person
) -> None:
    one, other = two
    await gone_on(one, telegram, ana)
    telegram.faults.next("editMessageText", Flood(2))
    ana.taps("Why?")
    await heard(one, telegram)
    await asyncio.sleep(0.1)
    telegram.faults.next("sendMessage", Silent(after=True))
    ana.writes("/urgent")
    await heard(other, telegram)
    await done(one, other)
    assert sum(ALARM in text for text in bots(ana)) == 1, ana.transcript()


# ---- death


async def test_what_a_dead_bot_owed_another_shows(
    telegram: Telegram, library: ContentBundle, where: dict[str, str], two: list[TelegramApp], ana: Person
) -> None:
    one, _ = two
    await gone_on(one, telegram, ana)
    telegram.faults.always(Flood(60), "editMessageText")
    ana.taps("No, none")
    await heard(one, telegram)
    one.dispatcher.queue_tasks[str(ana.chat.id)].cancel()
    telegram.faults.stop()
    async with serving(telegram, library, open_store(where["SESSION_STORE"], [KEY]), hurried=True, **where):
        await ana.sees("How much blood")
        await ana.settled()
        assert keyboards(ana) == 1


async def test_after_all_were_away_the_open_card_is_shown_again(
    telegram: Telegram, library: ContentBundle, where: dict[str, str], ana: Person
) -> None:
    """The tap was lost at Telegram, and so was the card: it comes back, once."""
    async with serving(telegram, library, open_store(where["SESSION_STORE"], [KEY]), **where):
        await begun(ana, BLEEDING)
    assert ana.card is not None
    ana.deletes(ana.card)
    telegram.updates.clear()
    async with serving(telegram, library, open_store(where["SESSION_STORE"], [KEY]), hurried=True, **where):
        await ana.sees(SECOND)
        await ana.settled()
        assert keyboards(ana) == 1


async def test_while_another_serves_nobody_is_disturbed_by_a_new_one(
    telegram: Telegram, library: ContentBundle, where: dict[str, str], two: list[TelegramApp], ana: Person
) -> None:
    one, _ = two
    await gone_on(one, telegram, ana)
    before = len(telegram.calls_of("editMessageText"))
    async with serving(telegram, library, open_store(where["SESSION_STORE"], [KEY]), hurried=True, **where):
        for _ in range(16):
            await one.service.membership.heartbeat()
            await asyncio.sleep(0.1)
        assert len(telegram.calls_of("editMessageText")) == before
