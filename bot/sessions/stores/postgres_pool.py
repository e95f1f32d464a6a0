"""The connection pool to PostgreSQL, with retries that outlast a restart of the server and yet end in seconds.

A transaction that failed is tried again on a fresh connection. Where its commit may have arrived after all, the work
itself must be able to tell: it is asked to recognise what it did before.
"""

import asyncio
import logging
import os
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

import psycopg
from psycopg import AsyncConnection, errors
from psycopg_pool import AsyncConnectionPool, PoolTimeout, TooManyRequests

from bot.operations.backoff import Backoff
from bot.operations.errors import StoreUnavailableError
from bot.sessions.stores.postgres_errors import SERVER_SILENT, error_sentence
from bot.sessions.stores.write_health import WriteHealth

Result = TypeVar("Result")
Connection = AsyncConnection[Any]
Work = Callable[[Connection], Awaitable[Result]]
RETRYABLE_ERRORS = (errors.SerializationFailure, errors.DeadlockDetected)  # the database itself says "try again"
MAX_CONNECTIONS = 8
STORE_TIMEOUT_SECONDS = 6.0  # seconds in which a transaction must come to its end, with all its attempts
ATTEMPT_TIMEOUT_SECONDS = 3.0
RETRY_BACKOFF = Backoff(0.05, 0.3)  # after a restart each connection must find out for itself that it is dead
CONNECTION_OPTIONS = {
    "connect_timeout": 3,
    "application_name": "confidante",
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
}
logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # its warnings name the server; ours say what to do


class PostgresPool:
    """A pool of connections; it opens with its first use, in the event loop that uses it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._pool: AsyncConnectionPool[Connection] | None = None
        self._opening_lock = asyncio.Lock()
        self._closed = False
        self.is_failing = False  # whether the last attempt failed
        self.health = WriteHealth()

    async def transaction(self, work: Work[Result]) -> Result:
        """Return the result of *work*, run in one durable transaction. StoreUnavailableError if it cannot be."""
        try:
            result = await self.read(partial(_in_transaction, work))
        except StoreUnavailableError:
            self.health.record(succeeded=False)
            raise
        self.health.record(succeeded=True)
        return result

    async def read(self, work: Work[Result]) -> Result:
        """Return the result of *work*, with retries and no transaction: a single query needs only one round trip.

        Raises StoreUnavailableError, with one sentence, when the time is over or a retry cannot help.
        """
        deadline, failures = time.monotonic() + STORE_TIMEOUT_SECONDS, 0
        while True:
            try:
                result = await self._attempt(work)
                self.is_failing = False
                return result
            except RETRYABLE_ERRORS as error:
                failure: Exception = error
            except (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError, OSError) as error:
                failure = error
            except psycopg.Error as error:
                raise StoreUnavailableError(error_sentence(error)) from None
            self.is_failing = not isinstance(failure, RETRYABLE_ERRORS)
            failures += 1
            pause = RETRY_BACKOFF.delay(failures)
            if time.monotonic() + pause > deadline or not _is_transient(failure):
                raise StoreUnavailableError(error_sentence(failure)) from None
            await asyncio.sleep(pause)

    async def _attempt(self, work: Work[Result]) -> Result:
        """Run *work* once, on a connection that is aborted if it takes too long."""
        async with (await self._opened_pool()).connection(timeout=STORE_TIMEOUT_SECONDS) as connection:
            with _abort_after(connection, ATTEMPT_TIMEOUT_SECONDS):
                return await work(connection)

    async def autocommit(self, statement: str) -> None:
        """Run a statement outside any transaction. It is housekeeping: its errors are ignored."""
        try:
            async with (await self._opened_pool()).connection(timeout=ATTEMPT_TIMEOUT_SECONDS) as connection:
                with _abort_after(connection, ATTEMPT_TIMEOUT_SECONDS):
                    await connection.execute(statement)
        except (psycopg.Error, OSError):
            return

    async def _opened_pool(self) -> "AsyncConnectionPool[Connection]":
        """Return the pool, opened if need be; StoreUnavailableError if it was closed."""
        if self._closed:
            raise StoreUnavailableError("The store is closed.")
        async with self._opening_lock:
            if self._pool is None:
                pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
                    self._address,
                    min_size=1,
                    max_size=MAX_CONNECTIONS,
                    open=False,
                    kwargs=CONNECTION_OPTIONS | {"autocommit": True},  # a transaction begins where one is asked for
                    configure=_set_statement_timeout,
                    reconnect_timeout=ATTEMPT_TIMEOUT_SECONDS,
                    max_idle=60,
                )
                await pool.open()
                self._pool = pool
        return self._pool

    async def close(self) -> None:
        """Close the pool, for good."""
        self._closed = True
        if self._pool:
            await self._pool.close(timeout=ATTEMPT_TIMEOUT_SECONDS)


async def _in_transaction(work: Work[Result], connection: Connection) -> Result:
    """Run *work* in a transaction on *connection*."""
    async with connection.transaction():
        return await work(connection)


@contextmanager
def _abort_after(connection: Connection, seconds: float) -> Iterator[None]:
    """Close the socket of *connection* after so many *seconds*.

    Asking the server to cancel, as the library would, takes long on a dead connection.
    """
    timer = asyncio.get_running_loop().call_later(seconds, _shut_socket, connection)
    try:
        yield
    finally:
        timer.cancel()


def _shut_socket(connection: Connection) -> None:
    """Shut down the connection's socket, so that whatever waits for it fails at once."""
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.pgconn.socket)) as connection_socket:
        connection_socket.shutdown(socket.SHUT_RDWR)


async def _set_statement_timeout(connection: Connection) -> None:
    """Let the server itself end a statement that takes longer than an attempt may."""
    await connection.execute(f"SET statement_timeout = {int(ATTEMPT_TIMEOUT_SECONDS * 800)}")


def _is_transient(failure: Exception) -> bool:
    """Whether a retry may help. It does not help against a full disk or a wrong password."""
    return (
        isinstance(failure, (*RETRYABLE_ERRORS, PoolTimeout, TooManyRequests))
        or error_sentence(failure) == SERVER_SILENT
    )
