"""Residuals: what the answers left of all guards, as one number with a bit for each guard and its residual.

So one `&` looks up a guard, and two states are compared as fast as two numbers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping


class Residuals:
    """The table of bits: one for each pair of a guard and its residual.

    *bits_of_guard* has for each guard all of its bits: `&` gives the one that is set; 0 where no answer bore on it."""

    def __init__(self) -> None:
        self.bits_of_guard: defaultdict[int, int] = defaultdict(int)
        self.formula_of_bit: dict[int, int] = {}  # what is left, by bit
        self._bits: dict[tuple[int, int], int] = {}
        self._pairs: list[tuple[int, int]] = []

    def bit(self, guard: int, formula: int) -> int:
        """Return the bit for *guard* with *formula* as its residual."""
        pair = guard, formula
        if pair not in self._bits:
            bit = self._bits[pair] = 1 << len(self._pairs)
            self._pairs.append(pair)
            self.formula_of_bit[bit] = formula
            self.bits_of_guard[guard] |= bit
        return self._bits[pair]

    def guard_and_formula(self, bit: int) -> tuple[int, int]:
        """Return the guard and the residual of *bit*."""
        return self._pairs[bit.bit_length() - 1]

    def __len__(self) -> int:
        return len(self._pairs)

    def mask_of(self, guards: Iterable[int]) -> int:
        """Return all bits of some guards, as many as there are by now."""
        mask = 0
        for guard in guards:
            mask |= self.bits_of_guard[guard]
        return mask

    def residual_of(self, residual_bits: int, guard: int, base_residuals: Mapping[int, int], default: int) -> int:
        """Return the residual of one guard: from *residual_bits*, else from *base_residuals*, else *default*."""
        bit = residual_bits & self.bits_of_guard[guard]
        return self.formula_of_bit[bit] if bit else base_residuals.get(guard, default)
