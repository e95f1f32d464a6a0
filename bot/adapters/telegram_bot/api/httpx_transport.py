"""The transport over httpx, which python-telegram-bot brings along: slower, and always installed."""

import httpx

from bot.adapters.telegram_bot.api.errors import Lost, Unsent
from bot.adapters.telegram_bot.api.transport import CONNECT, JSON, POOL, WRITE

NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Plain:
    """A Transport over httpx with so many *connections*."""

    def __init__(self, connections: int) -> None:
        self._limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._client: httpx.AsyncClient | None = None

    async def open(self) -> None:
        """Open the client in the running event loop."""
        self._opened()

    def _opened(self) -> httpx.AsyncClient:
        """Return the client; open one if there is none or it was closed."""
        if self._client is None or self._client.is_closed:
            self._client = httpx.AsyncClient(limits=self._limits)
        return self._client

    async def post(self, url: str, body: bytes, within: float) -> tuple[int, bytes]:
        """Send *body* as JSON; return the status and the body of the answer."""
        limits = httpx.Timeout(connect=CONNECT, read=within, write=WRITE, pool=POOL)
        try:
            answer = await self._opened().post(url, content=body, headers=JSON, timeout=limits)
        except NEVER_LEFT:
            raise Unsent("no answer") from None
        except Exception:
            raise Lost("no answer") from None
        return answer.status_code, answer.content

    async def close(self) -> None:
        """Close every connection."""
        if self._client:
            await self._client.aclose()
