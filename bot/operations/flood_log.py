"""A log that a flood cannot fill: each warning is written once, and again only after ten minutes."""

import logging
import time
from collections.abc import Callable

QUIET_SECONDS = 600.0  # in which a warning is not written again


class FloodLog:
    """A log of warnings that a stranger can cause without end. How often that happens is a metric's to tell."""

    def __init__(self, log: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        self._log, self._clock = log, clock
        self._written_at: dict[str, float] = {}

    def warn(self, sentence: str) -> None:
        """Write *sentence*, one from our own source, unless it was written a short while ago."""
        now = self._clock()
        if now - self._written_at.get(sentence, -QUIET_SECONDS) >= QUIET_SECONDS:
            self._written_at[sentence] = now
            self._log.warning(sentence)
