"""The same conversation in Telegram, and no answer lost or wrong: the real bot over real HTTP against the double."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.telegram_bot.delivery.chat_queue import MAX_STEP_ATTEMPTS
from bot.model.bundle import ContentBundle
from bot.operations.backoff import Backoff
from bot.operations.errors import StoreUnavailableError
from bot.sessions.stores.base import Write
from bot.sessions.stores.memory import MemoryStore
from tests.support.running_bot import RunningBot, begun, bots, in_file, keyboards
from tests.support.running_bot import unpaced as serving
from tests.support.telegram_double import Broken, Cut, Flood, Person, Refused, Silent, Slow, Telegram
from tests.support.telegram_double.non_text_content import NON_TEXT_CONTENT

BLEEDING, NONE = "Bleeding after sex", "No, none"
FIRST, SECOND, THIRD = (
    "What would you like help with?",
    "Right now, do any of these fit?",
    "How much blood is there now?",
)
EARLIER = "That button belonged to an earlier question."


# ---- the conversation


async def test_the_question_changes_in_place_and_little_is_left_to_read(served: RunningBot, ana: Person) -> None:
    await begun(ana, BLEEDING, NONE)
    await ana.sees(THIRD)
    assert len(bots(ana)) == 1
    assert await served.answers(ana) == {"topic": "bleeding", "signs": "no"}


async def test_typed_words_answer_too_and_do_not_stay(served: RunningBot, ana: Person) -> None:
    """The card that is left behind loses its buttons and shows what was chosen; the words themselves are cleared."""
    await begun(ana, BLEEDING)
    ana.writes("no, none of these")
    await ana.sees(THIRD)
    await served.idle()
    left, card = (message for message in ana.screen if message.author.is_bot)
    assert left.text.endswith("✓ No, none of these")
    assert left.labels == []
    assert "Back" in card.labels
    assert not any(message.text == "no, none of these" for message in ana.screen)
    assert (await served.answers(ana))["signs"] == "no"


async def test_nothing_is_kept_before_somebody_agrees(served: RunningBot, ana: Person) -> None:
    ana.starts()
    await ana.sees("Hello.")
    ana.writes("/country GB")
    await ana.sees("United Kingdom")
    ana.taps("I need help now")
    await ana.sees("call 999")
    assert await served.kept(ana) is None


async def test_what_was_picked_before_agreeing_travels_in_the_buttons(served: RunningBot, ana: Person) -> None:
    ana.starts()
    await ana.sees("Hello.")
    ana.taps("Numbers for my country")
    await ana.until(lambda: "F – H" in ana.labels)
    ana.taps("F – H")
    await ana.until(lambda: "France" in ana.labels)
    ana.taps("France")
    await ana.until(lambda: "Go on" in ana.labels)
    ana.taps("Go on")
    await ana.sees(FIRST)
    kept = await served.kept(ana)
    assert kept is not None
    assert kept.session.country == "FR"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("/start", "You are in the middle"),
        ("/help", "I ask one question at a time"),
        ("/privacy", "What I keep"),
        ("/back", FIRST),
        ("/urgent", "If you need help right now"),
        ("/country", "Choose the first letter of your country"),
        ("/country GB", "United Kingdom"),
        ("/language", "Choose your language"),
        ("/language en", "English"),
        ("/stop", "I have forgotten your answers"),
        ("/nonsense", "I did not understand that"),
        ("/start unusual_discharge", "You are in the middle"),
    ],
)
async def test_commands(served: RunningBot, ana: Person, command: str, says: str) -> None:
    await begun(ana, BLEEDING)
    ana.writes(command)
    await ana.sees(says)


async def test_words_of_the_second_in_which_the_card_changed_are_no_answer(
    served: RunningBot, telegram: Telegram, ana: Person
) -> None:
    """They may have been written for the question that stood there before, and only have come late."""
    await begun(ana)
    ana.taps(BLEEDING)
    await ana.sees(SECOND)
    await served.idle()
    card = ana.card
    assert card
    telegram.clock.advance(card.edited - telegram.clock.now())
    ana.writes("no")
    await ana.sees("I am not sure that you had seen this question yet")
    assert await served.answers(ana) == {"topic": "bleeding"}


async def test_stop_forgets(served: RunningBot, ana: Person) -> None:
    await begun(ana, BLEEDING)
    ana.writes("/stop")
    await ana.sees("I have forgotten")
    await served.idle()
    assert await served.kept(ana) is None
    assert keyboards(ana) == 0


@pytest.mark.parametrize("way", ["/delete", "Hide this chat"])
async def test_delete_leaves_nothing_of_either_side(served: RunningBot, ana: Person, way: str) -> None:
    await begun(ana, BLEEDING)
    ana.writes("banana")
    await ana.sees("I did not understand")
    if way == "/delete":
        ana.writes(way)
    else:
        ana.taps("Help")
        await ana.until(lambda: way in ana.labels)
        ana.taps(way)
    left = ["Done. I keep nothing."] * (way == "/delete")
    await ana.until(lambda: [message.text for message in ana.screen] == left)
    await served.idle()
    assert [message.text for message in ana.screen] == left
    assert await served.kept(ana) is None


async def test_an_emergency_comes_first_then_the_taps_answer(
    served: RunningBot, telegram: Telegram, ana: Person
) -> None:
    await begun(ana, BLEEDING)
    before = len(telegram.calls)
    ana.taps("Yes, one or more")
    await served.idle()
    called = [call.method for call in telegram.calls[before:] if call.method != "getUpdates"]
    assert called[:2] == ["sendMessage", "answerCallbackQuery"]
    emergency = ana.last
    assert emergency is not None
    assert not emergency.protected
    assert "I tapped that by mistake" in emergency.labels
    assert keyboards(ana) == 0, "the question is over, and what was chosen is marked on it"
    assert ana.seen("✓ Yes, one or more")


async def test_an_emergency_that_was_a_mistake_can_be_taken_back(served: RunningBot, ana: Person) -> None:
    await begun(ana, BLEEDING, "Yes, one or more")
    ana.taps("I tapped that by mistake")
    await ana.sees("Thank you for telling me")
    await served.idle()
    assert keyboards(ana) == 1
    assert "signs" not in await served.answers(ana)


async def test_questions_may_not_be_forwarded_and_pages_may(served: RunningBot, ana: Person) -> None:
    await begun(ana, BLEEDING)
    assert ana.last is not None
    assert ana.last.protected
    ana.writes("/help")
    await ana.until(lambda: "All pages" in ana.labels)
    ana.taps("All pages")
    await ana.until(lambda: "Thrush, BV, STI tests" in ana.labels)
    ana.taps("Thrush, BV, STI tests")
    await ana.until(lambda: "Thrush" in ana.labels)
    ana.taps("Thrush")
    page = await ana.sees("Sources:")
    assert not page.protected
    ana.taps("Go on where I was")
    await served.idle()
    assert ana.last is not None
    assert SECOND in ana.last.text, "and the question comes back below the page"


async def test_a_page_turns_in_place(served: RunningBot, ana: Person) -> None:
    """Who reads ten pages has one message of them, which may be forwarded; the next reading begins another."""
    await begun(ana, "I only want to read")
    ana.taps("All pages")
    await ana.until(lambda: "Thrush, BV, STI tests" in ana.labels)
    ana.taps("Thrush, BV, STI tests")
    await ana.until(lambda: "Thrush" in ana.labels)
    ana.taps("Thrush")
    first = await ana.sees("Thrush comes from a yeast")
    for title in ("Bacterial vaginosis", "STI tests"):
        ana.taps("Next page")
        await ana.sees(title)
        await served.idle()
        assert ana.last is not None
        assert ana.last.id == first.id, "it is the same message"
        assert ana.last.text.splitlines()[1].startswith(title)
        assert not ana.last.protected
    ana.taps("Previous page")
    await ana.sees("Bacterial vaginosis")
    assert "Next page" in ana.labels


async def test_a_page_that_somebody_deleted_is_sent_anew(served: RunningBot, ana: Person) -> None:
    await begun(ana, "I only want to read")
    ana.taps("All pages")
    await ana.until(lambda: "Where to start" in ana.labels)
    ana.taps("Where to start")
    await ana.until(lambda: "First times" in ana.labels)
    ana.taps("First times")
    page = await ana.sees("Sources:")
    other = ana.device()
    other.looks()
    ana.deletes(page)
    other.taps("Next page")
    await ana.sees("Help after sex that cannot wait")


async def test_whatever_is_sent_is_met_kindly(served: RunningBot, ana: Person) -> None:
    await begun(ana, BLEEDING)
    before = await served.answers(ana)
    for what in NON_TEXT_CONTENT.keys() - {"caption"}:  # which is words
        ana.sends(what)
        await served.idle()
        card = ana.last
        assert card is not None
        assert card.text.startswith("I can read only words and taps."), what
        assert keyboards(ana) == 1, what
    assert await served.answers(ana) == before


async def test_a_group_gets_one_line_and_then_nothing(served: RunningBot, telegram: Telegram, ana: Person) -> None:
    group = telegram.group()
    group.adds_bot(ana)
    group_person = group.chat
    for _ in range(3):
        ana.writes("/start", group_person)
    await ana.until(lambda: len(telegram.calls_of("leaveChat")) == 1)
    await served.idle()
    (line,) = [message for message in group.screen if message.author.is_bot]
    assert line.text == "I am only for private chats. Please write to me here: https://t.me/confidante_bot"
    group.adds_bot(ana)
    await ana.until(lambda: len(telegram.calls_of("leaveChat")) == 2)
    await served.idle()
    assert [message for message in group.screen if message.author.is_bot] == [line], "who asks it in again sees it go"


async def test_who_blocks_the_bot_is_forgotten(served: RunningBot, telegram: Telegram, ana: Person) -> None:
    await begun(ana, BLEEDING)
    ana.blocks()
    while await served.kept(ana):
        await asyncio.sleep(0.01)
    ana.unblocks()
    ana.starts()
    await ana.until(lambda: "Go on" in ana.labels)


async def test_blocked_in_the_middle_of_an_answer(served: RunningBot, telegram: Telegram, ana: Person) -> None:
    """The 403 alone is enough."""
    await begun(ana, BLEEDING)
    telegram.faults.next("editMessageText", Refused(403, "Forbidden: bot was blocked by the user"), chat=ana.chat.id)
    ana.taps(NONE)
    while await served.kept(ana):
        await asyncio.sleep(0.01)


# ---- right answers only


async def test_a_double_tap_is_one_answer(served: RunningBot, ana: Person) -> None:
    await begun(ana, BLEEDING)
    first, second = ana.taps_twice(NONE)
    toasts = [await ana.answered(tap) for tap in (first, second)]
    await served.idle()
    assert toasts[0] == ""
    assert toasts[1].startswith(EARLIER)
    assert await served.answers(ana) == {"topic": "bleeding", "signs": "no"}
    assert len(bots(ana)) == 1


async def test_of_two_fast_taps_the_first_counts(served: RunningBot, ana: Person) -> None:
    await begun(ana, BLEEDING)
    card = ana.card
    assert card is not None
    shown = card.copy()
    ana.taps("Not sure", shown)
    late = ana.taps(NONE, shown)
    assert (await ana.answered(late)).startswith(EARLIER)
    await served.idle()
    assert (await served.answers(ana))["signs"] == "not_sure"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_a_tap_and_words_at_once(
    served: RunningBot, telegram: Telegram, ana: Person, order: tuple[int, int]
) -> None:
    """Both were meant for the question that stood there. Whichever comes second is no answer to the next one."""
    await begun(ana)
    telegram.updates.hold()
    ana.taps(BLEEDING)
    ana.writes("not sure")
    telegram.updates.release(order)
    await served.idle()
    answers = await served.answers(ana)
    assert answers in ({"topic": "bleeding"}, {"topic": "not_sure"})
    assert keyboards(ana) == 1


async def test_words_that_crossed_the_new_question_are_no_answer_to_it(
    served: RunningBot, telegram: Telegram, ana: Person
) -> None:
    await begun(ana, BLEEDING)
    telegram.updates.hold()
    ana.writes("3")
    telegram.clock.advance(5)
    late = telegram.updates._held
    assert late
    telegram.updates._held = None
    ana.taps(NONE)
    await ana.sees(THIRD)
    telegram.updates._put(late)
    await ana.sees("I am not sure that you had seen")
    await served.idle()
    assert await served.answers(ana) == {"topic": "bleeding", "signs": "no"}


async def test_words_that_crossed_it_are_no_answer_though_nobody_knows_when_it_was_shown(
    served: RunningBot, telegram: Telegram, ana: Person
) -> None:
    """The answer to the edit that showed the question was lost: the next try is told that it stands there already."""
    await begun(ana, BLEEDING)
    await served.idle()
    telegram.updates.hold()
    tap, _ = ana.taps(NONE), ana.writes("3")
    first, late = telegram.updates._held or []
    telegram.updates._held = None
    telegram.faults.next("editMessageText", Cut(after=True))
    telegram.updates._put([first])
    await ana.answered(tap)
    await ana.sees(THIRD)
    await served.idle()
    telegram.updates._put([late])
    await ana.sees("I am not sure that you had seen")
    await served.idle()
    assert await served.answers(ana) == {"topic": "bleeding", "signs": "no"}


async def test_an_emergency_keeps_its_buttons_though_a_move_from_before_is_tidied_up_after_it(
    served: RunningBot, telegram: Telegram, ana: Person
) -> None:
    await begun(ana, BLEEDING, "Yes, one or more")
    await served.idle()
    telegram.faults.next("sendMessage", Slow(0.5))
    ana.taps("I tapped that by mistake")
    await ana.until(lambda: not any(plan.times for plan in telegram.faults.plans))
    ana.writes("/urgent")
    await ana.until(lambda: len([text for text in bots(ana) if "call 112" in text]) == 2)
    await served.idle()
    with_buttons = [message for message in ana.screen if "I tapped that by mistake" in message.labels]
    assert len(with_buttons) == 0, "that was taken back"
    last = [message for message in ana.screen if "call 112" in message.text][-1]
    assert "Numbers for my country" in last.labels, ana.transcript()


async def test_words_below_a_list_are_no_answer_to_the_question_it_hides(served: RunningBot, ana: Person) -> None:
    """Who is asked "what would you like to do?" and writes "no" has said nothing about the signs of an emergency."""
    await begun(ana, BLEEDING)
    ana.starts()
    await ana.sees("You are in the middle")
    await served.idle()
    ana.writes("no, none of these")
    await ana.sees("I am not sure that you had seen")
    await ana.sees(SECOND)
    assert await served.answers(ana) == {"topic": "bleeding"}
    ana.writes("help")
    await ana.sees("I ask one question at a time")
    await served.idle()
    ana.writes("stop")
    await ana.sees("I have forgotten")


async def test_danger_is_heard_however_late_it_was_written(served: RunningBot, telegram: Telegram, ana: Person) -> None:
    await begun(ana, BLEEDING)
    telegram.updates.hold()
    ana.writes("I want to die")
    telegram.clock.advance(5)
    late = telegram.updates._held
    assert late
    telegram.updates._held = None
    ana.taps(NONE)
    await ana.sees(THIRD)
    telegram.updates._put(late)
    await ana.sees("That sounds serious")


async def test_a_tap_on_an_old_message(served: RunningBot, ana: Person) -> None:
    """Its buttons go, a toast says why, and the open question stays."""
    await begun(ana)
    assert ana.card is not None
    old = ana.card.copy()
    ana.taps(BLEEDING)
    await served.idle()
    tap = ana.taps("Not sure", old)
    assert (await ana.answered(tap)).startswith(EARLIER)
    await served.idle()
    assert await served.answers(ana) == {"topic": "bleeding"}
    assert keyboards(ana) == 1


async def test_an_old_start_again_button_does_not_throw_a_conversation_away(served: RunningBot, ana: Person) -> None:
    await begun(ana, BLEEDING)
    ana.starts()
    await ana.until(lambda: "Start again" in ana.labels)
    assert ana.card is not None
    old = ana.card.copy()
    ana.taps("Go on where I was")
    await served.idle()
    ana.taps(NONE)
    await served.idle()
    tap = ana.taps("Start again", old)
    assert (await ana.answered(tap)).startswith(EARLIER)
    assert (await served.answers(ana))["signs"] == "no"


async def test_a_tap_from_another_session(served: RunningBot, ana: Person) -> None:
    """The same option, the same turn, but another conversation."""
    await begun(ana, BLEEDING)
    assert ana.card is not None
    old = ana.card.copy()
    ana.writes("/stop")
    await ana.sees("I have forgotten")
    await begun(ana, BLEEDING)
    tap = ana.taps(NONE, old)
    assert (await ana.answered(tap)).startswith(EARLIER)
    assert await served.answers(ana) == {"topic": "bleeding"}


async def test_a_tap_on_a_session_that_is_over(served: RunningBot, ana: Person) -> None:
    await begun(ana, BLEEDING)
    assert ana.card is not None
    old = ana.card.copy()
    ana.writes("/stop")
    await ana.sees("I have forgotten")
    await served.idle()
    ana.taps(NONE, old)
    await ana.sees("Those questions are over")
    await served.idle()
    assert await served.kept(ana) is None


@pytest.mark.parametrize("inaccessible", [False, True])
async def test_forged_and_truncated_data_answers_nothing(served: RunningBot, ana: Person, inaccessible: bool) -> None:
    await begun(ana, BLEEDING)
    assert ana.card is not None
    buttons = zip(ana.card.buttons, ana.card.meanings, strict=True)
    data = next(button["callback_data"] for button, meaning in buttons if NONE in meaning)
    forged = [data[:at] for at in range(0, len(data), 3)]
    forged += [
        data + "x",
        data.upper(),
        data[::-1],
        "g.en...no",
        "g.en...!back",
        "no",
        "!back",
        "..",
        "☂" * 16,
        "a.zz.no",
    ]
    taps = [ana.forges(false, inaccessible=inaccessible) for false in forged]
    for tap in taps:
        await ana.answered(tap)
    await served.idle()
    assert await served.answers(ana) == {"topic": "bleeding"}
    assert keyboards(ana) == 1


async def test_an_option_cut_down_to_another_is_no_answer(served: RunningBot, ana: Person) -> None:
    """`spots` is how `spots_days` begins."""
    await begun(ana, BLEEDING, NONE)
    assert ana.card is not None
    data = next(b["callback_data"] for b in ana.card.buttons if b["callback_data"].endswith(".spots_days"))
    await ana.answered(ana.forges(data.removesuffix("_days")))
    await served.idle()
    assert "blood_now" not in await served.answers(ana)


async def test_the_same_update_again_changes_nothing(served: RunningBot, telegram: Telegram, ana: Person) -> None:
    await begun(ana)
    tap = ana.taps(BLEEDING)
    await served.idle()
    ana.taps(NONE)
    await served.idle()
    kept = await served.kept(ana)
    for update in list(telegram.updates.all):
        telegram.repeat(update)
    await served.idle()
    await served.idle()
    assert await served.kept(ana) == kept
    assert len(bots(ana)) == 1
    assert tap.attempts == 1


async def test_updates_out_of_order(served: RunningBot, telegram: Telegram, ana: Person) -> None:
    """Three taps on one card arrive in the wrong order: the first to arrive is the answer, the others are none."""
    await begun(ana, BLEEDING)
    assert ana.card is not None
    shown = ana.card.copy()
    telegram.updates.hold()
    for label in (NONE, "Not sure", "Prefer not to say"):
        ana.taps(label, shown)
    telegram.updates.release([2, 0, 1])
    await served.idle()
    assert (await served.answers(ana))["signs"] == "prefer_not_to_say"
    assert all(tap.answered for tap in ana.taps_made)


async def test_two_devices_of_one_account(served: RunningBot, ana: Person) -> None:
    await begun(ana)
    phone, laptop = ana.device(), ana.device()
    phone.taps(BLEEDING)
    await served.idle()
    tap = laptop.taps("Blood in semen")
    assert (await ana.answered(tap)).startswith(EARLIER)
    await served.idle()
    assert await served.answers(ana) == {"topic": "bleeding"}


async def test_a_tap_from_before_a_restart_counts(
    telegram: Telegram, library: ContentBundle, ana: Person, tmp_path: Path
) -> None:
    async with serving(telegram, library, in_file(tmp_path)):
        await begun(ana, BLEEDING)
    ana.taps(NONE)
    async with serving(telegram, library, in_file(tmp_path)) as bot:
        await ana.sees(THIRD)
        assert await bot.answers(ana) == {"topic": "bleeding", "signs": "no"}
        await bot.idle()
        assert len(bots(ana)) == 1


async def test_a_tap_from_before_a_release_is_no_answer(
    telegram: Telegram, library: ContentBundle, ana: Person, tmp_path: Path
) -> None:
    """What stood there may have meant something else in the version before."""
    async with serving(telegram, library, in_file(tmp_path)):
        await begun(ana, BLEEDING)
    ana.taps(NONE)
    async with serving(telegram, replace(library, version="another"), in_file(tmp_path)) as bot:
        assert (await ana.answered(ana.taps_made[-1])).startswith(EARLIER)
        await bot.idle()
        assert await bot.answers(ana) == {"topic": "bleeding"}
        ana.taps(NONE)
        await bot.idle()
        assert await bot.answers(ana) == {"topic": "bleeding", "signs": "no"}


# ---- the network


FAULTS = {
    "flood": (Flood(1),),
    "bad gateway": (Broken(502), Broken(502)),
    "bad gateway, but done": (Broken(500, after=True), Broken(500, after=True)),
    "cut before": (Cut(), Cut()),
    "cut after": (Cut(after=True), Cut(after=True)),
    "silent": (Silent(),),
    "silent, but done": (Silent(after=True),),
    "slow": (Slow(0.7), Slow(0.7)),
}


@pytest.mark.parametrize("method", ["sendMessage", "editMessageText", "answerCallbackQuery"])
async def test_faults_lose_nothing_and_double_nothing(telegram: Telegram, library: ContentBundle, method: str) -> None:
    """Somebody for each fault, all at once: the tap counts, the words after it too, and each message is there once."""
    people = {name: telegram.person(name) for name in FAULTS}
    async with serving(telegram, library, answer_within=0.5) as bot:
        for name, person in people.items():
            await begun(person)
            telegram.faults.next(method, *FAULTS[name], chat=person.chat.id)
            person.taps(BLEEDING)
        for person in people.values():
            await person.sees(SECOND, within=15)
        await bot.idle()
        telegram.clock.advance(1)
        for person in people.values():
            person.writes("yes")
        await bot.idle()
        for name, person in people.items():
            assert await bot.answers(person) == {"topic": "bleeding", "signs": "yes"}, name
            texts = bots(person)
            assert len(texts) == len(set(texts)) == 2, name
            assert all(tap.answered for tap in person.taps_made), name


async def test_tries_have_an_end_and_what_was_recorded_stays(
    served: RunningBot, telegram: Telegram, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be shown stays owed, and is taken up again later; nothing is tried for ever."""
    await begun(ana, BLEEDING)
    await served.idle()
    monkeypatch.setattr("bot.adapters.telegram_bot.delivery.chat_queue.SEND_BACKOFF", Backoff(0.01, 0.01))
    broken = telegram.faults.always(Broken(), "editMessageText", chat=ana.chat.id)
    before = len(telegram.calls_of("editMessageText", ana.chat.id))
    ana.taps(NONE)
    await served.idle()
    assert len(telegram.calls_of("editMessageText", ana.chat.id)) - before == MAX_STEP_ATTEMPTS["card"]
    assert await served.answers(ana) == {"topic": "bleeding", "signs": "no"}
    telegram.faults.stop(broken)
    served.service.dispatcher.retry_parked()
    await ana.sees(THIRD)
    await served.idle()
    assert len(bots(ana)) == 1


