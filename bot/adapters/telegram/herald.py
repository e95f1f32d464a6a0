"""Emergencies in a chat that another bot is writing in: whoever heard one shows it, at once, and says where it stands.

All that comes with it (the tap's answer, the cards, tidying up) stays with the bot whose chat it is; see sharing.py.
"""

import asyncio
import logging
from contextlib import suppress

from telegram.error import TelegramError

from bot.adapters.telegram.failures import LONGEST_PAUSE, Lost, Unsent, Wait, pause
from bot.adapters.telegram.line import Line, Nobody
from bot.adapters.telegram.screen import Screen
from bot.conversation import Conversation
from bot.kept import Parcel
from bot.stores import Down

log = logging.getLogger(__name__)
TRIES = 40


class Herald:
    """One chat's. *sent* outlives a store that is away: what stands there is not sent again, only noted down again."""

    def __init__(self, chat: str, door: Conversation, line: Line) -> None:
        self.chat, self.door, self.line = chat, door, line
        self.sent: dict[int, list[int]] = {}
        self.doubts: set[int] = set()

    async def run(self) -> None:
        """Show every emergency that is ours to show."""
        while todo := self.door.to_ring(self.chat):
            await self._show(todo[0])

    async def _show(self, parcel: Parcel) -> None:
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
        """Note down where it stands; if nowhere, it is for the hand of this chat to see to it."""
        while True:
            try:
                return await self.door.rung(self.chat, number, ids, number in self.doubts)
            except Down as down:
                log.warning("%s", down)
                await asyncio.sleep(LONGEST_PAUSE)

    async def _send(self, parcel: Parcel, ids: list[int], tries: int) -> bool:
        """One attempt at the next message. False: it is no more to be shown."""
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
        """Whether nobody has shown it in the meantime, nor told by a tap that it had arrived after all."""
        with suppress(Down):
            await self.door.is_mine(self.chat)  # which looks into the store
        done = Screen(self.door.screen(self.chat)).done(parcel["n"])
        return "alarm 0" not in done and any(due["n"] == parcel["n"] for due in self.door.to_ring(self.chat))
