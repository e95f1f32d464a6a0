"""Every control is held by something that is there: a promise that is proved, a rule of speech, a test."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.hazard import HazardLog, Holder
from bot.library import BASE, Library
from bot.problem import Faulty, Problem, guess
from bot.proof.prove import SLUGS
from bot.reading.hazards import read_hazards
from bot.reading.reading import Reading
from bot.reading.sheet import MOST_BYTES, sheet

FILE = Path("flows", "hazards.yaml")
TESTS = "tests/"
TEST = re.compile(r"^(?:async )?def (test_\w+)\(", re.MULTILINE)


def read(home: Path) -> HazardLog | None:
    """The log below *home*, or None where there is none. Raises Faulty with all that is wrong in it."""
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
    """What `check` says of the log: its faults, and every control that nothing holds."""
    try:
        log = read(home)
    except Faulty as faulty:
        return list(faulty.problems)
    return list(unheld(home, library, log)) if log else []


def unheld(home: Path, library: Library, log: HazardLog) -> Iterator[Problem]:
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
    return TESTS if holder.name.startswith(TESTS) else holder.name.partition(":")[0] + ":"


def holders(home: Path, library: Library) -> Mapping[str, frozenset[str] | None]:
    """All that can hold a control, by kind. None where it cannot be known: an installed bot has no tests beside it."""
    manners = library.manners.get(BASE)
    never = {f"never:{never.name}" for never in library.promises.never}
    return {
        "promise:": frozenset(f"promise:{slug}" for slug in SLUGS.values()),
        "never:": frozenset(never),
        "speech:": frozenset(f"speech:{rule.slug}" for rule in manners.rules) if manners else None,
        TESTS: frozenset(_tests(home)) if (home / TESTS).is_dir() else None,
    }


def _tests(home: Path) -> Iterator[str]:
    """Every test below *home*, as pytest names it; nothing of it is run."""
    for path in sorted((home / TESTS).rglob("test_*.py")):
        names = TEST.findall(path.read_text(encoding="utf-8"))
        yield from (f"{path.relative_to(home).as_posix()}::{name}" for name in names)
