"""The monitoring endpoint for the operator: health, readiness and metrics, on an address of its own.

`/healthz` says that the process runs; `/readyz`, that the store can keep what people say; `/metrics`, the numbers.
Nothing can be changed through it, and it is closed unless METRICS_LISTEN names an address for it.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from bot.operations.errors import StoreUnavailableError
from bot.operations.metrics import Metrics

AsgiScope = MutableMapping[str, Any]
AsgiReceive = Callable[[], Awaitable[MutableMapping[str, Any]]]
AsgiSend = Callable[[MutableMapping[str, Any]], Awaitable[None]]
READY_TIMEOUT_SECONDS = 2.0  # in which a store must answer to be called ready
UNUSED_UPDATE_ID = -1  # Telegram's numbers are positive


class MonitoringEndpoint:
    """A bare ASGI application that serves health, readiness and metrics.

    *check_store* raises StoreUnavailableError, or takes long, when the store is not ready; *count_sessions* counts the
    chats held in memory.
    """

    def __init__(
        self, metrics: Metrics, check_store: Callable[[int], Awaitable[object]], count_sessions: Callable[[], int]
    ) -> None:
        self.metrics, self.check_store, self.count_sessions = metrics, check_store, count_sessions

    async def __call__(self, scope: AsgiScope, _: AsgiReceive, send: AsgiSend) -> None:
        if scope["type"] != "http":
            return
        status, text = await self._respond(scope["method"], scope["path"])
        body = b"" if scope["method"] == "HEAD" else text.encode()
        headers = [(b"content-type", b"text/plain; version=0.0.4; charset=utf-8"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _respond(self, method: str, path: str) -> tuple[int, str]:
        """Return the status and the text for a request."""
        if method not in ("GET", "HEAD"):
            return 405, ""
        match path:
            case "/healthz":
                return 200, "alive\n"
            case "/readyz":
                return (200, "ready\n") if await self._is_ready() else (503, "not ready: the store does not answer\n")
            case "/metrics":
                return 200, self.metrics.render(self.count_sessions())
        return 404, ""

    async def _is_ready(self) -> bool:
        """Whether the store answers within two seconds."""
        try:
            async with asyncio.timeout(READY_TIMEOUT_SECONDS):
                await self.check_store(UNUSED_UPDATE_ID)
        except (StoreUnavailableError, TimeoutError):
            return False
        return True
