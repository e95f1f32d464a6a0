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

from bot.adapters.telegram_bot.receiving.update_handler import PoisonUpdateError, UpdateHandler
from bot.adapters.telegram_bot.receiving.updates import is_update
from bot.operations.errors import StoreUnavailableError

log = logging.getLogger(__name__)
SECRET_HEADER = b"x-telegram-bot-api-secret-token"
MAX_BODY_BYTES = 1 << 20
RETRY_AFTER_SECONDS = b"5"  # seconds after which Telegram should try again
AsgiScope = MutableMapping[str, Any]
AsgiReceive = Callable[[], Awaitable[MutableMapping[str, Any]]]
AsgiSend = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class HttpStatusError(Exception):
    """The HTTP *status* and headers to answer a request with that is not accepted."""

    def __init__(self, status: int, **headers: bytes) -> None:
        super().__init__(status)
        self.status, self.headers = status, headers


class AddressInUseError(Exception):
    """The address to listen on is in use."""


class WebhookEndpoint:
    """A bare ASGI application that takes updates from Telegram."""

    def __init__(self, update_handler: UpdateHandler, secret: str) -> None:
        self.update_handler, self.secret = update_handler, secret.encode()

    async def __call__(self, scope: AsgiScope, receive: AsgiReceive, send: AsgiSend) -> None:
        if scope["type"] != "http":
            return
        try:
            await self._receive_update(scope, receive)
            status, headers = 200, {}
        except HttpStatusError as error:
            status, headers = error.status, error.headers
        header_list = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
        await send(
            {"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0"), *header_list]}
        )
        await send({"type": "http.response.body", "body": b""})

    async def _receive_update(self, scope: AsgiScope, receive: AsgiReceive) -> None:
        """Check the secret, read the update and handle it; raise HttpStatusError if it is not committed."""
        if scope["method"] != "POST":
            raise HttpStatusError(405, allow=b"POST")
        secrets_sent = [value for name, value in scope["headers"] if name == SECRET_HEADER]
        if len(secrets_sent) != 1 or not hmac.compare_digest(secrets_sent[0], self.secret):
            raise HttpStatusError(403)
        update = _parse_body(await _read_body(receive))
        try:
            await self.update_handler.receive(update)
        except StoreUnavailableError as error:
            log.error("%s", error)
            raise HttpStatusError(503, retry_after=RETRY_AFTER_SECONDS) from None
        except PoisonUpdateError:
            raise HttpStatusError(500) from None


async def _read_body(receive: AsgiReceive) -> bytes:
    """Read the request body; raise HttpStatusError if it is too long or broken off."""
    body, more = b"", True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise HttpStatusError(400)
        body += event.get("body", b"")
        more = event.get("more_body", False)
        if len(body) > MAX_BODY_BYTES:
            raise HttpStatusError(413)
    return body


def _parse_body(body: bytes) -> dict[str, Any]:
    """Return the update in *body*; anything else is not from Telegram, secret or not."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        raise HttpStatusError(400) from None
    if not is_update(update):
        raise HttpStatusError(400)
    return update  # type: ignore[no-any-return]


class WebServer(uvicorn.Server):
    """Uvicorn without its signal handlers: the application decides when to stop."""

    def __init__(
        self, endpoint: Callable[[AsgiScope, AsgiReceive, AsgiSend], Awaitable[None]], host: str, port: int
    ) -> None:
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
            raise AddressInUseError(
                "WEBHOOK_LISTEN or METRICS_LISTEN is not free: another process listens there."
            ) from None

    async def run(self) -> None:  # type: ignore[override]
        """Serve until cancelled; then finish the requests that have begun."""
        serving = asyncio.create_task(self._serve())
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            self.should_exit = True
            await serving
            raise
