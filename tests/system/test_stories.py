"""Forty people's stories, told through the real engine: each ends between its lowest safe and highest sensible."""

import pytest

from bot.model.bundle import ContentBundle
from bot.model.urgency import Urgency
from tests.support.stories import STORIES, Chat


@pytest.mark.parametrize("name", STORIES["stories"])
def test_a_story_ends_where_it_should(library: ContentBundle, name: str) -> None:
    story = STORIES["stories"][name]
    lowest, highest = (Urgency[word.upper()] for word in story["between"])
    chat = Chat(library)
    chat.begin()
    ending = chat.tap(story["taps"])
    assert ending.floor is not None
    assert lowest <= ending.floor.urgency <= highest, f"{name} ended at {ending.floor} after {chat.asked}"
    assert set(story["taps"]) <= set(chat.asked), f"{name} was never asked {set(story['taps']) - set(chat.asked)}"
    assert len(chat.asked) == len(set(chat.asked)), f"{name} was asked something twice"


def test_all_forty_are_here() -> None:
    assert list(STORIES["stories"]) == [f"G{number:02}" for number in range(1, 41)]
