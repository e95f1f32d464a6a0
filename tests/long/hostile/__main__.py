"""`python -m tests.long.hostile --cases 1000000 --seed 1`: try all inputs, and write tests/results/hostile.md."""

import argparse
import sys
from multiprocessing import get_context
from time import perf_counter

from tests.long.hostile.all_areas import areas, lot
from tests.long.hostile.case_runner import LEAK
from tests.long.hostile.results import Run, write

LOT = 25_000  # cases that one process tries at once


def lots(cases: int, seed: int, only: str) -> list[tuple[str, int, str]]:
    """The work, as lots of some seconds each; the long ones first."""
    whole = sum(area.share for area in areas().values())
    found = []
    for area in areas().values():
        left = max(len(area.seeds) * 2, area.share * cases // whole) if only in area.name else 0
        for number in range(-(-left // LOT)):
            found.append((area.name, min(LOT, left - number * LOT), f"{seed}.{number}"))
    return sorted(found, key=lambda one: -one[1])


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.long.hostile", description=__doc__)
    options.add_argument("--cases", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", default="", help="areas whose name has this in it; nothing is written")
    given = options.parse_args()
    began = perf_counter()
    with get_context("spawn").Pool(2) as pool:
        done = pool.map(lot, lots(given.cases, given.seed, given.only), chunksize=1)
    found = Run(
        given.cases, given.seed, perf_counter() - began, max(size for _, size in done), [one for one, _ in done]
    )
    for result in found.areas:
        print(f"{result.area:30} {result.cases:8,} {result.seconds:7.1f} s  {dict(result.became.most_common(6))}")
        for fault in result.faults[:5]:
            print(f"    {fault}")
        if result.grew > LEAK:
            print(f"    grew by {result.grew:,} bytes")
    if not given.only:
        write(found)
    print(f"{found.cases:,} cases, {len(found.faults)} faults, {found.seconds:.0f} s")
    return 1 if found.faults or found.leaks else 0


if __name__ == "__main__":
    sys.exit(main())
