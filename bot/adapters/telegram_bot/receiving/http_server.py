"""The HTTP server of both listeners, the webhook's and the monitoring's: a stranger can hold it up in no way.

A connection has bounds that hold before any endpoint, and so before any secret, is looked at: bytes of a request's
header, seconds for the header, for the body and between requests, and how many connections there may be at once. When
there are too many, the one that has waited longest without a request goes, so whoever has something to say gets in. A
request that is being answered is never cut off for the sake of another.
"""

import asyncio
import logging
import math
import os
import resource
import time
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from socket import socket
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.operations.flood_log import FloodLog
from bot.operations.metrics import Metrics

log = logging.getLogger(__name__)
AsgiScope = MutableMapping[str, Any]
AsgiReceive = Callable[[], Awaitable[MutableMapping[str, Any]]]
AsgiSend = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Endpoint = Callable[[AsgiScope, AsgiReceive, AsgiSend], Awaitable[None]]

MAX_HEADER_BYTES = 1 << 14  # of a request's first line and header, together
HEADER_SECONDS = 10.0  # from a connection's start, or a request's first byte, to the end of the header
BODY_SECONDS = 20.0  # from the end of the header to the end of the body
IDLE_SECONDS = 5  # between two requests
CLOSE_SECONDS = 5.0  # for the other side to take the last bytes
MAX_CONNECTIONS, MIN_CONNECTIONS = 512, 8
OPEN_FILES_SHARE = 4  # a listener takes at most this part of the files that the process may have open
QUEUED_CONNECTIONS = 1024  # that the system keeps until they are taken; each needs no open file until then
TICKS_PER_SWEEP = 10  # uvicorn ticks ten times a second

HEADER_TOO_LONG, HEADER_TOO_SLOW, BODY_TOO_SLOW, TOO_MANY = "header_long", "header_slow", "body_slow", "too_many"
WARNINGS = {
    HEADER_TOO_LONG: "a listener closes connections: their headers are too long",
    HEADER_TOO_SLOW: "a listener closes connections: no request comes on them",
    BODY_TOO_SLOW: "a listener closes connections: what they send does not end",
    TOO_MANY: "a listener closes connections: there are too many, and these wait longest",
}
HEADER_TOO_LONG_RESPONSE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
)


class AddressInUseError(Exception):
    """The address to listen on is in use."""


class PipelinedRequestError(Exception):
    """A request that came before the one before it was answered, which no client that the bot knows does."""


