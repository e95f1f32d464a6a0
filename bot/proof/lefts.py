"""What the answers left of all guards, as one number: a bit for each guard that an answer bore on, and what is left.

So one `&` asks for a guard, and two places are compared as fast as two numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping


class Lefts:
    """A bit for each pair of a guard and what can be left of it. *of* has for each guard all of its bits: with `&` one
    has the one that is set, or 0 where no answer bore on the guard."""

    def __init__(self) -> None:
        self.of: defaultdict[int, int] = defaultdict(int)
        self.formula: dict[int, int] = {}  # what is left, by bit
        self._bits: dict[tuple[int, int], int] = {}
        self._pairs: list[tuple[int, int]] = []

    def bit(self, guard: int, formula: int) -> int:
        pair = guard, formula
        if pair not in self._bits:
            bit = self._bits[pair] = 1 << len(self._pairs)
            self._pairs.append(pair)
            self.formula[bit] = formula
            self.of[guard] |= bit
        return self._bits[pair]

    def pair(self, bit: int) -> tuple[int, int]:
        return self._pairs[bit.bit_length() - 1]

    def __len__(self) -> int:
        return len(self._pairs)

    def mask(self, guards: Iterable[int]) -> int:
        """All bits of some guards, as many as there are by now."""
        mask = 0
        for guard in guards:
            mask |= self.of[guard]
        return mask

    def left(self, left: int, guard: int, base: Mapping[int, int], plain: int) -> int:
        """What is left of one guard: in *left*, else in *base*, else it is *plain*."""
        bit = left & self.of[guard]
        return self.formula[bit] if bit else base.get(guard, plain)


def bits(left: int) -> Iterator[int]:
    """Each bit by itself."""
    while left:
        low = left & -left
        yield low
        left ^= low
