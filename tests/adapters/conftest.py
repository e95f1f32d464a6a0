"""The Bot API double, the bot in it, and a database server."""

from tests.support.fixtures import ana, postgres, served, telegram

__all__ = ["ana", "postgres", "served", "telegram"]
