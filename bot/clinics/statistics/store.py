"""The stores of counts: in memory, or in one small file with a single table of clinic, week, measure and number."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from bot.clinics.statistics.counts import Count, CountStore
from bot.operations.errors import CommandError
from bot.operations.sqlite_files import FileOwner, file_owner, make_private

APPLICATION_ID = 0x436F6E43  # "ConC": what the file's header says it belongs to
CREATE_TABLE = """
CREATE TABLE IF NOT EXISTS counts (
    clinic TEXT NOT NULL, week TEXT NOT NULL, what TEXT NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (clinic, week, what)) WITHOUT ROWID
"""
ADD_COUNT = "INSERT INTO counts VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET number = number + 1"
BUSY_TIMEOUT_SECONDS = 5  # seconds


class MemoryCounts:
    """A store of counts that is forgotten with the process."""

    def __init__(self) -> None:
        self._numbers: dict[Count, int] = {}

    def add(self, counts: Iterable[Count]) -> None:
        """Add one to each of *counts*."""
        for count in counts:
            self._numbers[count] = self._numbers.get(count, 0) + 1

    def weekly_counts(self, clinic: str) -> Mapping[str, Mapping[str, int]]:
        """Return the true counts of *clinic*, by week and measure."""
        return _group_by_week(
            (key.week, key.measure, number) for key, number in self._numbers.items() if key.clinic == clinic
        )

    def close(self) -> None:
        pass


class FileCounts:
    """A store of counts in an SQLite file.

    Its rows have no order of their own and carry no time, so that it cannot be told which came last.
    """

    def __init__(self, path: Path, read_only: bool = False) -> None:
        self._db = _open_existing(path) if read_only else _open_or_create(path)

    def add(self, counts: Iterable[Count]) -> None:
        """Add one to each of *counts*, in one transaction."""
        rows = [(count.clinic, count.week, count.measure) for count in counts]
        with self._db:
            self._db.executemany(ADD_COUNT, rows)

    def weekly_counts(self, clinic: str) -> Mapping[str, Mapping[str, int]]:
        """Return the true counts of *clinic*, by week and measure."""
        with closing(self._db.execute("SELECT week, what, number FROM counts WHERE clinic = ?", (clinic,))) as found:
            return _group_by_week(found)

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _check_owner(path: Path) -> FileOwner:
    """Return whose the file is; CommandError, before anything touches it, if it is another program's."""
    try:
        owner = file_owner(path, APPLICATION_ID)
    except OSError as error:
        raise _unusable(path, f"that cannot be used ({type(error).__name__})") from None
    if owner is FileOwner.OTHER:
        raise _unusable(path, "of another program")
    if owner is FileOwner.UNKNOWN:
        raise _unusable(path, "that cannot be used, as it is no database or is damaged")
    return owner


def _open_or_create(path: Path) -> sqlite3.Connection:
    """Open the file, created if it is not there, readable by its owner alone; CommandError if it cannot be used."""
    _check_owner(path)
    try:
        make_private(path)
        db = sqlite3.connect(path, timeout=BUSY_TIMEOUT_SECONDS, check_same_thread=False)
        with db:
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.execute("PRAGMA secure_delete = ON")
            db.execute(CREATE_TABLE)
    except (OSError, sqlite3.Error) as error:
        raise _unusable(path, f"that cannot be used ({type(error).__name__})") from None
    return db


def _open_existing(path: Path) -> sqlite3.Connection:
    """Open the file to read it, and leave it as it is; CommandError if it is not there or cannot be used."""
    if _check_owner(path) is FileOwner.NOBODY:
        fault = "that is empty" if path.exists() else "that is not there"
        raise _unusable(path, fault, "Is the name right? A bot makes the file when it starts.")
    try:
        db = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_SECONDS)
        db.execute("SELECT 1 FROM counts")
    except sqlite3.Error as error:
        raise _unusable(path, f"that cannot be used ({type(error).__name__})") from None
    return db


def _unusable(path: Path, fault: str, advice: str = "") -> CommandError:
    """Return the error that says what is wrong with the file, and perhaps what to do."""
    return CommandError(f"COUNTS names a file {fault}: {path.name}{advice and f'. {advice}'}")


def _group_by_week(rows: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    """Return rows of week, measure and number as a number by week and measure."""
    weeks: dict[str, dict[str, int]] = {}
    for week, measure, number in rows:
        weeks.setdefault(week, {})[measure] = number
    return weeks


def open_counts(path: str, read_only: bool = False) -> CountStore | None:
    """Open the store of counts that COUNTS names; None when it is empty, and then nothing is counted.

    *read_only*: the file must be there, and stays as it is. Raises CommandError.
    """
    return FileCounts(Path(path), read_only) if path else None
