"""A clock that ignores jumps of the system time until they have lasted for half an hour.

How long a conversation lives depends on the system time, which an operator or a time server may set wrong by a day, and
right again. Between two calls the monotonic clock counts, which never jumps. Where the two differ, the system time is
accepted after half an hour: so no jump ends a conversation at once, and none keeps one for ever.
"""

import time
from collections.abc import Callable

JUMP_SECONDS = 60.0  # a larger difference between the two clocks is a jump
JUMP_CONFIRMED_SECONDS = 1800.0  # how long a jump must last before it is accepted


class JumpTolerantClock:
    """A clock to call for the time in seconds since the epoch; it accepts a jump only after half an hour."""

    def __init__(
        self, wall_clock: Callable[[], float] = time.time, monotonic_clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall_clock, self._monotonic_clock = wall_clock, monotonic_clock
        self._last_reported, self._last_monotonic = wall_clock(), monotonic_clock()
        self._jump_since: float | None = None  # when the difference was first seen

    def __call__(self) -> float:
        wall_time, monotonic = self._wall_clock(), self._monotonic_clock()
        reported = self._last_reported + monotonic - self._last_monotonic
        if abs(wall_time - reported) <= JUMP_SECONDS:
            self._jump_since = None
        elif self._jump_since is None:
            self._jump_since = monotonic
        if self._jump_since is None or monotonic - self._jump_since >= JUMP_CONFIRMED_SECONDS:
            reported, self._jump_since = wall_time, None
        self._last_reported, self._last_monotonic = reported, monotonic
        return reported
