"""Another program's file stays as it is, to the byte and the bit, whatever setting or argument names it."""

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.clinics.statistics.store import APPLICATION_ID as COUNTS_ID
from bot.clinics.statistics.store import FileCounts, open_counts
from bot.operations.encryption import KeyRing
from bot.operations.errors import CommandError, StoreConfigError
from bot.operations.sqlite_files import FileOwner, file_owner
from bot.sessions.stores.sqlite import open_sqlite_store
from bot.sessions.stores.sqlite_schema import APPLICATION_ID
from tests.support.clinics import EXAMPLE
from tests.support.paths import ROOT

KEY = "a key that is long enough to be one."
LEFT_OPEN = """
import os, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA journal_mode = WAL")
db.execute("CREATE TABLE songs (name TEXT)")
db.execute("INSERT INTO songs VALUES ('one')")
db.commit()
os._exit(0)
"""
STORE_LEFT_OPEN = """
import os, sys
from pathlib import Path
from bot.operations.encryption import KeyRing
from bot.sessions.stores.sqlite import open_sqlite_store
open_sqlite_store(Path(sys.argv[1]), KeyRing([sys.argv[2]]))
os._exit(0)
"""


def songs(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE songs (name TEXT)")


def songs_of_a_killed_program(path: Path) -> None:
    subprocess.run([sys.executable, "-c", LEFT_OPEN, str(path)], check=True)
    assert path.with_name(path.name + "-wal").stat().st_size


def a_letter(path: Path) -> None:
    path.write_text("Dear all, " * 50)


def a_named_application(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA application_id = 77")


def look_of(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    found = {path.name: (path.read_bytes(), path.stat()) for path in folder.iterdir()}
    return {name: (data, stat.S_IMODE(status.st_mode), status.st_mtime_ns) for name, (data, status) in found.items()}


FOREIGN = [songs, songs_of_a_killed_program, a_letter, a_named_application]


@pytest.mark.parametrize("make", FOREIGN)
def test_a_store_that_is_anothers_file_stays_as_it_is(tmp_path: Path, make) -> None:  # type: ignore[no-untyped-def]
    make(tmp_path / "file")
    (tmp_path / "file").chmod(0o644)
    before = look_of(tmp_path)
    with pytest.raises(StoreConfigError, match="Nothing in it was changed"):
        open_sqlite_store(tmp_path / "file", KeyRing([KEY]))
    assert look_of(tmp_path) == before


@pytest.mark.parametrize("make", FOREIGN)
@pytest.mark.parametrize("read_only", [True, False])
def test_counts_that_are_anothers_file_stay_as_they_are(tmp_path: Path, make, read_only: bool) -> None:  # type: ignore[no-untyped-def]
    make(tmp_path / "file")
    (tmp_path / "file").chmod(0o644)
    before = look_of(tmp_path)
    with pytest.raises(CommandError):
        open_counts(str(tmp_path / "file"), read_only)
    assert look_of(tmp_path) == before


def test_a_device_or_a_pipe_is_no_file(tmp_path: Path) -> None:
    mode = os.stat("/dev/null").st_mode
    os.mkfifo(tmp_path / "pipe")
    for path in (Path("/dev/null"), tmp_path / "pipe"):
        with pytest.raises(StoreConfigError, match="not a file"):
            open_sqlite_store(path, KeyRing([KEY]))
        with pytest.raises(CommandError):
            open_counts(str(path))
    assert os.stat("/dev/null").st_mode == mode


def test_a_store_of_ours_whose_process_was_killed_at_once_is_ours(tmp_path: Path) -> None:
    """All that tells whose it is may still be in the log beside it."""
    path = tmp_path / "store.sqlite"
    subprocess.run([sys.executable, "-c", STORE_LEFT_OPEN, str(path), KEY], check=True, cwd=ROOT)
    assert file_owner(path, APPLICATION_ID) is FileOwner.OURS
    assert file_owner(path, COUNTS_ID) is FileOwner.OTHER
    open_sqlite_store(path, KeyRing([KEY]))


def test_a_file_with_nothing_in_it_is_nobodys(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert file_owner(path, APPLICATION_ID) is FileOwner.NOBODY
    path.touch()
    assert file_owner(path, APPLICATION_ID) is FileOwner.NOBODY
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
    assert file_owner(path, APPLICATION_ID) is FileOwner.NOBODY


def test_counts_that_others_could_read_are_made_private(tmp_path: Path) -> None:
    path = tmp_path / "counts.sqlite"
    FileCounts(path).close()
    path.chmod(0o644)
    FileCounts(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def run(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "bot", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=os.environ | environment)


def test_a_report_makes_no_file(tmp_path: Path) -> None:
    counts = tmp_path / "cuonts.sqlite"
    done = run("clinic", "report", "northside", CLINICS=str(EXAMPLE), COUNTS=str(counts))
    assert done.returncode == 2
    assert "COUNTS names a file that is not there: cuonts.sqlite. Is the name right?" in done.stderr
    assert not counts.exists()


def test_a_move_makes_no_old_store(tmp_path: Path) -> None:
    settings = {"TELEGRAM_TOKEN": "1:" + "a" * 35, "SESSION_KEY": KEY, "SESSION_STORE": f"sqlite:{tmp_path / 'new'}"}
    done = run("move", f"sqlite:{tmp_path / 'typo'}", **settings)
    assert done.returncode == 2
    assert "OLD names a file that is not there" in done.stderr
    assert list(tmp_path.iterdir()) == []
