"""Message entities: headings in bold, and spoilers, which are covered until they are tapped on.

Texts carry their formatting in themselves until they are sent, so that they can be joined and cut: `## ` begins a
heading, as in a page's file, and two characters that cannot be typed enclose a spoiler.
"""

import re
from collections.abc import Iterator

BEGIN, END = "\ue000", "\ue001"
_MARK = re.compile(rf"^## (?P<heading>[^\n{BEGIN}{END}]*)|(?P<begin>{BEGIN})|(?P<end>{END})", re.MULTILINE)

Mark = list[str | int]  # Telegram's type, offset and length, in UTF-16 units


def covered(text: str) -> str:
    """Return *text* as a spoiler, which cannot be read over a shoulder or on a locked phone."""
    return f"{BEGIN}{text}{END}"


def plain(text: str) -> tuple[str, list[Mark]]:
    """Return *text* as it is sent, and its entities."""
    shown, marks, at = "", list[Mark](), 0
    begun: int | None = None
    for found in _MARK.finditer(text):
        shown += text[at : found.start()]
        at = found.end()
        if found["begin"]:
            begun = _units(shown)
        elif found["end"]:
            marks += _mark("spoiler", begun or 0, _units(shown))
            begun = None
        else:
            marks += _mark("bold", _units(shown), _units(shown + found["heading"]))
            shown += found["heading"]
    shown += text[at:]
    if begun is not None:  # cut in the middle: the spoiler goes on to the end
        marks += _mark("spoiler", begun, _units(shown))
    return shown, sorted(marks, key=lambda mark: mark[1])


def _mark(kind: str, begin: int, end: int) -> Iterator[Mark]:
    """Yield an entity, unless it would be empty."""
    if end > begin:
        yield [kind, begin, end - begin]


def _units(text: str) -> int:
    """Return the length of *text* in UTF-16 units, in which Telegram counts."""
    return len(text.encode("utf-16-le")) // 2
