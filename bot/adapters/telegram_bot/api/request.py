"""python-telegram-bot's request interface over our transport; its errors say whether a request may have arrived.

A send whose answer was lost may have been carried out, and a blind retry would double it. One that never left may be
repeated freely. Causes are dropped on purpose: clients write the address, and so the token, into their exceptions.
"""

import json
from collections.abc import Mapping
from typing import Any, cast

from telegram.request import BaseRequest, RequestData

from bot.adapters.telegram_bot.api.aiohttp_transport import AiohttpTransport
from bot.adapters.telegram_bot.api.errors import OutcomeUnknownError, RetryAfterError

MAX_RETRY_AFTER_SECONDS = 3600.0


class PlainRequestData:
    """The payload of a request as plain values, in place of the library's RequestData, for a JsonRequest."""

    __slots__ = ("json_payload",)

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.json_payload = json.dumps(fields, ensure_ascii=False).encode()


class JsonRequest(BaseRequest):
    """A BaseRequest that posts JSON over *transport*; Telegram has *timeout* seconds for an answer."""

    def __init__(self, transport: AiohttpTransport, timeout: float) -> None:
        self._transport, self._timeout = transport, timeout

    @property
    def read_timeout(self) -> float:
        """Return the seconds Telegram has for an answer."""
        return self._timeout

    async def initialize(self) -> None:
        """Open the transport."""
        await self._transport.open()

    async def shutdown(self) -> None:
        """Close the transport."""
        await self._transport.close()

    async def post_json(self, url: str, fields: Mapping[str, Any]) -> Any:
        """Post *fields* as JSON; return Telegram's answer as plain values, so that no unread object is built."""
        return await self.post(url, cast(RequestData, PlainRequestData(fields)))

    async def do_request(
        self,
        url: str,
        method: str,  # noqa: ARG002
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        *_: Any,
        **__: Any,
    ) -> tuple[int, bytes]:
        """Send one request and return status and body; raise RetryAfterError or OutcomeUnknownError."""
        timeout = read_timeout if isinstance(read_timeout, int | float) else self._timeout
        status, body = await self._transport.post(url, request_data.json_payload if request_data else b"", timeout)
        if status == 429:
            raise RetryAfterError(_retry_after_seconds(body))
        if status >= 500:
            raise OutcomeUnknownError("a fault at Telegram")
        if not body.lstrip().startswith(b"{"):
            raise OutcomeUnknownError("not an answer of Telegram's")
        return status, body


def _retry_after_seconds(body: bytes) -> float:
    """Return how long Telegram asks us to wait, in seconds: 1 where it does not say, an hour at the most."""
    try:
        parameters: Mapping[str, Any] = json.loads(body).get("parameters", {})
        return min(MAX_RETRY_AFTER_SECONDS, max(0.0, float(parameters.get("retry_after", 1))))
    except (ValueError, AttributeError, TypeError):
        return 1.0


def create_request(connections: int, timeout: float) -> JsonRequest:
    """Return a JsonRequest over a new transport with so many *connections*."""
    return JsonRequest(AiohttpTransport(connections), timeout)
