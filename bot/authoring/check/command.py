"""The command `python -m bot check`: report every diagnostic, and prove every promise for all conversations."""

import json
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.authoring.check.information_mode import InformationModeResult, check_information_mode
from bot.authoring.check.parallel import ForkPool, available_workers
from bot.authoring.check.proof_record import write_proof_record
from bot.authoring.lint.linter import ending_diagnostics, suppression_notes
from bot.authoring.lint.linter import lint_bundle as lint_diagnostics
from bot.authoring.lint.reading_level import NOT_MEASURED_NOTE, ReadingLevels
from bot.authoring.loader import content_root, load_bundle
from bot.authoring.localization.open_translations import describe_open_translations
from bot.authoring.safety_case.controls import hazard_log_diagnostics as hazard_diagnostics
from bot.authoring.scenarios.runner import ScenarioReport, load_scenarios, run_scenarios
from bot.authoring.understanding.phrase_checks import phrase_diagnostics
from bot.authoring.understanding.record import model_diagnostics, write_model
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.diagnostics import Diagnostic, DiagnosticsError, SourceLocation, SourceMap
from bot.model.signoff import describe_signoffs, signoff_diagnostics
from bot.operations.exit_codes import EXIT_FINDINGS, EXIT_OK
from bot.proof.context import ProofContext
from bot.proof.finding import ExampleChat, Finding
from bot.proof.prover import Proof, prove_in_context, without_garbage_collection
from bot.proof.question_report import question_reports
from bot.proof.report import finding_lines, to_diagnostic, transcript_lines

