"""An emergency is shown, whatever Telegram or something between answers; and so is every question."""

import asyncio
import logging

import pytest

from bot.model.bundle import ContentBundle
from tests.support.running_bot import RunningBot, begun, bots
from tests.support.running_bot import unpaced as serving
from tests.support.telegram_double import Cut, Flood, Odd, Person, Refused, Telegram, odd_answers, refused

BLEEDING, YES = "Bleeding after sex", "Yes, one or more"
NUMBERS = "112, 911 or 999"
FORM_REFUSALS = (
    "can't parse entities",
    "message is too long",
    "MESSAGE_TOO_LONG",
    "BUTTON_DATA_INVALID",
    "BUTTON_TYPE_INVALID",
    "REPLY_MARKUP_TOO_LONG",
    "not enough rights",
    "PEER_ID_INVALID",
)


def emergencies(ana: Person) -> list[str]:
    return [text for text in bots(ana) if NUMBERS in text]


SOON = [odd for odd in odd_answers() if not (odd.shape == "flood" and odd.retry_after in (10**9, 10**30))]


@pytest.mark.parametrize("odd", SOON, ids=str)
async def test_an_odd_answer_loses_no_emergency(served: RunningBot, telegram: Telegram, ana: Person, odd: Odd) -> None:
    await begun(ana, BLEEDING)
    telegram.faults.next("sendMessage", odd)
    ana.taps(YES)
    await ana.until(lambda: emergencies(ana), within=6)


@pytest.mark.parametrize("name", FORM_REFUSALS)
@pytest.mark.parametrize("times", [1, 2])
async def test_what_is_refused_for_its_form_goes_out_plainer(
    served: RunningBot, telegram: Telegram, ana: Person, name: str, times: int
) -> None:
    await begun(ana, BLEEDING)
    telegram.faults.repeat(refused(name), times, "sendMessage")
    ana.taps(YES)
    await ana.until(lambda: emergencies(ana))
    (text,) = emergencies(ana)
    assert ("Call" in text or "call" in text) is (times == 1), "at last only the number"


