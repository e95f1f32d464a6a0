"""The wire's plain carrier: httpx, which python-telegram-bot brings along. Slower, and there wherever the bot is."""

import httpx

from bot.adapters.telegram.carrier import CONNECT, JSON, POOL, WRITE
from bot.adapters.telegram.failures import Lost, Unsent

NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class Plain:
    def __init__(self, connections: int) -> None:
        self._limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        self._client: httpx.AsyncClient | None = None

    async def open(self) -> None:
        self._opened()

    def _opened(self) -> httpx.AsyncClient:
        if self._client is None or self._client.is_closed:
            self._client = httpx.AsyncClient(limits=self._limits)
        return self._client

    async def post(self, url: str, body: bytes, within: float) -> tuple[int, bytes]:
        limits = httpx.Timeout(connect=CONNECT, read=within, write=WRITE, pool=POOL)
        try:
            answer = await self._opened().post(url, content=body, headers=JSON, timeout=limits)
        except NEVER_LEFT:
            raise Unsent("no answer") from None
        except Exception:
            raise Lost("no answer") from None
        return answer.status_code, answer.content

    async def close(self) -> None:
        if self._client:
            await self._client.aclose()
