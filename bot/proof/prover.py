"""The prover: runs all checks on one bundle and returns the proof."""

import gc
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain

from bot.model.bundle import Library
from bot.model.remaining_questions import Remaining
from bot.proof.checks.idle_questions import idle
from bot.proof.checks.lengths import measured, short
from bot.proof.checks.monotonicity import monotone, unordered
from bot.proof.checks.red_flags import red_flag, unasked, vacuous
from bot.proof.checks.remaining import remaining
from bot.proof.checks.termination import entangled, loop, overlap, recursion, stranded, unreachable
from bot.proof.checks.uncertainty import never, unsure
from bot.proof.context import Case
from bot.proof.finding import Finding
from bot.proof.state_space.explorer import BUDGET

Check = Callable[[Case], Iterator[Finding]]
Looked = list[list[Finding]]  # one list for each check
Share = Callable[
    [Callable[[], Looked]], Callable[[], Looked]
]  # starts work in parallel, returns how to get its result: `bot.authoring.check.parallel`

FIRST: tuple[Check, ...] = (recursion,)  # else nothing can be explored
ENDING: tuple[Check, ...] = (entangled, loop, stranded)  # else nothing else is worth saying
CHECKS: tuple[Check, ...] = (
    overlap, unreachable, vacuous, red_flag, unasked, monotone, unordered, unsure, never, short, idle,
)  # fmt: skip
MEANWHILE = frozenset((monotone, unordered, unsure, never))  # about half of the work, with nothing in common
SLUGS = {check: check.__name__.replace("_", "-") for check in (*FIRST, *ENDING, *CHECKS)} | {entangled: "too-entangled"}


def promise(check: Check) -> str:
    """Return the promise that a check proves: its docstring, on one line."""
    return re.sub(r"\s+", " ", check.__doc__ or "").strip()


@dataclass(frozen=True, slots=True)
class Proof:
    """The result of all checks.

    Without findings, everything that is promised holds for every one of the conversations."""

    findings: tuple[Finding, ...]
    promises: tuple[str, ...]
    places: int = 0
    conversations: int = 0
    figures: tuple[tuple[str, int], ...] = ()  # what was measured against each bound
    remaining: Remaining = field(default_factory=Remaining)

    @property
    def holds(self) -> bool:
        """Whether every promise holds."""
        return not self.findings


def prove(library: Library, told: Callable[[str], None] = lambda _: None, budget: int = BUDGET) -> Proof:
    """Prove all promises of *bundle*; *report_progress* is called with each promise before it is checked."""
    return prove_case(Case(library, budget), told)


def prove_case(case: Case, told: Callable[[str], None] = lambda _: None, share: Share = lambda work: work) -> Proof:
    """Prove all promises of *context*, which the caller keeps; *share_work* can move work to a parallel process."""
    with unswept():
        return _prove(case, told, share)


@contextmanager
def unswept() -> Iterator[None]:
    """Switch the garbage collector off: there are a hundred thousand small tuples, and no cycle among them."""
    sweeping = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if sweeping:
            gc.enable()


def _prove(case: Case, told: Callable[[str], None], share: Share) -> Proof:
    """Run the checks in their order, and stop early where the later ones would say nothing useful."""
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
    """Return what every main check finds, in their order, whichever process ran it."""
    assert case.urgent.spots  # all need it: so it is there before the work is shared
    theirs = share(lambda: [list(check(case)) for check in CHECKS if check in MEANWHILE])
    ours = {check: _look(case, check, told) for check in CHECKS if check not in MEANWHILE}
    told("; ".join(promise(check) for check in CHECKS if check in MEANWHILE))
    shared = dict(zip((check for check in CHECKS if check in MEANWHILE), theirs(), strict=True))
    return [(ours | shared)[check] for check in CHECKS]


def _look(case: Case, check: Check, told: Callable[[str], None]) -> list[Finding]:
    """Announce one check, run it, and return its findings."""
    told(promise(check))
    return list(check(case))
