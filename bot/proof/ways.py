"""Moves remembered: a move looks at guard after guard, and where it finds the same, it goes the same way."""

from collections.abc import Hashable, Set
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.proof.ahead import Here, Stack
from bot.proof.guards import Situation
from bot.proof.lefts import Lefts
from bot.proof.move import End

Heard = tuple[tuple[Here, ...], ...]  # for each option, the statements said after it


@dataclass(slots=True)
class Went:
    """Where a move came to: an ending, or a question in a situation. *own* says that it took the option's own arrow,
    *heard* what was said on the way, *read* which guards were looked at."""

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
    """Where some options of a question lead: they drop what was left of the guards *touched*, and add *turned*."""

    went: Went
    touched: int
    turned: int
    options: list[int]


@dataclass(slots=True)
class Row:
    """Where all of a question's *options* lead, which is how many there are, and what is *heard* after each."""

    options: int
    heard: Heard
    leads: tuple[Leads, ...]


Found = TypeVar("Found")


class _Alike(Generic[Found]):
    """What was found from one beginning, by what is left of all *guards* that were looked at: their bits are *mask*."""

    __slots__ = ("found", "guards", "mask", "size")

    def __init__(self) -> None:
        self.guards: set[int] = set()
        self.mask, self.size = 0, -1  # how many bits there were when the mask was made
        self.found: dict[int, Found] = {}


class Memory(Generic[Found]):
    """What was found, for whoever begins in the same way and finds the same left of every guard that is looked at.

    It stays true when more comes to be looked at later: of that, nothing was left when it was found.
    """

    def __init__(self, lefts: Lefts) -> None:
        self._lefts = lefts
        self._alike: dict[Hashable, _Alike[Found]] = {}
        self.made = 0  # how often something had to be found out

    def known(self, begin: Hashable, left: int) -> Found | None:
        alike = self._alike.get(begin)
        if alike is None:
            return None
        if alike.size != len(self._lefts):
            alike.mask, alike.size = self._lefts.mask(alike.guards), len(self._lefts)
        return alike.found.get(left & alike.mask)

    def keep(self, begin: Hashable, left: int, read: Set[int], found: Found) -> None:
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
