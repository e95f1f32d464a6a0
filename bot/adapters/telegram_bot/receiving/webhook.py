"""The webhook endpoint: status 200 means that an update is committed, and nothing else means that.

The library's server answers 200 before its handlers run, so a crash after that loses an update. Here the order is:
the secret, compared in constant time, before a byte is read; the body, bounded; the commit; and then the answer.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from socket import socket
from typing import Any

import uvicorn

from bot.adapters.telegram_bot.receiving.update_handler import Inbox, Poison
from bot.adapters.telegram_bot.receiving.updates import is_update
from bot.sessions.stores.base import Down

log = logging.getLogger(__name__)
HEADER = b"x-telegram-bot-api-secret-token"
MOST_BYTES = 1 << 20
SOON = b"5"  # seconds after which Telegram should try again
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Refusal(Exception):
    """The HTTP *status* and headers to answer a request with that is not accepted."""

    def __init__(self, status: int, **headers: bytes) -> None:
        super().__init__(status)
        self.status, self.headers = status, headers


class Taken(Exception):
    """The address to listen on is in use."""


class Endpoint:
    """A bare ASGI application that takes updates from Telegram."""

    def __init__(self, inbox: Inbox, secret: str) -> None:
        self.inbox, self.secret = inbox, secret.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            await self._take(scope, receive)
            status, headers = 200, {}
        except Refusal as refusal:
            status, headers = refusal.status, refusal.headers
        lines = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0"), *lines]})
        await send({"type": "http.response.body", "body": b""})

    async def _take(self, scope: Scope, receive: Receive) -> None:
        """Check the secret, read the update and handle it; raise HttpStatusError if it is not committed."""
        if scope["method"] != "POST":
            raise Refusal(405, allow=b"POST")
        given = [value for name, value in scope["headers"] if name == HEADER]
        if len(given) != 1 or not hmac.compare_digest(given[0], self.secret):
            raise Refusal(403)
        update = _update(await _body(receive))
        try:
            await self.inbox.receive(update)
        except Down as down:
            log.error("%s", down)
            raise Refusal(503, retry_after=SOON) from None
        except Poison:
            raise Refusal(500) from None


async def _body(receive: Receive) -> bytes:
    """Read the request body; raise HttpStatusError if it is too long or broken off."""
    body, more = b"", True
    while more:
        part = await receive()
        if part["type"] == "http.disconnect":
            raise Refusal(400)
        body += part.get("body", b"")
        more = part.get("more_body", False)
        if len(body) > MOST_BYTES:
            raise Refusal(413)
    return body


def _update(body: bytes) -> dict[str, Any]:
    """Return the update in *body*; anything else is not from Telegram, secret or not."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal(400) from None
    if not is_update(update):
        raise Refusal(400)
    return update  # type: ignore[no-any-return]


class Server(uvicorn.Server):
    """Uvicorn without its signal handlers: the application decides when to stop."""

    def __init__(self, endpoint: Callable[[Scope, Receive, Send], Awaitable[None]], host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                endpoint,
                host=host,
                port=port,
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
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
            raise Taken("WEBHOOK_LISTEN or METRICS_LISTEN is not free: another process listens there.") from None

    async def run(self) -> None:  # type: ignore[override]
        """Serve until cancelled; then finish the requests that have begun."""
        serving = asyncio.create_task(self._serve())
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            self.should_exit = True
            await serving
            raise
