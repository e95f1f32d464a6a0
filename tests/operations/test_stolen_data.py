"""A thief takes everything that was ever written down, every byte of it, and finds nobody and nothing in it.

A hundred people talk with the real bot: some come by a clinic's link, some review a draft, some leave, some have their
chat cleared. Then the database, its log of writes, its backup, the bot's log (with every library's at DEBUG), its
numbers, the clinics' counts, and whatever else lies where it runs, are searched for each of them, for what they said,
and for what was said to them.
"""

import asyncio
import io
import logging
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bot.authoring.loader import content_root
from bot.clinics.draft_links import draft_payload
from bot.engine.deep_links import clinic_payload
from bot.model.bundle import ContentBundle
from bot.operations.log_redaction import RedactingFormatter
from bot.operations.logging_setup import configure_logging
from bot.sessions.stores import postgres, sqlite
from bot.sessions.stores import sqlite_keyring as data_keys
from bot.sessions.stores.open_store import open_store
from tests.support.clinics import EXAMPLE
from tests.support.postgres_server import Server
from tests.support.running_bot import KEY, begun, serving
from tests.support.telegram_double import Person, Telegram

PEOPLE = 100
BLOCK = 8192
BY_LINK, WORDS = "northside", "my secret words"


class Loot:
    """Where a store wrote, and how to take all of it."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.known: set[bytes] = set()
        self.folder, self.server = folder, Server("wal_level=replica") if kind == "postgres" else None
        self.address = self.server.start().database() if self.server else f"sqlite:{folder / 'store.sqlite'}"

    def files(self) -> Iterator[bytes]:
        folders = [self.folder, *([self.server.folder] if self.server else [])]
        for path in sorted(path for folder in folders for path in folder.rglob("*")):
            with suppress(FileNotFoundError, IsADirectoryError):
                yield path.read_bytes()

    def backup(self) -> bytes:
        if self.server:
            return self.server.run("pg_dump", self.address).encode()
        copy = self.folder / "backup.sqlite"
        with closing(sqlite3.connect(copy)) as db:
            db.executescript("".join(self._dump()))
        return copy.read_bytes()

    def _dump(self) -> Iterator[str]:
        with closing(sqlite3.connect(self.folder / "store.sqlite")) as db:
            yield from db.iterdump()

    def everything(self) -> bytes:
        """Every byte that was not there before anybody talked."""
        if self.server:
            self.server.ask(self.address, "CHECKPOINT")
        blocks = [file[at : at + BLOCK] for file in self.files() for at in range(0, len(file), BLOCK)]
        new = [block for block in blocks if block not in self.known]
        self.known = self.known or set(blocks)
        return b"".join(new)


@pytest.fixture(params=["sqlite", "postgres"])
def loot(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Loot]:
    made = Loot(request.param, tmp_path)
    yield made
    if made.server:
        made.server.remove()


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The bot's own log at DEBUG, as its handler writes it."""
    before, level, hooks = logging.getLogRecordFactory(), logging.root.level, (sys.excepthook, sys.unraisablehook)
    levels = {name: logging.getLogger(name).level for name in list(logging.root.manager.loggerDict)}
    pen = logging.StreamHandler(stream := io.StringIO())
    pen.setFormatter(RedactingFormatter())
    handlers, logging.root.handlers = logging.root.handlers, [pen]
    yield stream
    logging.root.handlers = handlers
    logging.captureWarnings(False)
    logging.setLogRecordFactory(before)
    logging.root.setLevel(level)
    for name, was in levels.items():
        logging.getLogger(name).setLevel(was)
    sys.excepthook, sys.unraisablehook = hooks


async def talks(person: Person, number: int) -> None:
    name, until = person.user.first_name, time.time() + 86400
    draft = draft_payload(KEY, "bleeding_after_sex", name, until) if number % 10 == 1 else ""
    person.starts(clinic_payload(BY_LINK, "safety") if number % 3 == 0 else draft)
    await person.until(lambda: "Go on" in person.labels, within=60)
    if number % 4 == 0:
        person.writes("/country GB")
        await person.sees("United Kingdom", within=60)
    person.taps("Go on") if "Go on" in person.labels else person.starts()
    await person.settled(quiet=0.05, within=60)
    for _ in range(3 + number % 4):
        if number % 7 == 0:
            person.writes(f"{WORDS} {number}")
            await person.settled(quiet=0.05, within=60)
        options = [label for label in person.labels if label not in ("Back", "Help", "Why do you ask?")]
        if not options:
            return
        person.taps(options[number % len(options)])
        await person.settled(quiet=0.05, within=60)
    if number % 9 == 0:
        person.writes("/delete" if number % 2 else "/stop")
        await person.settled(quiet=0.05, within=60)


