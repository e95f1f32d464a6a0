"""Residuals: what the answers left of all guards, as one number with a bit for each guard and its residual.

So one `&` looks up a guard, and two states are compared as fast as two numbers."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping


class Lefts:
    """The table of bits: one for each pair of a guard and its residual.

    *bits_of_guard* has for each guard all of its bits: `&` gives the one that is set; 0 where no answer bore on it."""

    def __init__(self) -> None:
        self.of: defaultdict[int, int] = defaultdict(int)
        self.formula: dict[int, int] = {}  # what is left, by bit
        self._bits: dict[tuple[int, int], int] = {}
        self._pairs: list[tuple[int, int]] = []

    def bit(self, guard: int, formula: int) -> int:
        """Return the bit for *guard* with *formula* as its residual."""
        pair = guard, formula
        if pair not in self._bits:
            bit = self._bits[pair] = 1 << len(self._pairs)
            self._pairs.append(pair)
            self.formula[bit] = formula
            self.of[guard] |= bit
        return self._bits[pair]

    def pair(self, bit: int) -> tuple[int, int]:
        """Return the guard and the residual of *bit*."""
        return self._pairs[bit.bit_length() - 1]

    def __len__(self) -> int:
        return len(self._pairs)

    def mask(self, guards: Iterable[int]) -> int:
        """Return all bits of some guards, as many as there are by now."""
        mask = 0
        for guard in guards:
            mask |= self.of[guard]
        return mask

    def left(self, left: int, guard: int, base: Mapping[int, int], plain: int) -> int:
        """Return the residual of one guard: from *residual_bits*, else from *base_residuals*, else *default*."""
        bit = left & self.of[guard]
        return self.formula[bit] if bit else base.get(guard, plain)


def bits(left: int) -> Iterator[int]:
    """Yield each set bit of *mask* as a number of its own."""
    while left:
        low = left & -left
        yield low
        left ^= low
