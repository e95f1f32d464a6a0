"""Back-off: how long a loop waits before it tries again what has failed."""

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Backoff:
    """Delays that double with each failure, from the first to the longest, both in seconds.

    *jitter* is the share by which a delay may be shorter or longer, so that not all try again in the same moment.
    """

    first_seconds: float
    max_seconds: float
    jitter: float = 0.0

    def delay(self, failures: int) -> float:
        """Return the seconds to wait after so many *failures* in a row, of which there is one at least."""
        doublings = min(failures - 1, 64)  # a number of any size is no longer a float
        delay = min(self.max_seconds, self.first_seconds * float(1 << doublings))
        return delay * random.uniform(1 - self.jitter, 1 + self.jitter) if self.jitter else delay  # noqa: S311
