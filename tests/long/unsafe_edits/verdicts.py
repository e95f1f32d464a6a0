"""What becomes of an edited flow: the reader, the proof or the rules of speech refuse it, or nobody does."""

import gc
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from bot.authoring.lint.linter import lint_bundle
from bot.authoring.loader import BundleBuilder, content_root, load_bundle, load_single_flow
from bot.authoring.parsing.source_file import decode_source_file
from bot.authoring.scenarios.runner import load_scenarios as beside
from bot.authoring.scenarios.runner import run_scenarios
from bot.engine.machine import build_machine
from bot.model.bundle import BASE_LANGUAGE, CHOOSER_FLOW, ContentBundle
from bot.model.diagnostics import DiagnosticsError
from bot.model.scenario import Scenario
from bot.proof.check_table import CHECK_CODES, MAIN_CHECKS, PREREQUISITE_CHECKS, TERMINATION_CHECKS, Check
from bot.proof.checks.idle_questions import check_no_idle_question
from bot.proof.checks.lengths import check_length_bounds
from bot.proof.checks.monotonicity import check_unordered_unsure, check_worse_answer_not_lower
from bot.proof.checks.red_flags import check_promises_can_apply, check_red_flags_are_asked, check_red_flags_are_met
from bot.proof.checks.termination import check_everything_is_used, check_no_rule_conflict
from bot.proof.checks.uncertainty import check_forbidden_endings, check_unsure_not_low
from bot.proof.context import ProofContext
from bot.proof.state_space.explorer import Explorer
from tests.long.unsafe_edits.edits import KINDS, Mutant
from tests.long.unsafe_edits.flow_trees import copy, files, shipped, written

SAFETY = (
    check_red_flags_are_met,
    check_forbidden_endings,
    check_unsure_not_low,
    check_red_flags_are_asked,
    check_unordered_unsure,
    check_worse_answer_not_lower,
)  # looked at first: the promises to people
TIDY = (
    check_no_rule_conflict,
    check_promises_can_apply,
    check_everything_is_used,
    check_no_idle_question,
    check_length_bounds,
)  # promises to authors
assert {*SAFETY, *TIDY} == {*MAIN_CHECKS}
SMALL = ("child", "blood_in_semen", "pregnancy_bleeding", "pain_with_sex", "bleeding_after_sex")
IN_WORDS = {"number deleted"}  # nothing moves, so that only the rules of speech can see it


@dataclass(frozen=True)
class Verdict:
    """*by* is the reader's or the promise's slug, and empty where nobody refused."""

    mutant: Mutant
    by: str = ""
    message: str = ""


@cache
def mutants(seed: int, share: float = 1.0) -> tuple[Mutant, ...]:
    """Some edits of every kind, of all flows."""
    random, found = Random(seed), []
    for kind, (edits, most) in KINDS.items():
        every = {
            mutant.name: mutant
            for flow in shipped()
            for what, edit in edits(copy(flow))
            if (mutant := Mutant(kind, flow, what, edit))
        }
        some = list(every.values())
        found += random.sample(some, min(len(some), max(1, round(most * share))))
    return tuple(found)


@cache
def whole() -> ContentBundle:
    """Everything that ships."""
    return BundleBuilder(decode_source_file(file, data) for file, data in files().items()).build("")


def judge(mutant: Mutant) -> Verdict:
    gc.disable()
    try:
        return _judged(mutant)
    except DiagnosticsError as faulty:
        return Verdict(mutant, faulty.diagnostics[0].code, faulty.diagnostics[0].message)
    finally:
        gc.enable()


def _judged(mutant: Mutant) -> Verdict:
    if mutant.kind in IN_WORDS:
        return Verdict(mutant, *worded(mutant))
    library = edited(mutant)
    return Verdict(mutant, *(proved(library, mutant.flow) or tried(library, mutant.flow) or ("", "")))


def tried(library: ContentBundle, flow: str) -> tuple[str, str] | None:
    """The first chat beside the flows that comes to something else."""
    library = walkable(library, flow)
    finding = next(iter(run_scenarios(library, trials()).findings), None)
    return ("chat", finding.message) if finding else None


@cache
def trials() -> tuple[Scenario, ...]:
    return beside(content_root(), *load_bundle(content_root()))


def walkable(library: ContentBundle, flow: str) -> ContentBundle:
    """*library* with the machine of the edited *flow*."""
    return replace(library, machines={**library.machines, flow: build_machine(library.flow(flow))})


def edited(mutant: Mutant) -> ContentBundle:
    """Everything that ships, with the one flow as it is now. Raises Faulty where no reader would take it.

    No edit takes a name away that other flows use, but for a "not sure": and that the reader misses in the flow itself.
    """
    flow = load_single_flow(written(mutant.tree()), f"flows/{mutant.flow}.yaml")
    return replace(whole(), flows={BASE_LANGUAGE: {**whole().flows[BASE_LANGUAGE], mutant.flow: flow}})


def proved(library: ContentBundle, flow: str) -> tuple[str, str] | None:
    """The first promise that is broken. A chat that breaks one from one way in breaks it; so small ways in that come to
    the edited *flow* are looked at before the whole."""
    for way in small_ways(library, flow):
        case = ProofContext(library)
        case.__dict__["explored"] = Explorer(case.flow_graph).explore((way,))
        if broken := _broken(case, SAFETY):
            return broken
    return _broken(ProofContext(library), (*SAFETY, *TIDY))


def small_ways(library: ContentBundle, flow: str) -> list[str]:
    """The ways in from which one can come to *flow*, and soon has seen everything."""
    map = ProofContext(library).flow_graph
    if map.call_cycle:
        return []
    ways = [way for way in dict.fromkeys((flow, *SMALL)) if way in library.entry_flows and way != CHOOSER_FLOW]
    return [way for way in ways if way == flow or flow in map.reachable_from(((way, map.flows[way].start),)).flows]


def _broken(case: ProofContext, checks: tuple[Check, ...]) -> tuple[str, str] | None:
    for check in (*PREREQUISITE_CHECKS, *TERMINATION_CHECKS, *checks):
        if finding := next(iter(check(case)), None):
            return CHECK_CODES[check], finding.message
    return None


def worded(mutant: Mutant) -> tuple[str, str]:
    """The first rule of speech that is broken. They look at the words where they stand, so all is read anew."""
    changed = {**files(), f"flows/{mutant.flow}.yaml": written(mutant.tree())}
    shelf = BundleBuilder(decode_source_file(file, data) for file, data in changed.items())
    return next(
        ((problem.code, problem.message) for problem in lint_bundle(shelf.build(""), shelf.source_map())), ("", "")
    )
