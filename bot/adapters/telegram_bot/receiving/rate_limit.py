"""The rate limit of one chat: five updates at once, then one a second; a tap over that gets an empty answer.

Emergencies are never over it, nor is leaving: a call for help, stop, delete and hide are always handled.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

BURST_UPDATES, UPDATES_PER_SECOND = 5.0, 1.0
MAX_CHATS_REMEMBERED = 20_000  # a chat that is forgotten starts with all five again
ALWAYS_ALLOWED = ("urgent", "stop", "delete", "hide")


class RateLimiter:
    """A token bucket for each chat: filled by time, emptied by updates."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[int, tuple[float, float]] = OrderedDict()

    def allow(self, chat: int) -> bool:
        """Take one token of *chat*; return whether there was one."""
        now = self._clock()
        tokens, updated_at = self._buckets.pop(chat, (BURST_UPDATES, now))
        tokens = min(BURST_UPDATES, tokens + (now - updated_at) * UPDATES_PER_SECOND)
        is_allowed = tokens >= 1.0
        self._buckets[chat] = (tokens - 1.0 if is_allowed else tokens, now)
        while len(self._buckets) > MAX_CHATS_REMEMBERED:
            self._buckets.popitem(last=False)
        return is_allowed
