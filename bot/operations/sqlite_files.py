"""Whose a database file is: told from its bytes, before SQLite opens it, so that another program's stays as it is.

SQLite itself would bring an unfinished change of the other program to its end, and make files beside it.
"""

import enum
import os
import stat
from collections.abc import Iterator
from pathlib import Path

MAGIC = b"SQLite format 3\0"
HEADER_BYTES, APPLICATION_ID, PAGE_SIZE, CELL_COUNT = 108, slice(68, 72), slice(16, 18), slice(103, 105)
LOG_HEADER_BYTES, FRAME_HEADER_BYTES = 32, 24


class FileOwner(enum.Enum):
    """Which program a file belongs to; none while it is missing or empty."""

    NOBODY = "nobody"
    OURS = "ours"
    OTHER = "another program"
    UNKNOWN = "no database, or a damaged one"


class NotAFileError(OSError):
    """A path that names a device, a pipe or a socket."""


def file_owner(path: Path, application_id: int) -> FileOwner:
    """Return whose the database file at *path* is. Raises OSError if it cannot be read or is no file."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return FileOwner.NOBODY
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise NotAFileError(0, "not a file")
    with path.open("rb") as file:
        header = file.read(HEADER_BYTES)
    if not header:
        return FileOwner.NOBODY
    page_size = int.from_bytes(header[PAGE_SIZE], "big")
    page_size = 1 << 16 if page_size == 1 else page_size
    if len(header) < HEADER_BYTES or header[: len(MAGIC)] != MAGIC or page_size < 512 or page_size & (page_size - 1):
        return FileOwner.UNKNOWN
    first_pages = [header, *_first_pages_in_log(path.with_name(f"{path.name}-wal"), page_size)]
    if any(int.from_bytes(page[APPLICATION_ID], "big") == application_id for page in first_pages):
        return FileOwner.OURS
    if any(any(page[APPLICATION_ID]) or any(page[CELL_COUNT]) for page in first_pages):
        return FileOwner.OTHER
    return FileOwner.NOBODY


def make_private(path: Path) -> None:
    """Create the file if need be, readable by its owner alone; SQLite's files beside it take its permissions."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        path.chmod(0o600)


def _first_pages_in_log(log: Path, page_size: int) -> Iterator[bytes]:
    """Yield each version of a database's first page in its write-ahead log: a killed program leaves them only there."""
    try:
        file = log.open("rb")
    except OSError:
        return
    with file:
        file.seek(LOG_HEADER_BYTES)
        while len(frame_header := file.read(FRAME_HEADER_BYTES)) == FRAME_HEADER_BYTES:
            if int.from_bytes(frame_header[:4], "big") == 1:
                page = file.read(page_size)
                if len(page) == page_size:
                    yield page[:HEADER_BYTES]
            else:
                file.seek(page_size, os.SEEK_CUR)
