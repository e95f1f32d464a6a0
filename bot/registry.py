"""The clinics' file, as it is now: read whole or refused whole, and read again without losing what was good."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.clinics import Clinic
from bot.library import Library
from bot.problem import Faulty, Place, Problem
from bot.reading.clinics import read_clinics
from bot.reading.reading import Reading
from bot.reading.sheet import MOST_BYTES, sheet


@dataclass(frozen=True, slots=True)
class Registry:
    """*bot* is the bot's name in Telegram, for links; empty where the file does not tell it."""

    clinics: Mapping[str, Clinic] = field(default_factory=dict)
    bot: str = ""


def read_registry(path: Path, library: Library) -> Registry:
    """The clinics in *path*, for what *library* can offer them. Raises Faulty with all that is wrong."""
    return registry(_bytes(path), path.name, library)


def at_hand(library: Library) -> Registry:
    """The registry that the environment names in CLINICS, for whoever works at a terminal."""
    if path := os.environ.get("CLINICS", "").strip():
        return read_registry(Path(path), library)
    message, hint = (
        "CLINICS is not set: it names the file with the clinics",
        "begin with a copy of content/clinics.example.yaml",
    )
    raise Faulty([Problem(Place("CLINICS", 1, 1), "not-found", message, hint)])


def registry(data: bytes, file: str, library: Library) -> Registry:
    reading = Reading(sheet(file, data))
    bot, clinics = read_clinics(reading, library)
    if reading.problems:
        raise Faulty(reading.problems)
    return Registry(clinics, bot)


def _bytes(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise Faulty([Problem(Place(path.name, 1, 1), "not-found", "this file is missing")])
        with path.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        message = f"this file cannot be opened: {error.strerror}"
        raise Faulty([Problem(Place(path.name, 1, 1), "unreadable", message)]) from None


class Shelf:
    """The registry that is in force. Reading a bad file keeps the one before: nobody loses their clinic's phone."""

    def __init__(self, path: Path, library: Library) -> None:
        self.path, self._library = path, library
        self._stamp = _stamp(path)
        self.registry = read_registry(path, library)

    def refreshed(self) -> tuple[Problem, ...]:
        """Read the file again if it was changed since it was last read."""
        stamp = _stamp(self.path)
        if stamp == self._stamp:
            return ()
        self._stamp = stamp
        return self.reload()

    def reload(self) -> tuple[Problem, ...]:
        """Read the file again; what is wrong with it, and then nothing has changed."""
        try:
            self.registry = read_registry(self.path, self._library)
        except Faulty as faulty:
            return faulty.problems
        return ()


def _stamp(path: Path) -> tuple[int, int]:
    """What changes when a file is written."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
