"""The step cache: a move looks at guard after guard, and where it finds the same, it goes the same way."""

from collections.abc import Hashable, Set
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.proof.state_space.guards import Situation
from bot.proof.state_space.reachability import Here, Stack
from bot.proof.state_space.residuals import Lefts
from bot.proof.state_space.symbolic_step import End

Heard = tuple[tuple[Here, ...], ...]  # for each option, the statements said after it


@dataclass(slots=True)
class Went:
    """Where a move has led: an ending, or a question with its control state.

    *used_option_goto* says that it took the option's own `goto`, *statements* what was said on the way, *guards_read*
    which guards were looked at."""

    end: End | None
    stack: Stack
    height: int
    entered: tuple[str, ...]
    there: Situation | None
    own: bool
    heard: tuple[Here, ...]
    read: frozenset[int]


@dataclass(slots=True)
class Leads:
    """Where some options of a question lead: they drop *dropped_bits* of the residuals, and add *added_bits*."""

    went: Went
    touched: int
    turned: int
    options: list[int]


@dataclass(slots=True)
class Row:
    """Where all options of a question lead, and the statements after each."""

    options: int
    heard: Heard
    leads: tuple[Leads, ...]


Found = TypeVar("Found")


class _Alike(Generic[Found]):
    """The results from one start, by what is left of all *guards* that were looked at: their bits are *mask*."""

    __slots__ = ("found", "guards", "mask", "size")

    def __init__(self) -> None:
        self.guards: set[int] = set()
        self.mask, self.size = 0, -1  # how many bits there were when the mask was made
        self.found: dict[int, Found] = {}


class Memory(Generic[Found]):
    """A cache of results, by the start and by what is left of every guard that is looked at.

    It stays true when more comes to be looked at later: of that, nothing was left when the result was found."""

    def __init__(self, lefts: Lefts) -> None:
        self._lefts = lefts
        self._alike: dict[Hashable, _Alike[Found]] = {}
        self.made = 0  # how often something had to be found out

    def known(self, begin: Hashable, left: int) -> Found | None:
        """Return the stored result for *start* with *residual_bits*; None: not known."""
        alike = self._alike.get(begin)
        if alike is None:
            return None
        if alike.size != len(self._lefts):
            alike.mask, alike.size = self._lefts.mask(alike.guards), len(self._lefts)
        return alike.found.get(left & alike.mask)

    def keep(self, begin: Hashable, left: int, read: Set[int], found: Found) -> None:
        """Store the result for *start* with *residual_bits*, which depends on *guards_read*."""
        alike = self._alike.get(begin)
        if alike is None:
            alike = self._alike[begin] = _Alike()
        if not read <= alike.guards:
            alike.guards |= read
            alike.size = -1
        if alike.size != len(self._lefts):
            alike.mask, alike.size = self._lefts.mask(alike.guards), len(self._lefts)
        alike.found[left & alike.mask] = found
        self.made += 1
