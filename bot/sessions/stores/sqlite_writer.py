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

from bot.operations.errors import StoreUnavailableError
from bot.sessions.stores.sqlite_errors import error_sentence
from bot.sessions.stores.write_health import WriteHealth

Result = TypeVar("Result")
Work = Callable[[sqlite3.Connection], Any]
MAX_JOBS_PER_TRANSACTION = 256  # jobs in one transaction, at the most


class WriterJob:
    """One piece of work for the thread, and the future of its caller."""

    __slots__ = ("future", "loop", "work", "writes")

    def __init__(self, work: Work, writes: bool) -> None:
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self.work, self.writes = work, writes

    def finish(self, result: Any) -> None:
        """Pass *result* to the caller, from the thread; an exception is raised there."""
        with suppress(RuntimeError):  # the loop is closed: no caller waits any more
            self.loop.call_soon_threadsafe(self._set_result, result)

    def _set_result(self, result: Any) -> None:
        """Set the future's result or exception, in the caller's event loop."""
        if self.future.done():
            return
        if isinstance(result, Exception):
            self.future.set_exception(result)
        else:
            self.future.set_result(result)


class SqliteWriter:
    """The thread that runs every statement on the file; writes that wait at the same time share a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection, self.health = connection, WriteHealth()
        self._jobs: SimpleQueue[WriterJob | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run_jobs, name="store", daemon=True)
        self._thread.start()

    async def read(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Return the result of *work*, run in the thread outside any transaction."""
        return await self._run_in_thread(work, writes=False)

    async def write(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Return the result of *work*, once the transaction that holds it is on the disk."""
        return await self._run_in_thread(work, writes=True)

    async def _run_in_thread(self, work: Callable[[sqlite3.Connection], Result], *, writes: bool) -> Result:
        """Queue *work* for the thread, and wait for its result; StoreUnavailableError if the thread has ended."""
        if not self._thread.is_alive():
            raise StoreUnavailableError("The store is closed.")
        job = WriterJob(work, writes)
        self._jobs.put(job)
        result: Result = await job.future
        return result

    async def stop(self) -> None:
        """Finish the jobs that wait, and end the thread."""
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    # ---- in the thread

    def _run_jobs(self) -> None:
        """Run jobs until the thread is stopped, then close the file."""
        is_running = True
        while is_running:
            jobs, is_running = self._next_batch()
            for job in jobs:
                if not job.writes:
                    job.finish(self.attempt(job.work))
            if writes := [job for job in jobs if job.writes]:
                self._group_commit(writes)
        self._connection.close()

    def _next_batch(self) -> tuple[list[WriterJob], bool]:
        """Return all jobs that wait, up to the limit of one transaction, and whether there may be more."""
        jobs: list[WriterJob] = []
        try:
            job = self._jobs.get()
            while job and len(jobs) < MAX_JOBS_PER_TRANSACTION:
                jobs.append(job)
                job = self._jobs.get_nowait()
        except Empty:
            return jobs, True
        if job:
            self._jobs.put(job)
        return jobs, job is not None

    def _group_commit(self, jobs: list[WriterJob]) -> None:
        """Run all of *jobs* in one transaction; give each its result when it is on the disk, and not before."""
        try:
            changes_before = self._connection.total_changes
            self._connection.execute("BEGIN IMMEDIATE")
            results = [self._attempt_write(job.work) for job in jobs]
            self.commit()
            if self._connection.total_changes != changes_before:
                self.health.record(succeeded=True)
        except (sqlite3.Error, StoreUnavailableError) as error:
            self._roll_back()
            self.health.record(succeeded=False)
            results = [
                error if isinstance(error, StoreUnavailableError) else StoreUnavailableError(error_sentence(error))
            ] * len(jobs)
        for job, result in zip(jobs, results, strict=True):
            job.finish(result)

    def attempt(self, work: Work) -> Any:
        """Return the result of *work*, or the exception for its caller. Work checks before it writes."""
        try:
            return work(self._connection)
        except sqlite3.Error as error:
            return StoreUnavailableError(error_sentence(error))
        except Exception as error:  # a store's error, or any other: else the thread would end for all callers
            return error

    def _attempt_write(self, work: Work) -> Any:
        """Run one job of a transaction, and return its result.

        An error of the store ends the whole transaction: a full disk rolled it back, and the next job would stand
        alone.
        """
        result = self.attempt(work)
        if isinstance(result, StoreUnavailableError):
            raise result
        return result

    def commit(self) -> None:
        """Commit the transaction."""
        self._connection.execute("COMMIT")

    def _roll_back(self) -> None:
        """Roll the transaction back, if there is one."""
        with suppress(sqlite3.Error):
            if self._connection.in_transaction:  # a full disk may have ended it already
                self._connection.execute("ROLLBACK")
