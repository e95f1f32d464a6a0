"""The command `python -m bot safety-case`: the safety document, from data and today's results."""

import sys
from argparse import Namespace
from datetime import date
from pathlib import Path

from bot.authoring.documents.report import to_html, to_markdown
from bot.authoring.loader import content_root, load_bundle
from bot.authoring.safety_case.contents import DOCUMENT_TITLE, SafetyEvidence, build_sections
from bot.authoring.safety_case.controls import HAZARD_LOG_FILE, load_hazard_log, unheld_control_diagnostics
from bot.authoring.scenarios.runner import load_scenarios, run_scenarios
from bot.operations.exit_codes import EXIT_BAD_USAGE, EXIT_FINDINGS, EXIT_OK
from bot.operations.output_file import write_output
from bot.proof.prover import prove

DOCUMENT_NAME = "safety-case"


def run(options: Namespace) -> int:
    """Write the safety case; return 0 if all holds today, 1 if a promise, control or scenario fails, 2 if no log."""
    root, day = content_root(), date.today()
    if (hazard_log := load_hazard_log(root)) is None:
        print(f"There is no {HAZARD_LOG_FILE}, and so nothing to make a safety case of.", file=sys.stderr)
        return EXIT_BAD_USAGE
    bundle, source_map = load_bundle(root, day.isoformat())
    proof, scenario_report = prove(bundle), run_scenarios(bundle, load_scenarios(root, bundle, source_map))
    diagnostics = list(unheld_control_diagnostics(root, bundle, hazard_log))
    document_sections = list(
        build_sections(
            hazard_log, SafetyEvidence(bundle, source_map, proof, scenario_report.scenario_count, len(diagnostics), day)
        )
    )
    if options.out:
        folder = Path(options.out)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_output(folder / f"{DOCUMENT_NAME}.md", to_markdown(DOCUMENT_TITLE, document_sections))
            write_output(folder / f"{DOCUMENT_NAME}.html", to_html(DOCUMENT_TITLE, document_sections))
        except OSError as error:
            print(f"The safety case in '{folder}' cannot be written: {error.strerror}.", file=sys.stderr)
            return EXIT_BAD_USAGE
    else:
        print(to_markdown(DOCUMENT_TITLE, document_sections), end="")
    for diagnostic in diagnostics:
        print(diagnostic, file=sys.stderr)
    return EXIT_OK if proof.holds and not diagnostics and not scenario_report.findings else EXIT_FINDINGS
