"""The wire to Telegram: python-telegram-bot's request interface, which also says whether a request may have arrived.

A send whose answer was lost may have been carried out, and a blind retry would double it. One that never left may be
repeated freely. What carries the bytes has a room of its own: swift.py, or plain.py where aiohttp is not installed.
Causes are dropped on purpose: clients write the address, and so the token, into their exceptions.
"""

import json
from collections.abc import Mapping
from typing import Any, cast

from telegram.request import BaseRequest, RequestData

from bot.adapters.telegram.carrier import Carrier
from bot.adapters.telegram.failures import Lost, Wait

MOST_WAIT = 3600.0


class Asked:
    """What is asked of Telegram, as plain values: what a Wire reads of the library's own RequestData."""

    __slots__ = ("json_payload",)

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.json_payload = json.dumps(fields, ensure_ascii=False).encode()


class Wire(BaseRequest):
    """Each request as JSON over a *carrier*; *answer_within* is how many seconds Telegram has for an answer."""

    def __init__(self, carrier: Carrier, answer_within: float) -> None:
        self._carrier, self._answer_within = carrier, answer_within

    @property
    def read_timeout(self) -> float:
        return self._answer_within

    async def initialize(self) -> None:
        await self._carrier.open()

    async def shutdown(self) -> None:
        await self._carrier.close()

    async def ask(self, url: str, fields: Mapping[str, Any]) -> Any:
        """What Telegram answers, as plain tables: no object is built of it that nobody reads."""
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
    """How long Telegram asks us to wait; a second where it does not say."""
    try:
        said: Mapping[str, Any] = json.loads(body).get("parameters", {})
        return min(MOST_WAIT, max(0.0, float(said.get("retry_after", 1))))
    except (ValueError, AttributeError, TypeError):
        return 1.0


def wire(connections: int, answer_within: float) -> Wire:
    return Wire(carrier(connections), answer_within)


def carrier(connections: int) -> Carrier:
    """aiohttp, which costs a fifth of the library's own httpx; httpx where there is no aiohttp for this machine."""
    try:
        from bot.adapters.telegram.swift import Swift
    except ImportError:
        from bot.adapters.telegram.plain import Plain

        return Plain(connections)
    return Swift(connections)
