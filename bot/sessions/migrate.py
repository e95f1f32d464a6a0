"""The command `python -m bot move OLD`: it copies every conversation from the store OLD into SESSION_STORE.

Each row is decrypted in the old store and encrypted anew in the new one, which is made with the same SESSION_KEY. A
chat that is in the new store already stays as it is there; so the command can be run again after it was interrupted.
The old store is left as it was: destroy it afterwards (OPERATING.md).
"""

import asyncio
import os
import sys
import time
from argparse import Namespace
from dataclasses import dataclass

from bot.clinics.draft_links import MOST_DAYS
from bot.operations.settings import Misconfigured, Settings
from bot.sessions.chat_record import HOUR, Kept
from bot.sessions.draft_link_claims import CLAIM
from bot.sessions.stores.base import Change, Down, Seen, Stale, Store, Unusable
from bot.sessions.stores.open_store import opened

BAD_USAGE = 2
AT_ONCE = 50
SAME = "OLD is what SESSION_STORE names as well: there is nothing to move."
MEMORY = "What is in memory cannot be moved: OLD and SESSION_STORE must both be sqlite:PATH or postgresql://…."


@dataclass(slots=True)
class Moved:
    """The report of a move: how many conversations were moved, were there before, or had expired or are unreadable."""

    moved: int = 0
    there: int = 0
    over: int = 0
    marks: int = 0

    def __str__(self) -> str:
        told = f"{self.moved} conversations were moved; {self.there} were there before; {self.over} were over."
        return f"{told} {self.marks} updates count as heard."


def run(options: Namespace) -> int:
    """Run the command: print its result or errors, and return the exit code."""
    try:
        settings = Settings.from_environment(os.environ)
    except Misconfigured as wrong:
        return _refuse(*wrong.sentences)
    if options.old == settings.store:
        return _refuse(SAME)
    if "memory:" in (options.old, settings.store):
        return _refuse(MEMORY)
    try:
        print(asyncio.run(_between(options.old, settings)))
    except (Unusable, Down) as sentence:
        return _refuse(str(sentence))
    return 0


async def _between(old: str, settings: Settings) -> Moved:
    """Open both stores and copy everything from *old_address* to the store of the settings."""
    source = opened(old, settings.keys)
    try:
        target = opened(settings.store, settings.keys)
        try:
            return await move(source, target, settings.hours)
        finally:
            await target.close()
    finally:
        await source.close()


async def move(source: Store, target: Store, hours: int) -> Moved:
    """Copy everything that has not expired from *source* to *target*; sessions live for *session_hours*."""
    told, now = Moved(), time.time()
    async for chat, row in source.rows():
        if (ends := _ends(chat, row.text, hours, now)) <= now:
            told.over += 1
            continue
        try:
            await target.commit(Change(chat, row.text, ends=ends))
            told.moved += 1
        except Stale:
            told.there += 1
    told.marks = await _mark(source, target)
    return told


def _ends(chat: str, text: str, hours: int, now: float) -> float:
    """Return when a row must be gone, in seconds of the epoch; 0 where it says nothing."""
    if chat.startswith(CLAIM):
        return now + MOST_DAYS * 24 * HOUR
    kept = Kept.understood(text)
    if kept.session.agreed:
        return kept.ends(hours)
    return 0.0 if kept == Kept() else now + hours * HOUR


async def _mark(source: Store, target: Store) -> int:
    """Copy the processed updates to *target*, and return how many there are.

    So what was processed before the move is not processed again after it, though Telegram may repeat it.
    """

    async def one(update: int) -> None:
        """Mark one update as processed in *target*; it may be marked there already."""
        try:
            await target.commit(Change(f"guest {update}", None, update=update))
        except Seen:
            return

    updates = await source.marks()
    for first in range(0, len(updates), AT_ONCE):
        await asyncio.gather(*map(one, updates[first : first + AT_ONCE]))
    return len(updates)


def _refuse(*lines: str) -> int:
    """Print *lines* as an error, and return the exit code for bad usage."""
    print("\n".join(lines), file=sys.stderr)
    return BAD_USAGE
