"""One kind of input: good examples of it, how they go bad, and what must be true whatever comes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

Bend = Callable[[bytes, Sequence[bytes], Random], bytes]


@dataclass(frozen=True)
class Area:
    """*attempt* says in a word what became of a case, and raises whatever should never be.

    *share* is how many of a million cases are this area's; *limit* the processor seconds that no case may take.
    """

    name: str
    what: str
    seeds: Sequence[bytes]
    bend: Bend
    attempt: Callable[[bytes], str]
    share: int
    limit: float = 0.25


class WrongOutcomeError(AssertionError):
    """Something was recorded, opened or let through that nobody said, wrote or may see."""
