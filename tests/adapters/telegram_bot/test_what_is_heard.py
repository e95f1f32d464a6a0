"""What counts as said to the bot: captions do; service messages, business messages and broken updates do not."""

import pytest

from tests.support.running_bot import RunningBot, begun, keyboards
from tests.support.telegram_double import Person, Telegram
from tests.support.telegram_double.non_text_content import SERVICE_MESSAGES

BLEEDING = "Bleeding after sex"


async def test_a_cry_for_help_under_a_photo_is_heard(served: RunningBot, ana: Person) -> None:
    await begun(ana, BLEEDING)
    ana.captions("I am bleeding a lot")
    await ana.until(lambda: "That sounds serious. If you need help now, call" in ana.transcript())
    await served.idle()
    assert keyboards(ana) == 1


async def test_a_command_under_a_photo_is_a_command(served: RunningBot, ana: Person) -> None:
    await begun(ana, BLEEDING)
    ana.captions("/stop")
    await ana.sees("forgotten your answers")


async def test_an_answer_under_a_photo_is_an_answer(served: RunningBot, ana: Person) -> None:
    await begun(ana, BLEEDING)
    ana.captions("no, none of these")
    await ana.sees("How much blood is there now?")
    assert (await served.answers(ana))["signs"] == "no"


@pytest.mark.parametrize("name", SERVICE_MESSAGES)
async def test_what_telegram_tells_is_no_mistake_of_theirs(served: RunningBot, ana: Person, name: str) -> None:
    await begun(ana, BLEEDING)
    before = ana.transcript()
    ana.sends(name)
    await served.idle()
    assert "I can read only words and taps" not in ana.transcript()
    assert "Right now, do any of these fit?" in before
    assert keyboards(ana) == 1


async def test_what_is_said_to_a_business_account_is_not_said_to_the_bot(
    served: RunningBot, telegram: Telegram, ana: Person
) -> None:
    await begun(ana, BLEEDING)
    ana.connects_business()
    calls = len(telegram.calls)
    ana.business("I am bleeding a lot")
    ana.business("help", kind="edited_business_message")
    await served.idle()
    assert [call.method for call in telegram.calls[calls:] if call.method != "getUpdates"] == []
    assert await served.answers(ana) == {"topic": "bleeding"}


async def test_an_update_with_a_wrong_shape_inside_is_given_up_and_holds_up_nobody(
    served: RunningBot, telegram: Telegram, ana: Person
) -> None:
    await begun(ana)
    telegram.odd_update("message", {"message_id": []})
    ana.taps(BLEEDING)
    await ana.sees("Right now, do any of these fit?")
    assert served.service.update_handler.failures == {}
