"""Sends emergencies in a chat that another instance owns: the instance that found one sends it at once.

All that comes with it (the callback answer, the main message, cleaning up) stays with the owner of the chat; see
sessions/ownership.py.
"""

import asyncio
import logging
from contextlib import suppress

from bot.adapters.telegram_bot.api.client import ApiClient
from bot.adapters.telegram_bot.api.errors import (
    SEND_BACKOFF,
    ChatUnreachableError,
    MessageNotFoundError,
    NotSentError,
    OutcomeUnknownError,
    RequestRejectedError,
    RetryAfterError,
)
from bot.adapters.telegram_bot.delivery.forms import ESSENTIAL_FORM, FULL_FORM, in_form
from bot.operations.errors import StoreUnavailableError
from bot.operations.log_redaction import describe_error
from bot.sessions.outbox_entry import OutboxEntry
from bot.sessions.service import SessionService

log = logging.getLogger(__name__)
MAX_SEND_ATTEMPTS = 40
MAX_WAIT_SECONDS = 60.0  # for which an emergency waits, however long Telegram asks to


class EmergencySender:
    """Sends the emergencies of one chat that this instance does not own.

    *sent_ids* outlives a store that is away: a message that was sent is not sent again, only recorded again.
    """

    def __init__(self, chat: str, service: SessionService, client: ApiClient) -> None:
        self.chat, self.service, self.client = chat, service, client
        self.sent_ids: dict[int, list[int]] = {}
        self.may_be_duplicated: set[int] = set()
        self.form = FULL_FORM

    async def run(self) -> None:
        """Send every emergency of the chat that is this instance's to send."""
        while entries := self.service.outbox.alerts_for(self.chat):
            await self._deliver(entries[0])

    async def _deliver(self, entry: OutboxEntry) -> None:
        """Send the emergency of *entry*, and record its messages or that it could not be sent."""
        update_id, attempts = entry.update_id, 0
        ids = self.sent_ids.setdefault(update_id, [])
        try:
            while len(ids) < len(entry.emergency) and attempts < MAX_SEND_ATTEMPTS:
                attempts += 1
                if not await self._try_send_next(entry, ids, attempts):
                    break
        except ChatUnreachableError:
            await self.service.forget_chat(self.chat)
            return
        except Exception as error:  # the owner sends it then
            log.error("an emergency was refused in every form: %s", describe_error(error))
        await self._record_alert(update_id, ids if len(ids) == len(entry.emergency) else [])
        self.sent_ids.pop(update_id, None)

    async def _record_alert(self, update_id: int, ids: list[int]) -> None:
        """Record the messages of an emergency, until the store answers; if there are none, the owner sends it."""
        while True:
            try:
                return await self.service.outbox.save_alert(
                    self.chat, update_id, ids, update_id in self.may_be_duplicated
                )
            except StoreUnavailableError as error:
                log.warning("%s", error)
                await asyncio.sleep(SEND_BACKOFF.max_seconds)

    async def _try_send_next(self, entry: OutboxEntry, ids: list[int], attempts: int) -> bool:
        """Try once to send the next message; return False when it need not be sent any more."""
        try:
            outgoing = in_form(entry.emergency[len(ids)], self.form)
            ids.append((await self.client.send(int(self.chat), outgoing)).id)
            self.form = FULL_FORM
            return True
        except (MessageNotFoundError, RequestRejectedError) as error:
            log.error("an emergency could not be shown, and is tried again: %s", type(error).__name__)
            if self.form == ESSENTIAL_FORM:
                self.form = FULL_FORM
                raise
            self.form += 1
            return True
        except RetryAfterError as retry_after:
            log.error("an emergency could not be shown: Telegram asks to wait %.0f s", retry_after.seconds)
            await asyncio.sleep(min(retry_after.seconds, MAX_WAIT_SECONDS))
        except NotSentError:
            self._log_failure(attempts)
            await asyncio.sleep(SEND_BACKOFF.delay(attempts))
        except OutcomeUnknownError:
            self.may_be_duplicated.add(entry.update_id)
            self._log_failure(attempts)
            await asyncio.sleep(SEND_BACKOFF.delay(attempts))
        return await self._is_still_due(entry)

    def _log_failure(self, attempts: int) -> None:
        """Say loudly, at the first attempt, that an emergency could not be shown."""
        if attempts == 1:
            log.error("an emergency could not be shown, and is tried again: Telegram does not answer")

    async def _is_still_due(self, entry: OutboxEntry) -> bool:
        """Whether the emergency is still to be sent: no other instance did, and no tap shows that it arrived."""
        with suppress(StoreUnavailableError):
            await self.service.outbox.is_owned_here(self.chat)  # this reads the store
        done = self.service.outbox.view(self.chat).finished_steps(entry.update_id)
        return "alarm 0" not in done and any(
            other.update_id == entry.update_id for other in self.service.outbox.alerts_for(self.chat)
        )