async def test_faults_of_polling_lose_nothing(telegram: Telegram, library: ContentBundle, ana: Person) -> None:
    async with serving(telegram, library, answer_within=0.3) as bot:
        await begun(ana)
        for faults in FAULTS.values():
            telegram.faults.next("getUpdates", faults[0])
        ana.taps(BLEEDING)
        await ana.sees(SECOND, within=30)
        ana.taps(NONE)
        await ana.sees(THIRD, within=30)
        assert await bot.answers(ana) == {"topic": "bleeding", "signs": "no"}


async def test_one_chats_flood_holds_up_nobody_else_and_no_emergency(
    served: RunningBot, telegram: Telegram, ana: Person
) -> None:
    bea = telegram.person("Bea")
    await begun(ana, BLEEDING)
    await begun(bea, BLEEDING)
    telegram.faults.next("editMessageText", Flood(30), chat=ana.chat.id)
    ana.writes("/help")
    ana.taps("Why?")
    await ana.answered(ana.taps_made[-1])
    bea.taps(NONE)
    await bea.sees(THIRD, within=2)
    ana.writes("/urgent")
    await ana.sees("If you need help right now", within=2)


async def test_a_flood_is_waited_out(served: RunningBot, telegram: Telegram, ana: Person) -> None:
    await begun(ana)
    telegram.faults.next("editMessageText", Flood(1), chat=ana.chat.id)
    ana.taps(BLEEDING)
    await ana.sees(SECOND)
    refused, sent = telegram.calls_of("editMessageText", ana.chat.id)[-2:]
    assert sent.at - refused.at >= 1.0


