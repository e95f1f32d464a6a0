"""Folding: once, on a bounded length, whatever the characters are."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.understanding.folding import MAX_TYPED_CHARACTERS, fold, read_typed


@given(st.text(max_size=300))
def test_what_is_folded_stays_as_it_is(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=6000))
def test_it_is_bounded(text: str) -> None:
    typed = read_typed(text)
    assert len(typed.folded) <= MAX_TYPED_CHARACTERS
    assert len(typed.classified) <= 701
    assert len(typed.raw) <= 200


@pytest.mark.parametrize(
    "part", ["\ufdfa", "\u0300\u0316", "\u4e00", "\U0001f600", "\ud55c", "ß", "\u0390", "\u0e33", "a", "a "]
)
def test_it_costs_little_whatever_the_characters_are(part: str) -> None:
    text = "x" + part * MAX_TYPED_CHARACTERS
    assert min(_seconds(text) for _ in range(7)) < 0.010


def _seconds(text: str) -> float:
    started = time.process_time()
    read_typed(text)
    return time.process_time() - started


def test_only_the_beginning_and_the_end_of_a_long_text_are_classified() -> None:
    text = "first " + "x" * 600 + " middle " + "y" * 600 + " last"
    classified = read_typed(text).classified
    assert classified.startswith("first ")
    assert classified.endswith(" last")
    assert "middle" not in classified