def needles(library: ContentBundle, people: list[Person]) -> dict[str, bytes]:
    """What to look for: people, what can be answered, what is said."""
    texts = {WORDS, BY_LINK, "agreed", "answers", "bleeding_after_sex", "Hello.", '"GB"', "United Kingdom"}
    for flow in library.flows["en"].values():
        for state in flow.states.values():
            texts.add(f"{flow.name}.{state.name}")
            for option in getattr(state, "options", ()):
                texts |= {option.id, option.text}
            texts.add(getattr(state, "ask", ""))
    found = {text: text.encode() for text in texts if len(text) >= 6}
    for person in people:
        found |= {person.user.first_name: person.user.first_name.encode(), str(person.chat.id): b"%d" % person.chat.id}
        found |= {f"{person.chat.id} {end}": person.chat.id.to_bytes(8, end) for end in ("little", "big")}
    return found


async def test_a_thief_finds_nothing(
    loot: Loot,
    log: io.StringIO,
    library: ContentBundle,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(loot.folder)
    counts = tmp_path_factory.mktemp("counts") / "counts.sqlite"  # what it is for is a clinic and how many came
    more = {"COUNTS": str(counts), "CLINICS": str(EXAMPLE), "DRAFTS": str(content_root()), "SESSION_KEY": KEY}
    before = loot.everything()
    async with Telegram(seed=1) as telegram:
        people = [telegram.person(f"Zebedee{number}") for number in range(PEOPLE)]
        wanted = {name: text for name, text in needles(library, people).items() if text not in before}
        assert len(wanted) > 4 * PEOPLE + 200, "there is much to look for"
        store = open_store(loot.address, [KEY])
        configure_logging("DEBUG", [telegram.token, KEY])
        for name in ("", *(logging.root.manager.loggerDict if loot.server is None else ())):  # once is enough
            logging.getLogger(name).setLevel(logging.DEBUG)
        async with serving(telegram, library, store, **more) as served:
            await asyncio.gather(*(talks(person, number) for number, person in enumerate(people)))
            assert len([row async for row in store.rows()]) > PEOPLE // 2
            taken = {"while they talk": loot.everything(), "the backup": b"" if loot.server is None else loot.backup()}
            taken["the numbers"] = served.service.update_handler.metrics.render().encode()
        taken["afterwards"] = loot.everything()
        taken["the backup afterwards"] = loot.backup()
    taken["the log"] = log.getvalue().encode()
    taken["the counts"] = b"".join(path.read_bytes() for path in counts.parent.iterdir())
    assert BY_LINK.encode() in taken["the counts"]
    assert b"DEBUG" in taken["the log"] or loot.server, "the libraries' words are looked through as well"
    assert taken["the log"].count(b"\n") > PEOPLE
    found = {(where, name) for where, bytes in taken.items() for name, text in wanted.items() if text in bytes}
    assert found - {("the counts", name) for name in wanted if name not in {*_names(people), WORDS}} == set()


def _names(people: list[Person]) -> Iterator[str]:
    for person in people:
        yield from (person.user.first_name, str(person.chat.id), f"{person.chat.id} little", f"{person.chat.id} big")


async def test_the_search_would_find_it(loot: Loot, library: ContentBundle) -> None:
    """The same search on a store that seals with a key that hides nothing: all of it is there."""
    store = open_store(loot.address, [KEY])
    store._key_ring = Glass()  # type: ignore[attr-defined]
    async with Telegram(seed=1) as telegram:
        ana = telegram.person("Zebedee0")
        with pytest.MonkeyPatch.context() as patch:
            for module in (postgres, sqlite, data_keys):
                for name in ("encrypt_with", "decrypt_with"):
                    patch.setattr(module, name, lambda key, text: text, raising=False)
            async with serving(telegram, library, store):
                await begun(ana, "Bleeding after sex", "No, none")
    taken = loot.everything()
    for text in (str(ana.chat.id), "agreed", "answers", "bleeding"):
        assert text.encode() in taken


class Glass:
    """What a sealer would be that hides nothing."""

    def row_id(self, chat: str) -> bytes:
        return chat.encode()

    def row_ids(self, chat: str) -> list[bytes]:
        return [chat.encode()]

    def encrypt(self, name: bytes, text: bytes) -> bytes:
        return text

    def decrypt(self, name: bytes, sealed: bytes) -> bytes:
        return sealed