async def test_a_chat_that_is_to_be_left_alone_is_so_whatever_is_next(
    served: RunningBot, telegram: Telegram, ana: Person
) -> None:
    """Telegram asked for it when a card was tidied up; the next card waits as well."""
    await begun(ana, BLEEDING)
    telegram.faults.next("editMessageReplyMarkup", Flood(1), chat=ana.chat.id)
    ana.writes("banana")
    await ana.until(lambda: any(call.code == 429 for call in telegram.calls_of("editMessageReplyMarkup")))
    ana.taps(NONE)
    await ana.sees(THIRD)
    refused = next(call for call in telegram.calls_of("editMessageReplyMarkup") if call.code == 429)
    later = [call for call in telegram.calls if call.chat == ana.chat.id and call.number > refused.number]
    assert [call.method for call in later if call.at - refused.at < 1.0] == ["answerCallbackQuery"]


async def test_the_card_that_somebody_deleted_is_sent_again(served: RunningBot, ana: Person) -> None:
    await begun(ana, BLEEDING)
    card = ana.card
    assert card is not None
    shown = card.copy()
    ana.deletes(card)
    ana.taps(NONE, shown)
    await ana.sees(THIRD)
    assert len(bots(ana)) == 1


async def test_a_tap_that_is_too_old_to_answer_still_counts(
    served: RunningBot, telegram: Telegram, ana: Person
) -> None:
    await begun(ana, BLEEDING)
    telegram.faults.next(
        "answerCallbackQuery",
        Refused(400, "Bad Request: query is too old and response timeout expired or query ID is invalid"),
    )
    ana.taps(NONE)
    await ana.sees(THIRD)
    assert (await served.answers(ana))["signs"] == "no"


