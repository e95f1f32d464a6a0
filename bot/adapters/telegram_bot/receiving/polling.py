"""Long polling, in the one order that loses no update: fetch, commit, and only then ask for the next ones.

The library's own updater asks for the next updates, and so confirms the last ones, before anything was committed.
"""

import asyncio
import logging
from typing import Any

from telegram.error import Conflict, InvalidToken, TelegramError

from bot.adapters.telegram_bot.api.client import ApiClient
from bot.adapters.telegram_bot.api.errors import CONNECT_BACKOFF, RetryAfterError
from bot.adapters.telegram_bot.receiving.update_handler import PoisonUpdateError, UpdateHandler
from bot.adapters.telegram_bot.receiving.updates import is_update
from bot.operations.errors import StoreUnavailableError

log = logging.getLogger(__name__)
ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]
LONG_POLL_SECONDS = 25  # seconds for which Telegram holds an empty answer back


class Polling:
    """Fetches updates from Telegram, and passes each to the update handler."""

    def __init__(self, client: ApiClient, update_handler: UpdateHandler, poll_seconds: int = LONG_POLL_SECONDS) -> None:
        self.client, self.update_handler, self.poll_seconds = client, update_handler, poll_seconds
        self.offset = 0

    async def run(self) -> None:
        """Poll until cancelled. Updates that were not committed by then are offered again."""
        failures = 0
        while True:
            asked_to_wait = 0.0
            try:
                await self.poll_once()
                failures = 0
                continue
            except InvalidToken:
                raise
            except RetryAfterError as retry_after:
                asked_to_wait = retry_after.seconds
            except Conflict:
                log.warning("another process polls with this token; only one may")
            except StoreUnavailableError as error:
                log.error("%s", error)
            except TelegramError as error:
                log.info("Telegram does not answer: %s", type(error).__name__)
            failures += 1
            await asyncio.sleep(max(CONNECT_BACKOFF.delay(failures), asked_to_wait))

    async def poll_once(self) -> None:
        """Fetch once, handle every update (each chat in order, all chats at once), and confirm them."""
        updates = await self.fetch_updates()
        await asyncio.gather(*(self._handle(raw) for raw in updates))
        if updates:
            self.offset = max(raw["update_id"] for raw in updates) + 1

    async def fetch_updates(self) -> list[dict[str, Any]]:
        """Return the next updates; entries that are no update are dropped."""
        parameters = {"timeout": self.poll_seconds, "allowed_updates": ALLOWED_UPDATES} | (
            {"offset": self.offset} if self.offset else {}
        )
        updates = await self.client.get_updates(parameters, self.poll_seconds)
        return [raw for raw in updates if is_update(raw)]

    async def _handle(self, raw: dict[str, Any]) -> None:
        """Handle one update; offer it again for as long as it raises PoisonUpdateError."""
        while True:
            try:
                return await self.update_handler.receive(raw)
            except PoisonUpdateError:
                await asyncio.sleep(CONNECT_BACKOFF.first_seconds)
