"""The command `python -m bot chats`: run the scenarios in flows/tests and list what none of them touches."""

from argparse import Namespace
from collections.abc import Iterator

from bot.authoring.loader import content_root, load_bundle
from bot.authoring.scenarios.runner import ScenarioReport, load_scenarios, run_scenarios
from bot.model.bundle import ContentBundle
from bot.model.diagnostics import SourceKey, SourceMap
from bot.operations.exit_codes import EXIT_FINDINGS, EXIT_OK
from bot.proof.report import finding_lines as in_full


def run(_: Namespace) -> int:
    """Run all scenarios, print the report, and return 1 if there are findings, else 0."""
    bundle, source_map = load_bundle(content_root())
    report = run_scenarios(bundle, load_scenarios(content_root(), bundle, source_map))
    for line in report_lines(bundle, report, {**source_map, **report.locations}):
        print(line)
    return EXIT_FINDINGS if report.findings else EXIT_OK


def report_lines(bundle: ContentBundle, report: ScenarioReport, source_map: SourceMap) -> Iterator[str]:
    """Yield each failed scenario with its chat, then each untouched option and outcome, then the coverage."""
    for finding in report.findings:
        if finding.code != "untouched":
            yield from (*in_full(bundle, source_map, finding), "")
    for key in (*report.untouched_options, *report.untouched_endings):
        where = source_map[key]
        yield f"{where.file}:{where.line}:{where.column}: no chat touches {'.'.join(map(str, key[:2]))}{_suffix(key)}"
    options, endings = report.coverage_percents
    target = bundle.promises.coverage_target
    yield (
        f"{report.scenario_count} chats touch {options} % of all options (at least {target.options_percent} %) "
        f"and {endings} % of all endings (at least {target.endings_percent} %)."
    )


def _suffix(key: SourceKey) -> str:
    """Return ": OPTION" if *key* names an option, else ""."""
    return f": {key[2]}" if len(key) > 2 else ""
