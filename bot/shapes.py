"""The shape of what is kept: a row that has another one was not written by this bot, and nothing of it is believed.

A seal shows that a row is ours, and not that it is whole: an older release may have kept it, or a fault. Whoever it
belongs to then begins afresh, which is better than a conversation that breaks at every tap.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

Shape = Callable[[Any], bool]
MOST = 1 << 63  # no number of ours is larger: turns, seconds, Telegram's own


def is_number(value: object) -> bool:
    return type(value) is int and -MOST < value < MOST


def is_count(value: object) -> bool:
    return is_number(value) and value >= 0  # type: ignore[operator]


def is_time(value: object) -> bool:
    return type(value) in (int, float) and 0 <= value < MOST  # type: ignore[operator]


def is_text(value: object) -> bool:
    return isinstance(value, str)


def is_scrap(value: object) -> bool:
    return is_text(value) or is_number(value)


def is_flag(value: object) -> bool:
    return isinstance(value, bool)


def each(shape: Shape) -> Shape:
    """A list whose every item has that *shape*."""
    return lambda value: isinstance(value, list) and all(map(shape, value))


def row(*shapes: Shape) -> Shape:
    """A list with just these items."""
    return lambda value: isinstance(value, list) and len(value) == len(shapes) and all(_pairwise(shapes, value))


def _pairwise(shapes: tuple[Shape, ...], values: list[Any]) -> list[bool]:
    return [shape(value) for shape, value in zip(shapes, values, strict=True)]


def table(known: Mapping[str, Shape], *needed: str) -> Shape:
    """A table in which everything that is *known* has its shape, and the *needed* are there; the rest is anything."""

    def fits(value: object) -> bool:
        if not isinstance(value, dict) or not set(needed) <= value.keys():
            return False
        return all(known[name](inside) for name, inside in value.items() if name in known)

    return fits


def values(shape: Shape) -> Shape:
    """A table of anything, whose every value has that *shape*."""
    return lambda value: isinstance(value, dict) and all(map(shape, value.values()))


def is_key(value: object) -> bool:
    """A button: what it says, its data, and perhaps what it copies."""
    return each(is_text)(value) and 2 <= len(value) <= 3  # type: ignore[arg-type]


SHEET = table(
    {"text": is_text, "rows": each(each(is_key)), "protect": is_flag, "marks": each(each(is_scrap)), "phone": is_text},
    "text",
    "rows",
    "protect",
)
SHEETS = each(SHEET)
PARCEL = table(
    {
        "n": is_number,
        "turn": is_count,
        "moved": is_flag,
        "tap": row(is_text, is_text),
        "alarm": SHEETS,
        "beside": SHEETS,
        "card": lambda value: SHEETS(value) and bool(value),
        "kind": is_text,
        "left": is_text,
        "typed": is_number,
        "bare": is_number,
        "clear": each(is_number),
        "until": is_time,
        "page": is_flag,
        "line": SHEET,
        "some_left": SHEET,
    },
    "n",
    "turn",
    "moved",
)
SCREEN = table(
    {
        **dict.fromkeys(("card", "last", "by", "shown", "turn", "doubt", "cleared"), is_number),
        **dict.fromkeys(("kind", "face"), is_text),
        **dict.fromkeys(("ids", "up", "strange", "spare", "pages"), each(is_number)),
        "alarm": row(is_number, is_text, is_number),
        "left": each(row(is_number, is_text)),
        "done": values(each(is_text)),
    }
)
KEPT = table(
    {
        "tag": is_text,
        "begun": is_time,
        "touched": is_time,
        "screen": SCREEN,
        "outbox": each(PARCEL),
        "by": is_text,
    }
)


def is_whole(text: str, kept: object) -> bool:
    """Whether *kept*, read from the JSON *text*, has no half characters, which no store could keep again."""
    if "\\ud" not in text.lower():
        return True
    try:
        json.dumps(kept, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
