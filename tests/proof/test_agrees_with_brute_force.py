"""The prover and brute force come to the same verdict on small random flows, whatever is wrong with them.

`LONG=20000 python -m pytest tests/proof/test_agrees_with_brute_force.py -m long` is the long form;
`python -m tests.long.agreement 20000` is the same on both cores, and writes down what it found.
"""

import os
from collections.abc import Iterator

import pytest

from bot.model.bundle import ContentBundle
from bot.model.flow import NOT_SURE, PREFER_NOT_TO_SAY, Outcome, Question
from bot.proof.check_table import CHECK_CODES
from bot.proof.checks.idle_questions import check_no_idle_question
from bot.proof.checks.lengths import measure_bound
from bot.proof.checks.monotonicity import check_unordered_unsure, check_worse_answer_not_lower
from bot.proof.checks.red_flags import check_promises_can_apply, check_red_flags_are_asked, check_red_flags_are_met
from bot.proof.checks.termination import (
    check_everything_is_used,
    check_no_dead_end,
    check_no_loop,
    check_no_rule_conflict,
)
from bot.proof.checks.uncertainty import check_forbidden_endings, check_unsure_not_low
from bot.proof.context import ProofContext
from bot.proof.state_space.ranks import floor_of, rank_of
from tests.support.brute_force import BruteForce
from tests.support.random_flows import RandomFlowMaker

SHORT = 300
SEEDS = range(SHORT)


@pytest.mark.parametrize("part", range(10))
def test_prover_and_brute_force_agree(part: int) -> None:
    for seed in SEEDS[part::10]:
        assert list(differences(*both(RandomFlowMaker(seed).library()))) == [], f"seed {seed}"


@pytest.mark.long
@pytest.mark.timeout(0)
def test_they_agree_in_the_long_run() -> None:
    for seed in range(SHORT, SHORT + int(os.environ.get("LONG", "0"))):
        assert list(differences(*both(RandomFlowMaker(seed).library()))) == [], f"seed {seed}"


def test_every_verdict_occurs() -> None:
    """Agreement would mean nothing if the random flows were all fine, or all broken."""
    seen: dict[str, set[bool]] = {}
    for seed in SEEDS:
        library = RandomFlowMaker(seed).library()
        case = ProofContext(library)
        if broken := {CHECK_CODES[check]: bool(list(check(case))) for check in (check_no_loop, check_no_dead_end)}:
            checks = (
                ()
                if any(broken.values())
                else (
                    check_no_rule_conflict,
                    check_red_flags_are_met,
                    check_red_flags_are_asked,
                    check_promises_can_apply,
                    check_worse_answer_not_lower,
                    check_forbidden_endings,
                    check_unsure_not_low,
                )
            )
            broken |= {CHECK_CODES[check]: bool(list(check(case))) for check in checks}
        for name, verdict in broken.items():
            seen.setdefault(name, set()).add(verdict)
    assert {name for name, verdicts in seen.items() if len(verdicts) < 2} <= {"stranded"}


def both(library: ContentBundle) -> tuple[BruteForce, ProofContext]:
    return BruteForce(library), ProofContext(library)


def differences(slow: BruteForce, case: ProofContext) -> Iterator[str]:
    """Every question on which the two disagree."""
    stuck = bool(list(check_no_loop(case))) or bool(list(check_no_dead_end(case)))
    if stuck or slow.stuck:
        if stuck != slow.stuck:
            yield "stuck"
        return
    yield from _what_there_is(slow, case)
    yield from _red_flags(slow, case)
    yield from _floors(slow, case)
    found = {(finding.other_keys[0][:2], finding.other_keys[0][2]) for finding in check_worse_answer_not_lower(case)}
    if {((at.split(".")[0], at.split(".")[1]), option) for at, option in slow.worse_ends_lower()} != found:
        yield "monotone"
    by_rule = any(rule.effect.learn for flow in case.flows.values() for rule in flow.rules)
    if not by_rule and slow.idle() != {".".join(map(str, finding.key)) for finding in check_no_idle_question(case)}:
        yield "idle"


