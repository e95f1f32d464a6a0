"""Over real HTTP: who comes by a clinic's link, and who asks for help while the store is down."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.last_resort import TEXT
from bot.library import Library
from bot.links import payload
from bot.stores import Change, Down
from bot.stores.memory import MemoryStore
from tests.double import Person, Telegram
from tests.serving import GO_ON, serving

EXAMPLE = Path(__file__).resolve().parent.parent / "content" / "clinics.example.yaml"


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with Telegram(seed=1) as double:
        yield double
        assert double.complaints == [], "what a good bot never does"


@pytest.fixture
def ana(telegram: Telegram) -> Person:
    return telegram.person("Ana")


async def test_a_link_leads_to_the_clinics_flow_and_says_who_is_told_nothing(
    telegram: Telegram, library: Library, ana: Person
) -> None:
    async with serving(telegram, library, MemoryStore(), CLINICS=str(EXAMPLE)) as bot:
        ana.starts(payload("northside", "bleeding_after_sex"))
        await ana.sees("not told who you are")
        ana.taps(GO_ON)
        await ana.sees("Right now, do any of these fit?")
        kept = await bot.kept(ana)
        assert kept is not None
        assert kept.session.clinic == "northside"


async def test_a_damaged_link_leads_kindly_to_the_ordinary_start(
    telegram: Telegram, library: Library, ana: Person
) -> None:
    async with serving(telegram, library, MemoryStore(), CLINICS=str(EXAMPLE)):
        ana.starts(payload("northside", "bleeding_after_sex")[:-1] + "_")
        await ana.sees("I am a set of questions, not a doctor.")


class Silent(MemoryStore):
    """A store that is down from the start."""

    async def load(self, chat: str) -> None:
        raise Down("The disk is full.")

    async def commit(self, change: Change) -> int:
        raise Down("The disk is full.")


@pytest.mark.parametrize("command", ["start", "help", "urgent"])
async def test_help_is_there_within_a_second_when_the_store_is_down(
    telegram: Telegram, library: Library, ana: Person, command: str
) -> None:
    async with serving(telegram, library, Silent()):
        ana.writes(f"/{command}")
        async with asyncio.timeout(1):
            await ana.sees(TEXT.splitlines()[0])
