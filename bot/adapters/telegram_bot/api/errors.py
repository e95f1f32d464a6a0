"""Errors of a Bot API request, told apart by whether Telegram may have carried the request out, and how to go on."""

from telegram.error import TelegramError

from bot.operations.backoff import Backoff

SEND_BACKOFF = Backoff(0.2, 4.0, jitter=0.3)  # for what is sent to one chat: never the same for two
CONNECT_BACKOFF = Backoff(0.2, 8.0)  # for what the bot asks for itself


class NotSentError(TelegramError):
    """The request never reached Telegram."""


class OutcomeUnknownError(TelegramError):
    """The request may or may not have been carried out."""


class RetryAfterError(TelegramError):
    """Telegram asks to wait *seconds* (status 429), and has not carried the request out."""

    def __init__(self, seconds: float) -> None:
        super().__init__("wait")
        self.seconds = seconds


class MessageNotFoundError(TelegramError):
    """The message is not in the chat any more, or may not be edited or deleted."""


class ChatUnreachableError(TelegramError):
    """The person blocked the bot, or the account is gone."""


class RequestRejectedError(TelegramError):
    """Telegram rejects this request, and would reject it again."""
