"""The registry of clinics: their file is read whole or refused whole, and read again without losing what was good."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.authoring.parsing.parse_context import Reading
from bot.authoring.parsing.readers.clinics import read_clinics
from bot.authoring.parsing.source_file import MOST_BYTES, sheet
from bot.model.bundle import Library
from bot.model.clinic import Clinic
from bot.model.diagnostics import Faulty, Place, Problem


@dataclass(frozen=True, slots=True)
class Registry:
    """The clinics of one file, by their ids.

    *bot* is the bot's name in Telegram, for links; empty where the file does not tell it.
    """

    clinics: Mapping[str, Clinic] = field(default_factory=dict)
    bot: str = ""


def read_registry(path: Path, library: Library) -> Registry:
    """Return the clinics in the file *path*, checked against what *bundle* can offer them.

    Raises DiagnosticsError with all that is wrong.
    """
    return registry(_bytes(path), path.name, library)


def at_hand(library: Library) -> Registry:
    """Return the registry that CLINICS names in the environment; DiagnosticsError if it is not set or not good."""
    if path := os.environ.get("CLINICS", "").strip():
        return read_registry(Path(path), library)
    message, hint = (
        "CLINICS is not set: it names the file with the clinics",
        "begin with a copy of content/clinics.example.yaml",
    )
    raise Faulty([Problem(Place("CLINICS", 1, 1), "not-found", message, hint)])


def registry(data: bytes, file: str, library: Library) -> Registry:
    """Return the clinics in *data*, the bytes of a file; DiagnosticsError with all that is wrong."""
    reading = Reading(sheet(file, data))
    bot, clinics = read_clinics(reading, library)
    if reading.problems:
        raise Faulty(reading.problems)
    return Registry(clinics, bot)


def _bytes(path: Path) -> bytes:
    """Return the bytes of a file, one more than allowed at the most; DiagnosticsError if it cannot be read."""
    try:
        if not path.is_file():
            raise Faulty([Problem(Place(path.name, 1, 1), "not-found", "this file is missing")])
        with path.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        message = f"this file cannot be opened: {error.strerror}"
        raise Faulty([Problem(Place(path.name, 1, 1), "unreadable", message)]) from None


class Shelf:
    """The clinics' file with the registry in force, which is read again when the file changes.

    A bad file keeps the registry of before: no person loses their clinic's phone number.
    """

    def __init__(self, path: Path, library: Library) -> None:
        self.path, self._library = path, library
        self._stamp = _stamp(path)
        self.registry = read_registry(path, library)

    def refreshed(self) -> tuple[Problem, ...]:
        """Read the file again if it was changed since it was last read; return what is wrong with it."""
        stamp = _stamp(self.path)
        if stamp == self._stamp:
            return ()
        self._stamp = stamp
        return self.reload()

    def reload(self) -> tuple[Problem, ...]:
        """Read the file again; return what is wrong with it, and then the registry has not changed."""
        try:
            self.registry = read_registry(self.path, self._library)
        except Faulty as faulty:
            return faulty.problems
        return ()


def _stamp(path: Path) -> tuple[int, int]:
    """Return the time and size of a file, which change when it is written; zeros if it is not there."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size
