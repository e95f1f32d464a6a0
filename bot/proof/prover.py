"""The prover: runs all checks on one bundle and returns the proof."""

import gc
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain

from bot.model.bundle import ContentBundle
from bot.model.remaining_questions import RemainingQuestions
from bot.proof.checks.idle_questions import idle
from bot.proof.checks.lengths import measure_bounds, short
from bot.proof.checks.monotonicity import monotone, unordered
from bot.proof.checks.red_flags import red_flag, unasked, vacuous
from bot.proof.checks.remaining import build_remaining_questions
from bot.proof.checks.termination import entangled, loop, overlap, recursion, stranded, unreachable
from bot.proof.checks.uncertainty import never, unsure
from bot.proof.context import ProofContext
from bot.proof.finding import Finding
from bot.proof.state_space.explorer import MAX_STATES

Check = Callable[[ProofContext], Iterator[Finding]]
FindingLists = list[list[Finding]]  # one list for each check
ShareWork = Callable[
    [Callable[[], FindingLists]], Callable[[], FindingLists]
]  # starts work in parallel, returns how to get its result: `bot.authoring.check.parallel`

PREREQUISITE_CHECKS: tuple[Check, ...] = (recursion,)  # else nothing can be explored
TERMINATION_CHECKS: tuple[Check, ...] = (entangled, loop, stranded)  # else nothing else is worth saying
MAIN_CHECKS: tuple[Check, ...] = (
    overlap, unreachable, vacuous, red_flag, unasked, monotone, unordered, unsure, never, short, idle,
)  # fmt: skip
WORKER_CHECKS = frozenset((monotone, unordered, unsure, never))  # about half of the work, with nothing in common
CHECK_CODES = {
    check: check.__name__.replace("_", "-") for check in (*PREREQUISITE_CHECKS, *TERMINATION_CHECKS, *MAIN_CHECKS)
} | {entangled: "too-entangled"}


def promise_of(check: Check) -> str:
    """Return the promise that a check proves: its docstring, on one line."""
    return re.sub(r"\s+", " ", check.__doc__ or "").strip()


@dataclass(frozen=True, slots=True)
class Proof:
    """The result of all checks.

    Without findings, everything that is promised holds for every one of the conversations."""

    findings: tuple[Finding, ...]
    promises: tuple[str, ...]
    state_count: int = 0
    conversation_count: int = 0
    bound_lengths: tuple[tuple[str, int], ...] = ()  # what was measured against each bound
    remaining: RemainingQuestions = field(default_factory=RemainingQuestions)

    @property
    def holds(self) -> bool:
        """Whether every promise holds."""
        return not self.findings


def prove(
    bundle: ContentBundle, report_progress: Callable[[str], None] = lambda _: None, max_states: int = MAX_STATES
) -> Proof:
    """Prove all promises of *bundle*; *report_progress* is called with each promise before it is checked."""
    return prove_in_context(ProofContext(bundle, max_states), report_progress)


def prove_in_context(
    context: ProofContext,
    report_progress: Callable[[str], None] = lambda _: None,
    share_work: ShareWork = lambda work: work,
) -> Proof:
    """Prove all promises of *context*, which the caller keeps; *share_work* can move work to a parallel process."""
    with without_garbage_collection():
        return _prove(context, report_progress, share_work)


@contextmanager
def without_garbage_collection() -> Iterator[None]:
    """Switch the garbage collector off: there are a hundred thousand small tuples, and no cycle among them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _prove(context: ProofContext, report_progress: Callable[[str], None], share_work: ShareWork) -> Proof:
    """Run the checks in their order, and stop early where the later ones would say nothing useful."""
    promises = tuple(promise_of(check) for check in (*PREREQUISITE_CHECKS, *TERMINATION_CHECKS, *MAIN_CHECKS))
    for checks in (PREREQUISITE_CHECKS, TERMINATION_CHECKS):
        if findings := tuple(chain.from_iterable(_run_check(context, check, report_progress) for check in checks)):
            return Proof(findings, promises)
    findings = tuple(chain.from_iterable(_run_all_checks(context, report_progress, share_work)))
    counts = context.graph.conversation_counts
    conversation_count = sum(counts[root] for root in context.graph.roots.values())
    bound_lengths = tuple((bound.name, longest.question_count) for bound, longest in measure_bounds(context))
    return Proof(
        findings,
        promises,
        len(context.exploration.states),
        conversation_count,
        bound_lengths,
        build_remaining_questions(context),
    )


def _run_all_checks(
    context: ProofContext, report_progress: Callable[[str], None], share_work: ShareWork
) -> FindingLists:
    """Return what every main check finds, in their order, whichever process ran it."""
    assert context.same_day_graph.nodes  # all need it: so it is there before the work is shared
    get_worker_findings = share_work(lambda: [list(check(context)) for check in MAIN_CHECKS if check in WORKER_CHECKS])
    own_findings = {
        check: _run_check(context, check, report_progress) for check in MAIN_CHECKS if check not in WORKER_CHECKS
    }
    report_progress("; ".join(promise_of(check) for check in MAIN_CHECKS if check in WORKER_CHECKS))
    worker_findings = dict(
        zip((check for check in MAIN_CHECKS if check in WORKER_CHECKS), get_worker_findings(), strict=True)
    )
    return [(own_findings | worker_findings)[check] for check in MAIN_CHECKS]


def _run_check(context: ProofContext, check: Check, report_progress: Callable[[str], None]) -> list[Finding]:
    """Announce one check, run it, and return its findings."""
    report_progress(promise_of(check))
    return list(check(context))
