"""A database server, and the bot in the Bot API double."""

from tests.support.fixtures import ana, postgres, served, telegram

__all__ = ["ana", "postgres", "served", "telegram"]
