"""The second prover, which shares no thought with the first, comes to the same verdicts."""

import pytest

from bot.authoring.loader import BundleBuilder
from bot.model.bundle import ContentBundle
from bot.proof.checks.monotonicity import monotone, unordered
from bot.proof.checks.red_flags import red_flag, unasked, vacuous
from bot.proof.checks.termination import loop, overlap, stranded
from bot.proof.checks.uncertainty import never, unsure
from bot.proof.context import ProofContext
from bot.proof.prover import CHECK_CODES, Check
from tests.proof.test_checks import EXAMPLES, sheets
from tests.support.random_flows import Maker
from tests.support.sat_prover.doubts import COVERED, Doubts
from tests.support.sat_prover.plan import Circle

CHECKS: tuple[Check, ...] = (overlap, vacuous, red_flag, unasked, unordered, unsure, never, monotone)


@pytest.fixture(scope="module")
def doubts(library: ContentBundle) -> Doubts:
    return Doubts(library)


@pytest.mark.parametrize("slug", COVERED)
def test_every_promise_holds_in_the_shipped_flows(doubts: Doubts, slug: str) -> None:
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
        library = Maker(seed).library()
        try:
            doubts = Doubts(library)
        except Circle:
            continue  # the arrows lead back: that cannot be laid out, whoever may go there
        assert differences(ProofContext(library), doubts) == [], f"seed {seed}"
        agreed += 1
    assert agreed > 15


def differences(case: ProofContext, doubts: Doubts) -> list[str]:
    """The promises on which the two disagree."""
    stuck = bool([*loop(case), *stranded(case)])
    if stuck != any(map(doubts.is_broken, ("loop", "stranded"))):
        return ["stuck"]
    checks = () if stuck else CHECKS
    return [CHECK_CODES[check] for check in checks if bool([*check(case)]) != doubts.is_broken(CHECK_CODES[check])]


def broken(library: ContentBundle) -> set[str]:
    try:
        return Doubts(library).broken()
    except Circle:
        return {"loop"}
