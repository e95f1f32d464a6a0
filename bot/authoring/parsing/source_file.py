"""A source file as it was typed: its lines, source locations, and faults that make it unreadable."""

import re
from dataclasses import dataclass
from pathlib import Path

from bot.model.diagnostics import Diagnostic, SourceLocation

MAX_FILE_BYTES = 1 << 20
MAX_QUOTED_LINE_LENGTH = 300  # characters; a longer line is not quoted in a diagnostic
UTF_16_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")
# Controls, YAML's odd line breaks, marks that turn the reading direction, half characters.
INVISIBLE_CHARACTER_PATTERN = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A decoded source file; *text* is empty when *diagnostic* says why it cannot be read."""

    file: str
    text: str
    lines: tuple[str, ...] = ()
    diagnostic: Diagnostic | None = None

    @property
    def stem(self) -> str:
        """Return the file's name without folder and suffix."""
        return self.file.rpartition("/")[2].rpartition(".")[0]

    def location_at(self, line: int, column: int, width: int = 1) -> SourceLocation:
        """Return a source location with its line quoted.

        One visible character stands for each that was typed, so that carets point to the right column.
        """
        quoted_line = self.lines[line - 1] if line <= len(self.lines) else ""
        if len(quoted_line) > MAX_QUOTED_LINE_LENGTH:
            quoted_line = ""
        return SourceLocation(
            self.file,
            line,
            column,
            width,
            INVISIBLE_CHARACTER_PATTERN.sub("\N{REPLACEMENT CHARACTER}", quoted_line.replace("\t", "→")),
        )


def read_source_file(root: Path, file: Path) -> SourceFile:
    """Read *file*, a path below *root*, and decode it. Raises OSError where it cannot be opened."""
    return decode_source_file(file.as_posix(), read_limited(root / file))


def read_limited(path: Path) -> bytes:
    """Return the bytes of a file: at most one more than allowed, so that `decode_source_file` refuses it then."""
    with path.open("rb") as opened:
        return opened.read(MAX_FILE_BYTES + 1)


def decode_source_file(file: str, data: bytes) -> SourceFile:
    """Decode the bytes of *file* into a source file; an unreadable one carries its diagnostic."""
    if len(data) > MAX_FILE_BYTES:
        return _unreadable_file(file, "", 0, "too-large", "this file is larger than a megabyte", "split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = data.decode("utf-8-sig", "replace")
        hint = "save it as UTF-8, not as UTF-16" if data[:2] in UTF_16_BYTE_ORDER_MARKS else "save it as UTF-8"
        offset = len(error.object[: error.start].decode("utf-8", "replace"))
        return _unreadable_file(file, text, offset, "not-utf8", "this character is not UTF-8", hint)
    if invisible := INVISIBLE_CHARACTER_PATTERN.search(text):
        message = f"there is a character here that cannot be seen (U+{ord(invisible.group()):04X})"
        return _unreadable_file(
            file, text, invisible.start(), "control-character", message, "delete it and type the text again"
        )
    return SourceFile(file, text, _split_lines(text))


def _unreadable_file(file: str, text: str, offset: int, code: str, message: str, hint: str) -> SourceFile:
    """Return a source file that cannot be read, with a diagnostic at *offset* characters."""
    lines_before, lines = _split_lines(text[:offset]), _split_lines(text)
    location = SourceFile(file, "", lines).location_at(len(lines_before), len(lines_before[-1]) + 1)
    return SourceFile(file, "", lines, Diagnostic(location, code, message, hint))


def _split_lines(text: str) -> tuple[str, ...]:
    """Split *text* into lines at any kind of line break."""
    return tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
