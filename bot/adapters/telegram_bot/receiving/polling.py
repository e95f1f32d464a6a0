"""Long polling, in the one order that loses no update: fetch, commit, and only then ask for the next ones.

The library's own updater asks for the next updates, and so confirms the last ones, before anything was committed.
"""

import asyncio
import logging
from typing import Any

from telegram.error import Conflict, InvalidToken, TelegramError

from bot.adapters.telegram_bot.api.client import Line
from bot.adapters.telegram_bot.api.errors import Wait
from bot.adapters.telegram_bot.receiving.update_handler import Inbox, Poison
from bot.adapters.telegram_bot.receiving.updates import is_update
from bot.sessions.stores.base import Down

log = logging.getLogger(__name__)
WANTED = ["message", "callback_query", "my_chat_member"]
PATIENCE = 25  # seconds for which Telegram holds an empty answer back
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 8.0


class Polling:
    """Fetches updates from Telegram, and passes each to the update handler."""

    def __init__(self, line: Line, inbox: Inbox, patience: int = PATIENCE) -> None:
        self.line, self.inbox, self.patience = line, inbox, patience
        self.offset = 0

    async def run(self) -> None:
        """Poll until cancelled. Updates that were not committed by then are offered again."""
        pause = FIRST_PAUSE
        while True:
            try:
                await self.round()
                pause = FIRST_PAUSE
                continue
            except InvalidToken:
                raise
            except Wait as wait:
                pause = max(pause, wait.seconds)
            except Conflict:
                log.warning("another process polls with this token; only one may")
            except Down as down:
                log.error("%s", down)
            except TelegramError as error:
                log.info("Telegram does not answer: %s", type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    async def round(self) -> None:
        """Fetch once, handle every update (each chat in order, all chats at once), and confirm them."""
        updates = await self.fetch()
        await asyncio.gather(*(self._hear(raw) for raw in updates))
        if updates:
            self.offset = max(raw["update_id"] for raw in updates) + 1

    async def fetch(self) -> list[dict[str, Any]]:
        """Return the next updates; entries that are no update are dropped."""
        asked = {"timeout": self.patience, "allowed_updates": WANTED} | ({"offset": self.offset} if self.offset else {})
        updates = await self.line.fetch(asked, self.patience)
        return [raw for raw in updates if is_update(raw)]

    async def _hear(self, raw: dict[str, Any]) -> None:
        """Handle one update; offer it again for as long as it raises PoisonUpdateError."""
        while True:
            try:
                return await self.inbox.receive(raw)
            except Poison:
                await asyncio.sleep(FIRST_PAUSE)
