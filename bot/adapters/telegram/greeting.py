"""What follows the answer to a guest: of them nothing is kept, so their update is held back until they were answered.

Where several bots share a store, two of them may answer one guest, if Telegram tells one what another was slow to
answer. Of two first cards the one goes again that stands below the one with which somebody went on.
"""

import asyncio
from contextlib import suppress

from telegram.error import TelegramError

from bot.adapters.telegram.deed import ChatDeed
from bot.adapters.telegram.lane import Lane
from bot.adapters.telegram.line import Line
from bot.adapters.telegram.screen import Screen
from bot.adapters.telegram.sender import Sender
from bot.conversation import Conversation
from bot.stores import Down

WAITS = 2.0  # seconds for which an update is held back until a guest was answered; see conversation.py
LATEST = 60.0  # seconds for which an answer that came later than that is waited for
LOOKS = (0.0, 2.0, 8.0)  # seconds between looks at whether a guest went on with another card


class Greeting:
    def __init__(self, door: Conversation, sender: Sender, line: Line) -> None:
        self.door, self.sender, self.line = door, sender, line
        self.looks: set[asyncio.Task[None]] = set()

    async def waits(self, deed: ChatDeed) -> None:
        """Wait until the guest was answered, and mark their update. Down, where another bot may do it sooner."""
        lane = self.sender.lanes.get(deed.chat)
        await self.sender.shown(deed.chat, WAITS)
        late, shared = self._owes(deed), self.door.company.shared
        if shared and lane:
            task = asyncio.create_task(self._looks(deed, lane, late))
            self.looks.add(task)
            task.add_done_callback(self.looks.discard)
        if shared and late:
            raise Down("Telegram does not answer: somebody who has just come is answered when it does.")
        await self.door.mark(deed.heard.update)

    def stop(self) -> None:
        for look in list(self.looks):
            look.cancel()

    def _owes(self, deed: ChatDeed) -> bool:
        return any(parcel["n"] == deed.heard.update for parcel in self.door.owed(deed.chat))

    async def _looks(self, deed: ChatDeed, lane: Lane, late: bool) -> None:
        """See to what may have come late, or twice."""
        if late:
            await self.sender.shown(deed.chat, LATEST)
            if not self._owes(deed):
                with suppress(Down):
                    await self.door.mark(deed.heard.update)
        for pause in LOOKS:
            await asyncio.sleep(pause)
            with suppress(Down, TelegramError):
                await self.door.is_mine(deed.chat)  # which looks into the store
                card = lane.jobs.landed.get(deed.heard.update, 0)
                if card > Screen(self.door.screen(deed.chat)).card > 0:
                    await self.line.delete_one(deed.heard.chat, card)
                    return
