"""JSON requests to the Bot API; their errors say whether a request may have arrived.

A send whose answer was lost may have been carried out, and a blind retry would double it. One that never left may be
repeated freely. Causes are dropped on purpose: clients write the address, and so the token, into their exceptions.
"""

import json
from collections.abc import Mapping
from typing import Any

from bot.adapters.telegram_bot.api.aiohttp_transport import AiohttpTransport
from bot.adapters.telegram_bot.api.answer import parse_answer


class JsonRequest:
    """Posts JSON over *transport*; Telegram has *timeout* seconds for an answer."""

    def __init__(self, transport: AiohttpTransport, timeout: float) -> None:
        self._transport, self._timeout = transport, timeout

    async def close(self) -> None:
        """Close the transport; it opens again when it is needed."""
        await self._transport.close()

    async def post_json(self, url: str, fields: Mapping[str, Any], timeout: float | None = None) -> Any:
        """Post *fields* as JSON; return the result in Telegram's answer as plain values.

        Raises one of api/errors.py.
        """
        body = json.dumps(fields, ensure_ascii=False).encode()
        status, answer = await self._transport.post(url, body, self._timeout if timeout is None else timeout)
        return parse_answer(status, answer)


def create_request(connections: int, timeout: float) -> JsonRequest:
    """Return a JsonRequest over a new transport with so many *connections*."""
    return JsonRequest(AiohttpTransport(connections), timeout)
