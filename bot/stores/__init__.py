"""Where conversations wait: a store keeps one text a chat and the updates that were seen, and understands neither.

Everything one update changes is one Change, committed whole or not at all. A store that can be asked has the same
contract tests as any other: tests/test_stores.py.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol


class Unusable(Exception):
    """A store that cannot be opened, as one sentence for the operator. Nothing in it was touched."""


class Down(Exception):
    """A store that cannot keep anything just now, as one sentence for the operator. Nothing was changed."""


class Seen(Exception):
    """This update was committed before. Nothing was changed."""


class Stale(Exception):
    """The row is not as it was read: somebody else was quicker. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept of one chat. *version* is never used twice, so that nobody writes over what they have not read."""

    text: str
    version: int


@dataclass(frozen=True, slots=True)
class Change:
    """What one update changes. *text* is the row's new text, None when the row goes; *was* the version it was read at.

    *ends* is the second at which the row must be gone at the latest. *update* is the mark to set, if it comes of one.
    """

    chat: str
    text: str | None
    was: int = 0
    ends: float = 0.0
    update: int | None = None


class Store(Protocol):
    """Memory, a file, a server: all keep the same promises."""

    async def load(self, chat: str) -> Row | None: ...

    async def commit(self, change: Change) -> int:
        """Make *change*, durably, before returning the row's new version (0 when it is gone)."""
        ...

    async def seen(self, update: int) -> bool: ...

    async def marks(self) -> list[int]:
        """Every update that is marked as seen, for a move to another store."""
        ...

    async def set_aside(self, update: int, fault: str) -> None:
        """Mark *update* as seen though nothing came of it, with the kind of its fault and nothing of its content."""
        ...

    def rows(self) -> AsyncIterator[tuple[str, Row]]:
        """Every chat and its row, for the start."""
        ...

    async def sweep(self, now: float) -> int:
        """Remove every row whose time is over, and marks too old to be needed; return how many rows went."""
        ...

    async def close(self) -> None: ...


MARKS_LAST = 3 * 86400  # seconds; Telegram offers an update again for a day at the most
