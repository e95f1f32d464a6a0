"""A small pool of forked processes that runs parts of the check at the same time.

A worker is a fork: it has everything that is loaded here, so nothing is loaded twice. Where no worker can be started,
and where one is lost, the work is done in this process when its result is asked for. So what is found never depends on
the number of workers, and an exception is raised here, as if there had been no worker.
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
THREADS = Path("/proc/self/task")  # where Linux lists the threads of this process


def hands() -> int:
    """Return how many processes may work at once: one for each core, or 1 where this process must not fork.

    It must not where it has threads, or where that cannot be known.
    """
    if not THREADS.is_dir() or len(list(THREADS.iterdir())) > 1:
        return 1
    return len(os.sched_getaffinity(0))


class Crew:
    """A pool of forked workers, used as `with ForkPool() as pool:`; leaving the block ends every worker."""

    def __init__(self, size: int = 0) -> None:
        self.size = size or hands()
        self._twins: list[BaseProcess] = []

    def meanwhile(self, work: Callable[[], Came]) -> Callable[[], Came]:
        """Start *work* in a worker and return a function that waits for its result."""
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
    """Start a worker that ignores interrupts (SIGINT): this process gets the interrupt too, and ends the worker."""
    heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        twin.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)


def _tell(work: Callable[[], object], to: Connection) -> None:
    """Run *work* in the worker and send its result; after an exception send nothing, so that the parent meets it."""
    try:
        to.send(work())
    except Exception:
        to.close()


def _heard(ours: Connection, work: Callable[[], Came]) -> Came:
    """Return the result that the worker sent; do the work here when the worker sent none."""
    try:
        came: Came = ours.recv()
    except EOFError:
        came = work()
    return came