async def test_messages_that_are_too_old_to_be_deleted_are_said_to_stay(
    served: RunningBot, telegram: Telegram, ana: Person
) -> None:
    await begun(ana, BLEEDING)
    telegram.clock.advance(49 * 3600)
    ana.writes("/delete")
    await ana.sees("older messages stay")
    assert await served.answers(ana) == {}


# ---- time, and restarts


class Hands:
    """A clock that is set by hand."""

    now = 2_000_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("hours", "still"), [((23.9, 15.9), True), ((24.1,), False), ((20, 20.1), False)])
async def test_a_session_ends_a_day_after_the_last_tap_and_40_hours_after_its_start(
    telegram: Telegram, library: ContentBundle, ana: Person, tmp_path: Path, hours: tuple[float, ...], still: bool
) -> None:
    clock = Hands()
    async with serving(telegram, library, in_file(tmp_path), clock) as bot:
        await begun(ana, BLEEDING)
        for wait in hours:
            clock.now += wait * 3600
            ana.taps("Why?")
            await bot.idle()
        assert bool(await bot.answers(ana)) is still
        if not still:
            await ana.sees("Those questions are over")


async def test_what_is_over_is_swept_from_the_store(
    telegram: Telegram, library: ContentBundle, ana: Person, tmp_path: Path
) -> None:
    clock = Hands()
    async with serving(telegram, library, in_file(tmp_path), clock) as bot:
        await begun(ana, BLEEDING)
        clock.now += 25 * 3600
        assert await bot.service.service.cache.purge_expired() == 1
        assert await bot.kept(ana) is None


