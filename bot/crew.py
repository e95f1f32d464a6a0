"""Hands for a large piece of work: a twin of this process does a part of it meanwhile, and sends back what came of it.

A twin knows all that is known here when it begins, so nothing is loaded twice. Where there can be none, and where one
gets lost on its way, the part is done here when it is asked for: so what is found never depends on how many hands there
are, and a fault is met here, as if there had been no twin.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import TypeVar

Came = TypeVar("Came")
THREADS = Path("/proc/self/task")  # where Linux lists them


def hands() -> int:
    """How many can work at once: one for each core, where a process can have a twin. With threads it cannot."""
    if not THREADS.is_dir() or len(list(THREADS.iterdir())) > 1:
        return 1
    return len(os.sched_getaffinity(0))


class Crew:
    """Whoever works with a crew (`with Crew() as crew:`) and leaves, even in the middle, leaves no twin behind."""

    def __init__(self, size: int = 0) -> None:
        self.size = size or hands()
        self._twins: list[BaseProcess] = []

    def meanwhile(self, work: Callable[[], Came]) -> Callable[[], Came]:
        """Have *work* done. What is returned waits for what comes of it."""
        if self.size < 2:
            return work
        ours, theirs = multiprocessing.Pipe(duplex=False)
        twin = multiprocessing.get_context("fork").Process(target=_tell, args=(work, theirs), daemon=True)
        _start_deaf(twin)
        theirs.close()
        self._twins.append(twin)
        return lambda: _heard(ours, work)

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for twin in self._twins:
            twin.terminate()
            twin.join()


def _start_deaf(twin: BaseProcess) -> None:
    """A twin never hears of an interrupt: its maker does, and ends it without a word."""
    heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        twin.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)


def _tell(work: Callable[[], object], to: Connection) -> None:
    """What a twin does. Of a fault nothing is told: its maker will meet it."""
    try:
        to.send(work())
    except Exception:
        to.close()


def _heard(ours: Connection, work: Callable[[], Came]) -> Came:
    """What the twin sent; else the work is done here after all."""
    try:
        came: Came = ours.recv()
    except EOFError:
        came = work()
    return came
