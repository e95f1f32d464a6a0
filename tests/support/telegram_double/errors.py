"""How Telegram says no: a code, a sentence, sometimes how long to wait."""

import math
from typing import Any


class ApiRefusalError(Exception):
    """A request that was not carried out, as the bot is told of it."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    def body(self) -> dict[str, Any]:
        said: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return said | ({"parameters": self.parameters} if self.parameters else {})


def bad(description: str) -> ApiRefusalError:
    return ApiRefusalError(400, f"Bad Request: {description}")


def unparsed(what: str) -> ApiRefusalError:
    return bad(f"can't parse entities: {what}")


def flood(seconds: float) -> ApiRefusalError:
    wait = max(1, math.ceil(seconds))
    return ApiRefusalError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)


def blocked() -> ApiRefusalError:
    return ApiRefusalError(403, "Forbidden: bot was blocked by the user")


def conflict(why: str) -> ApiRefusalError:
    return ApiRefusalError(409, f"Conflict: {why}")


OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
HOOK_CAME = "terminated by setWebhook request"
HOOK_IS_SET = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
