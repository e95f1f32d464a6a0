"""`python -m tests.mutants --seed 1`: edit the shipped flows, see what is refused, and write down the results."""

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from tests.mutants.judging import Verdict, judge, mutants
from tests.mutants.results import Result, write
from tests.mutants.second import Opinion, opinion

SHORT = 0.06  # of all


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--short", action="store_true", help="some 40 edits, and nothing is written")
    given = options.parse_args()
    share = SHORT if given.short else 1.0
    results = list(judged(given.seed, share))
    if not given.short:
        write(results, given.seed)
    escaped = [result for result in results if result.escaped or result.second.agrees is False]
    for result in escaped:
        print(f"NOT REFUSED, or disputed: {result.verdict.mutant.name} ({result.second})")
    print(f"{len(results)} edits, {sum(result.refused for result in results)} refused, {len(escaped)} to look at.")
    return 1 if escaped else 0


def judged(seed: int, share: float) -> Iterator[Result]:
    """Every verdict, and the second opinion on it."""
    edits = mutants(seed, share)
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        found = pool.map(partial(one, seed, share), range(len(edits)), chunksize=1)
        for number, (mutant, (by, message, second)) in enumerate(zip(edits, found, strict=True), 1):
            if sys.stderr.isatty():
                print(f"\r\x1b[K{number} of {len(edits)}", end="", file=sys.stderr, flush=True)
            yield Result(Verdict(mutant, by, message), second)


def one(seed: int, share: float, number: int) -> tuple[str, str, Opinion]:
    verdict = judge(mutants(seed, share)[number])
    return verdict.by, verdict.message, opinion(verdict)


if __name__ == "__main__":
    sys.exit(main())
