"""The dispatcher: starts a queue for each chat that has outbox entries, and bounds how many calls run at once."""

import asyncio
import logging

from bot.adapters.telegram_bot.api.client import MAX_API_CONNECTIONS, ApiClient
from bot.adapters.telegram_bot.delivery.chat_queue import ChatQueue
from bot.adapters.telegram_bot.delivery.emergency_sender import EmergencySender
from bot.operations.log_redaction import describe_error
from bot.sessions.service import SessionService

log = logging.getLogger(__name__)
MAX_BUSY_CHATS_AT_RESTART = 12  # chats; from here on a restart resumes further ones more slowly
EMERGENCY_CONNECTIONS = 16  # reserved, so that emergencies never wait behind other messages


class Dispatcher:
    """Runs the chat queues and the emergency senders in tasks of their own."""

    def __init__(self, service: SessionService, client: ApiClient) -> None:
        self.service, self.client = service, client
        self.connection_slots = asyncio.Semaphore(MAX_API_CONNECTIONS - EMERGENCY_CONNECTIONS)
        self.queues: dict[str, ChatQueue] = {}
        self.queue_tasks: dict[str, asyncio.Task[None]] = {}
        self.emergency_tasks: dict[str, asyncio.Task[None]] = {}

    def schedule(self, chat: str) -> asyncio.Task[None]:
        """Start to deliver the outbox of *chat* in the background; return the task of its queue."""
        if chat not in self.emergency_tasks and self.service.outbox.alerts_for(chat):
            self._start_emergency_sender(chat)
        chat_queue = self.queues.setdefault(chat, ChatQueue(chat, self.service, self.client, self.connection_slots))
        chat_queue.wakeup.set()
        if chat not in self.queue_tasks:
            self.queue_tasks[chat] = task = asyncio.create_task(self._run(chat_queue))
            task.add_done_callback(lambda _: self._on_queue_ended(chat))
        return self.queue_tasks[chat]

    def _start_emergency_sender(self, chat: str) -> None:
        """Start to send an emergency of this instance in a chat that another instance owns."""
        self.emergency_tasks[chat] = task = asyncio.create_task(
            self._run(EmergencySender(chat, self.service, self.client))
        )
        task.add_done_callback(lambda _: self.emergency_tasks.pop(chat, None))

    async def _run(self, sender: ChatQueue | EmergencySender) -> None:
        """Run a queue or an emergency sender; log an unexpected error."""
        try:
            await sender.run()
        except Exception as error:
            log.error("a lane broke: %s", describe_error(error))

    def _on_queue_ended(self, chat: str) -> None:
        """Forget the task of a queue that ended, and the queue itself if the chat's outbox is empty."""
        self.queue_tasks.pop(chat, None)
        if not self.service.outbox.entries_to_deliver(chat):
            self.queues.pop(chat, None)

    async def wait_for_capacity(self) -> None:
        """Wait up to a second while many chats are being delivered: a restart must not delay new updates."""
        if len(self.queue_tasks) >= MAX_BUSY_CHATS_AT_RESTART:
            await asyncio.wait(list(self.queue_tasks.values()), timeout=1.0, return_when=asyncio.FIRST_COMPLETED)

    async def wait_until_delivered(self, chat: str, timeout: float) -> None:
        """Wait until the outbox of *chat* is delivered, *timeout* seconds at most."""
        if task := self.queue_tasks.get(chat):
            await asyncio.wait([task], timeout=timeout)

    def retry_parked(self) -> None:
        """Retry the entries that could not be delivered, in every chat."""
        for chat, chat_queue in list(self.queues.items()):
            chat_queue.retry_parked()
            self.schedule(chat)

    async def drain(self, timeout: float) -> None:
        """Let running deliveries end within *timeout* seconds, then cancel them. The rest stays in the outbox."""
        if tasks := self.tasks():
            await asyncio.wait(tasks, timeout=timeout)
        for task in self.tasks():
            task.cancel()

    def owed(self) -> tuple[int, float]:
        """Return how many entries are still to be delivered, and for how long the oldest emergency has waited."""
        seconds = [chat_queue.seconds_emergency_owed() for chat_queue in self.queues.values()]
        return self.service.outbox.count_entries(), max(seconds, default=0.0)

    def tasks(self) -> list[asyncio.Task[None]]:
        """Return every running delivery task."""
        return [*self.queue_tasks.values(), *self.emergency_tasks.values()]
