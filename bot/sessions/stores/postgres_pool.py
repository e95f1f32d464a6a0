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

from bot.sessions.stores.base import Down
from bot.sessions.stores.postgres_errors import SILENT, sentence

Result = TypeVar("Result")
Connection = AsyncConnection[Any]
Work = Callable[[Connection], Awaitable[Result]]
AGAIN = (errors.SerializationFailure, errors.DeadlockDetected)  # the database itself says "try again"
MOST_CONNECTIONS = 8
PATIENCE = 6.0  # seconds in which a transaction must come to its end, with all its attempts
ONE_TRY = 3.0
PAUSE, LONGEST_PAUSE = 0.05, 0.3  # after a restart each connection must find out for itself that it is dead
MANNERS = {
    "connect_timeout": 3,
    "application_name": "confidante",
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
}
logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # its warnings name the server; ours say what to do


class Line:
    """A pool of connections; it opens with its first use, in the event loop that uses it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._pool: AsyncConnectionPool[Connection] | None = None
        self._opening = asyncio.Lock()
        self._closed = False
        self.ails = False  # whether the last attempt failed

    async def together(self, work: Work[Result]) -> Result:
        """Return the result of *work*, run in one durable transaction. StoreUnavailableError if it cannot be."""
        return await self.read(partial(_in_one, work))

    async def read(self, work: Work[Result]) -> Result:
        """Return the result of *work*, with retries and no transaction: a single query needs only one round trip.

        Raises StoreUnavailableError, with one sentence, when the time is over or a retry cannot help.
        """
        end, pause = time.monotonic() + PATIENCE, PAUSE
        while True:
            try:
                result = await self._once(work)
                self.ails = False
                return result
            except AGAIN as error:
                fault: Exception = error
            except (psycopg.OperationalError, psycopg.InterfaceError, TimeoutError, OSError) as error:
                fault = error
            except psycopg.Error as error:
                raise Down(sentence(error)) from None
            self.ails = not isinstance(fault, AGAIN)
            if time.monotonic() + pause > end or not _may_pass(fault):
                raise Down(sentence(fault)) from None
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    async def _once(self, work: Work[Result]) -> Result:
        """Run *work* once, on a connection that is aborted if it takes too long."""
        async with (await self._open()).connection(timeout=PATIENCE) as connection:
            with _given_up(connection, ONE_TRY):
                return await work(connection)

    async def alone(self, statement: str) -> None:
        """Run a statement outside any transaction. It is housekeeping: its errors are ignored."""
        try:
            async with (await self._open()).connection(timeout=ONE_TRY) as connection:
                with _given_up(connection, ONE_TRY):
                    await connection.execute(statement)
        except (psycopg.Error, OSError):
            return

    async def _open(self) -> "AsyncConnectionPool[Connection]":
        """Return the pool, opened if need be; StoreUnavailableError if it was closed."""
        if self._closed:
            raise Down("The store is closed.")
        async with self._opening:
            if self._pool is None:
                pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
                    self._address,
                    min_size=1,
                    max_size=MOST_CONNECTIONS,
                    open=False,
                    kwargs=MANNERS | {"autocommit": True},  # a transaction begins where one is asked for
                    configure=_configure,
                    reconnect_timeout=ONE_TRY,
                    max_idle=60,
                )
                await pool.open()
                self._pool = pool
        return self._pool

    async def close(self) -> None:
        """Close the pool, for good."""
        self._closed = True
        if self._pool:
            await self._pool.close(timeout=ONE_TRY)


async def _in_one(work: Work[Result], connection: Connection) -> Result:
    """Run *work* in a transaction on *connection*."""
    async with connection.transaction():
        return await work(connection)


@contextmanager
def _given_up(connection: Connection, seconds: float) -> Iterator[None]:
    """Close the socket of *connection* after so many *seconds*.

    Asking the server to cancel, as the library would, takes long on a dead connection.
    """
    timer = asyncio.get_running_loop().call_later(seconds, _hang_up, connection)
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(connection: Connection) -> None:
    """Shut down the connection's socket, so that whatever waits for it fails at once."""
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.pgconn.socket)) as wire:
        wire.shutdown(socket.SHUT_RDWR)


async def _configure(connection: Connection) -> None:
    """Let the server itself end a statement that takes longer than an attempt may."""
    await connection.execute(f"SET statement_timeout = {int(ONE_TRY * 800)}")


def _may_pass(fault: Exception) -> bool:
    """Whether a retry may help. It does not help against a full disk or a wrong password."""
    return isinstance(fault, (*AGAIN, PoolTimeout, TooManyRequests)) or sentence(fault) == SILENT
