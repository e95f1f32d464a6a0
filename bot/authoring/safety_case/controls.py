"""Check that each control in the hazard log is held by something real: a proved promise, a lint rule or a test."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.authoring.parsing.parse_context import Reading
from bot.authoring.parsing.readers.hazards import read_hazards
from bot.authoring.parsing.source_file import MOST_BYTES, sheet
from bot.model.bundle import BASE, Library
from bot.model.diagnostics import Faulty, Problem, guess
from bot.model.hazard_log import HazardLog, Holder
from bot.proof.prover import SLUGS

FILE = Path("flows", "hazards.yaml")
TESTS = "tests/"
TEST = re.compile(r"^(?:async )?def (test_\w+)\(", re.MULTILINE)


def read(home: Path) -> HazardLog | None:
    """Read the hazard log below *root*; None if there is none. Raises DiagnosticsError with all its faults."""
    path = home / FILE
    if not path.is_file():
        return None
    with path.open("rb") as opened:
        reading = Reading(sheet(FILE.as_posix(), opened.read(MOST_BYTES + 1)))
    log = read_hazards(reading)
    if reading.problems:
        raise Faulty(reading.problems)
    return log


def problems(home: Path, library: Library) -> list[Problem]:
    """Return the hazard log's diagnostics: its own faults, or each control that nothing holds."""
    try:
        log = read(home)
    except Faulty as faulty:
        return list(faulty.problems)
    return list(unheld(home, library, log)) if log else []


def unheld(home: Path, library: Library, log: HazardLog) -> Iterator[Problem]:
    """Yield a diagnostic for each control whose holder does not exist."""
    known = holders(home, library)
    for hazard in log.hazards:
        for holder in (holder for control in hazard.controls for holder in control.held_by):
            kind = _kind(holder)
            if kind not in known:
                message = f"'{holder.name}' is no promise, no rule of speech and no test"
                yield Problem(holder.place, "unheld", message, f"such as: {', '.join(sorted(known))}")
            elif known[kind] is not None and holder.name not in (known[kind] or ()):
                message = f"{hazard.id} relies on '{holder.name}', and that is not there"
                yield Problem(holder.place, "unheld", message, guess(holder.name, known[kind] or ()))


def _kind(holder: Holder) -> str:
    """Return the kind of a holder: the prefix of its name, such as `promise:` or `tests/`."""
    return TESTS if holder.name.startswith(TESTS) else holder.name.partition(":")[0] + ":"


def holders(home: Path, library: Library) -> Mapping[str, frozenset[str] | None]:
    """Return the names of all that can hold a control, by kind; None if unknown: a wheel ships no tests."""
    manners = library.manners.get(BASE)
    never = {f"never:{never.name}" for never in library.promises.never}
    return {
        "promise:": frozenset(f"promise:{slug}" for slug in SLUGS.values()),
        "never:": frozenset(never),
        "speech:": frozenset(f"speech:{rule.slug}" for rule in manners.rules) if manners else None,
        TESTS: frozenset(_tests(home)) if (home / TESTS).is_dir() else None,
    }


def _tests(home: Path) -> Iterator[str]:
    """Yield the id of every test below *root*, as pytest names it; no test is run."""
    for path in sorted((home / TESTS).rglob("test_*.py")):
        names = TEST.findall(path.read_text(encoding="utf-8"))
        yield from (f"{path.relative_to(home).as_posix()}::{name}" for name in names)
