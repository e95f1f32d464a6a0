"""What becomes of an edited flow: the reader, the proof or the rules of speech refuse it, or nobody does."""

import gc
from dataclasses import dataclass, replace
from functools import cache
from random import Random

from bot.authoring.lint.findings import findings
from bot.authoring.loader import Shelf, flow_alone, home, load
from bot.authoring.parsing.source_file import sheet
from bot.authoring.scenarios.runner import read as beside
from bot.authoring.scenarios.runner import try_out
from bot.engine.machine import rule_book
from bot.model.bundle import BASE, CHOOSER, Library
from bot.model.diagnostics import Faulty
from bot.model.scenario import Trial
from bot.proof.checks.idle_questions import idle
from bot.proof.checks.lengths import short
from bot.proof.checks.monotonicity import monotone, unordered
from bot.proof.checks.red_flags import red_flag, unasked, vacuous
from bot.proof.checks.termination import overlap, unreachable
from bot.proof.checks.uncertainty import never, unsure
from bot.proof.context import Case
from bot.proof.prover import CHECKS, ENDING, FIRST, SLUGS, Check
from bot.proof.state_space.explorer import Explorer
from tests.long.unsafe_edits.edits import KINDS, Mutant
from tests.long.unsafe_edits.trees import copy, files, shipped, written

SAFETY = (red_flag, never, unsure, unasked, unordered, monotone)  # looked at first: the promises to people
TIDY = (overlap, vacuous, unreachable, idle, short)  # promises to authors
assert {*SAFETY, *TIDY} == {*CHECKS}
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
def whole() -> Library:
    """Everything that ships."""
    return Shelf(sheet(file, data) for file, data in files().items()).library("")


def judge(mutant: Mutant) -> Verdict:
    gc.disable()
    try:
        return _judged(mutant)
    except Faulty as faulty:
        return Verdict(mutant, faulty.problems[0].slug, faulty.problems[0].message)
    finally:
        gc.enable()


def _judged(mutant: Mutant) -> Verdict:
    if mutant.kind in IN_WORDS:
        return Verdict(mutant, *worded(mutant))
    library = edited(mutant)
    return Verdict(mutant, *(proved(library, mutant.flow) or tried(library, mutant.flow) or ("", "")))


def tried(library: Library, flow: str) -> tuple[str, str] | None:
    """The first chat beside the flows that comes to something else."""
    library = walkable(library, flow)
    finding = next(iter(try_out(library, trials()).findings), None)
    return ("chat", finding.message) if finding else None


@cache
def trials() -> tuple[Trial, ...]:
    return beside(home(), *load(home()))


def walkable(library: Library, flow: str) -> Library:
    """*library* with the machine of the edited *flow*."""
    return replace(library, machines={**library.machines, flow: rule_book(library.flow(flow))})


def edited(mutant: Mutant) -> Library:
    """Everything that ships, with the one flow as it is now. Raises Faulty where no reader would take it.

    No edit takes a name away that other flows use, but for a "not sure": and that the reader misses in the flow itself.
    """
    flow = flow_alone(written(mutant.tree()), f"flows/{mutant.flow}.yaml")
    return replace(whole(), flows={BASE: {**whole().flows[BASE], mutant.flow: flow}})


def proved(library: Library, flow: str) -> tuple[str, str] | None:
    """The first promise that is broken. A chat that breaks one from one way in breaks it; so small ways in that come to
    the edited *flow* are looked at before the whole."""
    for way in small_ways(library, flow):
        case = Case(library)
        case.__dict__["explored"] = Explorer(case.map).explore((way,))
        if broken := _broken(case, SAFETY):
            return broken
    return _broken(Case(library), (*SAFETY, *TIDY))


def small_ways(library: Library, flow: str) -> list[str]:
    """The ways in from which one can come to *flow*, and soon has seen everything."""
    map = Case(library).map
    if map.circle:
        return []
    ways = [way for way in dict.fromkeys((flow, *SMALL)) if way in library.entrances and way != CHOOSER]
    return [way for way in ways if way == flow or flow in map.ahead(((way, map.flows[way].start),)).flows]


def _broken(case: Case, checks: tuple[Check, ...]) -> tuple[str, str] | None:
    for check in (*FIRST, *ENDING, *checks):
        if finding := next(iter(check(case)), None):
            return SLUGS[check], finding.message
    return None


def worded(mutant: Mutant) -> tuple[str, str]:
    """The first rule of speech that is broken. They look at the words where they stand, so all is read anew."""
    changed = {**files(), f"flows/{mutant.flow}.yaml": written(mutant.tree())}
    shelf = Shelf(sheet(file, data) for file, data in changed.items())
    return next(((problem.slug, problem.message) for problem in findings(shelf.library(""), shelf.atlas())), ("", ""))
