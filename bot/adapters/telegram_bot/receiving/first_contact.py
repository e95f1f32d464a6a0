"""The answer to a person who has not consented: no record is kept, so their update waits until it is answered.

Where several instances share a store, two of them may answer one person, if Telegram offers one instance what another
was slow to answer. Of two first messages the one is deleted that is below the one with which the person went on.
"""

import asyncio
from contextlib import suppress

from telegram.error import TelegramError

from bot.adapters.telegram_bot.api.client import ApiClient
from bot.adapters.telegram_bot.delivery.chat_queue import ChatQueue
from bot.adapters.telegram_bot.delivery.dispatcher import Dispatcher
from bot.adapters.telegram_bot.receiving.chat_update import TelegramUpdate
from bot.operations.errors import StoreUnavailableError
from bot.sessions.service import SessionService

ANSWER_TIMEOUT_SECONDS = 2.0  # for which an update waits for its answer; see sessions/service.py
DUPLICATE_CHECK_DELAYS_SECONDS = (0.0, 2.0, 8.0)  # between checks for another first message


class StillUnansweredError(Exception):
    """The answer to an update was not shown in time: it must not be confirmed, so that Telegram offers it again."""


class FirstContact:
    """Waits for the first answer of a chat, and sees to answers that come late or twice."""

    def __init__(self, service: SessionService, dispatcher: Dispatcher, client: ApiClient) -> None:
        self.service, self.dispatcher, self.client = service, dispatcher, client
        self.checks: set[asyncio.Task[None]] = set()
        self.late: dict[int, TelegramUpdate] = {}  # not answered yet, by update id

    async def wait_until_answered(self, chat_update: TelegramUpdate) -> None:
        """Wait until the update is answered, and set it as processed.

        Raises StillUnansweredError if it is not answered in time: should this process end, the next one, or another
        instance, is offered it again. Once it is answered it is set as processed all the same.
        """
        chat_queue = self.dispatcher.queues.get(chat_update.chat)
        await self.dispatcher.wait_until_delivered(chat_update.chat, ANSWER_TIMEOUT_SECONDS)
        is_late, update_id = self._is_unanswered(chat_update), chat_update.incoming.update_id
        if chat_queue and (is_late or self.service.membership.shared) and update_id not in self.late:
            if is_late:
                self.late[update_id] = chat_update
            task = asyncio.create_task(self._check_later(chat_update, chat_queue, is_late))
            self.checks.add(task)
            task.add_done_callback(self.checks.discard)
        if is_late:
            raise StillUnansweredError
        await self.service.mark_processed(update_id)

    def is_waiting(self, update_id: int) -> bool:
        """Whether the update was not answered in time, and is not yet."""
        return update_id in self.late

    async def stop(self) -> None:
        """Cancel every check that still waits; set as processed what was answered meanwhile, and nothing else."""
        for check in list(self.checks):
            check.cancel()
        await asyncio.gather(*self.checks, return_exceptions=True)
        for chat_update in list(self.late.values()):
            if not self._is_unanswered(chat_update):
                with suppress(StoreUnavailableError):
                    await self.service.mark_processed(chat_update.incoming.update_id)

    def _is_unanswered(self, chat_update: TelegramUpdate) -> bool:
        """Whether the answer to the update is still in the outbox."""
        return any(
            entry.update_id == chat_update.incoming.update_id
            for entry in self.service.outbox.entries_to_deliver(chat_update.chat)
        )

    async def _check_later(self, chat_update: TelegramUpdate, chat_queue: ChatQueue, is_late: bool) -> None:
        """Set an update as processed that is answered late; delete a first message that was sent twice."""
        if is_late:
            await self._mark_once_answered(chat_update)
        if not self.service.membership.shared:
            return
        for delay in DUPLICATE_CHECK_DELAYS_SECONDS:
            await asyncio.sleep(delay)
            with suppress(StoreUnavailableError, TelegramError):
                await self.service.outbox.is_owned_here(chat_update.chat)  # this reads the store
                main_message_id = chat_queue.steps.main_messages.get(chat_update.incoming.update_id, 0)
                if main_message_id > self.service.outbox.view(chat_update.chat).main_message > 0:
                    await self.client.delete_message(chat_update.incoming.chat_id, main_message_id)
                    return

    async def _mark_once_answered(self, chat_update: TelegramUpdate) -> None:
        """Set an update as processed once its answer was shown or given up, however late."""
        while self._is_unanswered(chat_update):
            await self.dispatcher.wait_until_delivered(chat_update.chat, ANSWER_TIMEOUT_SECONDS)
            if self._is_unanswered(chat_update) and chat_update.chat not in self.dispatcher.queue_tasks:
                await asyncio.sleep(ANSWER_TIMEOUT_SECONDS)  # it is parked
        with suppress(StoreUnavailableError):
            await self.service.mark_processed(chat_update.incoming.update_id)
        self.late.pop(chat_update.incoming.update_id, None)
