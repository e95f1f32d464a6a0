"""What /privacy promises: who runs this bot, what is kept, where, how long, who can read it, and how to erase it."""

import re

import pytest

from bot.adapters.telegram_bot.operator_texts import TEXTS_WITH_HOURS, with_operator_texts
from bot.model.bundle import ContentBundle
from bot.operations.settings import Settings
from tests.operations.test_settings import GOOD
from tests.support.running_bot import KEY, begun, serving
from tests.support.telegram_double import Telegram

WHO = {"OPERATOR_NAME": "A clinic of our town", "OPERATOR_CONTACT": "mail@clinic.example"}


async def test_it_tells_all_that_telegram_asks_of_a_bot(telegram: Telegram, library: ContentBundle) -> None:
    async with serving(telegram, library, SESSION_HOURS="12", **WHO):
        ana = telegram.person("Ana")
        await begun(ana)
        ana.writes("/privacy")
        await ana.sees("What I keep")
        text = next(message.text for message in reversed(ana.screen) if "What I keep" in message.text)
    for part in (
        "Who runs this bot: A clinic of our town.",
        "How to reach them: mail@clinic.example.",
        "answers as short codes",
        "Where I keep it",
        "until 12 hours after your last tap, and never longer than 40 hours",
        "Telegram can read this chat",
        "/stop",
        "/delete",
    ):
        assert part in text, part


def phrases(library: ContentBundle, language: str = "en", **given: str) -> dict[str, str]:
    run = with_operator_texts(library, Settings.from_environment(GOOD | given))
    return dict(run.phrases[language].texts)


def test_where_it_is_kept_is_said_truly(library: ContentBundle) -> None:
    assert "only in memory" in phrases(library)["privacy_text"]
    assert "sealed with a key" in phrases(library, SESSION_KEY=KEY)["privacy_text"]


@pytest.mark.parametrize("hours", ["1", "24", "40"])
def test_the_hours_are_those_of_this_bot_wherever_they_are_told(library: ContentBundle, hours: str) -> None:
    said = phrases(library, SESSION_HOURS=hours)
    for name in TEXTS_WITH_HOURS:
        assert re.findall(r"\d+", said[name])[0] == hours, name
    untouched = set(said) - {*TEXTS_WITH_HOURS}
    assert all(said[name] == library.phrases["en"].texts[name] for name in untouched)


def test_in_every_language_that_ships(library: ContentBundle) -> None:
    for language in library.phrases:
        text = phrases(library, language, SESSION_HOURS="7", **WHO)["privacy_text"]
        assert "7" in text
        assert "24" not in text
        assert WHO["OPERATOR_NAME"] in text
