"""The results as a document: how many cases of each kind, what became of them, how long they took, what they left."""

import os
import platform
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tests.long.hostile.case_runner import LEAK, AreaResult
from tests.support.paths import RESULTS

FILE = RESULTS / "hostile.md"
MOST_ENDS = 5


@dataclass
class Run:
    asked: int
    seed: int
    seconds: float
    megabytes: int
    lots: list[AreaResult]

    @cached_property
    def areas(self) -> list[AreaResult]:
        """The lots of one area together."""
        found: dict[str, AreaResult] = {}
        for lot in self.lots:
            one = found.setdefault(lot.area, AreaResult(lot.area, lot.what))
            one.cases += lot.cases
            one.became += lot.became
            one.faults += lot.faults
            one.slowest, one.grew = max(one.slowest, lot.slowest), max(one.grew, lot.grew)
            one.seconds += lot.seconds
        return sorted(found.values(), key=lambda result: -result.cases)

    @property
    def cases(self) -> int:
        return sum(result.cases for result in self.areas)

    @property
    def faults(self) -> list[str]:
        return [fault for result in self.areas for fault in result.faults]

    @property
    def leaks(self) -> list[AreaResult]:
        return [result for result in self.areas if result.grew > LEAK]


def write(run: Run) -> None:
    FILE.write_text("\n".join((*_head(run), *_table(run), "", *_found(run))) + "\n", encoding="utf-8")


def _head(run: Run) -> list[str]:
    return [
        "# Bad input everywhere",
        "",
        f"{date.today()}, Python {platform.python_version()}, {os.cpu_count()} cores, seed {run.seed}.",
        f"Again: `python -m tests.long.hostile --cases {run.asked} --seed {run.seed}`.",
        "`tests/authoring/parsing/test_hostile_input.py` has a short form, and what was found and mended.",
        "",
        f"**{run.cases:,} cases, {len(run.faults)} faults** in {run.seconds / 60:.1f} minutes on two processes, "
        f"with {run.megabytes} MB each at the most.",
        "A fault is a crash, a hang, a case beyond its time, a leak, or anything recorded, opened or let through that",
        "nobody said, wrote or may see. Cases are good input after accidents; what became of them stands on the right.",
        "Slowest is processor time; left is what a second round of the same 400 cases added to memory.",
        "",
    ]


def _table(run: Run) -> list[str]:
    rows = ["| area | what | cases | slowest | left | what became of them |", "|---" * 6 + "|"]
    for one in run.areas:
        ends = ", ".join(f"{name} {count:,}" for name, count in one.became.most_common(MOST_ENDS))
        more = f", and {len(one.became) - MOST_ENDS} more" if len(one.became) > MOST_ENDS else ""
        slowest, left = f"{one.slowest * 1000:.0f} ms", f"{one.grew / 1024:.1f} KiB"
        rows.append(f"| {one.area} | {one.what} | {one.cases:,} | {slowest} | {left} | {ends}{more} |")
    return rows


def _found(run: Run) -> list[str]:
    told = [f"* {fault}" for fault in run.faults] + [f"* {one.area} leaks" for one in run.leaks]
    return ["## Faults", "", *(told or ["None."])]
