"""On a small phone nothing is cut, off the screen or hard to see: every screen and every question, in a browser."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from tests.long.screenshots.browser import Browser, needed
from tests.long.screenshots.page import Phone, measuring, page
from tests.long.screenshots.phones import all_phones


@pytest.fixture(scope="module")
def phones() -> list[Phone]:
    needed()
    return asyncio.run(all_phones())


@pytest.fixture(scope="module")
def measured(phones: list[Phone]) -> dict[str, Any]:
    """What the browser finds on one page that holds every phone."""
    with Browser() as browser:
        browser.shows(page(phones))
        found: dict[str, Any] = browser.says(measuring())
        return found


def test_nothing_is_cut_or_off_the_screen_or_hard_to_see(phones: list[Phone], measured: dict[str, Any]) -> None:
    assert measured["phones"] == len(phones)
    assert measured["labels"] > 5_000
    assert measured["found"] == [], Counter((what, words) for _, what, words in measured["found"]).most_common(40)
