"""What lies in a store, gone bad: cut short, swapped between rows, played again, sealed by others."""

import asyncio
import json
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from bot.adapters.telegram_bot.receiving.chat_update import ResumeUpdate, TelegramUpdate
from bot.adapters.telegram_bot.receiving.updates import CommandMessage, IncomingUpdate, TextMessage
from bot.operations.encryption import KeyRing, encrypt_with, generate_data_key
from bot.sessions.chat_record import ChatRecord
from bot.sessions.stores import sqlite_keyring as data_keys
from bot.sessions.stores.base import AlreadyProcessedError, StaleRecordError, Store, StoredRow, Write
from bot.sessions.stores.memory import MemoryStore
from bot.sessions.stores.sqlite import open_sqlite_store
from tests.long.hostile.area import Area, WrongOutcomeError
from tests.long.hostile.mutations import bent, bent_tree
from tests.long.hostile.telegram_input import CHAT, desk, done, people

OURS, OTHERS = "a key that is long enough to be one.", "another key, long enough to be a key."
NAME, WIDTH = 32, 2  # bytes of a row's name, and of the number that says how long its key is
MORE = ("ends", "touched", "begun", "at")


# ---- what a row says


def row(data: bytes) -> str:
    """A text that was kept by something else than this bot: it is read whole, or whoever it is begins afresh."""
    text = data.decode("utf-8", "replace")
    kept = ChatRecord.parse_or_new(text)
    what = (TextMessage("not sure"), CommandMessage("back"), CommandMessage("help"))[len(text) % 3]
    kept.expires_at(24)
    done(
        ChatRecord.parse_or_new(text),
        TelegramUpdate(IncomingUpdate(900, CHAT, True, what, 30), desk())
        if len(text) % 4
        else ResumeUpdate(str(CHAT), desk()),
    )
    return "begins afresh" if kept == ChatRecord() else "goes on"


# ---- what is sealed


@cache
def rows() -> dict[bytes, set[bytes]]:
    """Whose rows there are: each name, with all that was ever sealed for it."""
    return {KeyRing([OURS]).row_id(str(number)): {b"%d now" % number, b"%d before" % number} for number in range(6)}


def sealed() -> Iterator[bytes]:
    """Rows as they lie on the disk: of ours, of the same before the last change, and of a stranger's store."""
    for operator in (OURS, OTHERS):
        sealer = KeyRing([operator])
        for name, texts in rows().items():
            for text in sorted(texts):
                own = generate_data_key()
                key = sealer.encrypt(name, own)
                yield name + len(key).to_bytes(WIDTH, "big") + key + encrypt_with(own, text)


def opened(data: bytes) -> str:
    name, rest = data[:NAME], data[NAME:]
    long = int.from_bytes(rest[:WIDTH], "big")
    key, text = rest[WIDTH : WIDTH + long], rest[WIDTH + long :]
    said = data_keys.decrypt_row(KeyRing([OURS]), name, text, key)
    if said is None:
        return "does not open"
    if said not in rows().get(name, ()):
        raise WrongOutcomeError("a row opened as another one's")
    return "opens"


def swapped(seed: bytes, others: Any, chance: Random) -> bytes:
    """Parts of whole rows exchanged: the name of one, the key of another, the text of a third; or bits of one."""
    if chance.random() < 0.5:
        return bent(seed, others, chance)
    one, two, three = seed, chance.choice(others), chance.choice(others)
    middle = NAME + WIDTH + int.from_bytes(two[NAME : NAME + WIDTH], "big")
    return one[:NAME] + two[NAME:middle] + three[middle:]


# ---- what is put into a store: a file and a memory must come to the same


class StorePair:
    """The same changes to a store in a real file and to one in memory; both say the same, or refuse the same."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.count = 0

    def attempt(self, data: bytes) -> str:
        try:
            changes = [_change(one) for one in json.loads(data)]
        except (ValueError, TypeError, KeyError, RecursionError, AttributeError, OverflowError):
            return "no changes"
        return self.loop.run_until_complete(self._both(changes[:4]))

    @cache  # noqa: B019  one for the whole run
    def _file(self) -> Store:
        return open_sqlite_store(Path(self.folder.name) / "store.sqlite", KeyRing([OURS]))

    async def _both(self, changes: list[Write]) -> str:
        self.count += 1
        memory, told = MemoryStore(), []
        file = self._file()
        versions: dict[tuple[int, str], int] = {}
        for change in changes:
            ends = []
            for which, store in enumerate((memory, file)):
                was = versions.get((which, change.chat), 0) if change.expected_version else 0
                unique = None if change.update_id is None else change.update_id
                this = Write(f"{self.count} {change.chat}", change.text, was, change.expires_at, unique)
                ends.append(await _end(store, this))
                if isinstance(ends[-1], int):
                    versions[which, change.chat] = ends[-1]
            told.append("kept" if isinstance(ends[1], int) else ends[1])
            if "AlreadyProcessedError" in ends:
                return "processed"  # in the file, by a case before: from here on the two know different things
            beyond = change.update_id is not None and abs(change.update_id) >= 2**63 and ends[1] == "OverflowError"
            if ends[0] != ends[1] and isinstance(ends[0], int) != isinstance(ends[1], int) and not beyond:
                raise WrongOutcomeError(f"two stores differ: {ends}")
            if isinstance(ends[1], int) and change.text is not None:
                found = await file.load(f"{self.count} {change.chat}")
                if found != StoredRow(change.text, ends[1]):
                    raise WrongOutcomeError("what was kept is not there")
        return told[-1] if told else "no changes"


async def _end(store: Store, change: Write) -> int | str:
    try:
        return await store.commit(change)
    except (AlreadyProcessedError, StaleRecordError, ValueError, OverflowError) as error:
        return type(error).__name__


def _change(given: Any) -> Write:
    chat, text, was, ends, update = (given[name] for name in ("chat", "text", "was", "ends", "update"))
    if not (isinstance(chat, str) and isinstance(text, str | None) and isinstance(ends, int | float)):
        raise TypeError
    if not (type(was) is int and (update is None or type(update) is int)):
        raise TypeError
    return Write(
        chat.encode("utf-8", "replace").decode(), text and text.encode("utf-8", "replace").decode(), was, ends, update
    )


def changes() -> Iterator[bytes]:
    for number in range(8):
        one = {"chat": "1", "text": "one ☂", "was": 0, "ends": 2e9, "update": 100 + number}
        yield json.dumps([one, one | {"text": None, "was": 1, "update": None}, one | {"update": 200 + number}]).encode()


def areas() -> Iterator[Area]:
    kept = tuple(text.encode() for text in people())
    yield Area("rows", "what a row says, changed as a tree", kept, bent_tree, row, 30_000)
    yield Area("seals", "rows cut, swapped, played again, of another key", tuple(sealed()), swapped, opened, 250_000)
    yield Area(
        "stores", "changes, to a file and to memory alike", tuple(changes()), bent_tree, StorePair().attempt, 3_000, 2.0
    )