async def test_while_no_form_is_taken_the_tap_is_answered_with_an_alert_and_it_is_tried_again(
    served: RunningBot, telegram: Telegram, ana: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await begun(ana, BLEEDING)
    plan = telegram.faults.always(refused("BUTTON_DATA_INVALID"), "sendMessage")
    tap = ana.taps(YES)
    await ana.until(lambda: tap.answered)
    assert tap.alert
    assert NUMBERS in tap.toast
    assert any(r.levelno == logging.ERROR and "emergency could not be shown" in r.message for r in caplog.records)
    telegram.faults.stop(plan)
    await ana.until(lambda: emergencies(ana), within=10)


@pytest.mark.parametrize("fault", [Cut(), Odd("html", 403), Odd("gateway_message", 403), Odd("gateway_error", 404)])
async def test_what_nobody_knows_is_told_in_an_alert_meanwhile(
    served: RunningBot, telegram: Telegram, ana: Person, fault: Cut | Odd
) -> None:
    await begun(ana, BLEEDING)
    plan = telegram.faults.always(fault, "sendMessage")
    tap = ana.taps(YES)
    await ana.until(lambda: tap.answered)
    assert (tap.alert, NUMBERS in tap.toast) == (True, True)
    telegram.faults.stop(plan)
    await ana.until(lambda: emergencies(ana), within=10)
    assert await served.kept(ana), "a gateway's 403 is no block"


@pytest.mark.parametrize("name", ["bot was blocked by the user", "user is deactivated", "chat not found"])
async def test_only_who_cannot_be_reached_is_let_go(
    served: RunningBot, telegram: Telegram, ana: Person, name: str
) -> None:
    await begun(ana, BLEEDING)
    telegram.faults.next("sendMessage", refused(name))
    ana.taps(YES)
    await ana.until(lambda: telegram.calls_of("sendMessage", ana.chat.id)[-1].description == refused(name).description)
    await served.idle()
    assert await served.kept(ana) is None


async def test_a_403_that_is_not_telegrams_erases_nothing(served: RunningBot, telegram: Telegram, ana: Person) -> None:
    await begun(ana, BLEEDING)
    telegram.faults.next("editMessageText", Refused(403, "Access denied by policy"))
    ana.taps("No, none")
    await ana.sees("How much blood")
    assert await served.answers(ana) == {"topic": "bleeding", "signs": "no"}


async def test_a_long_wait_for_one_emergency_holds_up_no_later_one(
    served: RunningBot, telegram: Telegram, ana: Person, caplog: pytest.LogCaptureFixture
) -> None:
    await begun(ana, BLEEDING)
    telegram.faults.next("sendMessage", Flood(3000))
    tap = ana.taps(YES)
    await ana.until(lambda: tap.answered)
    assert (tap.alert, NUMBERS in tap.toast) == (True, True)
    assert "asks to wait" in caplog.text
    ana.writes("/urgent")
    await ana.until(lambda: emergencies(ana))


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_a_question_that_is_refused_for_its_form_is_shown_plainer(
    served: RunningBot, telegram: Telegram, ana: Person, times: int
) -> None:
    await begun(ana, BLEEDING)
    telegram.faults.next("editMessageText", refused("BUTTON_DATA_INVALID"))
    telegram.faults.repeat(refused("BUTTON_DATA_INVALID"), times - 1, "sendMessage")
    ana.taps("No, none")
    await ana.sees("How much blood")
    await served.idle()
    assert sum("How much blood" in text for text in bots(ana)) == 1
    assert bool(ana.labels) is (times == 1)
    ana.writes("/back")
    await ana.until(lambda: "Yes, one or more" in ana.labels)


async def test_a_tap_in_a_chat_whose_question_cannot_be_shown_says_it_in_an_alert(
    served: RunningBot, telegram: Telegram, ana: Person
) -> None:
    await begun(ana, BLEEDING)
    plans = [telegram.faults.always(refused("BUTTON_DATA_INVALID"), m) for m in ("editMessageText", "sendMessage")]
    ana.taps("No, none")
    await ana.until(lambda: len(telegram.calls_of("sendMessage", ana.chat.id)) >= 4)
    tap = ana.taps("No, none")
    await ana.until(lambda: tap.answered)
    assert (tap.alert, "How much blood" in tap.toast) == (True, True)
    for plan in plans:
        telegram.faults.stop(plan)
    await ana.sees("How much blood", within=10)


async def test_it_is_not_given_up_within_the_hour_and_loudly_then(
    served: RunningBot,
    telegram: Telegram,
    ana: Person,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    from bot.adapters.telegram_bot.delivery import chat_queue, entry_progress

    assert entry_progress.EMERGENCY_GIVE_UP_SECONDS > 3600
    monkeypatch.setattr(entry_progress, "EMERGENCY_GIVE_UP_SECONDS", 1.0)
    monkeypatch.setattr(chat_queue, "EMERGENCY_RETRY_SECONDS", 0.1)
    monkeypatch.setitem(chat_queue.MAX_STEP_ATTEMPTS, "alarm", 2)
    await begun(ana, BLEEDING)
    telegram.faults.always(Odd("html"), "sendMessage")
    ana.taps(YES)
    while "given up" not in caplog.text:
        await asyncio.sleep(0.02)
    assert any(r.levelno == logging.ERROR and "given up" in r.message for r in caplog.records)


@pytest.mark.parametrize(
    "odd",
    [Odd(s) for s in ("cut", "empty_object", "html", "result_text")]
    + [Odd("gateway_message", 403), Odd("gateway_error", 404), Odd("not_found"), Odd("right", 500)],
    ids=str,
)
async def test_an_odd_answer_leaves_no_chat_uncleared(
    served: RunningBot, telegram: Telegram, ana: Person, odd: Odd
) -> None:
    await begun(ana, BLEEDING)
    telegram.faults.next("deleteMessages", odd)
    ana.writes("/hide")
    await ana.until(lambda: ana.screen == [])


async def test_what_goes_out_is_counted(telegram: Telegram, library: ContentBundle, ana: Person) -> None:
    async with serving(telegram, library) as served:
        await begun(ana, BLEEDING)
        await served.idle()
        telegram.faults.next("sendMessage", Flood(2), Odd("cut"), refused("message is too long"))
        ana.taps(YES)
        await ana.until(lambda: len(telegram.calls_of("answerCallbackQuery", ana.chat.id)) > 2)
        owed, seconds = served.service.dispatcher.owed()
        assert owed >= 1
        assert 0 < seconds < 60
        await ana.until(lambda: emergencies(ana), within=10)
        await served.idle()
        assert served.service.dispatcher.owed() == (0, 0.0)
        text = served.service.update_handler.metrics.render(0, *served.service.dispatcher.owed())
        for outcome in ("ok", "flood", "unknown", "refused"):
            assert f'confidante_calls_total{{method="sendMessage",outcome="{outcome}"}}' in text
        assert "confidante_owed 0" in text
        assert "confidante_emergency_owed_seconds 0" in text
