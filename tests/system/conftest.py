"""The whole bot: in the Bot API double, and on a database server."""

from tests.support.fixtures import ana, postgres, served, telegram

__all__ = ["ana", "postgres", "served", "telegram"]
