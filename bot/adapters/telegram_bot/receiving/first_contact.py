"""The answer to a person who has not consented: no record is kept, so their update waits until it is answered.

Where several instances share a store, two of them may answer one person, if Telegram offers one instance what another
was slow to answer. Of two first messages the one is deleted that is below the one with which the person went on.
"""

import asyncio
from contextlib import suppress

from telegram.error import TelegramError

from bot.adapters.telegram_bot.api.client import Line
from bot.adapters.telegram_bot.delivery.chat_queue import Lane
from bot.adapters.telegram_bot.delivery.dispatcher import Sender
from bot.adapters.telegram_bot.receiving.chat_update import ChatDeed
from bot.sessions.chat_view import Screen
from bot.sessions.service import Conversation
from bot.sessions.stores.base import Down

WAITS = 2.0  # for which an update waits for its answer; see sessions/service.py
LATEST = 60.0  # for which a later answer is waited for
LOOKS = (0.0, 2.0, 8.0)  # between checks for another first message


class Greeting:
    """Waits for the first answer of a chat, and sees to answers that come late or twice."""

    def __init__(self, door: Conversation, sender: Sender, line: Line) -> None:
        self.door, self.sender, self.line = door, sender, line
        self.looks: set[asyncio.Task[None]] = set()

    async def waits(self, deed: ChatDeed) -> None:
        """Wait until the update is answered, and set it as processed.

        Raises StoreUnavailableError in a shared store if it is not answered in time: another instance may do it sooner.
        """
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
        """Cancel every check that still waits."""
        for look in list(self.looks):
            look.cancel()

    def _owes(self, deed: ChatDeed) -> bool:
        """Whether the answer to the update is still in the outbox."""
        return any(parcel["n"] == deed.heard.update for parcel in self.door.owed(deed.chat))

    async def _looks(self, deed: ChatDeed, lane: Lane, late: bool) -> None:
        """Set an update as processed that is answered late; delete a first message that was sent twice."""
        if late:
            await self.sender.shown(deed.chat, LATEST)
            if not self._owes(deed):
                with suppress(Down):
                    await self.door.mark(deed.heard.update)
        for pause in LOOKS:
            await asyncio.sleep(pause)
            with suppress(Down, TelegramError):
                await self.door.is_mine(deed.chat)  # this reads the store
                card = lane.jobs.landed.get(deed.heard.update, 0)
                if card > Screen(self.door.screen(deed.chat)).card > 0:
                    await self.line.delete_one(deed.heard.chat, card)
                    return
