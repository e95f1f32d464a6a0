"""`python -m bot check`: every fault in what was written, and every promise held against every conversation."""

import json
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.browsing import Browsed, browsed
from bot.crew import Crew, hands
from bot.library import BASE, Library
from bot.loading import Atlas, home, load
from bot.problem import Faulty, Place, Problem
from bot.proof.case import Case
from bot.proof.finding import Chat, Finding, Key
from bot.proof.prove import Proof, prove_case, unswept
from bot.proof.telling import in_words, problem, told
from bot.proof.why import reasons
from bot.proved import record
from bot.safety.held import problems as unheld
from bot.signing import findings as not_signed
from bot.signing import statement
from bot.translation.due import due
from bot.trying import Tried, read, try_out
from bot.wording.findings import endings, silenced
from bot.wording.findings import findings as worded
from bot.wording.reading_level import UNMEASURED, Levels

CLEAN, FAULTY = 0, 1
PATIENCE = 1.0  # seconds without a word
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found. *faults* are in what is written, *findings* in what it can do; *notes* are no fault."""

    faults: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()
    places: Mapping[Key, Place] = field(default_factory=dict)
    proof: Proof | None = None
    chats: int = 0
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    levels: Levels = field(default_factory=Levels)

    @property
    def clean(self) -> bool:
        return not self.faults and not self.findings


def run(options: Namespace) -> int:
    """The command. 0 when all is well, 1 when something was found, 2 when it could not run."""
    progress, today = Progress(sys.stderr), date.today().isoformat()
    try:
        with unswept():
            library, atlas = load(home(), today, drafts=True)
            report = check(library, atlas, home(), progress, hands())
        report = answered_for(report, library, atlas, today, release=options.release)
    except Faulty as faulty:
        library, report = None, Report(faulty.problems)
    progress.done()
    if options.record and library and report.clean and report.proof:
        record(home(), library, report.proof)
        report.levels.write(home())
    if options.json:
        print(json.dumps(as_data(library, report), indent=2, ensure_ascii=False))
    else:
        _print(library, report, why=options.why)
    return CLEAN if report.clean else FAULTY


def check(library: Library, atlas: Atlas, root: Path, told: Told = lambda _: None, size: int = 1) -> Report:
    """Look at everything, with as many hands as *size*. *told* is called with what is looked at next."""
    began = time.perf_counter()
    with Crew(size) as crew, unswept():
        silent = crew.size > 1  # two would speak at once
        waiting = crew.meanwhile(lambda: _beside(library, atlas, root, (lambda _: None) if silent else told))
        case = Case(library)
        proof = prove_case(case, told, crew.meanwhile)
        told("Every ending fits into one message, whatever was answered and whichever clinic is shown.")
        faults = [*endings(case, atlas)] if proof.places else []  # else it is not known what comes together
        told("The words, the hazards, the pages and the chats beside the flows are as they should be.")
        beside = waiting()
    return Report(
        faults=tuple(sorted([*_unpromised(library), *faults, *beside.faults])),
        findings=proof.findings + beside.tried.findings,
        places={**atlas, **beside.tried.places},
        proof=proof,
        chats=beside.tried.chats,
        seconds=time.perf_counter() - began,
        notes=_reading(library, beside.browsed),
        levels=beside.levels,
    )


@dataclass(frozen=True, slots=True)
class Beside:
    """What was looked at beside the proof: it needs nothing from there."""

    faults: tuple[Problem, ...]
    levels: Levels
    browsed: Browsed
    tried: Tried


def _beside(library: Library, atlas: Atlas, root: Path, told: Told) -> Beside:
    levels = Levels(root)
    told("The words that people read keep to the rules of speech.")
    faults = [*worded(library, atlas, levels), *unheld(root, library)]
    told("A bot that only informs asks nothing, and shows everybody the same.")
    read_by = browsed(library)
    faults += read_by.problems()
    told("The chats beside the flows come to what was written.")
    return Beside(tuple(faults), levels, read_by, try_out(library, read(root, library, atlas)))


def _reading(library: Library, read_by: Browsed) -> tuple[str, ...]:
    """What is said of reading alone: which flows only inform, and that the whole bot could."""
    informs = [flow.name for flow in library.flows[BASE].values() if flow.information]
    waits = f"Only for information: {', '.join(sorted(informs))}. Their questions, chats and promises wait."
    return (*([waits] if informs else []), *([] if read_by.wrong else [read_by.note(library)]))


def _unpromised(library: Library) -> Iterator[Problem]:
    """Without promises nearly everything could be proved."""
    if not library.promises.never and not library.promises.bounds:
        place = Place("flows/promises.yaml", 1, 1)
        yield Problem(place, "not-found", "nothing is promised here, so nothing could be proved", "see flows/README.md")


def answered_for(report: Report, library: Library, atlas: Atlas, today: str, *, release: bool) -> Report:
    """*report* with what people answer for: silences, and signatures. A release wants every signature there is."""
    unsaid = UNMEASURED if report.levels.missed else ""
    notes = (*report.notes, *silenced(library, atlas), *statement(library, atlas, today), unsaid)
    shipped = [code for code, language in library.languages.items() if language.shipped]
    lacking = tuple(sorted(not_signed(library, atlas, today, shipped))) if release else ()
    return replace(report, faults=report.faults + lacking, notes=tuple(filter(None, notes)))


class Progress:
    """What is being looked at, on a terminal, when it takes longer than anybody likes to wait without a word."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.began, self.shown = stream, time.monotonic(), False

    def __call__(self, what: str) -> None:
        if self.stream.isatty() and time.monotonic() - self.began > PATIENCE:
            self.shown = True
            self.stream.write(f"\r\x1b[K{what[:76]}")
            self.stream.flush()

    def done(self) -> None:
        if self.shown:
            self.stream.write("\r\x1b[K")


