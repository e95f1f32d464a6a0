"""The ids of messages that were seen lately, in whatever chat: they tell what an id in doubt can be of.

Telegram counts the messages of a bot in one row over all its private chats and basic groups. So a message that is sent
now has a higher id than any that was seen before, and an id that was seen in one chat is of no other.
"""

from collections import deque

MAX_SEEN_IDS = 20_000  # of a busy bot's last minutes
LOWEST_BASIC_GROUP = (
    -1_000_000_000_000
)  # chats below it are supergroups and channels, whose messages are a row of their own


class MessageIds:
    """The ids that were seen lately, and the *newest*: 0 where none was. `in` tells whether an id was seen."""

    def __init__(self) -> None:
        self.newest = 0
        self._order: deque[int] = deque()
        self._seen: set[int] = set()

    def __contains__(self, message_id: object) -> bool:
        return message_id in self._seen

    def note(self, chat_id: int, message_id: int) -> None:
        """Note that *message_id* was seen in the chat."""
        if chat_id <= LOWEST_BASIC_GROUP or message_id in self._seen:
            return
        self.newest = max(self.newest, message_id)
        self._seen.add(message_id)
        self._order.append(message_id)
        if len(self._order) > MAX_SEEN_IDS:
            self._seen.discard(self._order.popleft())
