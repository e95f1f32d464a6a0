"""What was hidden or deleted stays so: over restarts, crossings, lost and cut answers, in a busy bot too."""

import asyncio
from pathlib import Path

import pytest

from bot.model.bundle import ContentBundle
from bot.operations.backoff import Backoff
from tests.support.running_bot import RunningBot, begun, in_file
from tests.support.running_bot import unpaced as serving
from tests.support.telegram_double import Person, Telegram
from tests.support.telegram_double.faults import Broken, Cut, Silent, Slow
from tests.support.telegram_double.named_refusals import refused
from tests.support.telegram_double.odd_answers import Odd

BLEEDING, EMERGENCY, NONE = "Bleeding after sex", "Yes, one or more", "No, none"
CLEARINGS = ("/hide", "/delete")
WEBHOOK = {"WEBHOOK_SECRET": "a-secret-of-the-tests", "WEBHOOK_URL": "https://example.org/hook"}


def shown(person: Person) -> list[str]:
    """What the bot's messages say that stand, but for the one line that a deletion leaves."""
    texts = [message.text for message in person.screen]
    return [text for text in texts if not text.startswith("Done. I keep nothing.")]


async def cleared(bot: RunningBot, person: Person, within: float = 10.0) -> None:
    """Wait until nothing stands, and see that it stays so."""
    await person.until(lambda: not shown(person), within)
    await bot.idle()
    await asyncio.sleep(0.1)
    await bot.idle()
    assert shown(person) == [], person.transcript()
    assert len(person.screen) <= 1


# ---- over a restart


@pytest.mark.parametrize("command", CLEARINGS)
@pytest.mark.parametrize("send", [0.0, 0.3])
async def test_what_is_hidden_while_the_bot_is_away_is_not_shown_again(
    telegram: Telegram, library: ContentBundle, ana: Person, tmp_path: Path, command: str, send: float
) -> None:
    async with serving(telegram, library, in_file(tmp_path)) as bot:
        await begun(ana, BLEEDING)
        await bot.idle()
    ana.writes(command)
    before = len(telegram.calls)
    telegram.faults.always(Slow(send), "sendMessage")
    async with serving(telegram, library, in_file(tmp_path)) as bot:
        await cleared(bot, ana)
    sent = [call.method for call in telegram.calls[before:] if call.chat == ana.chat.id and "send" in call.method]
    assert sent == ["sendMessage"] * (command == "/delete")


@pytest.mark.parametrize("command", CLEARINGS)
async def test_a_card_on_its_way_when_the_chat_is_hidden_is_cleared(
    telegram: Telegram, library: ContentBundle, ana: Person, tmp_path: Path, command: str
) -> None:
    """What is shown again after a start is on its way when `/hide` comes."""
    async with serving(telegram, library, in_file(tmp_path)) as bot:
        await begun(ana, BLEEDING)
        await bot.idle()
    assert ana.card
    ana.deletes(ana.card)  # so it is sent anew
    held = telegram.faults.hold("sendMessage")
    before = len(telegram.calls_of("sendMessage"))
    async with serving(telegram, library, in_file(tmp_path)) as bot:
        await ana.until(lambda: len(telegram.calls_of("sendMessage")) > before)
        ana.writes(command)
        await ana.until(lambda: not telegram.updates.queue)
        await asyncio.sleep(0.1)
        telegram.faults.release(held)
        await cleared(bot, ana)


# ---- together with an emergency