async def test_who_was_active_sees_the_open_card_again_after_a_restart(
    telegram: Telegram, library: ContentBundle, ana: Person, tmp_path: Path
) -> None:
    """The tap was lost at Telegram while the bot was away, and so was the card: it comes back, once."""
    async with serving(telegram, library, in_file(tmp_path)):
        await begun(ana, BLEEDING)
    telegram.clock.advance(1)
    assert ana.card is not None
    ana.deletes(ana.card)
    ana.writes("hello?")
    telegram.updates.clear()
    async with serving(telegram, library, in_file(tmp_path)):
        await ana.sees(SECOND)
        await ana.settled()
        assert keyboards(ana) == 1


async def test_what_was_committed_and_not_sent_is_sent_after_a_restart(
    telegram: Telegram, library: ContentBundle, ana: Person, tmp_path: Path
) -> None:
    async with serving(telegram, library, in_file(tmp_path)) as bot:
        await begun(ana, BLEEDING)
        telegram.faults.always(Broken(), "sendMessage")
        ana.taps("Yes, one or more")
        while not (await bot.answers(ana)).get("signs"):
            await asyncio.sleep(0.01)
        bot.service.dispatcher.drain = _cut_short(bot)  # type: ignore[method-assign]
    telegram.faults.stop()
    assert len(bots(ana)) == 1
    async with serving(telegram, library, in_file(tmp_path)):
        await ana.sees("999")
        await ana.settled()
        assert len(bots(ana)) == 2
        assert all(tap.answered for tap in ana.taps_made)


