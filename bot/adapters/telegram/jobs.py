"""What has to be done on the screen for one parcel, job by job: emergencies, pages, the card, tidying up."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from bot.adapters.telegram.failures import Lost
from bot.adapters.telegram.line import Gone, Line, Refused, Stands
from bot.adapters.telegram.screen import MOST_TWINS, Screen
from bot.adapters.telegram.sheets import Sheet, face, sheet
from bot.kept import Parcel
from bot.session import Kind

Landed = Callable[[Stands], None]
MOST_PAGES = 20  # reading pages in one chat that still turn in place
A_DELETE = 100  # messages in one call


class Jobs:
    """The hands of one chat: each public function does one job, and may be called again if it failed."""

    def __init__(self, chat: int, line: Line, notes: Callable[[], dict[str, Any]], gate: asyncio.Semaphore) -> None:
        self.chat, self.line, self._notes, self._gate = chat, line, notes, gate
        self._sent: set[int] = set()  # the parcels of which something was a new message
        self._put: dict[int, int] = {}  # which parcel left a message its buttons beside the card
        self.landed: dict[int, int] = {}  # the messages in which cards of ours came, by their parcel

    @property
    def screen(self) -> Screen:
        return Screen(self._notes())

    def was_in_place(self, parcel: Parcel) -> bool:
        """Whether all of *parcel* only changed what stood there: to show that again changes nothing."""
        return parcel["n"] not in self._sent and not {"alarm", "beside", "clear"} & parcel.keys()

    def is_over(self, parcel: Parcel) -> None:
        self._sent.discard(parcel["n"])
        self.screen.is_over(parcel["n"])

    # ---- new messages

    async def alarm(self, parcel: Parcel, number: int) -> None:
        """An emergency is always a new message, and waits for nobody's turn."""
        if "rings" in parcel:
            self.screen.doubts(self.screen.card)  # another bot was to show it, and died: perhaps it had
        sheet, job = parcel["alarm"][number], f"alarm {number}"
        await self._send(sheet, parcel["n"], job, lambda sent: self._alarmed(parcel, number, sent.id))

    def _alarmed(self, parcel: Parcel, number: int, message: int) -> None:
        """An emergency stands in *message*. Where it is said once more, only the last one has buttons."""
        screen = self.screen
        last = number + 1 == len(parcel["alarm"])
        if last and not parcel["moved"] and (before := screen.alarm) in screen.up:
            screen.up.remove(before)
            screen.left.append([before, ""])
        screen.up.append(message)
        self._put[message] = parcel["n"]
        screen.notes["turn"] = parcel["turn"]
        if last:
            screen.rings(message, face(parcel["alarm"][number]), time.time())
            self._leave_for_alarm(parcel)

    def was_rung(self, parcel: Parcel) -> None:
        """Another bot showed the emergency of *parcel*, and says where."""
        screen = self.screen
        for number, message in enumerate(parcel.get("rung", ())):
            if (job := f"alarm {number}") in screen.done(parcel["n"]):
                continue
            if parcel["doubt"]:
                screen.spare.extend(id for id in range(max(1, message - MOST_TWINS), message) if id not in screen.ids)
            screen.sent(message)
            screen.done(parcel["n"]).append(job)
            self._alarmed(parcel, number, message)

    async def beside(self, parcel: Parcel, number: int) -> None:
        """A page or a summary. A page that was tapped on turns into the next one, in place."""
        async with self._gate:
            sheet, job = parcel["beside"][number], f"beside {number}"
            if not await self._turned(parcel.get("over", 0), sheet, parcel["n"], job):
                await self._send(sheet, parcel["n"], job, lambda sent: self._keep_page(parcel, sent))

    async def _turned(self, page: int, sheet: Sheet, parcel: int, job: str) -> bool:
        if not page:
            return False
        try:
            await self.line.edit(self.chat, page, sheet)
        except (Gone, Refused):
            return False
        self.screen.done(parcel).append(job)
        return True

    def _keep_page(self, parcel: Parcel, sent: Stands) -> None:
        if parcel.get("page"):
            self.screen.pages.append(sent.id)
            del self.screen.pages[:-MOST_PAGES]

    async def _send(self, sheet: Sheet, parcel: int, job: str, landed: Landed = lambda _: None) -> None:
        """Send *sheet*. That *job* is done, and what *landed* notes, is known in the moment in which the message is.

        Any twin of it that an attempt before left goes again; or the message itself, if a tap on its twin told
        meanwhile that this had arrived.
        """
        last = self.screen.last
        self._sent.add(parcel)
        try:
            sent = await self.line.send(self.chat, sheet)
        except Lost:
            self.screen.doubts(last)
            raise
        screen = self.screen
        if job in screen.done(parcel):
            screen.spare.append(sent.id)
            return
        screen.sent(sent.id)
        screen.done(parcel).append(job)
        screen.spare.extend(screen.twins(sent.id))
        if 0 < parcel < screen.cleared:
            screen.spare.append(sent.id)  # the chat was cleared while this was on its way
        landed(sent)

    async def _take_back(self, twin: int) -> None:
        """Delete the message *twin* if it is there and ours. Only what is ours and in this chat can be edited."""
        with suppress(Gone, Refused):
            await self.line.strip(self.chat, twin)
            await self.line.delete_one(self.chat, twin)

    # ---- the card

    async def card(self, parcel: Parcel) -> None:
        """Show the card: in place while it is the last thing in the chat, else below everything."""
        async with self._gate:
            *first, sheet = parcel["card"]
            for number, part in enumerate(first):
                if (key := f"part {number}") not in self.screen.done(parcel["n"]):
                    await self._send(part, parcel["n"], key)
            if not first and self._fits_in_place(parcel) and await self._in_place(parcel, sheet):
                return
            await self._send(sheet, parcel["n"], "card", lambda sent: self._new_card(parcel, sheet, sent))

    def _new_card(self, parcel: Parcel, sheet: Sheet, sent: Stands) -> None:
        self.landed[parcel["n"]] = sent.id
        self._leave(parcel)
        self.screen.shows(sent.id, parcel["kind"], face(sheet), parcel["turn"], sent.at, time.time())

    def _fits_in_place(self, parcel: Parcel) -> bool:
        """An ending stays until its session is over, so that it can be read again; anything else may change."""
        stays = self.screen.kind == Kind.ENDING and parcel["kind"] != Kind.ENDING
        return self.screen.card_is_last and not stays

    async def _in_place(self, parcel: Parcel, sheet: Sheet) -> bool:
        card, look = self.screen.card, face(sheet)
        if look == self.screen.face:
            return True
        try:
            stands = await self.line.edit(self.chat, card, sheet)
        except Gone:
            self.screen.no_card()
            return False
        at = stands.at if stands else None
        self.screen.shows(card, parcel["kind"], look, parcel["turn"], at, time.time())
        return True

    def _leave(self, parcel: Parcel) -> None:
        """The card before is no card any more. An ending keeps its buttons below a list; all else loses them."""
        screen = self.screen
        if parcel.get("kind") == Kind.LIST and screen.kind == Kind.ENDING:
            screen.up.append(screen.card)
            self._put[screen.card] = parcel["n"]
        elif screen.card:
            screen.left.append([screen.card, parcel.get("left", "")])
        screen.no_card()

    def _leave_for_alarm(self, parcel: Parcel) -> None:
        """After an emergency that an answer led to, the question above is over."""
        if (parcel["moved"] or "leaves" in parcel) and "card" not in parcel:
            self._leave(parcel)

    # ---- tidying up: nothing that was recorded depends on it

    async def tidy(self, parcel: Parcel) -> None:
        while spare := self.screen.spare[:1]:
            await self._take_back(*spare)
            _drop(self.screen.spare, *spare)
        while left := self.screen.left[:1]:
            await self._mark(*left[0])
            _drop(self.screen.left, *left)
        if parcel["moved"] and "card" in parcel:
            for over in [up for up in self.screen.up if self._put.get(up, 0) <= parcel["n"]]:  # not what came since
                await self._quietly(self.line.strip(self.chat, over))
                self.screen.is_bare(over)
                self._put.pop(over, None)
        bare = parcel.get("bare")
        if bare and bare not in (self.screen.card, *self.screen.up):  # who noted that may not have known of the card
            await self._quietly(self.line.strip(self.chat, bare))
        if typed := parcel.get("typed"):
            await self._quietly(self.line.delete_one(self.chat, typed))
            self.screen.deleted(typed)

    async def _mark(self, message: int, text: str) -> None:
        """What is left of a card: its question with the chosen answer marked, or just no buttons."""
        if text:
            await self._quietly(self.line.edit(self.chat, message, sheet(text, protect=True)))
        else:
            await self._quietly(self.line.strip(self.chat, message))

    async def _quietly(self, call: Any) -> None:
        with suppress(Gone, Refused):
            await call

    # ---- clearing the chat

    async def clear(self, parcel: Parcel) -> None:
        """Delete what was in the chat when that was asked for; then say what stays, or the one line that was chosen."""
        ids, stay = parcel["clear"], 0
        for first in range(0, len(ids), A_DELETE):
            stay += await self.line.clear(self.chat, ids[first : first + A_DELETE])
        self.screen.is_clear(ids)
        if stay:
            told = sheet(parcel["some_left"]["text"].replace("{count}", str(stay)), protect=True)
            await self._send(told, parcel["n"], "said")
        elif "line" in parcel and not self.screen.card:  # unless they have begun anew meanwhile
            await self._send(parcel["line"], parcel["n"], "said")


def _drop(some: list[Any], one: object) -> None:
    """Take *one* from *some*, unless that was done while we waited: a chat may be cleared in the meantime."""
    if one in some:
        some.remove(one)
