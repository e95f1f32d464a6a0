"""What is kept has a shape, and the shapes themselves are right: each lets its own through, and nothing else."""

import pytest

from bot.sessions.row_schema import (
    MESSAGE_SHAPE,
    NUMBER_LIMIT,
    OUTBOX_ENTRY_SHAPE,
    VIEW_SHAPE,
    Shape,
    has_no_lone_surrogates,
    is_boolean,
    is_button,
    is_count,
    is_number,
    is_text,
    is_text_or_number,
    is_time,
    list_of,
    mapping_of,
    object_with,
    tuple_of,
)

THINGS = (
    None,
    True,
    0,
    7,
    -7,
    NUMBER_LIMIT,
    -NUMBER_LIMIT,
    0.5,
    -0.5,
    float("nan"),
    "",
    "x",
    [],
    [7],
    ["x"],
    {},
    {"a": 7},
    {"a": "x"},
)
SHEET_ = {"text": "x", "rows": [[["x", "y"]], [["x", "", "z"]]], "protect": True, "marks": [["b", 0, 4]], "phone": "1"}


@pytest.mark.parametrize(
    ("shape", "fits"),
    [
        (is_number, (0, 7, -7)),
        (is_count, (0, 7)),
        (is_time, (0, 7, 0.5)),
        (is_text, ("", "x")),
        (is_boolean, (True,)),
        (is_text_or_number, (0, 7, -7, "", "x")),
        (list_of(is_text), ([], ["x"])),
        (tuple_of(is_count), ([7],)),
        (tuple_of(), ([],)),
        (object_with({"a": is_count}), ({}, {"a": 7})),
        (object_with({}, "a"), ({"a": 7}, {"a": "x"})),
        (mapping_of(is_text), ({}, {"a": "x"})),
    ],
)
def test_each_lets_its_own_through(shape: Shape, fits: tuple[object, ...]) -> None:
    let_through = [thing for thing in THINGS if shape(thing)]
    assert list(map(repr, let_through)) == list(map(repr, fits))


def test_the_largest_number_is_just_below_the_limit() -> None:
    assert is_number(NUMBER_LIMIT - 1)
    assert is_number(1 - NUMBER_LIMIT)
    assert is_time(float(NUMBER_LIMIT // 2))


def test_a_row_has_just_its_items_in_their_order() -> None:
    shape = tuple_of(is_text, is_count)
    assert shape(["x", 7])
    assert not any(map(shape, (["x"], ["x", 7, 7], [7, "x"], ["x", "x"], "x7", ("x", 7))))


def test_a_table_may_hold_what_nobody_knows_yet_but_what_is_known_must_fit() -> None:
    shape = object_with({"a": is_count, "b": is_text}, "a")
    assert shape({"a": 7, "b": "x", "c": None})
    assert not any(map(shape, ({"b": "x"}, {"a": "x"}, {"a": 7, "b": 7}, [["a", 7]])))


def test_a_key_is_two_texts_or_three() -> None:
    assert is_button(["x", "y"])
    assert is_button(["x", "", "z"])
    assert not any(map(is_button, (["x"], ["x", "y", "z", "z"], ["x", 7], "xy", None)))


@pytest.mark.parametrize("name", ["text", "rows", "protect"])
def test_a_sheet_lacks_nothing(name: str) -> None:
    assert MESSAGE_SHAPE(SHEET_)
    assert not MESSAGE_SHAPE({key: value for key, value in SHEET_.items() if key != name})


@pytest.mark.parametrize("name", [*SHEET_])
def test_nothing_of_a_sheet_is_something_else(name: str) -> None:
    assert not MESSAGE_SHAPE(SHEET_ | {name: {"x": 7}})


def test_a_parcel_and_a_screen() -> None:
    parcel = {"n": -1, "turn": 0, "moved": True, "tap": ["q", ""], "card": [SHEET_], "kind": "question", "bare": 7}
    assert OUTBOX_ENTRY_SHAPE(parcel)
    assert not any(
        OUTBOX_ENTRY_SHAPE(parcel | wrong) for wrong in ({"card": []}, {"tap": ["q"]}, {"turn": -1}, {"alarm": [7]})
    )
    screen = {"card": 7, "ids": [1, 7], "left": [[1, "x"]], "done": {"1": ["card"]}, "alarm": [7, "x", 1], "new": None}
    assert VIEW_SHAPE(screen)
    assert not any(VIEW_SHAPE(screen | wrong) for wrong in ({"ids": ["x"]}, {"left": [[1]]}, {"done": {"1": [7]}}))


def test_half_a_character_is_nowhere_and_a_backslash_may_be() -> None:
    assert has_no_lone_surrogates(r'{"a": "\\ud800"}', {"a": r"\ud800"})
    assert not has_no_lone_surrogates(r'{"a": "\ud800"}', {"a": "\ud800"})
    assert not has_no_lone_surrogates(r'{"a": "\UD800"}'.replace("U", "u"), {"a": "\ud800"})
