"""The benchmark plays what it says: the recorded dialog, with our whole bot, to its end and to its red flag."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.model.bundle import ContentBundle
from tests.long.benchmark import our_bot
from tests.long.benchmark.api import Api
from tests.long.benchmark.crowd import Crowd
from tests.long.benchmark.dialog import HELP, QUESTIONS, STEPS, taps
from tests.long.benchmark.results import row, section

TOKEN = "7:bench"


@pytest.fixture
async def crowd(library: ContentBundle) -> AsyncIterator[Crowd]:
    async with Api() as api:
        crowd = Crowd(api, TOKEN)
        settings = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api.url, "SESSION_STORE": "memory:"}
        bot, stop = our_bot.service(settings, our_bot.library(shipped=library)), asyncio.Event()
        bot.poll_seconds = 1
        serving = asyncio.create_task(bot.serve(stop))
        yield crowd
        stop.set()
        await serving


async def test_everybody_comes_to_the_end_that_was_recorded(crowd: Crowd) -> None:
    for number in (1, 10):  # every tenth taps the red flag
        chat = crowd.chat(number)
        await crowd.starts(chat)
        await crowd.taps(chat, 0)
        assert QUESTIONS[0] in chat.text
        before = crowd.calls
        for tap in taps(number):
            assert await crowd.taps(chat, tap) > 0
        assert crowd.calls - before >= 2 * STEPS
        assert (HELP in chat.text) == (number == 10)


def test_a_table_stands_together_and_text_apart() -> None:
    text = section("Title", "Words.", row("a", "b"), row(1, 2), "More.")
    assert text.startswith("## Title\n\n*")
    assert "\nWords.\n\n| a | b |\n| 1 | 2 |\n\nMore.\n" in text
