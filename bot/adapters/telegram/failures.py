"""How a request to Telegram can fail, told apart by what matters alone: whether it may have been carried out."""

import random

from telegram.error import TelegramError

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 4.0  # seconds between tries; doubled, and never the same for two chats


class Unsent(TelegramError):
    """The request never reached Telegram."""


class Lost(TelegramError):
    """Nobody knows whether the request was carried out."""


class Wait(TelegramError):
    """Telegram asks to wait, and has not carried the request out."""

    def __init__(self, seconds: float) -> None:
        super().__init__("wait")
        self.seconds = seconds


def pause(tries: int) -> float:
    """How many seconds to wait after so many *tries* that came to nothing."""
    return float(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (tries - 1))) * random.uniform(0.7, 1.3)  # noqa: S311
