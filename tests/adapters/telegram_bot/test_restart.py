"""After a restart: who sees their open card again, who is left in peace, and what is said and not said at the start."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.engine.session import Session
from bot.model.bundle import ContentBundle
from bot.sessions.chat_record import ChatRecord
from bot.sessions.outbox_entry import CallbackAnswer, OutboxEntry
from tests.support.paths import ROOT
from tests.support.running_bot import begun, in_file
from tests.support.running_bot import unpaced as serving
from tests.support.telegram_double import Person, Telegram
from tests.support.telegram_double.non_text_content import NON_TEXT_CONTENT

BLEEDING = "Bleeding after sex"
NOW = 2_000_000_000.0


@pytest.mark.parametrize(("minutes", "again"), [(9.9, True), (10.1, False)])
async def test_who_was_active_ten_minutes_ago_is_shown_the_card_and_nobody_else_is(
    telegram: Telegram, library: ContentBundle, ana: Person, tmp_path: Path, minutes: float, again: bool
) -> None:
    now = [NOW]
    async with serving(telegram, library, in_file(tmp_path), lambda: now[0]) as bot:
        await begun(ana, BLEEDING)
        await bot.idle()
        for parcel in bot.service.service.outbox.entries_to_deliver(str(ana.chat.id)):
            await bot.service.service.outbox.mark_delivered(str(ana.chat.id), parcel.update_id)
    before = len(telegram.calls)
    now[0] += minutes * 60
    async with serving(telegram, library, in_file(tmp_path), lambda: now[0]) as bot:
        while not bot.woken():
            await asyncio.sleep(0.01)
        await bot.idle()
    told = [call for call in telegram.calls[before:] if call.chat == ana.chat.id]
    assert bool(told) is again, [call.method for call in told]


def kept(**given: Any) -> ChatRecord:
    return ChatRecord(Session(consented=True), tag="x", started_at=NOW, **given)


OWED = OutboxEntry(update_id=1, turn=0, advanced=False, callback_answer=CallbackAnswer("1", ""))
ROWS: dict[str, tuple[str, bool]] = {
    "quiet": (kept(last_active_at=NOW - 1).to_json(), True),
    "active": (kept(last_active_at=NOW + 1).to_json(), False),
    "owed something": (kept(last_active_at=NOW - 1, outbox=(OWED,)).to_json(), False),
    "a claim on a draft": ("4815162342", True),
    "nobody's": ("", True),
    "older than this release": (json.dumps({"touched": "soon", "outbox": []}), True),
    "deep": ("[" * 100_000, True),
}


@pytest.mark.parametrize("name", ROWS)
def test_at_a_glance_nobody_is_taken_for_at_rest_who_is_not(name: str) -> None:
    text, rests = ROWS[name]
    assert ChatRecord.is_idle_row(text, NOW) is rests
    read = ChatRecord.parse_or_new(text)
    assert rests is (not read.outbox and read.last_active_at <= NOW)


async def test_without_a_key_it_says_that_nothing_outlives_the_process_and_shows_its_token_to_no_one(
    telegram: Telegram, ana: Person
) -> None:
    """Whoever lists the processes of this machine reads their command lines and names."""
    given = {"TELEGRAM_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url, "PATH": "", "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "bot", "telegram", "--draft"]
    process = subprocess.Popen(words, env=given, stderr=subprocess.PIPE, text=True)
    try:
        ana.starts()
        await ana.sees("Hello", within=20)
        shown = [Path(f"/proc/{process.pid}/{name}").read_text() for name in ("cmdline", "comm", "status")]
    finally:
        process.terminate()
        _, said = await asyncio.to_thread(process.communicate)
    assert process.returncode == 0
    assert "kept in memory only" in said
    for text in (*shown, said):
        assert telegram.token.partition(":")[2] not in text


KINDS: dict[str, dict[str, Any]] = {
    "reaction": {"message_reaction": {"message_id": 1, "date": 1, "old_reaction": [], "new_reaction": []}},
    "post in a channel": {"channel_post": {"message_id": 1, "date": 1, "text": "/start"}},
    "poll": {"poll": NON_TEXT_CONTENT["poll"]["poll"]},
    "nothing known": {"something_telegram_invents_tomorrow": {"answer": 42}},
    "poison": {"message": {"message_id": 1, "date": 1, "chat": 7}},
}


@pytest.mark.parametrize("name", KINDS)
async def test_what_nobody_asked_for_stops_no_poll(
    telegram: Telegram, library: ContentBundle, ana: Person, name: str, tmp_path: Path
) -> None:
    """However it came into the queue: it is set aside without its content, and the next person is heard."""
    (kind, body), chat = next(iter(KINDS[name].items())), {"id": -7, "type": "channel", "title": "x"}
    if name in ("reaction", "post in a channel"):
        body = body | {"chat": chat}
    store = in_file(tmp_path)
    async with serving(telegram, library, store) as bot:
        telegram.updates.allowed |= {kind}
        update = telegram.updates.add(kind, body, ("message", 7))
        assert update
        ana.starts()
        await ana.sees("Hello")
        await bot.idle()
        assert await store.is_processed(update.id)
        told = await store._writer.read(lambda db: db.execute("SELECT * FROM aside").fetchall())
        assert told == [(update.id, "TypeError" if name == "poison" else "nothing")]
        assert len(telegram.calls_of("leaveChat")) == len(telegram.calls_of("sendMessage", -7)) <= 1


async def test_an_edited_message_gets_a_kind_line_and_answers_nothing(
    telegram: Telegram, library: ContentBundle, ana: Person
) -> None:
    async with serving(telegram, library) as bot:
        await begun(ana, BLEEDING)
        wrote = ana.writes("banana")
        await bot.idle()
        telegram.updates.allowed |= {"edited_message"}  # as where it was asked for before this bot came
        ana.edits(wrote, "no, none of these")
        await ana.sees("I do not look at changed messages. Nothing was changed.")
        assert await bot.answers(ana) == {"topic": "bleeding"}


async def test_only_what_the_bot_hears_is_asked_for_by_polling(telegram: Telegram, library: ContentBundle) -> None:
    async with serving(telegram, library):
        while not (polls := [call.given for call in telegram.calls if call.method == "getUpdates"]):
            await asyncio.sleep(0.01)
    assert sorted(polls[0]["allowed_updates"]) == ["callback_query", "message", "my_chat_member"]