# ---- as text


def _print(library: Library | None, report: Report, *, why: bool) -> None:
    for fault in report.faults:
        print(fault, end="\n\n")
    if library is None:
        print(summary(report))
        return
    for finding in report.findings:
        print("\n".join(told(library, report.places, finding)), end="\n\n")
    for line in due(library.untranslated):
        print(line)
    for note in report.notes:
        print(note)
    if why:
        print("\n".join(map(str, reasons(Case(library)))), end="\n\n")
    print(summary(report))


def summary(report: Report) -> str:
    """What was found; or, when nothing was, what was proved."""
    if not report.clean or report.proof is None:
        count = len(report.faults) + len(report.findings)
        return f"{count} {'finding' if count == 1 else 'findings'}."
    proof = report.proof
    return (
        f"Proved: {len(proof.promises)} promises hold in each of {in_short(proof.conversations)} conversations "
        f"({proof.places:,} situations), and {report.chats} chats come to what was written. {report.seconds:.1f} s."
    )


def in_short(number: int) -> str:
    """3.2e14 for a number that nobody could read."""
    if number < 1_000_000:
        return f"{number:,}"
    digits = str(number)
    return f"{digits[0]}.{digits[1]}e{len(digits) - 1}"


# ---- as data


def as_data(library: Library | None, report: Report) -> dict[str, Any]:
    """Everything in a report, for programs."""
    proof = report.proof
    return {
        "clean": report.clean,
        "problems": [
            *(_place(fault) for fault in report.faults),
            *(_finding(library, report, finding) for finding in report.findings if library),
        ],
        "proof": proof and {
            "holds": proof.holds,
            "promises": list(proof.promises),
            "situations": proof.places,
            "conversations": str(proof.conversations),
            "figures": dict(proof.figures),
        },
        "chats": report.chats,
        "notes": list(report.notes),
        "seconds": round(report.seconds, 3),
    }  # fmt: skip


def _place(fault: Problem) -> dict[str, Any]:
    place = fault.place
    return {
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "slug": fault.slug,
        "message": fault.message,
        "hint": fault.hint,
    }


def _finding(library: Library, report: Report, finding: Finding) -> dict[str, Any]:
    return _place(problem(finding, report.places)) | {"chats": list(_chats(library, report, finding.chats))}


def _chats(library: Library, report: Report, chats: tuple[Chat, ...]) -> Iterator[dict[str, Any]]:
    for chat in chats:
        said = [{"question": question, "option": option} for question, option in chat.said]
        yield {"way_in": chat.way_in, "said": said, "text": list(in_words(library, report.places, chat))}
