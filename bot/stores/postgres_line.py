"""The line to PostgreSQL: a few connections, and a patience that outlasts a restart of the server but no person's.

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

from bot.stores import Down
from bot.stores.postgres_faults import SILENT, sentence

Result = TypeVar("Result")
Connection = AsyncConnection[Any]
Work = Callable[[Connection], Awaitable[Result]]
AGAIN = (errors.SerializationFailure, errors.DeadlockDetected)  # "try again", says the database itself
MOST_CONNECTIONS = 8
PATIENCE = 6.0  # seconds in which a transaction must come to its end, with all its tries
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
    """Opened by its first use, in the loop that uses it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._pool: AsyncConnectionPool[Connection] | None = None
        self._opening = asyncio.Lock()
        self._closed = False
        self.ails = False  # whether the last try failed

    async def together(self, work: Work[Result]) -> Result:
        """What *work* comes to, in one transaction that is durable when this returns. Down, when it cannot be."""
        return await self.read(partial(_in_one, work))

    async def read(self, work: Work[Result]) -> Result:
        """The same of one question: it needs no transaction, and so only one way there and back."""
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
        async with (await self._open()).connection(timeout=PATIENCE) as connection:
            with _given_up(connection, ONE_TRY):
                return await work(connection)

    async def alone(self, statement: str) -> None:
        """A statement that may stand in no transaction. It is housekeeping: where it fails, it is let be."""
        try:
            async with (await self._open()).connection(timeout=ONE_TRY) as connection:
                with _given_up(connection, ONE_TRY):
                    await connection.execute(statement)
        except (psycopg.Error, OSError):
            return

    async def _open(self) -> "AsyncConnectionPool[Connection]":
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
        self._closed = True
        if self._pool:
            await self._pool.close(timeout=ONE_TRY)


async def _in_one(work: Work[Result], connection: Connection) -> Result:
    async with connection.transaction():
        return await work(connection)


@contextmanager
def _given_up(connection: Connection, seconds: float) -> Iterator[None]:
    """Hang up after *seconds*. Asking the server to cancel, as the library would, takes long on a dead wire."""
    timer = asyncio.get_running_loop().call_later(seconds, _hang_up, connection)
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(connection: Connection) -> None:
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.pgconn.socket)) as wire:
        wire.shutdown(socket.SHUT_RDWR)


async def _configure(connection: Connection) -> None:
    """A statement that takes longer than anybody waits is given up by the server itself."""
    await connection.execute(f"SET statement_timeout = {int(ONE_TRY * 800)}")


def _may_pass(fault: Exception) -> bool:
    """Whether it may be over in a moment. A full pool or a shut door will not be."""
    return isinstance(fault, (*AGAIN, PoolTimeout, TooManyRequests)) or sentence(fault) == SILENT
