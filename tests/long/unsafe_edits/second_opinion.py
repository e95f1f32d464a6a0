"""A second opinion on each verdict, from a prover that shares no code with the first: `tests.support.sat_prover`."""

import re
from dataclasses import dataclass

from bot.engine.interpreter import NoTransitionError, replay
from bot.model.bundle import ContentBundle
from bot.model.diagnostics import DiagnosticsError
from bot.proof.check_table import CHECK_CODES
from tests.long.unsafe_edits.edits import Mutant
from tests.long.unsafe_edits.verdicts import SAFETY, Verdict, edited, small_ways, walkable, whole
from tests.support.sat_prover.flow_layout import CircularFlowError
from tests.support.sat_prover.promise_queries import COVERED, PromiseQueries, ends_lower

QUICK = ("overlap", "red-flag", "unasked", "unordered", "unsure", "never")
"""What is doubted where the first found nothing. `monotone` takes a minute: it is doubted for the shipped flows, and
where the first finds it broken."""
PROMISES = {CHECK_CODES[check] for check in SAFETY}
RED_FLAG = re.compile(r"\bR\d\d[a-z]?\b")
ONE_WAY = {"unreachable", "vacuous"}  # the first prover looks at more here: what it finds need not be found


@dataclass(frozen=True)
class Opinion:
    """*agrees* is None where the second prover has no say. *lower* tells of somebody who now ends lower, if anybody."""

    agrees: bool | None = None
    lower: str = ""


def opinion(verdict: Verdict) -> Opinion:
    try:
        return _opinion(verdict, edited(verdict.mutant))
    except (DiagnosticsError, CircularFlowError):
        return Opinion()


def _opinion(verdict: Verdict, library: ContentBundle) -> Opinion:
    if verdict.by in PROMISES - {"monotone"}:
        flag = RED_FLAG.search(verdict.message)
        ways: list[tuple[str, ...]] = [(way,) for way in small_ways(library, verdict.mutant.flow)]
        return Opinion(
            any(PromiseQueries(library, way).is_broken(verdict.by, flag[0] if flag else "") for way in [*ways, ()])
        )
    return Opinion(_agrees(PromiseQueries(library), verdict.by), lower(verdict.mutant, library))


def _agrees(doubts: PromiseQueries, by: str) -> bool:
    """Whether what the first found is found, and what it did not find is not."""
    if by in COVERED and by not in ONE_WAY:
        return doubts.is_broken(by)
    return not any(map(doubts.is_broken, QUICK))


def lower(mutant: Mutant, new: ContentBundle) -> str:
    """Somebody who ends lower than before, as the real walker has it."""
    ways: list[tuple[str, ...]] = [(way,) for way in small_ways(new, mutant.flow)]
    found = (ends_lower(whole(), new, way) for way in [*ways, ()])
    if (says := next(filter(None, found), None)) is None:
        return ""
    before = replay(whole(), says[""], says)
    try:
        after = replay(walkable(new, mutant.flow), says[""], says)
    except (NoTransitionError, IndexError):
        return f"{before.floor} becomes nothing at all"
    assert after.floor < before.floor
    return f"{before.floor} becomes {after.floor}"
