"""What every test may ask for: the content that ships, and a chat with it."""

import pytest

from bot.authoring.loader import home, load
from bot.model.bundle import Library
from tests.support.stories import Chat


@pytest.fixture(scope="session")
def library() -> Library:
    return load(home())[0]


@pytest.fixture
def chat(library: Library) -> Chat:
    """Somebody who has answered once, and is asked about signs of danger."""
    chat = Chat(library)
    chat.begin()
    chat.press("bleeding")
    return chat
