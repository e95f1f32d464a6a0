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

Result = TypeVar("Result")
THREAD_LIST_FOLDER = Path("/proc/self/task")  # where Linux lists the threads of this process


def available_workers() -> int:
    """Return how many processes may work at once: one for each core, or 1 where this process must not fork.

    It must not where it has threads, or where that cannot be known.
    """
    if not THREAD_LIST_FOLDER.is_dir() or len(list(THREAD_LIST_FOLDER.iterdir())) > 1:
        return 1
    return len(os.sched_getaffinity(0))


class ForkPool:
    """A pool of forked workers, used as `with ForkPool() as pool:`; leaving the block ends every worker."""

    def __init__(self, size: int = 0) -> None:
        self.size = size or available_workers()
        self._workers: list[BaseProcess] = []

    def submit(self, work: Callable[[], Result]) -> Callable[[], Result]:
        """Start *work* in a worker and return a function that waits for its result."""
        if self.size < 2:
            return work
        receiver, sender = multiprocessing.Pipe(duplex=False)
        worker = multiprocessing.get_context("fork").Process(target=_send_result, args=(work, sender), daemon=True)
        _start_ignoring_interrupts(worker)
        sender.close()
        self._workers.append(worker)
        return lambda: _receive_result(receiver, work)

    def __enter__(self) -> "ForkPool":
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.terminate()
            worker.join()


def _start_ignoring_interrupts(worker: BaseProcess) -> None:
    """Start a worker that ignores interrupts (SIGINT): this process gets the interrupt too, and ends the worker."""
    previous_mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        worker.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous_mask)


def _send_result(work: Callable[[], object], sender: Connection) -> None:
    """Run *work* in the worker and send its result; after an exception send nothing, so that the parent meets it."""
    try:
        sender.send(work())
    except Exception:
        sender.close()


def _receive_result(receiver: Connection, work: Callable[[], Result]) -> Result:
    """Return the result that the worker sent; do the work here when the worker sent none."""
    try:
        result: Result = receiver.recv()
    except EOFError:
        result = work()
    return result
