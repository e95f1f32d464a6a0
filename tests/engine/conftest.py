"""The bot in the Bot API double, for what is held in the core and in Telegram alike."""

from tests.support.fixtures import ana, postgres, served, telegram

__all__ = ["ana", "postgres", "served", "telegram"]
