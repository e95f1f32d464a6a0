"""A new release leaves people where they are; a recall takes them along, says so once, and keeps what fits."""

import asyncio
import os
import shutil
import time
from pathlib import Path

import pytest

from bot.archive import RECALLED, keep, older
from bot.kept import HOUR, LONGEST
from bot.library import Library
from bot.loading import home, load
from bot.stores.memory import MemoryStore
from tests.double import Person, Telegram, all_settled
from tests.serving import begun, serving

BLEEDING = "Bleeding after sex"
OLD, NEW = "What would you like help with?", "What can we help you with?"
MOVED = "These questions were put right"
PEOPLE = 20  # the long form has a thousand: CONFIDANTE_PEOPLE=1000 pytest tests/test_releases.py


def read(place: Path) -> Library:
    return load(place)[0]


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two real releases: the one that ships, and one in which the first question has other words."""
    folder = tmp_path_factory.mktemp("releases")
    for name in ("first", "second"):
        for part in ("flows", "content"):
            shutil.copytree(home() / part, folder / name / part)
    chooser = folder / "second" / "flows" / "chooser.yaml"
    text = chooser.read_text()
    assert OLD in text
    chooser.write_text(text.replace(OLD, NEW))
    return folder / "first", folder / "second"


def test_a_release_is_kept_under_its_hash_and_read_again(releases: tuple[Path, Path], tmp_path: Path) -> None:
    first, second = map(read, releases)
    assert first.version != second.version
    for place, library in zip(releases, (first, second), strict=True):
        keep(place, tmp_path, library.version)
        keep(place, tmp_path, library.version)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([first.version, second.version])
    assert [library.version for library in older(tmp_path, second.version, read)] == [first.version]


def test_what_was_recalled_changed_or_is_too_old_is_not_gone_on_in(releases: tuple[Path, Path], tmp_path: Path) -> None:
    first = read(releases[0])
    keep(releases[0], tmp_path, first.version)
    place = tmp_path / first.version
    (place / RECALLED).touch()
    assert older(tmp_path, "x", read) == []
    (place / RECALLED).unlink()
    page = next((place / "content").glob("*.md"))
    whole = page.read_bytes()
    page.write_bytes(whole + b"\nA word that nobody proved.\n")
    assert older(tmp_path, "x", read) == []
    page.write_bytes(whole)
    assert len(older(tmp_path, "x", read)) == 1
    long_ago = time.time() - (LONGEST + 2) * HOUR
    os.utime(place, (long_ago, long_ago))
    assert older(tmp_path, "x", read) == []
    assert not place.exists()


async def crowd(telegram: Telegram) -> list[Person]:
    people = [telegram.person() for _ in range(int(os.environ.get("CONFIDANTE_PEOPLE", PEOPLE)))]
    for person in people:
        await begun(person)
    return people


async def test_an_upgrade_leaves_everybody_in_what_they_began(releases: tuple[Path, Path]) -> None:
    first, second = map(read, releases)
    store = Lasting()
    async with Telegram(seed=1) as telegram:
        async with serving(telegram, first, store):
            people = await crowd(telegram)
            await all_settled(people)
        async with serving(telegram, second, store, older=[first]) as served:
            for person in people:
                person.writes("back")
            await all_settled(people)
            for person in people:
                assert person.seen(OLD)
                assert not person.seen(NEW)
                person.taps(BLEEDING)
            await all_settled(people)
            assert [await served.answers(person) for person in people] == [{"topic": "bleeding"}] * len(people)
            new = telegram.person()
            await begun(new)
            await new.sees(NEW)


async def test_a_recall_takes_everybody_along_and_tells_them_once(releases: tuple[Path, Path]) -> None:
    first, second = map(read, releases)
    store = Lasting()
    async with Telegram(seed=1) as telegram:
        async with serving(telegram, first, store):
            people = await crowd(telegram)
            for person in people[::2]:
                person.taps(BLEEDING)
            await all_settled(people)
        async with serving(telegram, second, store) as served:
            await asyncio.gather(*(person.sees(MOVED, within=60) for person in people))
            await all_settled(people)
            for number, person in enumerate(people):
                kept = await served.kept(person)
                assert kept
                assert kept.session.library == second.version
                assert await served.answers(person) == ({} if number % 2 else {"topic": "bleeding"})
                assert person.seen(NEW if number % 2 else "Right now, do")
                person.taps(BLEEDING if number % 2 else "No, none")
            await all_settled(people)
            for number, person in enumerate(people):
                told = {"topic": "bleeding"} if number % 2 else {"topic": "bleeding", "signs": "no"}
                assert await served.answers(person) == told
                assert person.transcript().count(MOVED) == 1


class Lasting(MemoryStore):
    """A memory that outlives the bot."""

    async def close(self) -> None:
        return
