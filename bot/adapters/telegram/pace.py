"""How fast one chat may go: five at once, then one a second. What is over that is acknowledged and comes to nothing.

Nobody's emergency is ever over it, nor is leaving: whoever calls for help, stops, deletes or hides is always heard.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

BURST, A_SECOND = 5.0, 1.0
MOST = 20_000  # chats remembered; who is forgotten starts with all five again
ALWAYS = ("urgent", "stop", "delete", "hide")


class Pace:
    """A bucket a chat, that fills with time and is emptied by updates."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[int, tuple[float, float]] = OrderedDict()

    def allows(self, chat: int) -> bool:
        """Whether *chat* may do one thing more just now; it counts as done."""
        now = self._clock()
        left, at = self._buckets.pop(chat, (BURST, now))
        left = min(BURST, left + (now - at) * A_SECOND)
        is_allowed = left >= 1.0
        self._buckets[chat] = (left - 1.0 if is_allowed else left, now)
        while len(self._buckets) > MOST:
            self._buckets.popitem(last=False)
        return is_allowed
