"""What carries the wire's requests: the same for each client that may do it, with the same patience."""

from typing import Protocol

CONNECT, WRITE, POOL = 5.0, 10.0, 30.0  # seconds: to connect, to write, to wait for a free connection
JSON = {"Content-Type": "application/json"}


class Carrier(Protocol):
    """An HTTP client with a few connections that stay open."""

    async def open(self) -> None: ...

    async def post(self, url: str, body: bytes, within: float) -> tuple[int, bytes]:
        """The status and the body that *body*, as JSON, is answered with *within* seconds. Raises Unsent or Lost."""
        ...

    async def close(self) -> None: ...
