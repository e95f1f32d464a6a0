"""All promises, held against all conversations at once."""

import gc
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain

from bot.library import Library
from bot.proof.case import Case
from bot.proof.ends import entangled, loop, overlap, recursion, stranded, unreachable
from bot.proof.explore import BUDGET
from bot.proof.finding import Finding
from bot.proof.flags import red_flag, unasked, vacuous
from bot.proof.idle import idle
from bot.proof.lengths import remaining
from bot.proof.short import measured, short
from bot.proof.unsure import never, unsure
from bot.proof.worse import monotone, unordered
from bot.remaining import Remaining

Check = Callable[[Case], Iterator[Finding]]
Looked = list[list[Finding]]  # what came of some checks
Share = Callable[[Callable[[], Looked]], Callable[[], Looked]]  # has work done meanwhile: see `bot.crew`

FIRST: tuple[Check, ...] = (recursion,)  # else nothing can be explored
ENDING: tuple[Check, ...] = (entangled, loop, stranded)  # else nothing else is worth saying
CHECKS: tuple[Check, ...] = (
    overlap, unreachable, vacuous, red_flag, unasked, monotone, unordered, unsure, never, short, idle,
)  # fmt: skip
MEANWHILE = frozenset((monotone, unordered, unsure, never))  # about half of the work, with nothing in common
SLUGS = {check: check.__name__.replace("_", "-") for check in (*FIRST, *ENDING, *CHECKS)} | {entangled: "too-entangled"}


def promise(check: Check) -> str:
    """What a check promises: the first sentence of its docstring, on one line."""
    return re.sub(r"\s+", " ", check.__doc__ or "").strip()


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of it. With no findings, everything that is promised holds for every one of *conversations*."""

    findings: tuple[Finding, ...]
    promises: tuple[str, ...]
    places: int = 0
    conversations: int = 0
    figures: tuple[tuple[str, int], ...] = ()  # what was measured against each bound
    remaining: Remaining = field(default_factory=Remaining)

    @property
    def holds(self) -> bool:
        return not self.findings


def prove(library: Library, told: Callable[[str], None] = lambda _: None, budget: int = BUDGET) -> Proof:
    """Look at everything that can happen. *told* is called with each promise before it is looked at."""
    return prove_case(Case(library, budget), told)


def prove_case(case: Case, told: Callable[[str], None] = lambda _: None, share: Share = lambda work: work) -> Proof:
    """The same, for whoever wants to look at more of the *case* afterwards, and can *share* the work."""
    with unswept():
        return _prove(case, told, share)


@contextmanager
def unswept() -> Iterator[None]:
    """Nobody looks for circles meanwhile: there are a hundred thousand small tuples, and not one circle among them."""
    sweeping = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if sweeping:
            gc.enable()


def _prove(case: Case, told: Callable[[str], None], share: Share) -> Proof:
    promises = tuple(promise(check) for check in (*FIRST, *ENDING, *CHECKS))
    for checks in (FIRST, ENDING):
        if findings := tuple(chain.from_iterable(_look(case, check, told) for check in checks)):
            return Proof(findings, promises)
    findings = tuple(chain.from_iterable(_look_at_all(case, told, share)))
    counts = case.graph.conversations
    conversations = sum(counts[root] for root in case.graph.roots.values())
    figures = tuple((bound.name, length.most) for bound, length in measured(case))
    return Proof(findings, promises, len(case.explored.places), conversations, figures, remaining(case))


def _look_at_all(case: Case, told: Callable[[str], None], share: Share) -> Looked:
    """What every check finds, in their order, whoever made it."""
    assert case.urgent.spots  # all need it: so it is there before the work is shared
    theirs = share(lambda: [list(check(case)) for check in CHECKS if check in MEANWHILE])
    ours = {check: _look(case, check, told) for check in CHECKS if check not in MEANWHILE}
    told("; ".join(promise(check) for check in CHECKS if check in MEANWHILE))
    shared = dict(zip((check for check in CHECKS if check in MEANWHILE), theirs(), strict=True))
    return [(ours | shared)[check] for check in CHECKS]


def _look(case: Case, check: Check, told: Callable[[str], None]) -> list[Finding]:
    told(promise(check))
    return list(check(case))
