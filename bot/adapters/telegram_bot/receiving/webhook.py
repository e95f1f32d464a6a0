"""The webhook endpoint: status 200 means that an update is committed, and nothing else means that.

The library's server answers 200 before its handlers run, so a crash after that loses an update. Here the order is:
the secret, compared in constant time, before a byte is read; the body, bounded; the commit; and then the answer. After
a refusal the connection is closed. What holds before the secret is looked at stands in http_server.py.
"""

import hmac
import json
import logging
from typing import Any

from bot.adapters.telegram_bot.receiving.first_contact import StillUnansweredError
from bot.adapters.telegram_bot.receiving.http_server import AsgiReceive, AsgiScope, AsgiSend
from bot.adapters.telegram_bot.receiving.update_handler import PoisonUpdateError, UpdateHandler
from bot.adapters.telegram_bot.receiving.updates import is_update
from bot.operations.errors import StoreUnavailableError
from bot.operations.flood_log import FloodLog
from bot.operations.metrics import Metrics

log = logging.getLogger(__name__)
SECRET_HEADER = b"x-telegram-bot-api-secret-token"
MAX_BODY_BYTES = 1 << 20
FORBIDDEN = 403
MAY_GO_ON = (500, 503)  # after these the same connection may bring the next update: it was Telegram who called
RETRY_AFTER_SECONDS = b"5"  # seconds after which Telegram should try again


class HttpStatusError(Exception):
    """The HTTP *status* and headers to answer a request with that is not accepted."""

    def __init__(self, status: int, **headers: bytes) -> None:
        super().__init__(status)
        self.status, self.headers = status, headers


class WebhookEndpoint:
    """A bare ASGI application that takes updates from Telegram."""

    def __init__(self, update_handler: UpdateHandler, secret: str, metrics: Metrics | None = None) -> None:
        self.update_handler, self.secret = update_handler, secret.encode()
        self._metrics, self._flood_log = metrics, FloodLog(log)

    async def __call__(self, scope: AsgiScope, receive: AsgiReceive, send: AsgiSend) -> None:
        if scope["type"] != "http":
            return
        try:
            await self._receive_update(scope, receive)
            status, headers = 200, {}
        except HttpStatusError as error:
            status, headers = (
                error.status,
                error.headers | ({} if error.status in MAY_GO_ON else {"connection": b"close"}),
            )
            self._record_refusal(status)
        header_list = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
        await send(
            {"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0"), *header_list]}
        )
        await send({"type": "http.response.body", "body": b""})

    def _record_refusal(self, status: int) -> None:
        """Count a call that was not answered with 200; the log is told once if it is not Telegram who calls."""
        if self._metrics:
            self._metrics.record_refused_call(status)
        if status == FORBIDDEN:
            self._flood_log.warn("the webhook refuses calls: they do not bring WEBHOOK_SECRET")

    async def _receive_update(self, scope: AsgiScope, receive: AsgiReceive) -> None:
        """Check the secret, read the update and handle it; raise HttpStatusError if it is not committed."""
        if scope["method"] != "POST":
            raise HttpStatusError(405, allow=b"POST")
        secrets_sent = [value for name, value in scope["headers"] if name == SECRET_HEADER]
        if len(secrets_sent) != 1 or not hmac.compare_digest(secrets_sent[0], self.secret):
            raise HttpStatusError(FORBIDDEN)
        update = _parse_body(await _read_body(receive))
        try:
            await self.update_handler.receive(update)
        except StoreUnavailableError as error:
            log.error("%s", error)
            raise HttpStatusError(503, retry_after=RETRY_AFTER_SECONDS) from None
        except StillUnansweredError:
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
