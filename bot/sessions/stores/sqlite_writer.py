"""The one thread that uses the file: it takes all jobs that wait, and makes them durable with a single sync.

A sync to the disk costs milliseconds, and 32 changes in one transaction cost as much as one; so full durability is
affordable. A caller is told "done" only when the transaction that holds its change is on the disk.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from bot.sessions.stores.base import Down
from bot.sessions.stores.sqlite_errors import sentence

Result = TypeVar("Result")
Work = Callable[[sqlite3.Connection], Any]
MOST = 256  # jobs in one transaction, at the most


class Job:
    """One piece of work for the thread, and the future of its caller."""

    __slots__ = ("future", "loop", "work", "writes")

    def __init__(self, work: Work, writes: bool) -> None:
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self.work, self.writes = work, writes

    def tell(self, result: Any) -> None:
        """Pass *result* to the caller, from the thread; an exception is raised there."""
        with suppress(RuntimeError):  # the loop is closed: no caller waits any more
            self.loop.call_soon_threadsafe(self._tell, result)

    def _tell(self, result: Any) -> None:
        """Set the future's result or exception, in the caller's event loop."""
        if self.future.done():
            return
        if isinstance(result, Exception):
            self.future.set_exception(result)
        else:
            self.future.set_result(result)


class Worker:
    """The thread that runs every statement on the file; writes that wait at the same time share a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._waiting: SimpleQueue[Job | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)
        self._thread.start()

    async def read(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Return the result of *work*, run in the thread outside any transaction."""
        return await self._do(work, writes=False)

    async def write(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Return the result of *work*, once the transaction that holds it is on the disk."""
        return await self._do(work, writes=True)

    async def _do(self, work: Callable[[sqlite3.Connection], Result], *, writes: bool) -> Result:
        """Queue *work* for the thread, and wait for its result; StoreUnavailableError if the thread has ended."""
        if not self._thread.is_alive():
            raise Down("The store is closed.")
        job = Job(work, writes)
        self._waiting.put(job)
        result: Result = await job.future
        return result

    async def stop(self) -> None:
        """Finish the jobs that wait, and end the thread."""
        self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)

    # ---- in the thread

    def _run(self) -> None:
        """Run jobs until the thread is stopped, then close the file."""
        going = True
        while going:
            jobs, going = self._next()
            for job in jobs:
                if not job.writes:
                    job.tell(self.attempt(job.work))
            if writes := [job for job in jobs if job.writes]:
                self._together(writes)
        self._connection.close()

    def _next(self) -> tuple[list[Job], bool]:
        """Return all jobs that wait, up to the limit of one transaction, and whether there may be more."""
        jobs: list[Job] = []
        try:
            job = self._waiting.get()
            while job and len(jobs) < MOST:
                jobs.append(job)
                job = self._waiting.get_nowait()
        except Empty:
            return jobs, True
        if job:
            self._waiting.put(job)
        return jobs, job is not None

    def _together(self, jobs: list[Job]) -> None:
        """Run all of *jobs* in one transaction; give each its result when it is on the disk, and not before."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            results = [self._part(job.work) for job in jobs]
            self.commit()
        except (sqlite3.Error, Down) as error:
            self._undo()
            results = [error if isinstance(error, Down) else Down(sentence(error))] * len(jobs)
        for job, result in zip(jobs, results, strict=True):
            job.tell(result)

    def attempt(self, work: Work) -> Any:
        """Return the result of *work*, or the exception for its caller. Work checks before it writes."""
        try:
            return work(self._connection)
        except sqlite3.Error as error:
            return Down(sentence(error))
        except Exception as error:  # a store's error, or any other: else the thread would end for all callers
            return error

    def _part(self, work: Work) -> Any:
        """Run one job of a transaction, and return its result.

        An error of the store ends the whole transaction: a full disk rolled it back, and the next job would stand
        alone.
        """
        result = self.attempt(work)
        if isinstance(result, Down):
            raise result
        return result

    def commit(self) -> None:
        """Commit the transaction."""
        self._connection.execute("COMMIT")

    def _undo(self) -> None:
        """Roll the transaction back, if there is one."""
        with suppress(sqlite3.Error):
            if self._connection.in_transaction:  # a full disk may have ended it already
                self._connection.execute("ROLLBACK")
