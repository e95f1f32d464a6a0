"""What is an answer of Telegram's, and what it says; all else comes from something between, and says nothing.

An answer is an object: `ok` true with `result`, or `ok` false with `error_code` and `description`. An error page, JSON
of a gateway, JSON that was cut, an empty body: then nobody knows whether the request was carried out.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NoReturn

from bot.adapters.telegram_bot.api.errors import (
    ApiError,
    ChatUnreachableError,
    ConflictError,
    MessageNotFoundError,
    OutcomeUnknownError,
    RequestRejectedError,
    RetryAfterError,
    TokenDoubtError,
)

MIN_RETRY_AFTER_SECONDS, MAX_RETRY_AFTER_SECONDS = 0.2, 3600.0
DEFAULT_RETRY_AFTER_SECONDS = 1.0  # where Telegram does not say how long
UNREACHABLE_PREFIX = "Forbidden: "  # of Telegram's own; a gateway that forbids something writes otherwise
CHAT_GONE_TEXT = "chat not found"
MESSAGE_GONE_TEXTS = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message to delete not found",
)


def parse_answer(status: int, body: bytes) -> Any:
    """Return the result in the answer *body*; raise one of api/errors.py for an error, or for what is no answer.

    Telegram says `ok` with the HTTP *status* 200 and with no other. What else the status says, an error says better.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise OutcomeUnknownError("not an answer of Telegram's") from None
    match answer:
        case {"ok": True, "result": result} if status == HTTPStatus.OK:
            return result
        case {"ok": False, "error_code": int(code), "description": str(description)}:
            raise _error(code, description, answer.get("parameters"))
    raise OutcomeUnknownError("not an answer of Telegram's")


def wrong_kind() -> NoReturn:
    """Raise the error of a result that is not of the kind that the method returns."""
    raise OutcomeUnknownError("not a result of this method")


def _error(code: int, description: str, parameters: object) -> ApiError:
    """Return the error that Telegram tells of by *code* and *description*."""
    match code:
        case 429:
            return RetryAfterError(_retry_after_seconds(parameters))
        case 401 | 404:
            return TokenDoubtError("the token is not known")
        case 409:
            return ConflictError("conflict")
        case 403 if description.startswith(UNREACHABLE_PREFIX):
            return ChatUnreachableError("nobody")
        case 400 | 413:
            return _bad_request_error(description)
    return OutcomeUnknownError("a fault at Telegram")


def _bad_request_error(description: str) -> ApiError:
    """Return the error of a request that Telegram refuses: for its chat, for its message, or for its form."""
    lowered = description.lower()
    if CHAT_GONE_TEXT in lowered:
        return ChatUnreachableError("nobody")
    if any(words in lowered for words in MESSAGE_GONE_TEXTS):
        return MessageNotFoundError("gone")
    return RequestRejectedError(description)


def _retry_after_seconds(parameters: object) -> float:
    """Return how long Telegram asks us to wait, in seconds; whatever is written there, an hour at the most."""
    said = parameters.get("retry_after") if isinstance(parameters, Mapping) else None
    try:
        seconds = float(said)  # type: ignore[arg-type]
    except (ValueError, TypeError, OverflowError):
        seconds = MAX_RETRY_AFTER_SECONDS if isinstance(said, int) else DEFAULT_RETRY_AFTER_SECONDS
    return min(MAX_RETRY_AFTER_SECONDS, max(MIN_RETRY_AFTER_SECONDS, seconds))
