"""The time of day, as somebody tells it who does not believe every clock: a jump must last before it counts.

How long a conversation lives is told by the clock on the wall, which an operator or a time server may set wrong by a
day, and right again. What passes between two looks is told by another clock, that only ever goes on. Where they differ,
the wall is believed after half an hour: so no jump ends a conversation at once, and none keeps one for ever.
"""

import time
from collections.abc import Callable

JUMP = 60.0  # seconds by which the two may part before it is a jump
LASTS = 1800.0  # seconds for which a jump must last


class Steady:
    def __init__(self, wall: Callable[[], float] = time.time, going: Callable[[], float] = time.monotonic) -> None:
        self._wall, self._going = wall, going
        self._at, self._then = wall(), going()
        self._since: float | None = None  # when the wall first disagreed

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