def connection_limit() -> int:
    """Return how many connections a listener may have: far fewer than the files that the process may have open."""
    open_files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if open_files == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    return max(MIN_CONNECTIONS, min(MAX_CONNECTIONS, open_files // OPEN_FILES_SHARE))


class ConnectionGuard:
    """The guard of one listener: it knows which connections wait without a request, and closes those beyond a bound."""

    def __init__(self, listener: str, metrics: Metrics | None = None) -> None:
        self._listener, self._metrics, self._flood_log = listener, metrics, FloodLog(log)
        self.max_connections = connection_limit()
        self.waiting: dict[BoundedProtocol, None] = {}  # without a request; who has waited longest comes first

    def make_room(self, connection_count: int) -> bool:
        """Close the connection that has waited longest if there are too many; return whether there is room."""
        if connection_count <= self.max_connections:
            return True
        longest_waiting = next(iter(self.waiting), None)
        if longest_waiting:
            self.drop(longest_waiting, TOO_MANY)
        return longest_waiting is not None

    def drop(self, connection: "BoundedProtocol", reason: str) -> None:
        """Cut a connection off at once."""
        self.record(reason)
        self.waiting.pop(connection, None)
        connection.transport.abort()

    def record(self, reason: str) -> None:
        """Count a connection that was closed for *reason*; the log is told once."""
        self._flood_log.warn(WARNINGS[reason])
        if self._metrics:
            self._metrics.record_dropped_connection(self._listener, reason)


class BoundedProtocol(HttpToolsProtocol):
    """Uvicorn's protocol with bounds. *deadline* is when the state that it is in must have ended."""

    def __init__(self, guard: ConnectionGuard, **uvicorn_parts: Any) -> None:
        super().__init__(**uvicorn_parts)
        self._guard, self.deadline = guard, math.inf
        self._header_bytes, self._header_complete = 0, False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if not self._guard.make_room(len(self.connections)):
            self._guard.drop(self, TOO_MANY)
            return
        self._wait_for_request(HEADER_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._guard.waiting.pop(self, None)
        super().connection_lost(exc)

    def _wait_for_request(self, seconds: float) -> None:
        """Wait for the next request, for so many *seconds*."""
        self._guard.waiting[self] = None
        self.deadline = time.monotonic() + seconds

    def data_received(self, data: bytes) -> None:
        """Pass *data* on; of a header only as much as one may have, so that its cost is bounded."""
        while data and not self.transport.is_closing():
            part = data
            if not self._header_complete:
                if not self._header_bytes and self.cycle is not None and self.cycle.response_complete:
                    self.deadline = time.monotonic() + HEADER_SECONDS
                part = data[: MAX_HEADER_BYTES + 1 - self._header_bytes]
                self._header_bytes += len(part)
            super().data_received(part)
            data = data[len(part) :]
            if not self._header_complete and self._header_bytes > MAX_HEADER_BYTES:
                self._refuse_header()

    def _refuse_header(self) -> None:
        """Say that the header is too long, unless an answer is under way, and close."""
        self._guard.record(HEADER_TOO_LONG)
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(HEADER_TOO_LONG_RESPONSE)
        self._close()

    def _close(self) -> None:
        """Close the connection once the last bytes are sent; the sweep cuts it off if they are not taken."""
        self._guard.waiting.pop(self, None)
        self.deadline = time.monotonic() + CLOSE_SECONDS
        self.transport.close()

    # ---- what the parser finds

    def on_message_begin(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete:
            raise PipelinedRequestError
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._header_complete = True
        self._guard.waiting.pop(self, None)
        self.deadline = time.monotonic() + BODY_SECONDS
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._header_complete, self._header_bytes = False, 0
        self.deadline = math.inf
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request; if the last one has not ended, there is no next one."""
        if self._header_complete or self.transport.is_closing():
            self._close()
        super().on_response_complete()
        if not self.transport.is_closing():
            self._wait_for_request(IDLE_SECONDS + 1)

    def sweep(self, now: float) -> None:
        """Close the connection if its time is over."""
        if now < self.deadline:
            return
        if self.transport.is_closing():
            self.transport.abort()
        else:
            self._guard.drop(self, BODY_TOO_SLOW if self._header_complete else HEADER_TOO_SLOW)


class WebServer(uvicorn.Server):
    """Uvicorn with bounds and without its signal handlers: the application decides when to stop.

    *listener* is the name under which *metrics* count the connections that are closed.
    """

    def __init__(
        self, endpoint: Endpoint, host: str, port: int, listener: str = "webhook", metrics: Metrics | None = None
    ) -> None:
        guard = ConnectionGuard(listener, metrics)
        super().__init__(
            uvicorn.Config(
                endpoint,
                host=host,
                port=port,
                http=partial(BoundedProtocol, guard),  # type: ignore[arg-type]
                ws="none",
                backlog=max(MIN_CONNECTIONS, guard.max_connections // 4),  # asyncio takes as many at once
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                timeout_keep_alive=IDLE_SECONDS,
                timeout_graceful_shutdown=10,
            )
        )

    async def startup(self, sockets: list[socket] | None = None) -> None:
        """Start to listen; raise AddressInUseError if that fails.

        Uvicorn's own log line on why it fails is a library's, and so is not written down.
        """
        try:
            await super().startup(sockets)
        except SystemExit:
            raise AddressInUseError(
                "WEBHOOK_LISTEN or METRICS_LISTEN is not free: another process listens there."
            ) from None
        for listening in [listening for server in self.servers for listening in server.sockets]:
            with socket(fileno=os.dup(listening.fileno())) as same:
                same.listen(QUEUED_CONNECTIONS)

    async def on_tick(self, counter: int) -> bool:
        """Close the connections whose time is over, once a second."""
        if counter % TICKS_PER_SWEEP == 0:
            self.sweep()
        return await super().on_tick(counter)

    def sweep(self) -> None:
        """Close the connections whose time is over."""
        now = time.monotonic()
        for connection in list(self.server_state.connections):
            connection.sweep(now)  # type: ignore[union-attr]

    async def run(self) -> None:  # type: ignore[override]
        """Serve until cancelled; then finish the requests that have begun."""
        serving = asyncio.create_task(self._serve())
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            self.should_exit = True
            await serving
            raise
