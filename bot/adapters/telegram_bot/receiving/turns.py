"""Turns: the updates of one chat are handled in the order in which they arrived, of whatever kind they are.

A tap, a message and a block notice take different ways through the bot, and a quick one must not overtake a slow one.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turn:
    """One update's turn in its chat. It is over when it is *ended*, with the error that the update ended with."""

    def __init__(self, before: "Turn | None") -> None:
        self._before = before
        self.is_over = asyncio.Event()
        self.error: Exception | None = None

    async def comes(self, *handed_on: type[Exception]) -> None:
        """Wait until every earlier update of the chat has been handled.

        If the one before ended with one of the errors *handed_on*, and so will be offered again, that is raised here
        too: this one must not overtake it.
        """
        before, self._before = self._before, None
        if before:
            await before.is_over.wait()
            if isinstance(before.error, handed_on):
                raise type(before.error)(*before.error.args)


class Turns:
    """The turns of all chats."""

    def __init__(self) -> None:
        self._last: dict[int, Turn] = {}

    @asynccontextmanager
    async def taken(self, chat: int) -> AsyncIterator[Turn]:
        """Take the next turn of *chat*, at once; it ends with the block."""
        self._last[chat] = turn = Turn(self._last.get(chat))
        try:
            yield turn
        except Exception as error:
            turn.error = error
            raise
        finally:
            turn.is_over.set()
            if self._last[chat] is turn:
                del self._last[chat]
