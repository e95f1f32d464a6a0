"""`python -m tests.long.unsafe_edits --seed 1`: edit the shipped flows, and write down what is refused."""

import argparse
import sys

from tests.long.unsafe_edits.all_verdicts import judged
from tests.long.unsafe_edits.results import write

SHORT = 0.06  # of all


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.long.unsafe_edits", description=__doc__)
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


if __name__ == "__main__":
    sys.exit(main())
