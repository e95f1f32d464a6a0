"""A store that forgets everything when the process ends: for trying the bot, and for operators who want just that."""

import time
from collections.abc import AsyncIterator, Callable
from itertools import count

from bot.sessions.stores.base import MARKS_LAST, Change, Row, Seen, Stale


class MemoryStore:
    """A store in this process's memory."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._rows: dict[str, tuple[Row, float]] = {}
        self._marks: dict[int, float] = {}
        self._versions = count(1)

    async def load(self, chat: str) -> Row | None:
        """Return the row of *chat*, or None."""
        row, _ = self._rows.get(chat, (None, 0.0))
        return row

    async def commit(self, change: Change) -> int:
        """Make *write*, and return the row's new version (0 when it is gone)."""
        if change.update is not None and change.update in self._marks:
            raise Seen
        row, _ = self._rows.get(change.chat, (None, 0.0))
        if (row.version if row else 0) != change.was:
            raise Stale
        if change.update is not None:
            self._marks[change.update] = self._clock()
        if change.text is None:
            self._rows.pop(change.chat, None)
            return 0
        kept = Row(change.text, next(self._versions))
        self._rows[change.chat] = (kept, change.ends)
        return kept.version

    async def seen(self, update: int) -> bool:
        """Whether this update was processed."""
        return update in self._marks

    async def marks(self) -> list[int]:
        """Return every processed update."""
        return sorted(self._marks)

    async def set_aside(self, update: int, fault: str) -> None:  # noqa: ARG002
        """Mark an update that failed as processed."""
        self._marks[update] = self._clock()

    async def rows(self) -> AsyncIterator[tuple[str, Row]]:
        """Yield every chat and its row."""
        for chat, (row, _) in list(self._rows.items()):
            yield chat, row

    async def sweep(self, now: float) -> int:
        """Remove expired rows and old processed updates; return how many rows went."""
        over = [chat for chat, (_, ends) in self._rows.items() if ends <= now]
        for chat in over:
            del self._rows[chat]
        self._marks = {update: at for update, at in self._marks.items() if at > now - MARKS_LAST}
        return len(over)

    async def close(self) -> None:
        """Forget everything."""
        self._rows.clear()
        self._marks.clear()
