"""A source file as it was typed: its lines, source locations, and faults that make it unreadable."""

import re
from dataclasses import dataclass

from bot.model.diagnostics import Place, Problem

MOST_BYTES = 1 << 20
WIDEST = 300  # characters; a longer line is not quoted in a diagnostic
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# Controls, YAML's odd line breaks, marks that turn the reading direction, half characters.
UNSEEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A decoded source file; *text* is empty when *diagnostic* says why it cannot be read."""

    file: str
    text: str
    lines: tuple[str, ...] = ()
    fault: Problem | None = None

    @property
    def stem(self) -> str:
        """Return the file's name without folder and suffix."""
        return self.file.rpartition("/")[2].rpartition(".")[0]

    def place(self, line: int, column: int, width: int = 1) -> Place:
        """Return a source location with its line quoted.

        One visible character stands for each that was typed, so that carets point to the right column.
        """
        source = self.lines[line - 1] if line <= len(self.lines) else ""
        if len(source) > WIDEST:
            source = ""
        return Place(self.file, line, column, width, UNSEEN.sub("\N{REPLACEMENT CHARACTER}", source.replace("\t", "→")))


def sheet(file: str, data: bytes) -> Sheet:
    """Decode the bytes of *file* into a source file; an unreadable one carries its diagnostic."""
    if len(data) > MOST_BYTES:
        return _unfit(file, "", 0, "too-large", "this file is larger than a megabyte", "split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = data.decode("utf-8-sig", "replace")
        hint = "save it as UTF-8, not as UTF-16" if data[:2] in UTF_16 else "save it as UTF-8"
        at = len(error.object[: error.start].decode("utf-8", "replace"))
        return _unfit(file, text, at, "not-utf8", "this character is not UTF-8", hint)
    if hidden := UNSEEN.search(text):
        message = f"there is a character here that cannot be seen (U+{ord(hidden.group()):04X})"
        return _unfit(file, text, hidden.start(), "control-character", message, "delete it and type the text again")
    return Sheet(file, text, _lines(text))


def _unfit(file: str, text: str, at: int, slug: str, message: str, hint: str) -> Sheet:
    """Return a source file that cannot be read, with a diagnostic at *offset* characters."""
    above, lines = _lines(text[:at]), _lines(text)
    place = Sheet(file, "", lines).place(len(above), len(above[-1]) + 1)
    return Sheet(file, "", lines, Problem(place, slug, message, hint))


def _lines(text: str) -> tuple[str, ...]:
    """Split *text* into lines at any kind of line break."""
    return tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
