"""python-telegram-bot's request interface over a Transport; its errors say whether a request may have arrived.

A send whose answer was lost may have been carried out, and a blind retry would double it. One that never left may be
repeated freely. The bytes are sent by aiohttp_transport.py, or httpx_transport.py where aiohttp is not installed.
Causes are dropped on purpose: clients write the address, and so the token, into their exceptions.
"""

import json
from collections.abc import Mapping
from typing import Any, cast

from telegram.request import BaseRequest, RequestData

from bot.adapters.telegram_bot.api.errors import Lost, Wait
from bot.adapters.telegram_bot.api.transport import Carrier

MOST_WAIT = 3600.0


class Asked:
    """The payload of a request as plain values, in place of the library's RequestData, for a JsonRequest."""

    __slots__ = ("json_payload",)

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.json_payload = json.dumps(fields, ensure_ascii=False).encode()


class Wire(BaseRequest):
    """A BaseRequest that posts JSON over *transport*; Telegram has *timeout* seconds for an answer."""

    def __init__(self, carrier: Carrier, answer_within: float) -> None:
        self._carrier, self._answer_within = carrier, answer_within

    @property
    def read_timeout(self) -> float:
        """Return the seconds Telegram has for an answer."""
        return self._answer_within

    async def initialize(self) -> None:
        """Open the transport."""
        await self._carrier.open()

    async def shutdown(self) -> None:
        """Close the transport."""
        await self._carrier.close()

    async def ask(self, url: str, fields: Mapping[str, Any]) -> Any:
        """Post *fields* as JSON; return Telegram's answer as plain values, so that no unread object is built."""
        return await self.post(url, cast(RequestData, Asked(fields)))

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
        within = read_timeout if isinstance(read_timeout, int | float) else self._answer_within
        code, body = await self._carrier.post(url, request_data.json_payload if request_data else b"", within)
        if code == 429:
            raise Wait(_seconds(body))
        if code >= 500:
            raise Lost("a fault at Telegram")
        if not body.lstrip().startswith(b"{"):
            raise Lost("not an answer of Telegram's")
        return code, body


def _seconds(body: bytes) -> float:
    """Return how long Telegram asks us to wait, in seconds: 1 where it does not say, an hour at the most."""
    try:
        said: Mapping[str, Any] = json.loads(body).get("parameters", {})
        return min(MOST_WAIT, max(0.0, float(said.get("retry_after", 1))))
    except (ValueError, AttributeError, TypeError):
        return 1.0


def wire(connections: int, answer_within: float) -> Wire:
    """Return a JsonRequest over a new transport with so many *connections*."""
    return Wire(carrier(connections), answer_within)


def carrier(connections: int) -> Carrier:
    """Return an AiohttpTransport, which costs a fifth of the library's own httpx; else an HttpxTransport."""
    try:
        from bot.adapters.telegram_bot.api.aiohttp_transport import Swift
    except ImportError:
        from bot.adapters.telegram_bot.api.httpx_transport import Plain

        return Plain(connections)
    return Swift(connections)