def _cut_short(bot: RunningBot):  # type: ignore[no-untyped-def]
    async def drain(_: float) -> None:
        for task in list(bot.service.dispatcher.queue_tasks.values()):
            task.cancel()

    return drain


# ---- when the store is down


class Failing(MemoryStore):
    """A store that can be switched off."""

    down = False

    async def commit(self, change: Write) -> int:
        if self.down:
            raise StoreUnavailableError("The disk is full.")
        return await super().commit(change)


async def test_while_the_store_is_down_nothing_is_said_and_nothing_is_lost(
    telegram: Telegram, library: ContentBundle, ana: Person
) -> None:
    store = Failing()
    async with serving(telegram, library, store) as bot:
        await begun(ana, BLEEDING)
        store.down = True
        ana.taps(NONE)
        await asyncio.sleep(0.5)
        assert (await bot.answers(ana)) == {"topic": "bleeding"}
        assert ana.seen(SECOND)
        store.down = False
        await ana.sees(THIRD)
        assert (await bot.answers(ana))["signs"] == "no"


# ---- who only types


async def test_who_only_types_can_begin_too(served: RunningBot, ana: Person) -> None:
    """The consent is the label of its button, written out; "yes" might be a yes to the signs above it."""
    ana.writes("hi")
    await ana.sees('To begin, tap Go on, or type "go on".')
    ana.writes("yes")
    await served.idle()
    assert await served.kept(ana) is None
    ana.writes("Go on")
    await ana.sees(FIRST)


async def test_who_reads_before_they_agree_finds_the_way_in(served: RunningBot, ana: Person) -> None:
    for words in ("what is sperm", "/help", "/privacy"):
        ana.writes(words)
        await ana.until(lambda: "Begin" in ana.labels)
        ana.taps("Begin")
        await ana.until(lambda: "Go on" in ana.labels)


async def test_the_list_of_countries_is_over_once_it_has_led_to_other_numbers(served: RunningBot, ana: Person) -> None:
    await begun(ana, BLEEDING, "Yes, one or more")
    for label in ("Numbers for my country", "F – H", "France"):
        await ana.until(lambda label=label: label in ana.labels)
        ana.taps(label)
    await ana.sees("call 112 now")
    await served.idle()
    assert not any("France" in message.labels for message in ana.screen)
    assert not ana.seen("Thank you. I will show"), "the number itself says that"
