"""Numbers reach people in messages of their own, to be copied; international ones as cards that a tap calls.

A card with a short number would be shown, and called, with a + before it. No message ever holds a link that calls.
"""

from collections.abc import AsyncIterator

import pytest

from bot.model.bundle import ContentBundle
from tests.support.running_bot import RunningBot, begun
from tests.support.telegram_double import Person, Telegram
from tests.support.telegram_double.chats import Message


@pytest.fixture
async def telegram(telegram: Telegram) -> AsyncIterator[Telegram]:
    yield telegram
    assert "tel:" not in str([call.given for call in telegram.calls])
    called = [call.given["phone_number"] for call in telegram.calls if call.method == "sendContact"]
    assert all(number.startswith("+") for number in called)


def numbers(person: Person) -> list[tuple[str, str]]:
    """Whose they are, and what is to be dialled, as it is copied."""
    cards = [message for message in person.screen if "copy_text" in str(message.buttons)]
    return [(said(card), card.buttons[0]["copy_text"]["text"]) for card in cards]


def said(card: Message) -> str:
    return str(card.content["contact"]["first_name"]) if "contact" in card.content else card.text


async def asks_whom_to_call(person: Person, code: str, country: str) -> None:
    """Before anything has begun, in *country*; two numbers are told."""
    person.starts()
    await person.sees("Hello.")
    person.writes(f"/country {code}")
    await person.sees(country)
    person.writes("/urgent")
    await person.sees("If you need help right now")
    person.taps("Numbers to call")
    await person.until(lambda: len(numbers(person)) == 2)


async def test_the_emergency_screen_comes_first_and_its_number_below_as_a_card(
    served: RunningBot, telegram: Telegram, ana: Person
) -> None:
    await begun(ana, "Bleeding after sex")
    ana.writes("/country GB")
    await ana.sees("United Kingdom")
    telegram.calls.clear()
    ana.taps("Yes, one or more")
    await ana.until(lambda: numbers(ana))
    await served.idle()
    assert numbers(ana) == [("Emergency number: 999", "999")]
    told = [call.method for call in telegram.calls if call.method.startswith(("send", "answer"))]
    assert told == ["sendMessage", "answerCallbackQuery", "sendMessage"]
    assert not ana.screen[-1].protected


async def test_without_a_country_no_number_is_guessed(served: RunningBot, ana: Person) -> None:
    await begun(ana, "Bleeding after sex")
    ana.taps("Yes, one or more")
    await ana.sees("112, 911 or 999")
    await served.idle()
    assert numbers(ana) == []


async def test_who_needs_help_now_can_call_somebody_to_talk_to(served: RunningBot, ana: Person) -> None:
    await asks_whom_to_call(ana, "IE", "Ireland")
    assert numbers(ana) == [("Emergency number: 112", "112"), ("Crisis line: 116 123", "116 123")]


async def test_a_number_in_international_form_is_a_card(served: RunningBot, ana: Person) -> None:
    await asks_whom_to_call(ana, "AU", "Australia")
    cards = [message.content["contact"] for message in ana.screen if "contact" in message.content]
    assert [(card["first_name"], card["phone_number"]) for card in cards] == [("Lifeline", "+61 13 11 14")]


async def test_a_card_is_cleared_with_the_rest(served: RunningBot, ana: Person) -> None:
    await begun(ana, "Bleeding after sex")
    ana.writes("/country GB")
    await ana.sees("United Kingdom")
    ana.taps("Yes, one or more")
    await ana.until(lambda: numbers(ana))
    ana.writes("/delete")
    await ana.until(lambda: not numbers(ana))


async def test_a_long_number_stands_in_international_form_too(library: ContentBundle) -> None:
    for line in library.phone_directory.helplines:
        long = sum(sign.isdigit() for sign in line.number) > 6
        assert line.international_number.startswith("+") if long else line.international_number[:1] in ("", "+"), (
            line.name
        )
