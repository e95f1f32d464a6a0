"""The table of all checks: the code of each, the function that does it, and the promise it proves."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from bot.proof.checks.idle_questions import check_no_idle_question
from bot.proof.checks.lengths import check_length_bounds
from bot.proof.checks.monotonicity import check_unordered_unsure, check_worse_answer_not_lower
from bot.proof.checks.red_flags import check_promises_can_apply, check_red_flags_are_asked, check_red_flags_are_met
from bot.proof.checks.termination import (
    check_can_be_explored,
    check_everything_is_used,
    check_no_dead_end,
    check_no_loop,
    check_no_recursion,
    check_no_rule_conflict,
)
from bot.proof.checks.uncertainty import check_forbidden_endings, check_unsure_not_low
from bot.proof.context import ProofContext
from bot.proof.finding import Finding

Check = Callable[[ProofContext], Iterator[Finding]]


class ProofCheck(NamedTuple):
    """A check: its *code* names it in findings and hazard logs; its *promise* is printed and stored in the proof."""

    code: str
    function: Check
    promise: str


ALL_CHECKS = (
    ProofCheck(
        "recursion",
        check_no_recursion,
        "No flow runs itself, not even by way of others.",
    ),
    ProofCheck(
        "too-entangled",
        check_can_be_explored,
        "Everything that can happen can be looked at.",
    ),
    ProofCheck(
        "loop",
        check_no_loop,
        "Every path comes to an ending: nothing is asked twice, and nothing is gone through without end.",
    ),
    ProofCheck(
        "stranded",
        check_no_dead_end,
        "Nobody is left without a word: what hands back has somebody to hand back to.",
    ),
    ProofCheck(
        "overlap",
        check_no_rule_conflict,
        "Where one rule leads somewhere, no other rule would lead elsewhere.",
    ),
    ProofCheck(
        "unreachable",
        check_everything_is_used,
        "Every flow, state, option, rule and page that is written can come up, and can matter.",
    ),
    ProofCheck(
        "vacuous",
        check_promises_can_apply,
        "Every red flag can go up, and whatever is promised or excused for some answers can be answered so: "
        "no promise holds for want of a case.",
    ),
    ProofCheck(
        "red-flag",
        check_red_flags_are_met,
        "When the condition of an emergency row becomes true, the emergency screen is the very next thing; "
        "of any other row, every ending is at least what the row needs.",
    ),
    ProofCheck(
        "unasked",
        check_red_flags_are_asked,
        "No ending is below what a red flag needs while it is open whether that flag is up. Who is excused, "
        "and why, is written down; the ending is then same day or sooner, or it shows every warning sign.",
    ),
    ProofCheck(
        "monotone",
        check_worse_answer_not_lower,
        "Replacing one answer by the next more worrying one never makes an ending less urgent, whatever else "
        'is answered and whatever else is asked because of it. "Prefer not to say" has no rank; it never '
        "ends lower than the mildest.",
    ),
    ProofCheck(
        "unordered",
        check_unordered_unsure,
        'Where answers have no order from calm to worrying, "not sure" still ends at soon or sooner.',
    ),
    ProofCheck(
        "unsure",
        check_unsure_not_low,
        'After "not sure" or "prefer not to say" on a safety question no ending is lower than was written '
        'down for it, and none is self-care; after two "not sure" none is lower than that. What shows a red '
        "flag is a safety question.",
    ),
    ProofCheck(
        "never",
        check_forbidden_endings,
        "What was written down as never to happen does not happen.",
    ),
    ProofCheck(
        "short",
        check_length_bounds,
        "No conversation is longer than the bounds that were written down.",
    ),
    ProofCheck(
        "idle",
        check_no_idle_question,
        "No question is asked where none of its answers can change urgency, pages, advice or words any more.",
    ),
)
CHECK_CODES = {check.function: check.code for check in ALL_CHECKS}
PROMISES = {check.function: check.promise for check in ALL_CHECKS}
PREREQUISITE_CHECKS: tuple[Check, ...] = (check_no_recursion,)  # else nothing can be explored
TERMINATION_CHECKS: tuple[Check, ...] = (
    check_can_be_explored,
    check_no_loop,
    check_no_dead_end,
)  # else nothing else is worth saying
MAIN_CHECKS: tuple[Check, ...] = tuple(
    check for check in CHECK_CODES if check not in (*PREREQUISITE_CHECKS, *TERMINATION_CHECKS)
)
WORKER_CHECKS = frozenset(
    (check_worse_answer_not_lower, check_unordered_unsure, check_unsure_not_low, check_forbidden_endings)
)  # about half of the work, with nothing in common