@pytest.mark.parametrize("command", CLEARINGS)
@pytest.mark.parametrize("commit", [0.0, 0.05])
async def test_an_emergency_and_the_clearing_in_one_batch(
    telegram: Telegram, library: ContentBundle, ana: Person, tmp_path: Path, command: str, commit: float,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """What is sent while the erasure is being committed is known and cleared."""
    store = in_file(tmp_path)
    async with serving(telegram, library, store) as bot:
        await begun(ana, BLEEDING)
        await bot.idle()
        original = store.commit

        async def slow(write):  # type: ignore[no-untyped-def]
            number = await original(write)
            await asyncio.sleep(commit)
            return number

        monkeypatch.setattr(store, "commit", slow)
        with telegram.batch():
            ana.taps(EMERGENCY)
            ana.writes(command)
        await cleared(bot, ana)
        assert len(telegram.calls_of("sendMessage", ana.chat.id)) <= 4


# ---- what may have arrived


LOST = {
    "silent": (Silent(after=True), Broken(), Broken()),
    "cut": (Cut(after=True), Broken(502), Broken(502)),
    "gateway": (Broken(502, after=True), Broken(502)),
}


@pytest.mark.parametrize("command", CLEARINGS)
@pytest.mark.parametrize(("name", "others"), [("silent", 14), ("cut", 250), ("gateway", 0)])
@pytest.mark.parametrize("answer", [NONE, EMERGENCY])
async def test_what_may_have_arrived_is_cleared_too(
    telegram: Telegram, library: ContentBundle, ana: Person, command: str, name: str, others: int, answer: str
) -> None:
    async with serving(telegram, library, answer_within=0.3) as bot:
        await begun(ana, BLEEDING)
        await bot.idle()
        calls = len(telegram.calls_of("sendMessage", ana.chat.id))
        telegram.faults.next("sendMessage", *LOST[name], chat=ana.chat.id)
        ana.writes("/urgent" if answer == EMERGENCY else "/privacy")
        await ana.until(lambda: len(telegram.calls_of("sendMessage", ana.chat.id)) > calls)
        telegram.skip_message_ids(others)
        ana.writes(command)
        await cleared(bot, ana, 20)


@pytest.mark.parametrize("others", [0, 14, 250])
async def test_in_a_busy_bot_no_second_keyboard_stays(
    telegram: Telegram, library: ContentBundle, ana: Person, others: int
) -> None:
    async with serving(telegram, library, answer_within=0.3) as bot:
        await begun(ana, BLEEDING)
        await bot.idle()
        calls = len(telegram.calls_of("sendMessage", ana.chat.id))
        telegram.faults.next("sendMessage", Silent(after=True), chat=ana.chat.id)
        ana.taps(EMERGENCY)
        await ana.until(lambda: len(telegram.calls_of("sendMessage", ana.chat.id)) > calls)
        telegram.skip_message_ids(others)
        await ana.until(lambda: len(telegram.calls_of("sendMessage", ana.chat.id)) > calls + 1)
        await bot.idle()
        alarms = [m for m in ana.screen if m.from_our_bot and m.rows]
        assert len(alarms) == 1, ana.transcript()
        ana.writes("/delete")
        await cleared(bot, ana)


# ---- tried until it is done


ODD = [
    Odd("cut"),
    Odd("empty_object"),
    Odd("gateway_message", 403),
    Odd("gateway_error", 404),
    Odd("html"),
    Odd("deep"),
]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: f"{odd.shape}-{odd.code}")
@pytest.mark.parametrize("command", CLEARINGS)
async def test_no_odd_answer_ends_the_clearing(
    telegram: Telegram, library: ContentBundle, ana: Person, odd: Odd, command: str
) -> None:
    async with serving(telegram, library) as bot:
        await begun(ana, BLEEDING)
        await bot.idle()
        telegram.faults.repeat(odd, 5, "deleteMessages")
        ana.writes(command)
        await ana.until(lambda: len(telegram.calls_of("deleteMessages")) >= 2)
        while shown(ana):
            await asyncio.sleep(0.3)
            bot.service.dispatcher.retry_parked()
        await cleared(bot, ana)


