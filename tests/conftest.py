"""What every test may ask for: the content that ships, and a chat with it."""

import pytest

from bot.authoring.loader import content_root, load_bundle
from bot.model.bundle import ContentBundle
from tests.support.stories import Chat


@pytest.fixture(scope="session")
def library() -> ContentBundle:
    return load_bundle(content_root())[0]


@pytest.fixture
def chat(library: ContentBundle) -> Chat:
    """Somebody who has answered once, and is asked about signs of danger."""
    chat = Chat(library)
    chat.begin()
    chat.press("bleeding")
    return chat
