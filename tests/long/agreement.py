"""`python -m tests.long.agreement 20000 [CORES]`: the prover and brute force on many random flows, into tests/results.

What the two disagree on is written down, and is what the command leaves with.
"""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

from bot.proof.check_table import CHECK_CODES, MAIN_CHECKS, TERMINATION_CHECKS
from bot.proof.context import ProofContext
from tests.proof.test_agrees_with_brute_force import SHORT, both, differences
from tests.support.paths import RESULTS
from tests.support.random_flows import RandomFlowMaker

RESULTS = RESULTS / "agreement.md"
PART = 250  # flows at a time
FLOWS, CHATS = "flows", "conversations"


def compared(seeds: range) -> tuple[Counter[str], list[str]]:
    """What there was in some flows, counted, and every disagreement."""
    counts: Counter[str] = Counter()
    disputed: list[str] = []
    for seed in seeds:
        slow, case = both(RandomFlowMaker(seed).library())
        counts.update([FLOWS, *_broken(case)])
        counts[CHATS] += len(slow.runs)
        disputed += (f"seed {seed}: {what}" for what in differences(slow, case))
    return counts, disputed


def _broken(case: ProofContext) -> Iterator[str]:
    """The promises that a flow breaks; one in which somebody is stuck is held against the others no more."""
    for checks in (TERMINATION_CHECKS, MAIN_CHECKS):
        slugs = [CHECK_CODES[check] for check in checks if any(True for _ in check(case))]
        yield from slugs
        if slugs:
            return


def told(counts: Counter[str], disputed: list[str], seconds: float) -> str:
    broken = [(slug, count) for slug, count in counts.most_common() if slug not in (FLOWS, CHATS)]
    lines = (
        "# The prover and brute force, on small random flows",
        "",
        "Brute force has every conversation of a flow, one by one, on the walker that people meet, and looks at each",
        "promise in each of them. It was written apart from the prover and shares nothing with it. The flows are",
        "random, with everything that flows can hold; nearly each has several faults, and the table says which.",
        "",
        f"- flows: {counts[FLOWS]:,} (seeds from {SHORT}), {counts[CHATS]:,} conversations",
        f"- **disagreements: {len(disputed)}**",
        f"- {seconds:.0f} s; `python -m tests.long.agreement {counts[FLOWS]}`",
        "",
        "Compared are: whether somebody gets stuck; the number of conversations; every ending with its floor;",
        "questions, outcomes, options and rules that are of no use; two rules at once; each red flag held, asked for",
        "and possible; each promise of promises.yaml; each bound; each question's order; idle questions.",
        "",
        "| broken promise | flows |",
        "|---|---|",
        *(f"| {slug} | {count:,} |" for slug, count in broken),
        *(f"- {what}" for what in disputed),
        "",
    )
    return "\n".join(lines)


def main(most: int = 20_000, cores: int | None = None) -> int:
    began = time.monotonic()
    parts = [range(first, min(first + PART, SHORT + most)) for first in range(SHORT, SHORT + most, PART)]
    counts: Counter[str] = Counter()
    disputed: list[str] = []
    with ProcessPoolExecutor(cores) as pool:
        for found, differing in pool.map(compared, parts):
            counts.update(found)
            disputed += differing
    RESULTS.write_text(told(counts, disputed, time.monotonic() - began), encoding="utf-8")
    print(f"{counts[FLOWS]} flows, {len(disputed)} disagreements", *disputed, sep="\n")
    return bool(disputed)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
