"""Files that a command writes where its user says: whole or not at all, and never over what another made.

Each ends with a line that shows who made it, in a form that its readers pass over; only a file with that line is
written over. A device or a pipe, such as /dev/stdout, is written as it is.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARK = b"made by Confidante"
COMMENTS = {
    ".html": b"<!-- %s -->\n",
    ".md": b"<!-- %s -->\n",
    ".svg": b"<!-- %s -->\n",
    ".pdf": b"%% %s\n",
}
PLAIN_COMMENT = b"# %s\n"
PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
TAIL_BYTES = 200  # in which the mark stands


class OutputFileError(OSError):
    """A file that cannot be written; *strerror* says why, in words that can follow "cannot be written: "."""


@contextmanager
def output_file(path: Path) -> Iterator[Path]:
    """Yield a path to write to instead of *path*; when the block has ended well, it takes the place of *path*.

    Raises OutputFileError, before anything is written, if a file is there that no command of this bot made.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        yield path
        return
    _check_replaceable(path)
    temporary = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        temporary.open("xb").close()
        yield temporary
        _add_mark(temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_output(path: Path, text: str) -> None:
    """Write *text* to *path*. Raises OutputFileError if a file is there that no command of this bot made."""
    with output_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _check_replaceable(path: Path) -> None:
    """Raise OutputFileError unless *path* is free, an empty file, or one that a command of this bot made."""
    if path.is_dir():
        raise OutputFileError(0, "it is a folder")
    if path.is_file() and (tail := _tail(path)) and MARK not in tail:
        raise OutputFileError(0, "it is there already, and no command of this bot made it; choose another name")


def _tail(path: Path) -> bytes:
    """Return the last bytes of a file."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        return file.read()


def _add_mark(path: Path) -> None:
    """Add the mark to a file, as a comment in its own format."""
    data = path.read_bytes()
    if data.endswith(PNG_END):
        chunk = b"tEXtSoftware\0" + MARK
        framed = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        path.write_bytes(data.removesuffix(PNG_END) + framed + PNG_END)
    else:
        line_end = b"" if data.endswith(b"\n") else b"\n"
        path.write_bytes(data + line_end + COMMENTS.get(path.suffix, PLAIN_COMMENT) % MARK)
