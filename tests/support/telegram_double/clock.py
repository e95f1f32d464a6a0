"""Telegram's clock: it runs as fast as a test likes, and jumps when told to."""

import time

from tests.support.telegram_double.wakeup import Wakeup


class Clock:
    """Seconds since 1970 by the double's reckoning. *speed* 60 makes a minute of one real second."""

    def __init__(self, speed: float = 1.0, start: float | None = None) -> None:
        self._speed = speed
        self._read = time.monotonic()
        self._time = time.time() if start is None else start
        self._wakeup = Wakeup()

    def now(self) -> float:
        return self._time + (time.monotonic() - self._read) * self._speed

    @property
    def speed(self) -> float:
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._time, self._read = self.now(), time.monotonic()
        self._speed = speed
        self._wakeup.notify()

    def advance(self, seconds: float) -> None:
        """Let *seconds* pass at once; everybody who sleeps on this clock looks again."""
        self._time += seconds
        self._wakeup.notify()

    async def sleep(self, seconds: float) -> None:
        """Sleep until this clock has gone on by *seconds*."""
        end = self.now() + seconds
        while (left := end - self.now()) > 0:
            await self._wakeup.wait(left / self._speed)
