"""Long polling, in the one order that loses no update: fetch, commit, and only then ask for the next ones.

The library's own updater asks for the next updates, and so confirms the last ones, before anything was committed.
"""

import asyncio
import logging
from typing import Any

from bot.adapters.telegram_bot.api.client import ApiClient
from bot.adapters.telegram_bot.api.errors import (
    CONNECT_BACKOFF,
    ApiError,
    ConflictError,
    OutcomeUnknownError,
    RetryAfterError,
)
from bot.adapters.telegram_bot.receiving.first_contact import StillUnansweredError
from bot.adapters.telegram_bot.receiving.update_handler import PoisonUpdateError, UpdateHandler
from bot.adapters.telegram_bot.receiving.updates import is_update
from bot.operations.errors import StoreUnavailableError

log = logging.getLogger(__name__)
ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]
LONG_POLL_SECONDS = 25  # seconds for which Telegram holds an empty answer back
HELD_POLL_SECONDS = 0.5  # between polls while an update is held, as Telegram then answers at once
MAX_UPDATES_PER_POLL = 100  # Telegram's own limit; if it has as many, there may be more
CONFLICT_LOG_SECONDS = 60.0


class Polling:
    """Fetches updates from Telegram, and passes each to the update handler.

    An update from before consent whose answer was not shown yet is *held*: it is not confirmed, and neither is what
    came after it; *handled* is what of that is done and need not be looked at again.
    """

    def __init__(
        self,
        client: ApiClient,
        update_handler: UpdateHandler,
        poll_seconds: int = LONG_POLL_SECONDS,
        caught_up: asyncio.Event | None = None,
    ) -> None:
        self.client, self.update_handler, self.poll_seconds = client, update_handler, poll_seconds
        self.offset = 0
        self.held: set[int] = set()
        self.handled: set[int] = set()
        self._conflict_logged_at = float("-inf")
        self.caught_up = caught_up or asyncio.Event()  # set once what waited at Telegram when we came has been heard

    async def run(self) -> None:
        """Poll until cancelled. Updates that were not committed by then are offered again."""
        failures = 0
        while True:
            asked_to_wait = 0.0
            try:
                await self.poll_once()
                failures = 0
                continue
            except RetryAfterError as retry_after:
                asked_to_wait = retry_after.seconds
            except ConflictError:
                await self._resolve_conflict()
            except StoreUnavailableError as error:
                log.error("%s", error)
            except ApiError as error:
                log.info("Telegram does not answer: %s", type(error).__name__)
            failures += 1
            await asyncio.sleep(max(CONNECT_BACKOFF.delay(failures), asked_to_wait))

    async def _resolve_conflict(self) -> None:
        """Remove a webhook that was set while we poll; where there is none, say that another process polls."""
        try:
            is_webhook = bool(await self.client.get_webhook_url())
            if is_webhook:
                await self.client.delete_webhook()
        except ApiError as error:
            log.info("Telegram does not answer: %s", type(error).__name__)
            return
        now = asyncio.get_running_loop().time()
        if now - self._conflict_logged_at < CONFLICT_LOG_SECONDS:
            return
        self._conflict_logged_at = now
        if is_webhook:
            log.error("somebody else with this token set a webhook; it was removed, as this bot polls")
        else:
            log.warning("another process polls with this token; only one may")

    async def poll_once(self) -> None:
        """Fetch once, handle every update (each chat in order, all chats at once), and confirm them."""
        updates = await self.fetch_updates()
        fresh = [raw for raw in updates if raw["update_id"] not in self.held | self.handled]
        await asyncio.gather(*(self._handle(raw) for raw in fresh))
        self.handled.update(raw["update_id"] for raw in fresh)
        self.held = {held for held in self.held if self.update_handler.first_contact.is_waiting(held)}
        if len(updates) >= MAX_UPDATES_PER_POLL and not fresh and self.held:
            self.held.remove(min(self.held))  # else nobody who writes now would be heard
        if updates:
            self.offset = min(self.held, default=max(raw["update_id"] for raw in updates) + 1)
            self.handled = {update_id for update_id in self.handled if update_id >= self.offset}
        if len(updates) < MAX_UPDATES_PER_POLL:
            self.caught_up.set()
        if self.held and not fresh:
            await asyncio.sleep(HELD_POLL_SECONDS)

    async def fetch_updates(self) -> list[dict[str, Any]]:
        """Return the next updates; entries that are no update are dropped, unless they all are."""
        poll_seconds = self.poll_seconds if self.caught_up.is_set() else 0  # what waits is there at once
        parameters = {"timeout": poll_seconds, "allowed_updates": ALLOWED_UPDATES} | (
            {"offset": self.offset} if self.offset else {}
        )
        updates = await self.client.get_updates(parameters, poll_seconds)
        readable = [raw for raw in updates if is_update(raw)]
        if updates and not readable:
            raise OutcomeUnknownError("no updates")
        return readable

    async def _handle(self, raw: dict[str, Any]) -> None:
        """Handle one update; offer it again for as long as it raises PoisonUpdateError."""
        while True:
            try:
                return await self.update_handler.receive(raw)
            except StillUnansweredError:
                self.held.add(raw["update_id"])
                return None
            except PoisonUpdateError:
                await asyncio.sleep(CONNECT_BACKOFF.first_seconds)
