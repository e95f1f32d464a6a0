"""The transport over httpx, which python-telegram-bot brings along: slower, and always installed."""

import httpx

from bot.adapters.telegram_bot.api.errors import NotSentError, OutcomeUnknownError
from bot.adapters.telegram_bot.api.transport import (
    CONNECT_TIMEOUT_SECONDS,
    JSON_HEADERS,
    POOL_TIMEOUT_SECONDS,
    WRITE_TIMEOUT_SECONDS,
)

NOT_SENT_ERRORS = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class HttpxTransport:
    """A Transport over httpx with so many *connections*."""

    def __init__(self, connections: int) -> None:
        self._limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._client: httpx.AsyncClient | None = None

    async def open(self) -> None:
        """Open the client in the running event loop."""
        self._open_client()

    def _open_client(self) -> httpx.AsyncClient:
        """Return the client; open one if there is none or it was closed."""
        if self._client is None or self._client.is_closed:
            self._client = httpx.AsyncClient(limits=self._limits)
        return self._client

    async def post(self, url: str, body: bytes, timeout: float) -> tuple[int, bytes]:
        """Send *body* as JSON; return the status and the body of the answer."""
        timeouts = httpx.Timeout(
            connect=CONNECT_TIMEOUT_SECONDS, read=timeout, write=WRITE_TIMEOUT_SECONDS, pool=POOL_TIMEOUT_SECONDS
        )
        try:
            response = await self._open_client().post(url, content=body, headers=JSON_HEADERS, timeout=timeouts)
        except NOT_SENT_ERRORS:
            raise NotSentError("no answer") from None
        except Exception:
            raise OutcomeUnknownError("no answer") from None
        return response.status_code, response.content

    async def close(self) -> None:
        """Close every connection."""
        if self._client:
            await self._client.aclose()
