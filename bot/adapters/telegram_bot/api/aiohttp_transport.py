"""The transport over aiohttp, whose parser is in C and whose pool knows at once which connection is free."""

from functools import cache
from ssl import SSLContext
from urllib.request import getproxies

import aiohttp
import httpx

from bot.adapters.telegram_bot.api.errors import Lost, Unsent
from bot.adapters.telegram_bot.api.transport import CONNECT, JSON, POOL, WRITE

IDLE = 60.0  # for which a connection stays open: an idle bot needs no new handshake for each first call
NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


@cache
def trust() -> SSLContext:
    """Return the TLS context that httpx would use: certifi's authorities, or the operator's SSL_CERT_FILE.

    Built once, as it takes 0.1 s.
    """
    return httpx.create_ssl_context()


class Swift:
    """A Transport over aiohttp with so many *connections*."""

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Open the session in the running event loop."""
        self._opened()

    def _opened(self) -> aiohttp.ClientSession:
        """Return the client session; open one if there is none or it was closed.

        It is made in the loop that uses it, trusts the authorities that httpx would, and goes through the same proxies.
        """
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=IDLE, ssl=trust()),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=bool(getproxies()),
            )
        return self._session

    async def post(self, url: str, body: bytes, within: float) -> tuple[int, bytes]:
        """Send *body* as JSON; return the status and the body of the answer."""
        limits = aiohttp.ClientTimeout(
            total=POOL + WRITE + within, connect=POOL, sock_connect=CONNECT, sock_read=within
        )
        try:
            async with self._opened().post(
                url, data=body, headers=JSON, timeout=limits, allow_redirects=False
            ) as answer:
                return answer.status, await answer.read()
        except NEVER_LEFT:
            raise Unsent("no answer") from None
        except Exception:
            raise Lost("no answer") from None

    async def close(self) -> None:
        """Close every connection."""
        if self._session:
            await self._session.close()
