"""The second prover, which shares no thought with the first, comes to the same verdicts."""

import pytest

from bot.authoring.loader import BundleBuilder
from bot.model.bundle import ContentBundle
from bot.proof.check_table import CHECK_CODES, Check
from bot.proof.checks.monotonicity import check_unordered_unsure, check_worse_answer_not_lower
from bot.proof.checks.red_flags import check_promises_can_apply, check_red_flags_are_asked, check_red_flags_are_met
from bot.proof.checks.termination import check_no_dead_end, check_no_loop, check_no_rule_conflict
from bot.proof.checks.uncertainty import check_forbidden_endings, check_unsure_not_low
from bot.proof.context import ProofContext
from tests.proof.test_checks import EXAMPLES, sheets
from tests.support.random_flows import RandomFlowMaker
from tests.support.sat_prover.flow_layout import CircularFlowError
from tests.support.sat_prover.promise_queries import COVERED, PromiseQueries

CHECKS: tuple[Check, ...] = (
    check_no_rule_conflict,
    check_promises_can_apply,
    check_red_flags_are_met,
    check_red_flags_are_asked,
    check_unordered_unsure,
    check_unsure_not_low,
    check_forbidden_endings,
    check_worse_answer_not_lower,
)


@pytest.fixture(scope="module")
def doubts(library: ContentBundle) -> PromiseQueries:
    return PromiseQueries(library)


@pytest.mark.parametrize("slug", COVERED)
def test_every_promise_holds_in_the_shipped_flows(doubts: PromiseQueries, slug: str) -> None:
    assert not doubts.is_broken(slug)


@pytest.mark.parametrize("name", sorted({*COVERED} & {*EXAMPLES} - {"unreachable"}))  # of which it sees only a part
def test_a_broken_promise_is_found_by_both(name: str) -> None:
    library = BundleBuilder(sheets(name)).build("")
    assert name in broken(library)


def test_what_is_whole_is_found_to_be_whole() -> None:
    assert broken(BundleBuilder(sheets("clean")).build("")) == set()


@pytest.mark.parametrize("part", range(4))
def test_both_agree_on_small_random_flows(part: int) -> None:
    agreed = 0
    for seed in range(part, 120, 4):
        library = RandomFlowMaker(seed).library()
        try:
            doubts = PromiseQueries(library)
        except CircularFlowError:
            continue  # the arrows lead back: that cannot be laid out, whoever may go there
        assert differences(ProofContext(library), doubts) == [], f"seed {seed}"
        agreed += 1
    assert agreed > 15


def differences(case: ProofContext, doubts: PromiseQueries) -> list[str]:
    """The promises on which the two disagree."""
    stuck = bool([*check_no_loop(case), *check_no_dead_end(case)])
    if stuck != any(map(doubts.is_broken, ("loop", "stranded"))):
        return ["stuck"]
    checks = () if stuck else CHECKS
    return [CHECK_CODES[check] for check in checks if bool([*check(case)]) != doubts.is_broken(CHECK_CODES[check])]


def broken(library: ContentBundle) -> set[str]:
    try:
        return PromiseQueries(library).broken()
    except CircularFlowError:
        return {"loop"}
