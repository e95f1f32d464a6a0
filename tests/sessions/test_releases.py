"""A new release leaves people where they are; a recall takes them along, says so once, and keeps what fits."""

import asyncio
import json
import os
import platform
import shutil
import time
from datetime import date
from pathlib import Path

import pytest

from bot.authoring.loader import content_root, load_bundle
from bot.model.bundle import ContentBundle
from bot.sessions.chat_record import HOUR, MAX_SESSION_HOURS
from bot.sessions.release_archive import RECALL_MARKER, archive_release, load_older_releases
from bot.sessions.stores.memory import MemoryStore
from tests.support.paths import RESULTS
from tests.support.running_bot import begun, serving
from tests.support.telegram_double import Person, Telegram, all_settled

BLEEDING = "Bleeding after sex"
OLD, NEW = "What would you like help with?", "What can we help you with?"
MOVED = "These questions were put right"
# The long form, and its results.
AGAIN = "CONFIDANTE_PEOPLE=1000 python -m pytest -n0 --timeout=600 tests/sessions/test_releases.py"
PEOPLE = int(os.environ.get("CONFIDANTE_PEOPLE", 20))
PATIENCE = 30.0 + PEOPLE / 4  # seconds
RESULTS = RESULTS / "recall.json"


def read(place: Path) -> ContentBundle:
    return load_bundle(place)[0]


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two real releases: the one that ships, and one in which the first question has other words."""
    folder = tmp_path_factory.mktemp("releases")
    for name in ("first", "second"):
        for part in ("flows", "content"):
            shutil.copytree(content_root() / part, folder / name / part)
    chooser = folder / "second" / "flows" / "chooser.yaml"
    text = chooser.read_text()
    assert OLD in text
    chooser.write_text(text.replace(OLD, NEW))
    return folder / "first", folder / "second"


def test_a_release_is_kept_under_its_hash_and_read_again(releases: tuple[Path, Path], tmp_path: Path) -> None:
    first, second = map(read, releases)
    assert first.version != second.version
    for place, library in zip(releases, (first, second), strict=True):
        archive_release(place, tmp_path, library.version)
        archive_release(place, tmp_path, library.version)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([first.version, second.version])
    assert [library.version for library in load_older_releases(tmp_path, second.version, read)] == [first.version]


def test_what_was_recalled_changed_or_is_too_old_is_not_gone_on_in(releases: tuple[Path, Path], tmp_path: Path) -> None:
    first = read(releases[0])
    archive_release(releases[0], tmp_path, first.version)
    place = tmp_path / first.version
    (place / RECALL_MARKER).touch()
    assert load_older_releases(tmp_path, "x", read) == []
    (place / RECALL_MARKER).unlink()
    page = next((place / "content").glob("*.md"))
    whole = page.read_bytes()
    page.write_bytes(whole + b"\nA word that nobody proved.\n")
    assert load_older_releases(tmp_path, "x", read) == []
    page.write_bytes(whole)
    assert len(load_older_releases(tmp_path, "x", read)) == 1
    long_ago = time.time() - (MAX_SESSION_HOURS + 2) * HOUR
    os.utime(place, (long_ago, long_ago))
    assert load_older_releases(tmp_path, "x", read) == []
    assert not place.exists()


async def crowd(telegram: Telegram) -> list[Person]:
    people = [telegram.person() for _ in range(PEOPLE)]
    for person in people:
        await begun(person)
    return people


async def calm(people: list[Person]) -> None:
    await all_settled(people, within=PATIENCE)


async def test_an_upgrade_leaves_everybody_in_what_they_began(releases: tuple[Path, Path]) -> None:
    first, second = map(read, releases)
    store = Lasting()
    async with Telegram(seed=1) as telegram:
        async with serving(telegram, first, store):
            people = await crowd(telegram)
            await calm(people)
        async with serving(telegram, second, store, older=[first]) as served:
            for person in people:
                person.writes("back")
            await asyncio.gather(*(person.sees("nothing before it", within=PATIENCE) for person in people))
            for person in people:
                assert person.seen(OLD)
                assert not person.seen(NEW)
                person.taps(BLEEDING)
            await calm(people)
            assert [await served.answers(person) for person in people] == [{"topic": "bleeding"}] * len(people)
            new = telegram.person()
            await begun(new)
            await new.sees(NEW)
    note("upgrade", people=len(people), stayed=sum(not person.seen(NEW) for person in people), answers_lost=0)


async def test_a_recall_takes_everybody_along_and_tells_them_once(releases: tuple[Path, Path]) -> None:
    first, second = map(read, releases)
    store = Lasting()
    async with Telegram(seed=1) as telegram:
        async with serving(telegram, first, store):
            people = await crowd(telegram)
            for person in people[::2]:
                person.taps(BLEEDING)
            await calm(people)
        began = time.monotonic()
        async with serving(telegram, second, store) as served:
            await asyncio.gather(*(person.sees(MOVED, within=PATIENCE) for person in people))
            moved = time.monotonic() - began
            await calm(people)
            for number, person in enumerate(people):
                kept = await served.kept(person)
                assert kept
                assert kept.session.bundle_version == second.version
                assert await served.answers(person) == ({} if number % 2 else {"topic": "bleeding"})
                assert person.seen(NEW if number % 2 else "Right now, do")
                person.taps(BLEEDING if number % 2 else "No, none")
            await calm(people)
            for number, person in enumerate(people):
                told = {"topic": "bleeding"} if number % 2 else {"topic": "bleeding", "signs": "no"}
                assert await served.answers(person) == told
                assert person.transcript().count(MOVED) == 1
    told_once = sum(person.transcript().count(MOVED) == 1 for person in people)
    figures = {"until_all_were_told_seconds": round(moved, 1), "told_once": told_once, "answers_lost": 0}
    note("recall", people=len(people), moved=len(people), **figures)


def note(what: str, **figures: object) -> None:
    """The long form's figures: whatever was not as it should be has failed before."""
    if PEOPLE < 1000:
        return
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    head = {"what": "a crowd in mid-conversation over an upgrade and over a recall, across two real releases"}
    machine = {"on": str(date.today()), "python": platform.python_version(), "cores": os.cpu_count(), "again": AGAIN}
    RESULTS.write_text(json.dumps({**known, **head, **machine, what: figures}, indent=1) + "\n")


class Lasting(MemoryStore):
    """A memory that outlives the bot."""

    async def close(self) -> None:
        return
