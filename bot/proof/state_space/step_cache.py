"""The step cache: a move looks at guard after guard, and where it finds the same, it goes the same way."""

from collections.abc import Hashable, Set
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.proof.state_space.guard_table import ControlState
from bot.proof.state_space.reachability import Stack, StateRef
from bot.proof.state_space.residuals import Residuals
from bot.proof.state_space.symbolic_step import Ending

StatementsByOption = tuple[tuple[StateRef, ...], ...]  # for each option, the statements said after it


@dataclass(slots=True)
class MoveResult:
    """Where a move has led: an ending, or a question with its control state.

    *used_option_goto* says that it took the option's own `goto`, *statements* what was said on the way, *guards_read*
    which guards were looked at."""

    ending: Ending | None
    stack: Stack
    rank: int
    entered_flows: tuple[str, ...]
    control_state: ControlState | None
    used_option_goto: bool
    statements: tuple[StateRef, ...]
    guards_read: frozenset[int]


@dataclass(slots=True)
class GroupTransition:
    """Where some options of a question lead: they drop *dropped_bits* of the residuals, and add *added_bits*."""

    result: MoveResult
    dropped_bits: int
    added_bits: int
    option_numbers: list[int]


@dataclass(slots=True)
class TransitionRow:
    """Where all options of a question lead, and the statements after each."""

    option_count: int
    statements: StatementsByOption
    transitions: tuple[GroupTransition, ...]


Cached = TypeVar("Cached")


class _CacheBucket(Generic[Cached]):
    """The results from one start, by what is left of all *guards* that were looked at: their bits are *mask*."""

    __slots__ = ("found", "guards", "mask", "size")

    def __init__(self) -> None:
        self.guards: set[int] = set()
        self.mask, self.size = 0, -1  # how many bits there were when the mask was made
        self.found: dict[int, Cached] = {}


class StepCache(Generic[Cached]):
    """A cache of results, by the start and by what is left of every guard that is looked at.

    It stays true when more comes to be looked at later: of that, nothing was left when the result was found."""

    def __init__(self, residuals: Residuals) -> None:
        self._residuals = residuals
        self._buckets: dict[Hashable, _CacheBucket[Cached]] = {}
        self.computed_count = 0  # how often something had to be found out

    def get(self, start: Hashable, residual_bits: int) -> Cached | None:
        """Return the stored result for *start* with *residual_bits*; None: not known."""
        bucket = self._buckets.get(start)
        if bucket is None:
            return None
        if bucket.size != len(self._residuals):
            bucket.mask, bucket.size = self._residuals.mask_of(bucket.guards), len(self._residuals)
        return bucket.found.get(residual_bits & bucket.mask)

    def put(self, start: Hashable, residual_bits: int, guards_read: Set[int], value: Cached) -> None:
        """Store the result for *start* with *residual_bits*, which depends on *guards_read*."""
        bucket = self._buckets.get(start)
        if bucket is None:
            bucket = self._buckets[start] = _CacheBucket()
        if not guards_read <= bucket.guards:
            bucket.guards |= guards_read
            bucket.size = -1
        if bucket.size != len(self._residuals):
            bucket.mask, bucket.size = self._residuals.mask_of(bucket.guards), len(self._residuals)
        bucket.found[residual_bits & bucket.mask] = value
        self.computed_count += 1