PROGRESS_DELAY_SECONDS = 1.0  # the status line is shown only after so long
ProgressCallback = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Everything that one run of `check` found.

    *diagnostics* are faults in the files, *findings* are promises that the flows break; *notes* are no faults.
    """

    diagnostics: tuple[Diagnostic, ...] = ()
    findings: tuple[Finding, ...] = ()
    locations: SourceMap = field(default_factory=dict)
    proof: Proof | None = None
    scenario_count: int = 0
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    reading_levels: ReadingLevels = field(default_factory=ReadingLevels)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.diagnostics and not self.findings


def run(options: Namespace) -> int:
    """Run the command and return its exit code: 0 when nothing was found, 1 when something was."""
    progress, today = ProgressLine(sys.stderr), date.today().isoformat()
    try:
        with without_garbage_collection():
            if options.record:
                progress("The model of what people type is trained from today's examples.")
                write_model(content_root())
            bundle, source_map = load_bundle(content_root(), today, include_drafts=True)
            report = check(bundle, source_map, content_root(), progress, available_workers())
        report = with_signoffs(report, bundle, source_map, today, release=options.release)
    except DiagnosticsError as error:
        bundle, report = None, CheckReport(error.diagnostics)
    progress.clear()
    if options.record and bundle and report.is_clean and report.proof:
        write_proof_record(content_root(), bundle, report.proof)
        report.reading_levels.write(content_root())
    if options.json:
        print(json.dumps(report_as_json(bundle, report), indent=2, ensure_ascii=False))
    else:
        _print_report(bundle, report, with_reasons=options.why)
    return EXIT_OK if report.is_clean else EXIT_FINDINGS


def check(
    bundle: ContentBundle,
    source_map: SourceMap,
    root: Path,
    on_progress: ProgressCallback = lambda _: None,
    worker_count: int = 1,
) -> CheckReport:
    """Run all checks with up to *worker_count* processes, and return the report.

    *on_progress* is called with a sentence about what is checked next.
    """
    started = time.perf_counter()
    with ForkPool(worker_count) as pool, without_garbage_collection():
        is_silent = pool.size > 1  # else two processes would write to one line
        content_checks = pool.submit(
            lambda: _check_content(bundle, source_map, root, (lambda _: None) if is_silent else on_progress)
        )
        context = ProofContext(bundle)
        proof = prove_in_context(context, on_progress, pool.submit)
        on_progress("Every ending fits into one message, whatever was answered and whichever clinic is shown.")
        diagnostics = (
            [*ending_diagnostics(context, source_map)] if proof.state_count else []
        )  # without states the lengths of endings are unknown
        on_progress("The words, the hazards, the pages and the chats beside the flows are as they should be.")
        content = content_checks()
    return CheckReport(
        diagnostics=tuple(sorted([*_missing_promises(bundle), *diagnostics, *content.diagnostics])),
        findings=proof.findings + content.scenarios.findings,
        locations={**source_map, **content.scenarios.locations},
        proof=proof,
        scenario_count=content.scenarios.scenario_count,
        seconds=time.perf_counter() - started,
        notes=_information_notes(bundle, content.information_mode),
        reading_levels=content.reading_levels,
    )


@dataclass(frozen=True, slots=True)
class ContentChecks:
    """Results of the checks that need nothing from the proof."""

    diagnostics: tuple[Diagnostic, ...]
    reading_levels: ReadingLevels
    information_mode: InformationModeResult
    scenarios: ScenarioReport


def _check_content(
    bundle: ContentBundle, source_map: SourceMap, root: Path, on_progress: ProgressCallback
) -> ContentChecks:
    """Run the checks that need nothing from the proof: lint, hazard controls, information mode, scenarios."""
    reading_levels = ReadingLevels(root)
    on_progress("The words that people read keep to the rules of speech.")
    diagnostics = [*lint_diagnostics(bundle, source_map, reading_levels), *hazard_diagnostics(root, bundle)]
    on_progress("What people type is heard as what it stands for, and as nothing else.")
    diagnostics += [*model_diagnostics(bundle.vocabulary), *phrase_diagnostics(bundle, source_map)]
    on_progress("A bot that only informs asks nothing, and shows everybody the same.")
    information_mode = check_information_mode(bundle)
    diagnostics += information_mode.diagnostics()
    on_progress("The chats beside the flows come to what was written.")
    return ContentChecks(
        tuple(diagnostics),
        reading_levels,
        information_mode,
        run_scenarios(bundle, load_scenarios(root, bundle, source_map)),
    )


def _information_notes(bundle: ContentBundle, information_mode: InformationModeResult) -> tuple[str, ...]:
    """Return the notes on information mode: which flows only inform, and that the whole bot could."""
    informing_flows = [flow.name for flow in bundle.flows[BASE_LANGUAGE].values() if flow.information]
    waiting_note = (
        f"Only for information: {', '.join(sorted(informing_flows))}. Their questions, chats and promises wait."
    )
    return (
        *([waiting_note] if informing_flows else []),
        *([] if information_mode.faults else [information_mode.note(bundle)]),
    )


def _missing_promises(bundle: ContentBundle) -> Iterator[Diagnostic]:
    """Yield a diagnostic when the bundle has no promises: without them nearly everything could be proved."""
    if not bundle.promises.forbidden_endings and not bundle.promises.length_bounds:
        location = SourceLocation("flows/promises.yaml", 1, 1)
        yield Diagnostic(
            location, "not-found", "nothing is promised here, so nothing could be proved", "see flows/README.md"
        )


def with_signoffs(
    report: CheckReport, bundle: ContentBundle, source_map: SourceMap, today: str, *, release: bool
) -> CheckReport:
    """Return *report* with notes on suppressions and sign-offs.

    For a *release* every missing sign-off of a shipped language is a diagnostic.
    """
    unmeasured_note = NOT_MEASURED_NOTE if report.reading_levels.incomplete else ""
    notes = (
        *report.notes,
        *suppression_notes(bundle, source_map),
        *describe_signoffs(bundle, source_map, today),
        unmeasured_note,
    )
    shipped = [code for code, language in bundle.languages.items() if language.shipped]
    missing_signoffs = tuple(sorted(signoff_diagnostics(bundle, source_map, today, shipped))) if release else ()
    return replace(report, diagnostics=report.diagnostics + missing_signoffs, notes=tuple(filter(None, notes)))


class ProgressLine:
    """One status line on a terminal that shows what is being checked, once a check takes longer than a second."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.started, self.is_shown = stream, time.monotonic(), False

    def __call__(self, activity: str) -> None:
        if self.stream.isatty() and time.monotonic() - self.started > PROGRESS_DELAY_SECONDS:
            self.is_shown = True
            self.stream.write(f"\r\x1b[K{activity[:76]}")
            self.stream.flush()

    def clear(self) -> None:
        """Clear the status line."""
        if self.is_shown:
            self.stream.write("\r\x1b[K")


