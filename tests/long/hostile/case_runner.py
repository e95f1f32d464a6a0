"""One area's cases, one after the other: each in its time, none forgotten, and no memory kept of any."""

import gc
import logging
import resource
import signal
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from time import perf_counter, process_time
from types import FrameType
from typing import Any

from tests.long.hostile.area import Area, WrongOutcomeError

SWALLOW = ("bot.sessions.releases", "bot.sessions.fallback")  # modules that fail safe, and write down what failed
HANGS = 20  # seconds by the clock after which a case is thought to hang
MOST_FAULTS = 5  # of one area that are told in full
LEAK = 64 * 1024  # bytes that a second round of the same cases may add
ROUND = 400  # cases of such a round


class CaseHangsError(Exception):
    """A case that does not come to its end."""


@dataclass
class AreaResult:
    area: str
    what: str
    cases: int = 0
    became: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0
    seconds: float = 0.0
    grew: int = 0  # bytes, by a second round of the same cases


class FailOnLogHandler(logging.Handler):
    """What the bot would swallow and write into its log is a fault here."""

    def emit(self, record: logging.LogRecord) -> None:
        raise WrongOutcomeError(f"the bot logged: {record.getMessage()}")


@contextmanager
def bounded() -> Iterator[None]:
    """No case may hang; and none may end in the log."""

    def ring(_: int, __: FrameType | None) -> None:
        raise CaseHangsError

    before, loud = signal.signal(signal.SIGALRM, ring), FailOnLogHandler()
    for name in SWALLOW:
        logging.getLogger(name).addHandler(loud)
    try:
        yield
    finally:
        for name in SWALLOW:
            logging.getLogger(name).removeHandler(loud)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def run(area: Area, cases: int, seed: str, rounds: int = ROUND) -> AreaResult:
    """*cases* of *area*. Seeds themselves come first: good input must be good."""
    result, began = AreaResult(area.name, area.what), perf_counter()
    chance = Random(f"{seed} {area.name}")
    with bounded():
        for number in range(cases):
            good = area.seeds[number % len(area.seeds)]
            one(area, result, good if number < len(area.seeds) else area.bend(good, area.seeds, chance))
        result.grew = growth(area, min(rounds, cases // 4), f"{seed} {area.name} again")
    result.seconds = perf_counter() - began
    return result


def one(area: Area, result: AreaResult, data: bytes) -> None:
    signal.setitimer(signal.ITIMER_REAL, HANGS)
    began = process_time()
    try:
        became = area.attempt(data)
    except Exception as error:
        became = f"FAULT {type(error).__name__}"
        _note(result, f"{type(error).__name__}: {str(error)[:200]}{_where(error)} from {data[:300]!r}")
    took = process_time() - began
    if took > area.limit and (again := _again(area, data)) > area.limit:
        _note(result, f"took {again:.2f} s: {data[:300]!r}")
    result.cases += 1
    result.became[became] += 1
    result.slowest = max(result.slowest, took)


def _again(area: Area, data: bytes) -> float:
    """The time it takes for a second try: the first may have paid for what all have in common."""
    began = process_time()
    try:
        area.attempt(data)
    except Exception:
        return process_time() - began
    return process_time() - began


def _note(result: AreaResult, text: str) -> None:
    if len(result.faults) < MOST_FAULTS:
        result.faults.append(text)


def _where(error: BaseException) -> str:
    trace: Any = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f" at {trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}" if trace else ""


def growth(area: Area, cases: int, seed: str) -> int:
    """How many bytes a round of cases leaves behind that another round of the same cases does not find there."""
    chance = Random(seed)
    again = [area.bend(area.seeds[n % len(area.seeds)], area.seeds, chance) for n in range(cases)]
    if not again:
        return 0
    tracemalloc.start()
    sizes = []
    for _ in range(3):
        for data in again:
            one(area, AreaResult("", ""), data)
        gc.collect()
        sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    return max(0, sizes[2] - sizes[1])


def memory() -> int:
    """The most this process has held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