def _what_there_is(slow: BruteForce, case: ProofContext) -> Iterator[str]:
    graph = case.graph
    if len(slow.runs) != sum(graph.conversation_counts[root] for root in graph.roots.values()):
        yield "conversations"
    if {(run.outcome, run.floor) for run in slow.runs} != {
        (spot.ending.outcome, floor_of(spot.ending.rank)) for spot in graph.nodes if spot.ending
    }:
        yield "endings"
    if slow.noted.rivals != {
        (*finding.other_keys[0][:1], finding.other_keys[0][2], finding.key[2])
        for finding in check_no_rule_conflict(case)
    }:
        yield "overlap"
    if slow.unseen() != set(_unreachable(case)):
        yield "unreachable"
    if slow.idle_rules() != {one for one in _idle_rules(case) if one in slow.effects()}:
        yield "rules of no use"
    options = {finding.key for finding in check_everything_is_used(case) if "never leads" in finding.message}
    if {(*at.split("."), option) for at, option in slow.idle_options()} != options:
        yield "options of no use"
    for bound in case.promises.length_bounds:
        if slow.longest(bound) != measure_bound(case, bound).question_count:
            yield f"longest: {bound.name}"


def _idle_rules(case: ProofContext) -> Iterator[tuple[str, int, str]]:
    for finding in check_everything_is_used(case):
        match finding.key:
            case (str(flow), "rule", int(number)):
                effects = finding.message.partition("this rule's ")[2].partition(" can never")[0]
                yield from ((flow, number, word) for word in effects.split(" and "))


def _unreachable(case: ProofContext) -> Iterator[str]:
    """The questions and outcomes that the prover says nobody comes to."""
    keys = [finding.key for finding in check_everything_is_used(case) if "ever comes" in finding.message]
    for flow in case.flows.values():
        for name, state in flow.states.items():
            if isinstance(state, Question | Outcome) and ((flow.name,) in keys or (flow.name, name) in keys):
                yield flow.full_name(name)


def _red_flags(slow: BruteForce, case: ProofContext) -> Iterator[str]:
    for check, brute in (
        (check_promises_can_apply, slow.vacuous),
        (check_red_flags_are_met, slow.red_flag),
        (check_red_flags_are_asked, slow.unasked),
    ):
        found = {finding.other_keys[-1][0] if finding.other_keys else finding.key[0] for finding in check(case)}
        for flag in case.bundle.red_flags:
            if brute(flag) != (flag.id in found):
                yield f"{CHECK_CODES[check]}: {flag.id}"


def _floors(slow: BruteForce, case: ProofContext) -> Iterator[str]:
    broken = {finding.key[1] for finding in check_forbidden_endings(case)}
    for promise in case.promises.forbidden_endings:
        if slow.never(promise) != (promise.name in broken):
            yield "never"
    alone = {finding.key for finding in check_unsure_not_low(case) if finding.message.startswith("after")}
    for at in slow.asked:
        flow, _, name = at.partition(".")
        question = slow.question(at)
        for option in (NOT_SURE, PREFER_NOT_TO_SAY):
            asked = question.safety and question.option(option)
            if asked and slow.unsure(at, option) != ((flow, name, option) in alone):
                yield f"unsure: {at}"
        lax = question.unordered and question.option(NOT_SURE)
        if lax and slow.unordered(at) != any(
            finding.key[:2] == (flow, name) for finding in check_unordered_unsure(case)
        ):
            yield f"unordered: {at}"
    if slow.two_unsure() != any(f.message.startswith("two") for f in check_unsure_not_low(case)):
        yield "two unsure"


def test_heights_are_floors() -> None:
    heights = [rank_of(floor_of(number)) for number in range(31, 81) if floor_of(number).days < 15]
    assert heights == sorted(heights)