# ---- as text


def _print_report(bundle: ContentBundle | None, report: CheckReport, *, with_reasons: bool) -> None:
    """Print the report as text; with *why*, also the reasons for each question."""
    for diagnostic in report.diagnostics:
        print(diagnostic, end="\n\n")
    if bundle is None:
        print(summary(report))
        return
    for finding in report.findings:
        print("\n".join(finding_lines(bundle, report.locations, finding)), end="\n\n")
    for line in describe_open_translations(bundle.translation_gaps):
        print(line)
    for note in report.notes:
        print(note)
    if with_reasons:
        print("\n".join(map(str, question_reports(ProofContext(bundle)))), end="\n\n")
    print(summary(report))


def summary(report: CheckReport) -> str:
    """Return one sentence: how much was found or, when nothing was, what was proved."""
    if not report.is_clean or report.proof is None:
        count = len(report.diagnostics) + len(report.findings)
        return f"{count} {'finding' if count == 1 else 'findings'}."
    proof = report.proof
    return (
        f"Proved: {len(proof.promises)} promises hold in each of {abbreviate_number(proof.conversation_count)} "
        f"conversations ({proof.state_count:,} situations), "
        f"and {report.scenario_count} chats come to what was written. {report.seconds:.1f} s."
    )


def abbreviate_number(number: int) -> str:
    """Return *number* as text: with thousands separators, or as 3.2e14 from a million on."""
    if number < 1_000_000:
        return f"{number:,}"
    digits = str(number)
    return f"{digits[0]}.{digits[1]}e{len(digits) - 1}"


# ---- as data


def report_as_json(bundle: ContentBundle | None, report: CheckReport) -> dict[str, Any]:
    """Return the whole report as a dictionary for JSON."""
    proof = report.proof
    return {
        "clean": report.is_clean,
        "problems": [
            *(_diagnostic_as_json(diagnostic) for diagnostic in report.diagnostics),
            *(_finding_as_json(bundle, report, finding) for finding in report.findings if bundle),
        ],
        "proof": proof and {
            "holds": proof.holds,
            "promises": list(proof.promises),
            "situations": proof.state_count,
            "conversations": str(proof.conversation_count),
            "figures": dict(proof.bound_lengths),
        },
        "chats": report.scenario_count,
        "notes": list(report.notes),
        "seconds": round(report.seconds, 3),
    }  # fmt: skip


def _diagnostic_as_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """Return a diagnostic as a dictionary for JSON."""
    location = diagnostic.location
    return {
        "file": location.file,
        "line": location.line,
        "column": location.column,
        "slug": diagnostic.code,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
    }


def _finding_as_json(bundle: ContentBundle, report: CheckReport, finding: Finding) -> dict[str, Any]:
    """Return a finding of the proof as a dictionary for JSON, with its counterexamples."""
    return _diagnostic_as_json(to_diagnostic(finding, report.locations)) | {
        "chats": list(_chats_as_json(bundle, report, finding.chats))
    }


def _chats_as_json(
    bundle: ContentBundle, report: CheckReport, chats: tuple[ExampleChat, ...]
) -> Iterator[dict[str, Any]]:
    """Yield each counterexample chat as a dictionary for JSON."""
    for chat in chats:
        answers = [{"question": question, "option": option} for question, option in chat.answers]
        yield {
            "way_in": chat.entry_flow,
            "said": answers,
            "text": list(transcript_lines(bundle, report.locations, chat)),
        }
