"""The wire to Telegram: python-telegram-bot's own request class, which also says whether a request may have arrived.

A send whose answer was lost may have been carried out, and a blind retry would double it. One that never left may be
repeated freely. Causes are dropped on purpose: httpx writes the address, and so the token, into its exceptions.
"""

import json
from collections.abc import Mapping
from typing import Any

import httpx
from telegram.error import NetworkError, TelegramError
from telegram.request import BaseRequest, HTTPXRequest, RequestData

NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
MOST_WAIT = 3600.0


class Unsent(TelegramError):
    """The request never reached Telegram."""


class Lost(TelegramError):
    """Nobody knows whether the request was carried out."""


class Wait(TelegramError):
    """Telegram asks to wait, and has not carried the request out."""

    def __init__(self, seconds: float) -> None:
        super().__init__("wait")
        self.seconds = seconds


class Wire(HTTPXRequest):
    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        try:
            code, body = await super().do_request(url, method, request_data, *args, **kwargs)
        except NetworkError as error:
            raise (Unsent if isinstance(error.__cause__, NEVER_LEFT) else Lost)("no answer") from None
        except Exception:
            raise Lost("no answer") from None
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


def wire(connections: int, answer_within: float) -> BaseRequest:
    return Wire(connections, read_timeout=answer_within, write_timeout=10, connect_timeout=5, pool_timeout=30)
