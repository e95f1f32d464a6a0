"""A clock that ignores jumps of the system time until they have lasted for half an hour.

How long a conversation lives depends on the system time, which an operator or a time server may set wrong by a day, and
right again. Between two calls the monotonic clock counts, which never jumps. Where the two differ, the system time is
accepted after half an hour: so no jump ends a conversation at once, and none keeps one for ever.
"""

import time
from collections.abc import Callable

JUMP = 60.0  # a larger difference between the two clocks is a jump
LASTS = 1800.0  # how long a jump must last before it is accepted


class Steady:
    """A clock to call for the time in seconds since the epoch; it accepts a jump only after half an hour."""

    def __init__(self, wall: Callable[[], float] = time.time, going: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._going = wall, going
        self._at, self._then = wall(), going()
        self._since: float | None = None  # when the difference was first seen

    def __call__(self) -> float:
        wall, then = self._wall(), self._going()
        told = self._at + then - self._then
        if abs(wall - told) <= JUMP:
            self._since = None
        elif self._since is None:
            self._since = then
        if self._since is None or then - self._since >= LASTS:
            told, self._since = wall, None
        self._at, self._then = told, then
        return told
