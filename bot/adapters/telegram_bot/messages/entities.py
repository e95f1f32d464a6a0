"""Message entities: headings in bold, and spoilers, which are covered until they are tapped on.

Texts carry their formatting in themselves until they are sent, so that they can be joined and cut: `## ` begins a
heading, as in a page's file, and two characters that cannot be typed enclose a spoiler.
"""

import re
from collections.abc import Iterator

from bot.sessions.outbox_entry import Entity

SPOILER_BEGIN, SPOILER_END = "\ue000", "\ue001"
_MARKUP = re.compile(
    rf"^## (?P<heading>[^\n{SPOILER_BEGIN}{SPOILER_END}]*)|(?P<begin>{SPOILER_BEGIN})|(?P<end>{SPOILER_END})",
    re.MULTILINE,
)


def as_spoiler(text: str) -> str:
    """Return *text* as a spoiler, which cannot be read over a shoulder or on a locked phone."""
    return f"{SPOILER_BEGIN}{text}{SPOILER_END}"


def extract_entities(text: str) -> tuple[str, list[Entity]]:
    """Return *text* as it is sent, and its entities."""
    shown, entities, position = "", list[Entity](), 0
    spoiler_start: int | None = None
    for found in _MARKUP.finditer(text):
        shown += text[position : found.start()]
        position = found.end()
        if found["begin"]:
            spoiler_start = _utf16_length(shown)
        elif found["end"]:
            entities += _entity("spoiler", spoiler_start or 0, _utf16_length(shown))
            spoiler_start = None
        else:
            entities += _entity("bold", _utf16_length(shown), _utf16_length(shown + found["heading"]))
            shown += found["heading"]
    shown += text[position:]
    if spoiler_start is not None:  # cut in the middle: the spoiler goes on to the end
        entities += _entity("spoiler", spoiler_start, _utf16_length(shown))
    return shown, sorted(entities, key=lambda entity: entity[1])


def _entity(kind: str, begin: int, end: int) -> Iterator[Entity]:
    """Yield an entity, unless it would be empty."""
    if end > begin:
        yield [kind, begin, end - begin]


def _utf16_length(text: str) -> int:
    """Return the length of *text* in UTF-16 units, in which Telegram counts."""
    return len(text.encode("utf-16-le")) // 2
