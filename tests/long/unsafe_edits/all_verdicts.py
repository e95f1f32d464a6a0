"""All edits judged, on every core there is."""

import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from tests.long.unsafe_edits.results import Result
from tests.long.unsafe_edits.second_opinion import Opinion, opinion
from tests.long.unsafe_edits.verdicts import Verdict, judge, mutants


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
