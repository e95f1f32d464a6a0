"""The monitoring endpoint for the operator: health, readiness and metrics, on an address of its own.

`/healthz` says that the process runs; `/readyz`, that the store keeps what people say, or why not; `/metrics`, the
numbers. Whether the store keeps things is known from its last write; where there was none lately, one is tried.
Nothing can be changed through it, and it is closed unless METRICS_LISTEN names an address for it.
"""

import asyncio
from collections.abc import Callable

from bot.adapters.telegram_bot.receiving.http_server import AsgiReceive, AsgiScope, AsgiSend
from bot.operations.errors import StoreUnavailableError
from bot.operations.metrics import Metrics
from bot.sessions.stores.base import Store

READY_TIMEOUT_SECONDS = 2.0  # in which a store must answer to be called ready
UNUSED_UPDATE_ID = -1  # Telegram's numbers are positive
NO_ANSWER = "The store does not answer."
OK, NOT_FOUND, METHOD_NOT_ALLOWED, UNAVAILABLE = 200, 404, 405, 503


class MonitoringEndpoint:
    """A bare ASGI application that serves health, readiness and metrics.

    *count_sessions* counts the chats held in memory; *owed* returns how many entries are still to be shown, and how
    long the oldest emergency among them has waited.
    """

    def __init__(
        self,
        metrics: Metrics,
        store: Store,
        count_sessions: Callable[[], int],
        owed: Callable[[], tuple[int, float]] = lambda: (0, 0.0),
    ) -> None:
        self.metrics, self.count_sessions, self.owed = metrics, count_sessions, owed
        self._readiness = Readiness(store)

    async def __call__(self, scope: AsgiScope, _: AsgiReceive, send: AsgiSend) -> None:
        if scope["type"] != "http":
            return
        status, text = await self._respond(scope["method"], scope["path"])
        body = b"" if scope["method"] == "HEAD" else text.encode()
        headers = [(b"content-type", b"text/plain; version=0.0.4; charset=utf-8"), (b"cache-control", b"no-store")]
        if status in (NOT_FOUND, METHOD_NOT_ALLOWED):
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _respond(self, method: str, path: str) -> tuple[int, str]:
        """Return the status and the text for a request."""
        if method not in ("GET", "HEAD"):
            return METHOD_NOT_ALLOWED, ""
        match path:
            case "/healthz":
                return OK, "alive\n"
            case "/readyz":
                obstacle = await self._readiness.obstacle()
                return (UNAVAILABLE, f"not ready: {obstacle}\n") if obstacle else (OK, "ready\n")
            case "/metrics":
                return OK, self.metrics.render(self.count_sessions(), *self.owed())
        return NOT_FOUND, ""


class Readiness:
    """Whether the store keeps what people say. One look at a time; all who ask meanwhile share its outcome."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._look: asyncio.Task[str] | None = None

    async def obstacle(self) -> str:
        """Return why the store is not ready, as a sentence; "" if it is. It takes two seconds at the most."""
        if self._look is None or self._look.done():
            self._look = asyncio.create_task(self._look_at_store())
        try:
            async with asyncio.timeout(READY_TIMEOUT_SECONDS):
                return await asyncio.shield(self._look)
        except TimeoutError:
            return NO_ANSWER

    async def _look_at_store(self) -> str:
        """Read, and write if it is not known whether that is possible; return why it is not."""
        try:
            await self._store.is_processed(UNUSED_UPDATE_ID)
            await self._store.check_writable()
        except StoreUnavailableError as error:
            return str(error)
        return ""
