"""How a request to Telegram can fail, told apart by what matters alone: whether it may have been carried out."""

from telegram.error import TelegramError


class Unsent(TelegramError):
    """The request never reached Telegram."""


class Lost(TelegramError):
    """Nobody knows whether the request was carried out."""


class Wait(TelegramError):
    """Telegram asks to wait, and has not carried the request out."""

    def __init__(self, seconds: float) -> None:
        super().__init__("wait")
        self.seconds = seconds
