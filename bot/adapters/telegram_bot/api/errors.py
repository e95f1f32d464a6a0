"""Errors of a Bot API request, told apart by whether Telegram may have carried the request out, and how to go on.

*outcome* is the word by which the metrics count them; see api/client.py.
"""

from telegram.error import TelegramError

from bot.operations.backoff import Backoff

SEND_BACKOFF = Backoff(0.2, 4.0, jitter=0.3)  # for what is sent to one chat: never the same for two
CONNECT_BACKOFF = Backoff(0.2, 4.0)  # for what the bot asks for itself: it is back within 5 s of the end of any fault


class ApiError(TelegramError):
    """A request that did not end well."""

    outcome = "unknown"


class NotSentError(ApiError):
    """The request never reached Telegram."""


class OutcomeUnknownError(ApiError):
    """The request may or may not have been carried out."""


class TokenDoubtError(NotSentError):
    """Telegram says that it does not know the token, or something between says so. The request was not carried out."""

    outcome = "refused"


class ConflictError(OutcomeUnknownError):
    """Another process polls with this token, or a webhook is set."""

    outcome = "refused"


class RetryAfterError(ApiError):
    """Telegram asks to wait *seconds* (status 429), and has not carried the request out."""

    outcome = "flood"

    def __init__(self, seconds: float) -> None:
        super().__init__("wait")
        self.seconds = seconds


class MessageNotFoundError(ApiError):
    """The message is not in the chat any more, or may not be edited or deleted."""

    outcome = "refused"


class ChatUnreachableError(ApiError):
    """The person blocked the bot, or the account is gone."""

    outcome = "unreachable"


class RequestRejectedError(ApiError):
    """Telegram rejects this request, and would reject it again in the same form."""

    outcome = "refused"
