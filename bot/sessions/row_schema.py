"""The schema of a stored record: a row that does not match was not written by this release, and is not used.

That a row can be decrypted shows that it is ours, and not that it is whole: an older release may have written it, or a
fault. Its chat then starts afresh, which is better than a conversation that breaks at every tap.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

Shape = Callable[[Any], bool]
NUMBER_LIMIT = 1 << 63  # every stored number is smaller: turns, seconds, Telegram's ids


def is_number(value: object) -> bool:
    """Whether *value* is an integer within the limits of a stored number; a boolean is none."""
    return type(value) is int and -NUMBER_LIMIT < value < NUMBER_LIMIT


def is_count(value: object) -> bool:
    """Whether *value* is an integer of 0 or more."""
    return is_number(value) and value >= 0  # type: ignore[operator]


def is_time(value: object) -> bool:
    """Whether *value* is a time in seconds, of 0 or more."""
    return type(value) in (int, float) and 0 <= value < NUMBER_LIMIT  # type: ignore[operator]


def is_text(value: object) -> bool:
    """Whether *value* is a string."""
    return isinstance(value, str)


def is_text_or_number(value: object) -> bool:
    """Whether *value* is a string or an integer."""
    return is_text(value) or is_number(value)


def is_boolean(value: object) -> bool:
    """Whether *value* is a boolean."""
    return isinstance(value, bool)


def list_of(shape: Shape) -> Shape:
    """Return the shape of a list whose every item has that *shape*."""
    return lambda value: isinstance(value, list) and all(map(shape, value))


def tuple_of(*shapes: Shape) -> Shape:
    """Return the shape of a list with just these items."""
    return lambda value: isinstance(value, list) and len(value) == len(shapes) and all(_matches_pairwise(shapes, value))


def _matches_pairwise(shapes: tuple[Shape, ...], values: list[Any]) -> list[bool]:
    """Return, for each of *shapes*, whether the value at its position matches."""
    return [shape(value) for shape, value in zip(shapes, values, strict=True)]


def object_with(properties: Mapping[str, Shape], *required: str) -> Shape:
    """Return the shape of an object whose known properties match and whose *required* ones are there.

    Properties that are not known may be anything.
    """

    def matches(value: object) -> bool:
        """Whether *value* is such an object."""
        if not isinstance(value, dict) or not set(required) <= value.keys():
            return False
        return all(properties[name](item) for name, item in value.items() if name in properties)

    return matches


def mapping_of(shape: Shape) -> Shape:
    """Return the shape of an object with any keys, whose every value has that *shape*."""
    return lambda value: isinstance(value, dict) and all(map(shape, value.values()))


def is_button(value: object) -> bool:
    """Whether *value* is a button: its label, its data, and perhaps the text that it copies."""
    return list_of(is_text)(value) and 2 <= len(value) <= 3  # type: ignore[arg-type]


MESSAGE_SHAPE = object_with(
    {
        "text": is_text,
        "rows": list_of(list_of(is_button)),
        "protect": is_boolean,
        "marks": list_of(list_of(is_text_or_number)),
        "phone": is_text,
    },
    "text",
    "rows",
    "protect",
)
MESSAGES_SHAPE = list_of(MESSAGE_SHAPE)
OUTBOX_ENTRY_SHAPE = object_with(
    {
        "n": is_number,
        "turn": is_count,
        "moved": is_boolean,
        "tap": tuple_of(is_text, is_text),
        "alarm": MESSAGES_SHAPE,
        "beside": MESSAGES_SHAPE,
        "card": lambda value: MESSAGES_SHAPE(value) and bool(value),
        "kind": is_text,
        "left": is_text,
        "typed": is_number,
        "bare": is_number,
        "clear": list_of(is_number),
        "until": is_time,
        "page": is_boolean,
        "line": MESSAGE_SHAPE,
        "some_left": MESSAGE_SHAPE,
    },
    "n",
    "turn",
    "moved",
)
VIEW_SHAPE = object_with(
    {
        **dict.fromkeys(("card", "last", "by", "shown", "turn", "doubt", "cleared"), is_number),
        **dict.fromkeys(("kind", "face"), is_text),
        **dict.fromkeys(("ids", "up", "strange", "spare", "pages"), list_of(is_number)),
        "alarm": tuple_of(is_number, is_text, is_number),
        "left": list_of(tuple_of(is_number, is_text)),
        "done": mapping_of(list_of(is_text)),
    }
)
RECORD_SHAPE = object_with(
    {
        "tag": is_text,
        "begun": is_time,
        "touched": is_time,
        "screen": VIEW_SHAPE,
        "outbox": list_of(OUTBOX_ENTRY_SHAPE),
        "by": is_text,
    }
)


def has_no_lone_surrogates(text: str, value: object) -> bool:
    """Whether *value*, read from the JSON *text*, has no lone surrogates, which no store could encode again."""
    if "\\ud" not in text.lower():
        return True
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
