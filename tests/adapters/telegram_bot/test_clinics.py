"""Over real HTTP: who comes by a clinic's link or a draft link, and who asks for help while the store is down."""

import asyncio
import time
from pathlib import Path

import pytest

from bot.authoring.loader import content_root
from bot.clinics.draft_links import draft_payload
from bot.engine.deep_links import clinic_payload
from bot.engine.presenters.emergency import FALLBACK_TEXT
from bot.model.bundle import ContentBundle
from bot.operations.errors import StoreUnavailableError
from bot.sessions.stores.base import Write
from bot.sessions.stores.memory import MemoryStore
from tests.support.clinics import EXAMPLE
from tests.support.running_bot import GO_ON, KEY, bots, in_file, moved_on, serving
from tests.support.telegram_double import Person, Telegram


async def test_a_link_leads_to_the_clinics_flow_and_says_who_is_told_nothing(
    telegram: Telegram, library: ContentBundle, ana: Person
) -> None:
    async with serving(telegram, library, MemoryStore(), CLINICS=str(EXAMPLE)) as bot:
        ana.starts(clinic_payload("northside", "bleeding_after_sex"))
        await ana.sees("not told who you are")
        ana.taps(GO_ON)
        await ana.sees("Right now, do any of these fit?")
        kept = await bot.kept(ana)
        assert kept is not None
        assert kept.session.clinic == "northside"


async def test_a_damaged_link_leads_kindly_to_the_ordinary_start(
    telegram: Telegram, library: ContentBundle, ana: Person
) -> None:
    async with serving(telegram, library, MemoryStore(), CLINICS=str(EXAMPLE)):
        ana.starts(clinic_payload("northside", "bleeding_after_sex")[:-1] + "_")
        await ana.sees("I am a set of questions, not a doctor.")


async def test_whatever_follows_start_somebody_is_met_kindly(
    telegram: Telegram, library: ContentBundle, ana: Person
) -> None:
    hostile = (
        "northside-rcw2 x",
        "{clinic_name}",
        "_" + "A" * 63,
        "\u202enorthside-rcw2",
        "../../etc",
        "x" * 4000,
        "🩸",
    )
    async with serving(telegram, library, MemoryStore(), paced=False, CLINICS=str(EXAMPLE)) as bot:
        for payload_ in hostile:
            ana.writes(f"/start {payload_}")  # by hand: no link carries these
            await bot.idle()
            assert "I am a set of questions, not a doctor." in bots(ana)[-1]
            assert "Northside" not in "".join(bots(ana))


async def test_an_ending_has_the_phone_that_a_clinic_put_into_its_file(
    telegram: Telegram, library: ContentBundle, ana: Person, tmp_path: Path
) -> None:
    own = EXAMPLE.read_text(encoding="utf-8").replace("+44 20 7946 0018", "+44 20 7946 0999")
    (tmp_path / "clinics.yaml").write_text(own, encoding="utf-8")
    async with serving(telegram, library, MemoryStore(), paced=False, CLINICS=str(tmp_path / "clinics.yaml")):
        ana.starts(clinic_payload("northside", "bleeding_after_sex"))
        await ana.sees("The emergency number is for United Kingdom.")
        ana.taps(GO_ON)
        while not any("At Northside Clinic:" in text for text in bots(ana)):
            await ana.until(lambda: "Back" in ana.labels)
            await moved_on(ana, ana.labels[0])
        assert any("+44 20 7946 0999." in text for text in bots(ana))
        assert all("0018" not in text for text in bots(ana))


# ---- draft links

FOR_ANN = {"DRAFTS": str(content_root()), "SESSION_KEY": KEY}
MINE, OVER = "Draft, shown only to Ann for review.", "That draft link is over"


def draft(days: float = 1) -> str:
    return draft_payload(KEY, "bleeding_after_sex", "Ann", time.time() + days * 86400)


async def test_a_draft_link_opens_in_the_first_chat_that_follows_it_and_in_no_other(
    telegram: Telegram, library: ContentBundle, ana: Person, tmp_path: Path
) -> None:
    ben, link = telegram.person("Ben"), draft()
    for _ in range(2):  # also after a restart
        async with serving(telegram, library, in_file(tmp_path), **FOR_ANN):
            ana.starts(link)
            await ana.sees(MINE)
            ben.starts(link)
            await ben.sees(OVER)
            await ben.sees("I am a set of questions, not a doctor.")
            assert not any(MINE in text for text in bots(ben))


async def test_of_two_who_follow_it_at_the_same_moment_one_is_refused(
    telegram: Telegram, library: ContentBundle, ana: Person
) -> None:
    people, link = [ana, *(telegram.person(name) for name in ("Ben", "Cem", "Dia"))], draft()
    async with serving(telegram, library, MemoryStore(), **FOR_ANN):
        for person in people:
            person.starts(link)
        for person in people:
            await person.sees("I am a set of questions, not a doctor.")
        assert sum(any(MINE in text for text in bots(person)) for person in people) == 1


async def test_two_links_are_two_reviewers(telegram: Telegram, library: ContentBundle, ana: Person) -> None:
    ben = telegram.person("Ben")
    async with serving(telegram, library, MemoryStore(), **FOR_ANN):
        ana.starts(draft())
        await ana.sees(MINE)
        ben.starts(draft(days=2))
        await ben.sees(MINE)


async def test_every_message_that_a_reviewer_sees_says_that_it_is_a_draft(
    telegram: Telegram, library: ContentBundle, ana: Person
) -> None:
    """Commands, pages, what was not understood, words of alarm, and every button that is there at the end of it."""
    async with serving(telegram, library, MemoryStore(), paced=False, **FOR_ANN) as bot:
        ana.starts(draft())
        await ana.sees(MINE)
        ana.taps(GO_ON)
        await bot.idle()
        for words in (
            "/help",
            "/privacy",
            "/urgent",
            "gibberish",
            "thrush",
            "I bleed to death",
            "/country FR",
            "/back",
        ):
            ana.writes(words)
            await bot.idle()
            assert all(MINE in text for text in bots(ana))
        for label in ("What does this mean?", "Why we ask", "Help"):
            if label in ana.labels:
                ana.taps(label)
                await bot.idle()
        assert len(bots(ana)) > 3
        assert all(MINE in text for text in bots(ana))


class Silent(MemoryStore):
    """A store that is down from the start."""

    async def load(self, chat: str) -> None:
        raise StoreUnavailableError("The disk is full.")

    async def commit(self, change: Write) -> int:
        raise StoreUnavailableError("The disk is full.")


@pytest.mark.parametrize("command", ["start", "help", "urgent"])
async def test_help_is_there_within_a_second_when_the_store_is_down(
    telegram: Telegram, library: ContentBundle, ana: Person, command: str
) -> None:
    async with serving(telegram, library, Silent()):
        ana.writes(f"/{command}")
        async with asyncio.timeout(1):
            await ana.sees(FALLBACK_TEXT.splitlines()[0])
