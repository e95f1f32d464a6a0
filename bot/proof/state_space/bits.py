"""Sets of small numbers as the bits of one integer: the members of such a set."""

from collections.abc import Iterator


def single_bits(mask: int) -> Iterator[int]:
    """Yield each set bit of *mask* as a number of its own, the lowest first."""
    while mask:
        low = mask & -mask
        yield low
        mask ^= low


def bit_numbers(mask: int) -> Iterator[int]:
    """Yield the positions of the bits that are set in *mask*, the lowest first."""
    return (bit.bit_length() - 1 for bit in single_bits(mask))
