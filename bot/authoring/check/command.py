"""The command `python -m bot check`: report every diagnostic, and prove every promise for all conversations."""

import json
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.authoring.check.information_mode import Browsed, browsed
from bot.authoring.check.parallel import Crew, hands
from bot.authoring.lint.findings import endings, silenced
from bot.authoring.lint.findings import findings as worded
from bot.authoring.lint.reading_level import UNMEASURED, Levels
from bot.authoring.loader import Atlas, home, load
from bot.authoring.localization.status import due
from bot.authoring.safety_case.controls import problems as unheld
from bot.authoring.scenarios.runner import Tried, read, try_out
from bot.model.bundle import BASE, Library
from bot.model.diagnostics import Faulty, Place, Problem
from bot.model.signoff import findings as not_signed
from bot.model.signoff import statement
from bot.proof.context import Case
from bot.proof.finding import Chat, Finding, Key
from bot.proof.prover import Proof, prove_case, unswept
from bot.proof.question_report import reasons
from bot.proof.record import record
from bot.proof.report import in_words, problem, told

CLEAN, FAULTY = 0, 1
PATIENCE = 1.0  # the status line is shown only after so long
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one run of `check` found.

    *diagnostics* are faults in the files, *findings* are promises that the flows break; *notes* are no faults.
    """

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
        """Whether nothing was found."""
        return not self.faults and not self.findings


def run(options: Namespace) -> int:
    """Run the command and return its exit code: 0 when nothing was found, 1 when something was."""
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
    """Run all checks with up to *worker_count* processes, and return the report.

    *on_progress* is called with a sentence about what is checked next.
    """
    began = time.perf_counter()
    with Crew(size) as crew, unswept():
        silent = crew.size > 1  # else two processes would write to one line
        waiting = crew.meanwhile(lambda: _beside(library, atlas, root, (lambda _: None) if silent else told))
        case = Case(library)
        proof = prove_case(case, told, crew.meanwhile)
        told("Every ending fits into one message, whatever was answered and whichever clinic is shown.")
        faults = [*endings(case, atlas)] if proof.places else []  # without states the lengths of endings are unknown
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
    """Results of the checks that need nothing from the proof."""

    faults: tuple[Problem, ...]
    levels: Levels
    browsed: Browsed
    tried: Tried


def _beside(library: Library, atlas: Atlas, root: Path, told: Told) -> Beside:
    """Run the checks that need nothing from the proof: lint, hazard controls, information mode, scenarios."""
    levels = Levels(root)
    told("The words that people read keep to the rules of speech.")
    faults = [*worded(library, atlas, levels), *unheld(root, library)]
    told("A bot that only informs asks nothing, and shows everybody the same.")
    read_by = browsed(library)
    faults += read_by.problems()
    told("The chats beside the flows come to what was written.")
    return Beside(tuple(faults), levels, read_by, try_out(library, read(root, library, atlas)))


def _reading(library: Library, read_by: Browsed) -> tuple[str, ...]:
    """Return the notes on information mode: which flows only inform, and that the whole bot could."""
    informs = [flow.name for flow in library.flows[BASE].values() if flow.information]
    waits = f"Only for information: {', '.join(sorted(informs))}. Their questions, chats and promises wait."
    return (*([waits] if informs else []), *([] if read_by.wrong else [read_by.note(library)]))


def _unpromised(library: Library) -> Iterator[Problem]:
    """Yield a diagnostic when the bundle has no promises: without them nearly everything could be proved."""
    if not library.promises.never and not library.promises.bounds:
        place = Place("flows/promises.yaml", 1, 1)
        yield Problem(place, "not-found", "nothing is promised here, so nothing could be proved", "see flows/README.md")


def answered_for(report: Report, library: Library, atlas: Atlas, today: str, *, release: bool) -> Report:
    """Return *report* with notes on suppressions and sign-offs.

    For a *release* every missing sign-off of a shipped language is a diagnostic.
    """
    unsaid = UNMEASURED if report.levels.missed else ""
    notes = (*report.notes, *silenced(library, atlas), *statement(library, atlas, today), unsaid)
    shipped = [code for code, language in library.languages.items() if language.shipped]
    lacking = tuple(sorted(not_signed(library, atlas, today, shipped))) if release else ()
    return replace(report, faults=report.faults + lacking, notes=tuple(filter(None, notes)))


class Progress:
    """One status line on a terminal that shows what is being checked, once a check takes longer than a second."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.began, self.shown = stream, time.monotonic(), False

    def __call__(self, what: str) -> None:
        if self.stream.isatty() and time.monotonic() - self.began > PATIENCE:
            self.shown = True
            self.stream.write(f"\r\x1b[K{what[:76]}")
            self.stream.flush()

    def done(self) -> None:
        """Clear the status line."""
        if self.shown:
            self.stream.write("\r\x1b[K")


# ---- as text


def _print(library: Library | None, report: Report, *, why: bool) -> None:
    """Print the report as text; with *why*, also the reasons for each question."""
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
    """Return one sentence: how much was found or, when nothing was, what was proved."""
    if not report.clean or report.proof is None:
        count = len(report.faults) + len(report.findings)
        return f"{count} {'finding' if count == 1 else 'findings'}."
    proof = report.proof
    return (
        f"Proved: {len(proof.promises)} promises hold in each of {in_short(proof.conversations)} conversations "
        f"({proof.places:,} situations), and {report.chats} chats come to what was written. {report.seconds:.1f} s."
    )


def in_short(number: int) -> str:
    """Return *number* as text: with thousands separators, or as 3.2e14 from a million on."""
    if number < 1_000_000:
        return f"{number:,}"
    digits = str(number)
    return f"{digits[0]}.{digits[1]}e{len(digits) - 1}"


# ---- as data


def as_data(library: Library | None, report: Report) -> dict[str, Any]:
    """Return the whole report as a dictionary for JSON."""
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
    """Return a diagnostic as a dictionary for JSON."""
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
    """Return a finding of the proof as a dictionary for JSON, with its counterexamples."""
    return _place(problem(finding, report.places)) | {"chats": list(_chats(library, report, finding.chats))}


def _chats(library: Library, report: Report, chats: tuple[Chat, ...]) -> Iterator[dict[str, Any]]:
    """Yield each counterexample chat as a dictionary for JSON."""
    for chat in chats:
        said = [{"question": question, "option": option} for question, option in chat.said]
        yield {"way_in": chat.way_in, "said": said, "text": list(in_words(library, report.places, chat))}
