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
from pathlib import Path

from bot.clinics.draft_links import MAX_DRAFT_LINK_DAYS
from bot.operations.errors import StoreConfigError, StoreUnavailableError
from bot.operations.exit_codes import EXIT_BAD_USAGE, EXIT_OK
from bot.operations.settings import Settings, SettingsError
from bot.sessions.chat_record import HOUR, ChatRecord
from bot.sessions.stores.base import (
    DRAFT_CLAIM_PREFIX,
    AlreadyProcessedError,
    StaleRecordError,
    Store,
    Write,
    pending_update_key,
)
from bot.sessions.stores.open_store import open_store

MAX_CONCURRENT_WRITES = 50
SAME_STORE_MESSAGE = "OLD is what SESSION_STORE names as well: there is nothing to move."
NO_SUCH_FILE_MESSAGE = "OLD names a file that is not there. Nothing was moved."
MEMORY_STORE_MESSAGE = (
    "What is in memory cannot be moved: OLD and SESSION_STORE must both be sqlite:PATH or postgresql://…."
)


@dataclass(slots=True)
class MigrationReport:
    """The report of a move: how many conversations were moved, were there before, or had expired or are unreadable."""

    moved: int = 0
    already_there: int = 0
    expired: int = 0
    processed_updates: int = 0

    def __str__(self) -> str:
        summary = (
            f"{self.moved} conversations were moved; {self.already_there} were there before; {self.expired} were over."
        )
        return f"{summary} {self.processed_updates} updates count as heard."


def run(options: Namespace) -> int:
    """Run the command: print its result or errors, and return the exit code."""
    try:
        settings = Settings.from_environment(os.environ)
    except SettingsError as error:
        return _fail(*error.messages)
    if options.old == settings.store:
        return _fail(SAME_STORE_MESSAGE)
    if "memory:" in (options.old, settings.store):
        return _fail(MEMORY_STORE_MESSAGE)
    kind, _, file = options.old.partition(":")
    if kind == "sqlite" and not Path(file).is_file():
        return _fail(NO_SUCH_FILE_MESSAGE)
    try:
        print(asyncio.run(_open_and_migrate(options.old, settings)))
    except (StoreConfigError, StoreUnavailableError) as error:
        return _fail(str(error))
    return EXIT_OK


async def _open_and_migrate(old_address: str, settings: Settings) -> MigrationReport:
    """Open both stores and copy everything from *old_address* to the store of the settings."""
    source = open_store(old_address, settings.session_keys)
    try:
        target = open_store(settings.store, settings.session_keys)
        try:
            return await migrate_store(source, target, settings.session_hours)
        finally:
            await target.close()
    finally:
        await source.close()


async def migrate_store(source: Store, target: Store, session_hours: int) -> MigrationReport:
    """Copy everything that has not expired from *source* to *target*; sessions live for *session_hours*."""
    report, now = MigrationReport(), time.time()
    async for chat, row in source.rows():
        if (expires_at := _expires_at(chat, row.text, session_hours, now)) <= now:
            report.expired += 1
            continue
        try:
            await target.commit(Write(chat, row.text, expires_at=expires_at))
            report.moved += 1
        except StaleRecordError:
            report.already_there += 1
    report.processed_updates = await _copy_processed_updates(source, target)
    return report


def _expires_at(chat: str, text: str, session_hours: int, now: float) -> float:
    """Return when a row must be gone, in seconds of the epoch; 0 where it says nothing."""
    if chat.startswith(DRAFT_CLAIM_PREFIX):
        return now + MAX_DRAFT_LINK_DAYS * 24 * HOUR
    record = ChatRecord.parse_or_new(text)
    if record.session.consented:
        return record.expires_at(session_hours)
    return 0.0 if record == ChatRecord() else now + session_hours * HOUR


async def _copy_processed_updates(source: Store, target: Store) -> int:
    """Copy the processed updates to *target*, and return how many there are.

    So what was processed before the move is not processed again after it, though Telegram may repeat it.
    """

    async def copy_update(update_id: int) -> None:
        """Mark one update as processed in *target*; it may be marked there already."""
        try:
            await target.commit(Write(pending_update_key(update_id), None, update_id=update_id))
        except AlreadyProcessedError:
            return

    update_ids = await source.processed_updates()
    for start in range(0, len(update_ids), MAX_CONCURRENT_WRITES):
        await asyncio.gather(*map(copy_update, update_ids[start : start + MAX_CONCURRENT_WRITES]))
    return len(update_ids)


def _fail(*lines: str) -> int:
    """Print *lines* as an error, and return the exit code for bad usage."""
    print("\n".join(lines), file=sys.stderr)
    return EXIT_BAD_USAGE
