"""The transport of requests to Telegram: aiohttp, whose parser is in C and whose pool knows what is free."""

from functools import cache
from ssl import SSLContext
from urllib.request import getproxies

import aiohttp
import httpx

from bot.adapters.telegram_bot.api.errors import NotSentError, OutcomeUnknownError

CONNECT_TIMEOUT_SECONDS = 5.0
WRITE_TIMEOUT_SECONDS = 10.0
POOL_TIMEOUT_SECONDS = 30.0  # for which a request waits for a free connection
JSON_HEADERS = {"Content-Type": "application/json"}
KEEPALIVE_SECONDS = 60.0  # for which a connection stays open: an idle bot needs no new handshake for each first call
NOT_SENT_ERRORS = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


@cache
def ssl_context() -> SSLContext:
    """Return the TLS context that httpx would use: certifi's authorities, or the operator's SSL_CERT_FILE.

    Built once, as it takes 0.1 s.
    """
    return httpx.create_ssl_context()


class AiohttpTransport:
    """An HTTP client that keeps up to so many *connections* open."""

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Open the session in the running event loop."""
        self._open_session()

    def _open_session(self) -> aiohttp.ClientSession:
        """Return the client session; open one if there is none or it was closed.

        It is made in the loop that uses it, trusts the authorities that httpx would, and goes through the same proxies.
        """
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections, keepalive_timeout=KEEPALIVE_SECONDS, ssl=ssl_context()
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=bool(getproxies()),
            )
        return self._session

    async def post(self, url: str, body: bytes, timeout: float) -> tuple[int, bytes]:
        """Send *body* as JSON; return the status and the body of the answer.

        Raises NotSentError or OutcomeUnknownError; *timeout* is how many seconds the answer may take.
        """
        timeouts = aiohttp.ClientTimeout(
            total=POOL_TIMEOUT_SECONDS + WRITE_TIMEOUT_SECONDS + timeout,
            connect=POOL_TIMEOUT_SECONDS,
            sock_connect=CONNECT_TIMEOUT_SECONDS,
            sock_read=timeout,
        )
        try:
            async with self._open_session().post(
                url, data=body, headers=JSON_HEADERS, timeout=timeouts, allow_redirects=False
            ) as response:
                return response.status, await response.read()
        except NOT_SENT_ERRORS:
            raise NotSentError("no answer") from None
        except Exception:
            raise OutcomeUnknownError("no answer") from None

    async def close(self) -> None:
        """Close every connection."""
        if self._session:
            await self._session.close()
