"""Errors of a Bot API request, told apart by whether Telegram may have carried the request out; and the retry delay."""

import random

from telegram.error import TelegramError

FIRST_RETRY_DELAY_SECONDS, MAX_RETRY_DELAY_SECONDS = 0.2, 4.0  # seconds; doubled, and never the same for two chats


class NotSentError(TelegramError):
    """The request never reached Telegram."""


class OutcomeUnknownError(TelegramError):
    """The request may or may not have been carried out."""


class RetryAfterError(TelegramError):
    """Telegram asks to wait *seconds* (status 429), and has not carried the request out."""

    def __init__(self, seconds: float) -> None:
        super().__init__("wait")
        self.seconds = seconds


def retry_delay(failed_attempts: int) -> float:
    """Return the seconds to wait after so many *failed_attempts*: doubled each time, bounded, with random jitter."""
    return float(min(MAX_RETRY_DELAY_SECONDS, FIRST_RETRY_DELAY_SECONDS * 2 ** (failed_attempts - 1))) * random.uniform(
        0.7, 1.3
    )
