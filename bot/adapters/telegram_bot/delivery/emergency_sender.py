"""Sends emergencies in a chat that another instance owns: the instance that found one sends it at once.

All that comes with it (the callback answer, the main message, cleaning up) stays with the owner of the chat; see
sessions/ownership.py.
"""

import asyncio
import logging
from contextlib import suppress

from telegram.error import TelegramError

from bot.adapters.telegram_bot.api.client import Line, Nobody
from bot.adapters.telegram_bot.api.errors import LONGEST_PAUSE, Lost, Unsent, Wait, pause
from bot.sessions.chat_record import Parcel
from bot.sessions.chat_view import Screen
from bot.sessions.service import Conversation
from bot.sessions.stores.base import Down

log = logging.getLogger(__name__)
TRIES = 40


class Herald:
    """Sends the emergencies of one chat that this instance does not own.

    *sent_ids* outlives a store that is away: a message that was sent is not sent again, only recorded again.
    """

    def __init__(self, chat: str, door: Conversation, line: Line) -> None:
        self.chat, self.door, self.line = chat, door, line
        self.sent: dict[int, list[int]] = {}
        self.doubts: set[int] = set()

    async def run(self) -> None:
        """Send every emergency of the chat that is this instance's to send."""
        while todo := self.door.to_ring(self.chat):
            await self._show(todo[0])

    async def _show(self, parcel: Parcel) -> None:
        """Send the emergency of *entry*, and record its messages or that it could not be sent."""
        number, tries = parcel["n"], 0
        ids = self.sent.setdefault(number, [])
        try:
            while len(ids) < len(parcel["alarm"]) and tries < TRIES:
                tries += 1
                if not await self._send(parcel, ids, tries):
                    break
        except Nobody:
            await self.door.forget(self.chat)
            return
        except TelegramError as error:
            log.error("an emergency was refused: %s", type(error).__name__)
        await self._tell(number, ids if len(ids) == len(parcel["alarm"]) else [])
        self.sent.pop(number, None)

    async def _tell(self, number: int, ids: list[int]) -> None:
        """Record the messages of an emergency, until the store answers; if there are none, the owner sends it."""
        while True:
            try:
                return await self.door.rung(self.chat, number, ids, number in self.doubts)
            except Down as down:
                log.warning("%s", down)
                await asyncio.sleep(LONGEST_PAUSE)

    async def _send(self, parcel: Parcel, ids: list[int], tries: int) -> bool:
        """Try once to send the next message; return False when it need not be sent any more."""
        try:
            ids.append((await self.line.send(int(self.chat), parcel["alarm"][len(ids)])).id)
            return True
        except Wait as wait:
            await asyncio.sleep(wait.seconds)
        except Unsent:
            await asyncio.sleep(pause(tries))
        except Lost:
            self.doubts.add(parcel["n"])
            await asyncio.sleep(pause(tries))
        return await self._is_still_due(parcel)

    async def _is_still_due(self, parcel: Parcel) -> bool:
        """Whether the emergency is still to be sent: no other instance did, and no tap shows that it arrived."""
        with suppress(Down):
            await self.door.is_mine(self.chat)  # this reads the store
        done = Screen(self.door.screen(self.chat)).done(parcel["n"])
        return "alarm 0" not in done and any(due["n"] == parcel["n"] for due in self.door.to_ring(self.chat))
