"""Check that each control in the hazard log is held by something real: a proved promise, a lint rule or a test."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.readers.hazards import read_hazards
from bot.authoring.parsing.source_file import read_source_file
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.diagnostics import Diagnostic, DiagnosticsError, suggest
from bot.model.hazard_log import ControlEvidence, HazardLog
from bot.proof.check_table import CHECK_CODES

HAZARD_LOG_FILE = Path("flows", "hazards.yaml")
TESTS_FOLDER = "tests/"
TEST_DEFINITION = re.compile(r"^(?:async )?def (test_\w+)\(", re.MULTILINE)


def load_hazard_log(root: Path) -> HazardLog | None:
    """Read the hazard log below *root*; None if there is none. Raises DiagnosticsError with all its faults."""
    if not (root / HAZARD_LOG_FILE).is_file():
        return None
    context = ParseContext(read_source_file(root, HAZARD_LOG_FILE))
    hazard_log = read_hazards(context)
    if context.diagnostics:
        raise DiagnosticsError(context.diagnostics)
    return hazard_log


def hazard_log_diagnostics(root: Path, bundle: ContentBundle) -> list[Diagnostic]:
    """Return the hazard log's diagnostics: its own faults, or each control that nothing holds."""
    try:
        hazard_log = load_hazard_log(root)
    except DiagnosticsError as error:
        return list(error.diagnostics)
    return list(unheld_control_diagnostics(root, bundle, hazard_log)) if hazard_log else []


def unheld_control_diagnostics(root: Path, bundle: ContentBundle, hazard_log: HazardLog) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each control whose holder does not exist."""
    holder_names = known_holders(root, bundle)
    for hazard in hazard_log.hazards:
        for holder in (holder for control in hazard.controls for holder in control.evidence):
            kind = _holder_kind(holder)
            if kind not in holder_names:
                message = f"'{holder.name}' is no promise, no rule of speech and no test"
                yield Diagnostic(holder.location, "unheld", message, f"such as: {', '.join(sorted(holder_names))}")
            elif holder_names[kind] is not None and holder.name not in (holder_names[kind] or ()):
                message = f"{hazard.id} relies on '{holder.name}', and that is not there"
                yield Diagnostic(holder.location, "unheld", message, suggest(holder.name, holder_names[kind] or ()))


def _holder_kind(holder: ControlEvidence) -> str:
    """Return the kind of a holder: the prefix of its name, such as `promise:` or `tests/`."""
    return TESTS_FOLDER if holder.name.startswith(TESTS_FOLDER) else holder.name.partition(":")[0] + ":"


def known_holders(root: Path, bundle: ContentBundle) -> Mapping[str, frozenset[str] | None]:
    """Return the names of all that can hold a control, by kind; None if unknown: a wheel ships no tests."""
    style_guide = bundle.style_guides.get(BASE_LANGUAGE)
    never_promises = {f"never:{never_promises.name}" for never_promises in bundle.promises.forbidden_endings}
    return {
        "promise:": frozenset(f"promise:{slug}" for slug in CHECK_CODES.values()),
        "never:": frozenset(never_promises),
        "speech:": frozenset(f"speech:{rule.code}" for rule in style_guide.rules) if style_guide else None,
        TESTS_FOLDER: frozenset(_test_ids(root)) if (root / TESTS_FOLDER).is_dir() else None,
    }


def _test_ids(root: Path) -> Iterator[str]:
    """Yield the id of every test below *root*, as pytest names it; no test is run."""
    for path in sorted((root / TESTS_FOLDER).rglob("test_*.py")):
        names = TEST_DEFINITION.findall(path.read_text(encoding="utf-8"))
        yield from (f"{path.relative_to(root).as_posix()}::{name}" for name in names)
