"""The prover: runs all checks on one bundle and returns the proof."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain

from bot.model.bundle import ContentBundle
from bot.model.remaining_questions import RemainingQuestions
from bot.proof.check_table import MAIN_CHECKS, PREREQUISITE_CHECKS, PROMISES, TERMINATION_CHECKS, WORKER_CHECKS, Check
from bot.proof.checks.lengths import measure_bounds
from bot.proof.context import ProofContext
from bot.proof.finding import Finding
from bot.proof.remaining_questions import build_remaining_questions
from bot.proof.state_space.explorer import MAX_STATES

FindingLists = list[list[Finding]]  # one list for each check
ShareWork = Callable[
    [Callable[[], FindingLists]], Callable[[], FindingLists]
]  # starts work in parallel, returns how to get its result: `bot.authoring.check.parallel`


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
    promises = tuple(PROMISES.values())
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
    report_progress("; ".join(PROMISES[check] for check in MAIN_CHECKS if check in WORKER_CHECKS))
    worker_findings = dict(
        zip((check for check in MAIN_CHECKS if check in WORKER_CHECKS), get_worker_findings(), strict=True)
    )
    return [(own_findings | worker_findings)[check] for check in MAIN_CHECKS]


def _run_check(context: ProofContext, check: Check, report_progress: Callable[[str], None]) -> list[Finding]:
    """Announce one check, run it, and return its findings."""
    report_progress(PROMISES[check])
    return list(check(context))
