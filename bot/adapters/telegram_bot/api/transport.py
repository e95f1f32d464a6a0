"""The protocol of an HTTP transport, with the timeouts and headers that every transport uses."""

from typing import Protocol

CONNECT_TIMEOUT_SECONDS, WRITE_TIMEOUT_SECONDS, POOL_TIMEOUT_SECONDS = (
    5.0,
    10.0,
    30.0,
)  # seconds: to connect, to write, to wait for a free connection
JSON_HEADERS = {"Content-Type": "application/json"}


class Transport(Protocol):
    """An HTTP client that keeps a few connections open."""

    async def open(self) -> None:
        """Open the client in the running event loop."""
        ...

    async def post(self, url: str, body: bytes, timeout: float) -> tuple[int, bytes]:
        """Send *body* as JSON; return the status and the body of the answer.

        Raises NotSentError or OutcomeUnknownError; *timeout* is how many seconds the answer may take.
        """
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...
