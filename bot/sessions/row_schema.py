"""The schema of a stored record: a row that does not match was not written by this release, and is not used.

That a row can be decrypted shows that it is ours, and not that it is whole: an older release may have written it, or a
fault. Its chat then starts afresh, which is better than a conversation that breaks at every tap.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

Shape = Callable[[Any], bool]
MOST = 1 << 63  # every stored number is smaller: turns, seconds, Telegram's ids


def is_number(value: object) -> bool:
    """Whether *value* is an integer within the limits of a stored number; a boolean is none."""
    return type(value) is int and -MOST < value < MOST


def is_count(value: object) -> bool:
    """Whether *value* is an integer of 0 or more."""
    return is_number(value) and value >= 0  # type: ignore[operator]


def is_time(value: object) -> bool:
    """Whether *value* is a time in seconds, of 0 or more."""
    return type(value) in (int, float) and 0 <= value < MOST  # type: ignore[operator]


def is_text(value: object) -> bool:
    """Whether *value* is a string."""
    return isinstance(value, str)


def is_scrap(value: object) -> bool:
    """Whether *value* is a string or an integer."""
    return is_text(value) or is_number(value)


def is_flag(value: object) -> bool:
    """Whether *value* is a boolean."""
    return isinstance(value, bool)


def each(shape: Shape) -> Shape:
    """Return the shape of a list whose every item has that *shape*."""
    return lambda value: isinstance(value, list) and all(map(shape, value))


def row(*shapes: Shape) -> Shape:
    """Return the shape of a list with just these items."""
    return lambda value: isinstance(value, list) and len(value) == len(shapes) and all(_pairwise(shapes, value))


def _pairwise(shapes: tuple[Shape, ...], values: list[Any]) -> list[bool]:
    """Return, for each of *shapes*, whether the value at its position matches."""
    return [shape(value) for shape, value in zip(shapes, values, strict=True)]


def table(known: Mapping[str, Shape], *needed: str) -> Shape:
    """Return the shape of an object whose known properties match and whose *required* ones are there.

    Properties that are not known may be anything.
    """

    def fits(value: object) -> bool:
        """Whether *value* is such an object."""
        if not isinstance(value, dict) or not set(needed) <= value.keys():
            return False
        return all(known[name](inside) for name, inside in value.items() if name in known)

    return fits


def values(shape: Shape) -> Shape:
    """Return the shape of an object with any keys, whose every value has that *shape*."""
    return lambda value: isinstance(value, dict) and all(map(shape, value.values()))


def is_key(value: object) -> bool:
    """Whether *value* is a button: its label, its data, and perhaps the text that it copies."""
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
    """Whether *value*, read from the JSON *text*, has no lone surrogates, which no store could encode again."""
    if "\\ud" not in text.lower():
        return True
    try:
        json.dumps(kept, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
