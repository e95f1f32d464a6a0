"""Leaving without a trace, and coming back: what /delete and Hide clear, what is said to stay, where one was."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.telegram_bot.bot_profile import MENU_COMMANDS
from bot.authoring.loader import content_root, load_bundle
from bot.engine.session import Session
from bot.model.bundle import ContentBundle
from bot.sessions.chat_record import ChatRecord
from bot.sessions.stores.memory import MemoryStore
from tests.adapters.telegram_bot.test_lock_screen import PRIVATE
from tests.support.killable_bot import KillableBot
from tests.support.running_bot import RunningBot, begun, in_file
from tests.support.running_bot import unpaced as serving
from tests.support.telegram_double import Person, Refused, Telegram

BLEEDING, NONE = "Bleeding after sex", "No, none"


@pytest.fixture
async def telegram(telegram: Telegram) -> AsyncIterator[Telegram]:
    yield telegram
    for call in telegram.calls:
        if call.method in ("sendMessage", "editMessageText"):
            assert "is_disabled" in str(call.given["link_preview_options"]), "no link opens a preview"


def texts(person: Person) -> list[str]:
    return [message.text for message in person.screen]


# ---- what is left


async def test_delete_leaves_one_neutral_line(served: RunningBot, ana: Person) -> None:
    await begun(ana, BLEEDING)
    ana.writes("/delete")
    await ana.until(lambda: texts(ana) == ["Done. I keep nothing."])
    await served.idle()
    assert texts(ana) == ["Done. I keep nothing."]
    assert await served.kept(ana) is None


@pytest.mark.parametrize("way", ["/hide", "Hide this chat"])
async def test_hide_leaves_nothing(served: RunningBot, ana: Person, way: str) -> None:
    await begun(ana, BLEEDING)
    if way == "/hide":
        ana.writes(way)
    else:
        ana.taps("Help")
        await ana.until(lambda: way in ana.labels)
        assert await ana.answered(ana.taps(way)) == "Done. I keep nothing."
    await ana.until(lambda: ana.screen == [])
    await served.idle()
    assert ana.screen == []
    assert await served.kept(ana) is None


async def test_what_telegram_does_not_remove_is_counted_and_said(
    served: RunningBot, telegram: Telegram, ana: Person
) -> None:
    await begun(ana, BLEEDING)
    await served.idle()
    telegram.clock.advance(49 * 3600)
    ana.writes("/hide")
    line = await ana.sees("2 older messages stay")
    await served.idle()
    assert ana.screen[-1] is line
    assert len(ana.screen) == 3


async def test_a_guest_is_promised_no_more_than_is_known(served: RunningBot, ana: Person) -> None:
    ana.starts()
    await ana.sees("Hello.")
    ana.writes("/delete")
    await ana.sees("If something older is still here")
    await served.idle()
    assert len(ana.screen) == 1
    assert await served.kept(ana) is None


async def test_hundreds_of_messages_go_a_hundred_a_call(served: RunningBot, telegram: Telegram, ana: Person) -> None:
    await begun(ana)
    for _ in range(115):
        ana.sends("sticker")
    await served.idle()
    ana.writes("/hide")
    await ana.until(lambda: ana.screen == [], 20)
    calls = telegram.calls_of("deleteMessages")
    assert [len(call.given["message_ids"]) <= 100 for call in calls] == [True] * len(calls)
    assert len(calls) >= 2


# ---- the deletion job


async def test_the_job_holds_ids_and_nothing_of_the_person(
    telegram: Telegram, library: ContentBundle, ana: Person, tmp_path: Path
) -> None:
    """In the very transaction that erases the session; whoever begins anew meanwhile loses nothing of the new."""
    store = in_file(tmp_path)
    async with serving(telegram, library, store) as served:
        await begun(ana, BLEEDING, NONE)
        ana.writes("/country GB")
        await ana.sees("United Kingdom")
        await served.idle()
        telegram.faults.always(Refused(500, "down"), "deleteMessages")
        ana.writes("/delete")
        await ana.until(lambda: telegram.calls_of("deleteMessages"))
        row = await store.load(str(ana.chat.id))
        assert row
        kept = ChatRecord.from_json(row.text)
        assert kept.session == Session()
        assert kept.tag == ""
        assert kept.started_at == kept.last_active_at == 0
        (job,) = kept.outbox
        assert set(json.loads(row.text)["outbox"][0]) == {"n", "turn", "moved", "line", "clear", "some_left", "until"}
        assert all(isinstance(id, int) for id in job.messages_to_clear)
        for word in ("bleed", "GB", "signs", "United", "question"):
            assert word not in row.text
        ana.starts()
        await ana.sees("Hello.", 10)
        new = len(ana.screen)
        telegram.faults.stop()
        await ana.until(lambda: served.service.dispatcher.queue_tasks == {})
        served.service.dispatcher.retry_parked()
        await ana.until(lambda: len(ana.screen) < new)
        await served.idle()
        assert texts(ana)[0] == "/start", "what came after is not cleared"
        assert texts(ana)[1].startswith("Hello.")
        assert len(ana.screen) == 2


@pytest.mark.parametrize("agreed", [True, False])
async def test_a_kill_in_between_loses_nothing(tmp_path: Path, agreed: bool) -> None:
    """The process dies when it has been told to delete and Telegram has not done it yet; another finishes."""
    async with Telegram(seed=1) as telegram:
        bot = KillableBot({"TELEGRAM_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url}, tmp_path)
        ana = telegram.person("Ana")
        bot.start()
        try:
            if agreed:
                await begun(ana, BLEEDING)
            else:
                ana.starts()
                await ana.sees("Hello.", 20)
            telegram.faults.always(Refused(500, "down"), "deleteMessages")
            ana.writes("/delete")
            await ana.until(lambda: telegram.calls_of("deleteMessages"), 20)
            bot.kill()
            telegram.faults.stop()
            bot.start()
            await ana.until(lambda: len(ana.screen) == 1, 30)
            assert ana.screen[0].text.startswith("Done. I keep nothing.")
            await asyncio.sleep(0.3)
            assert len(ana.screen) == 1, "nobody who erased everything is greeted anew"
        finally:
            bot.kill()


async def test_a_job_is_tried_for_48_hours_and_then_forgotten(
    telegram: Telegram, library: ContentBundle, ana: Person
) -> None:
    now = 2_000_000_000.0
    store = MemoryStore()
    async with serving(telegram, library, store, clock=lambda: now) as served:
        await begun(ana, BLEEDING)
        await served.idle()
        telegram.faults.always(Refused(500, "down"), "deleteMessages")
        ana.writes("/hide")
        await ana.until(lambda: telegram.calls_of("deleteMessages"))
        await store.purge_expired(now + 47.9 * 3600)
        assert await store.load(str(ana.chat.id))
        await store.purge_expired(now + 48.1 * 3600)
        assert not await store.load(str(ana.chat.id))
        telegram.faults.stop()


# ---- coming back


async def test_who_comes_back_sees_where_they_were_and_three_ways_on(served: RunningBot, ana: Person) -> None:
    await begun(ana, BLEEDING, NONE)
    await ana.sees("How much blood is there now?")
    ana.starts()
    card = await ana.sees("You are in the middle of some questions.")
    assert "Answered so far: 2. Open now:" in card.text
    assert "How much blood is there now?" in card.text
    assert sorted(card.labels) == ["Delete everything", "Go on where I was", "Start again"]
    ana.taps("Go on where I was")
    await ana.until(lambda: "Back" in ana.labels)
    assert await served.answers(ana) == {"topic": "bleeding", "signs": "no"}


# ---- whether it was clear


async def test_an_ending_asks_once_whether_it_was_clear(served: RunningBot, ana: Person) -> None:
    ana.starts()
    await ana.until(lambda: "Go on" in ana.labels)
    ana.taps("Go on")
    await ana.until(lambda: "I only want to read" in ana.labels)
    ana.taps("I only want to read")
    await ana.until(lambda: "This was clear" in ana.labels)
    assert "This was not clear" in ana.labels
    toast = await ana.answered(ana.taps("This was clear"))
    assert toast.startswith("Thank you.")
    await ana.until(lambda: "This was clear" not in ana.labels)
    await served.idle()
    assert len([message for message in ana.screen if message.rows]) == 1, "the ending stands where it stood"
    metrics = served.service.update_handler.metrics
    assert metrics.clarity == {"yes": 1}
    assert 'confidante_clear_total{clear="yes"} 0' in metrics.render(), "a single answer shows nowhere"
    assert str(ana.chat.id) not in metrics.render()


# ---- what the bot says of itself


async def test_the_profile_is_set_in_each_language_and_only_where_it_differs(
    telegram: Telegram, library: ContentBundle
) -> None:
    things = ("Commands", "Description", "ShortDescription")
    for wanted in (len(library.languages), 0):
        telegram.calls.clear()
        async with serving(telegram, library):
            while len([call for call in telegram.calls if call.method.startswith("getMy")]) < 3 * len(
                library.languages
            ):
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
        changed = sorted(call.method for call in telegram.calls if call.method.startswith("setMy"))
        assert changed == sorted(f"setMy{thing}" for thing in things * wanted)


def test_what_the_bot_says_of_itself_fits_and_tells_nothing_private() -> None:
    library = load_bundle(content_root(), include_drafts=True)[0]
    for language in library.languages:
        assert len(library.text("bot_description", language)) <= 512
        assert len(library.text("bot_about", language)) <= 120
        told = "".join(library.text(f"command_{name}", language) for name in MENU_COMMANDS)
        assert not PRIVATE.search(
            told + library.text("bot_description", language) + library.text("bot_about", language)
        )
