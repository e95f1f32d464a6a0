"""Whether a store can keep what people say: the outcome of its last write, for as long as that tells anything."""

import time
from collections.abc import Callable

FRESH_SECONDS = 30.0  # for which a write that was kept shows that the next one will be
PROBE_ID = -1  # of the row that a trial write makes and removes again: Telegram's numbers are positive
PROBE_TEXT = "x" * (1 << 14)  # as much as a long conversation: a full disk has no room for it


class WriteHealth:
    """The outcome of a store's last write."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept_at: float | None = None

    def record(self, succeeded: bool) -> None:
        """Note that a write was kept, or that one was not."""
        self._kept_at = self._clock() if succeeded else None

    @property
    def is_known_good(self) -> bool:
        """Whether the last write was kept, and not long ago."""
        return self._kept_at is not None and self._clock() - self._kept_at < FRESH_SECONDS
