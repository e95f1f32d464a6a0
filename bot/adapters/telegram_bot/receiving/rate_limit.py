"""The rate limit of one chat: five updates at once, then one a second; a tap over that gets an empty answer.

Emergencies are never over it, nor is leaving: a call for help, stop, delete and hide are always handled.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

BURST, A_SECOND = 5.0, 1.0
MOST = 20_000  # a chat that is forgotten starts with all five again
ALWAYS = ("urgent", "stop", "delete", "hide")


class Pace:
    """A token bucket for each chat: filled by time, emptied by updates."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[int, tuple[float, float]] = OrderedDict()

    def allows(self, chat: int) -> bool:
        """Take one token of *chat*; return whether there was one."""
        now = self._clock()
        left, at = self._buckets.pop(chat, (BURST, now))
        left = min(BURST, left + (now - at) * A_SECOND)
        is_allowed = left >= 1.0
        self._buckets[chat] = (left - 1.0 if is_allowed else left, now)
        while len(self._buckets) > MOST:
            self._buckets.popitem(last=False)
        return is_allowed
