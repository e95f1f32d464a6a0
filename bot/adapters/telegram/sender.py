"""Everything that goes out: a lane for each chat that is owed something, and a gate, so that no crowd takes it all."""

import asyncio
import logging

from bot.adapters.telegram.herald import Herald
from bot.adapters.telegram.lane import Lane
from bot.adapters.telegram.line import CONNECTIONS, Line
from bot.conversation import Conversation, kind

log = logging.getLogger(__name__)
MANY = 12  # chats that are written to at once, after which a restart goes on more slowly
FREE = 16  # connections that only emergencies may use, so that they never wait behind other traffic


class Sender:
    def __init__(self, door: Conversation, line: Line) -> None:
        self.door, self.line = door, line
        self.gate = asyncio.Semaphore(CONNECTIONS - FREE)
        self.lanes: dict[str, Lane] = {}
        self.running: dict[str, asyncio.Task[None]] = {}
        self.heralds: dict[str, asyncio.Task[None]] = {}

    def post(self, chat: str) -> asyncio.Task[None]:
        """Show what is owed to *chat*, in the background."""
        if chat not in self.heralds and self.door.to_ring(chat):
            self._herald(chat)
        lane = self.lanes.setdefault(chat, Lane(chat, self.door, self.line, self.gate))
        lane.bell.set()
        if chat not in self.running:
            self.running[chat] = task = asyncio.create_task(self._run(lane))
            task.add_done_callback(lambda _: self._ended(chat))
        return self.running[chat]

    def _herald(self, chat: str) -> None:
        self.heralds[chat] = task = asyncio.create_task(self._run(Herald(chat, self.door, self.line)))
        task.add_done_callback(lambda _: self.heralds.pop(chat, None))

    async def _run(self, lane: Lane | Herald) -> None:
        try:
            await lane.run()
        except Exception as error:
            log.error("a lane broke: %s", kind(error))

    def _ended(self, chat: str) -> None:
        self.running.pop(chat, None)
        if not self.door.owed(chat):
            self.lanes.pop(chat, None)

    async def room(self) -> None:
        """Wait a moment while many chats are being written to: those who write now come before those who did before."""
        if len(self.running) >= MANY:
            await asyncio.wait(list(self.running.values()), timeout=1.0, return_when=asyncio.FIRST_COMPLETED)

    async def shown(self, chat: str, within: float) -> None:
        """Wait until *chat* has been shown what it is owed, *within* seconds at most."""
        if task := self.running.get(chat):
            await asyncio.wait([task], timeout=within)

    def take_up(self) -> None:
        """Try again what could not be shown."""
        for chat, lane in list(self.lanes.items()):
            lane.take_up()
            self.post(chat)

    async def drain(self, within: float) -> None:
        """Before the end: let everything that has begun come to its end, if it can in time. What is left stays owed."""
        if tasks := self.tasks():
            await asyncio.wait(tasks, timeout=within)
        for task in self.tasks():
            task.cancel()

    def tasks(self) -> list[asyncio.Task[None]]:
        """Everything that is going out."""
        return [*self.running.values(), *self.heralds.values()]