async def test_what_telegram_never_clears_is_said_after_48_hours(
    telegram: Telegram, library: ContentBundle, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = "bot.adapters.telegram_bot.delivery.chat_queue."
    monkeypatch.setattr(queue + "SEND_BACKOFF", Backoff(0.01, 0.02))
    monkeypatch.setattr(queue + "MAX_RETRY_ROUNDS", 2)
    now = 2_000_000_000.0
    monkeypatch.setattr(queue + "time.time", lambda: now)
    async with serving(telegram, library, clock=lambda: now) as bot:
        await begun(ana, BLEEDING)
        await bot.idle()
        telegram.faults.always(Odd("html"), "deleteMessages")
        ana.writes("/hide")

        async def rounds() -> None:
            for _ in range(4):
                await asyncio.sleep(0.1)
                await bot.idle()
                bot.service.dispatcher.retry_parked()
            await bot.idle()

        await rounds()
        assert not ana.seen("older messages stay"), "it is still tried"
        now += 48 * 3600 + 1
        await rounds()
        assert ana.seen("3 older messages stay"), ana.transcript()


# ---- in their order


async def test_a_block_does_not_overtake_a_tap(telegram: Telegram, library: ContentBundle, ana: Person) -> None:
    async with serving(telegram, library) as bot:
        await begun(ana, BLEEDING)
        await bot.idle()
        with telegram.batch():
            ana.taps(EMERGENCY)
            ana.blocks()
            ana.unblocks()
        await bot.idle()
        assert not ana.seen("Those questions are over"), ana.transcript()
        assert ana.seen("call"), ana.transcript()


async def test_a_false_word_that_the_message_is_gone_leaves_no_second_keyboard(
    telegram: Telegram, library: ContentBundle, ana: Person
) -> None:
    async with serving(telegram, library) as bot:
        await begun(ana, BLEEDING)
        await bot.idle()
        telegram.faults.next("editMessageText", refused("message to edit not found"), chat=ana.chat.id)
        ana.taps(NONE)
        await ana.sees("How much blood is there now?")
        await bot.idle()
        assert len([message for message in ana.screen if message.rows]) == 1, ana.transcript()


# ---- no more is promised than is known


CAREFUL = "If something older is still here"


async def test_who_wrote_before_a_restart_is_promised_no_more_than_is_known(
    telegram: Telegram, library: ContentBundle, ana: Person, tmp_path: Path
) -> None:
    """Before consent nothing is stored: what was said then is cleared as far as it is near, and not vouched for."""
    async with serving(telegram, library, in_file(tmp_path)) as bot:
        ana.starts()
        await ana.sees("Hello.")
        ana.writes("banana")
        await bot.idle()
    async with serving(telegram, library, in_file(tmp_path)) as bot:
        ana.taps("Go on")
        await ana.until(lambda: BLEEDING in ana.labels)
        ana.writes("/delete")
        await ana.sees(CAREFUL)
        await bot.idle()
        assert len(ana.screen) == 1, ana.transcript()


async def test_after_a_block_no_more_is_promised_than_is_known(
    telegram: Telegram, library: ContentBundle, ana: Person
) -> None:
    async with serving(telegram, library) as bot:
        await begun(ana, BLEEDING)
        ana.blocks()
        await bot.idle()
        ana.unblocks()
        await begun(ana, BLEEDING)
        ana.writes("/delete")
        await ana.sees(CAREFUL)
        await cleared(bot, ana)


async def test_an_earlier_line_goes_with_the_next(
    telegram: Telegram, library: ContentBundle, ana: Person, tmp_path: Path
) -> None:
    for _ in range(2):
        async with serving(telegram, library, in_file(tmp_path)) as bot:
            await begun(ana, BLEEDING)
            ana.writes("/delete")
            await ana.until(lambda: not shown(ana))
            await cleared(bot, ana)


@pytest.mark.parametrize("label", [NONE, EMERGENCY, "Help"])
async def test_a_tap_that_comes_after_the_clearing_shows_nothing(
    telegram: Telegram, library: ContentBundle, ana: Person, label: str
) -> None:
    """A webhook's queues cross: the tap was made before, and is heard after."""
    async with serving(telegram, library) as bot:
        await begun(ana, BLEEDING)
        await bot.idle()
        card = ana.card
        ana.writes("/hide")
        await ana.until(lambda: not ana.screen)
        toast = await ana.answered(ana.taps(label, card))
        assert toast
        await cleared(bot, ana)
