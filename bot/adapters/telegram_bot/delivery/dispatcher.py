"""The dispatcher: starts a queue for each chat that has outbox entries, and bounds how many calls run at once."""

import asyncio
import logging

from bot.adapters.telegram_bot.api.client import CONNECTIONS, Line
from bot.adapters.telegram_bot.delivery.chat_queue import Lane
from bot.adapters.telegram_bot.delivery.emergency_sender import Herald
from bot.sessions.service import Conversation, kind

log = logging.getLogger(__name__)
MANY = 12  # chats; from here on a restart resumes further ones more slowly
FREE = 16  # reserved, so that emergencies never wait behind other messages


class Sender:
    """Runs the chat queues and the emergency senders in tasks of their own."""

    def __init__(self, door: Conversation, line: Line) -> None:
        self.door, self.line = door, line
        self.gate = asyncio.Semaphore(CONNECTIONS - FREE)
        self.lanes: dict[str, Lane] = {}
        self.running: dict[str, asyncio.Task[None]] = {}
        self.heralds: dict[str, asyncio.Task[None]] = {}

    def post(self, chat: str) -> asyncio.Task[None]:
        """Start to deliver the outbox of *chat* in the background; return the task of its queue."""
        if chat not in self.heralds and self.door.to_ring(chat):
            self._herald(chat)
        lane = self.lanes.setdefault(chat, Lane(chat, self.door, self.line, self.gate))
        lane.bell.set()
        if chat not in self.running:
            self.running[chat] = task = asyncio.create_task(self._run(lane))
            task.add_done_callback(lambda _: self._ended(chat))
        return self.running[chat]

    def _herald(self, chat: str) -> None:
        """Start to send an emergency of this instance in a chat that another instance owns."""
        self.heralds[chat] = task = asyncio.create_task(self._run(Herald(chat, self.door, self.line)))
        task.add_done_callback(lambda _: self.heralds.pop(chat, None))

    async def _run(self, lane: Lane | Herald) -> None:
        """Run a queue or an emergency sender; log an unexpected error."""
        try:
            await lane.run()
        except Exception as error:
            log.error("a lane broke: %s", kind(error))

    def _ended(self, chat: str) -> None:
        """Forget the task of a queue that ended, and the queue itself if the chat's outbox is empty."""
        self.running.pop(chat, None)
        if not self.door.owed(chat):
            self.lanes.pop(chat, None)

    async def room(self) -> None:
        """Wait up to a second while many chats are being delivered: a restart must not delay new updates."""
        if len(self.running) >= MANY:
            await asyncio.wait(list(self.running.values()), timeout=1.0, return_when=asyncio.FIRST_COMPLETED)

    async def shown(self, chat: str, within: float) -> None:
        """Wait until the outbox of *chat* is delivered, *timeout* seconds at most."""
        if task := self.running.get(chat):
            await asyncio.wait([task], timeout=within)

    def take_up(self) -> None:
        """Retry the entries that could not be delivered, in every chat."""
        for chat, lane in list(self.lanes.items()):
            lane.take_up()
            self.post(chat)

    async def drain(self, within: float) -> None:
        """Let running deliveries end within *timeout* seconds, then cancel them. The rest stays in the outbox."""
        if tasks := self.tasks():
            await asyncio.wait(tasks, timeout=within)
        for task in self.tasks():
            task.cancel()

    def tasks(self) -> list[asyncio.Task[None]]:
        """Return every running delivery task."""
        return [*self.running.values(), *self.heralds.values()]
