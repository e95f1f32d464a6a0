"""The steps that deliver one outbox entry in a chat: emergencies, extra messages, the main message, cleaning up."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from bot.adapters.telegram_bot.api.client import Gone, Line, Refused, Stands
from bot.adapters.telegram_bot.api.errors import Lost
from bot.adapters.telegram_bot.messages.outgoing import Sheet, face, sheet
from bot.engine.session import Kind
from bot.sessions.chat_record import Parcel
from bot.sessions.chat_view import MOST_TWINS, Screen

Landed = Callable[[Stands], None]
MOST_PAGES = 20  # reading pages in one chat that can still be turned in place
A_DELETE = 100  # messages in one call


class Jobs:
    """Carries out the delivery steps of one chat.

    Each public method does one step, and may be called again if it failed.
    """

    def __init__(self, chat: int, line: Line, notes: Callable[[], dict[str, Any]], gate: asyncio.Semaphore) -> None:
        self.chat, self.line, self._notes, self._gate = chat, line, notes, gate
        self._sent: set[int] = set()  # update ids of entries that sent a new message
        self._put: dict[int, int] = {}  # the entry (update id) that let a message keep its buttons
        self.landed: dict[int, int] = {}  # the main messages we sent, by the update id of their entry

    @property
    def screen(self) -> Screen:
        """Return what is known of the messages in the chat."""
        return Screen(self._notes())

    def was_in_place(self, parcel: Parcel) -> bool:
        """Whether *entry* only edited messages: to deliver that again would change nothing."""
        return parcel["n"] not in self._sent and not {"alarm", "beside", "clear"} & parcel.keys()

    def is_over(self, parcel: Parcel) -> None:
        """Forget what is remembered of *entry*, as it is delivered."""
        self._sent.discard(parcel["n"])
        self.screen.is_over(parcel["n"])

    # ---- new messages

    async def alarm(self, parcel: Parcel, number: int) -> None:
        """Send message *index* of the emergency of *entry*: always a new message, without waiting for a slot."""
        if "rings" in parcel:
            self.screen.doubts(self.screen.card)  # the instance that had to send it died, and may have sent it
        sheet, job = parcel["alarm"][number], f"alarm {number}"
        await self._send(sheet, parcel["n"], job, lambda sent: self._alarmed(parcel, number, sent.id))

    def _alarmed(self, parcel: Parcel, number: int, message: int) -> None:
        """Note that an emergency is in the message *message_id*.

        Where the emergency is repeated, only the last message has buttons.
        """
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
        """Note where another instance sent the emergency of *entry*."""
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
        """Send an extra message of *entry*: a page, a summary. A page that was tapped on is edited into the next."""
        async with self._gate:
            sheet, job = parcel["beside"][number], f"beside {number}"
            if not await self._turned(parcel.get("over", 0), sheet, parcel["n"], job):
                await self._send(sheet, parcel["n"], job, lambda sent: self._keep_page(parcel, sent))

    async def _turned(self, page: int, sheet: Sheet, parcel: int, job: str) -> bool:
        """Edit the page that was tapped on into *outgoing*; return False if there is none or it cannot be edited."""
        if not page:
            return False
        try:
            await self.line.edit(self.chat, page, sheet)
        except (Gone, Refused):
            return False
        self.screen.done(parcel).append(job)
        return True

    def _keep_page(self, parcel: Parcel, sent: Stands) -> None:
        """Remember the message *sent* as a page that can be turned in place."""
        if parcel.get("page"):
            self.screen.pages.append(sent.id)
            del self.screen.pages[:-MOST_PAGES]

    async def _send(self, sheet: Sheet, parcel: int, job: str, landed: Landed = lambda _: None) -> None:
        """Send *outgoing* as a new message. The *step* counts as done, and *on_sent* is called, as soon as it is sent.

        A duplicate that an earlier attempt left is deleted later. So is the message itself, if a tap on its duplicate
        showed meanwhile that the earlier attempt had arrived.
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
            screen.spare.append(sent.id)  # the chat was cleared while this was being sent
        landed(sent)

    async def _take_back(self, twin: int) -> None:
        """Delete a message that may be a duplicate, if it is in the chat and ours.

        Only a message that is ours and in this chat can be edited, so its buttons are removed first.
        """
        with suppress(Gone, Refused):
            await self.line.strip(self.chat, twin)
            await self.line.delete_one(self.chat, twin)

    # ---- the main message

    async def card(self, parcel: Parcel) -> None:
        """Show the main message: edited in place while it is the last message in the chat, else sent anew below."""
        async with self._gate:
            *first, sheet = parcel["card"]
            for number, part in enumerate(first):
                if (key := f"part {number}") not in self.screen.done(parcel["n"]):
                    await self._send(part, parcel["n"], key)
            if not first and self._fits_in_place(parcel) and await self._in_place(parcel, sheet):
                return
            await self._send(sheet, parcel["n"], "card", lambda sent: self._new_card(parcel, sheet, sent))

    def _new_card(self, parcel: Parcel, sheet: Sheet, sent: Stands) -> None:
        """Note that the main message of *entry* was *sent* anew."""
        self.landed[parcel["n"]] = sent.id
        self._leave(parcel)
        self.screen.shows(sent.id, parcel["kind"], face(sheet), parcel["turn"], sent.at, time.time())

    def _fits_in_place(self, parcel: Parcel) -> bool:
        """Whether the main message can be edited into that of *entry*.

        An ending stays until its session is over, so that it can be read again; anything else may change.
        """
        stays = self.screen.kind == Kind.ENDING and parcel["kind"] != Kind.ENDING
        return self.screen.card_is_last and not stays

    async def _in_place(self, parcel: Parcel, sheet: Sheet) -> bool:
        """Edit the main message into *outgoing*; return False if it is not in the chat any more."""
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
        """Retire the main message: it is no longer the one that is edited.

        An ending keeps its buttons below a list; every other kind loses them later.
        """
        screen = self.screen
        if parcel.get("kind") == Kind.LIST and screen.kind == Kind.ENDING:
            screen.up.append(screen.card)
            self._put[screen.card] = parcel["n"]
        elif screen.card:
            screen.left.append([screen.card, parcel.get("left", "")])
        screen.no_card()

    def _leave_for_alarm(self, parcel: Parcel) -> None:
        """Retire the main message after an emergency that an answer led to: its question is over."""
        if (parcel["moved"] or "leaves" in parcel) and "card" not in parcel:
            self._leave(parcel)

    # ---- cleaning up: no record depends on it

    async def tidy(self, parcel: Parcel) -> None:
        """Delete duplicates, close old questions, remove outdated buttons, delete the typed answer."""
        while spare := self.screen.spare[:1]:
            await self._take_back(*spare)
            _drop(self.screen.spare, *spare)
        while left := self.screen.left[:1]:
            await self._mark(*left[0])
            _drop(self.screen.left, *left)
        if parcel["moved"] and "card" in parcel:
            # Not those of messages that came later.
            for over in [up for up in self.screen.up if self._put.get(up, 0) <= parcel["n"]]:
                await self._quietly(self.line.strip(self.chat, over))
                self.screen.is_bare(over)
                self._put.pop(over, None)
        bare = parcel.get("bare")
        if bare and bare not in (self.screen.card, *self.screen.up):  # may be outdated
            await self._quietly(self.line.strip(self.chat, bare))
        if typed := parcel.get("typed"):
            await self._quietly(self.line.delete_one(self.chat, typed))
            self.screen.deleted(typed)

    async def _mark(self, message: int, text: str) -> None:
        """Edit an old question into *text*, which shows the chosen answer; remove its buttons if *text* is empty."""
        if text:
            await self._quietly(self.line.edit(self.chat, message, sheet(text, protect=True)))
        else:
            await self._quietly(self.line.strip(self.chat, message))

    async def _quietly(self, call: Any) -> None:
        """Await *request*; a message that is gone, or that Telegram will not change, is no error."""
        with suppress(Gone, Refused):
            await call

    # ---- clearing the chat

    async def clear(self, parcel: Parcel) -> None:
        """Delete the messages that were in the chat when that was asked for; then send the line that is due.

        It says how many messages Telegram would not delete, or is the one line of a deletion that leaves a trace.
        """
        ids, stay = parcel["clear"], 0
        for first in range(0, len(ids), A_DELETE):
            stay += await self.line.clear(self.chat, ids[first : first + A_DELETE])
        self.screen.is_clear(ids)
        if stay:
            told = sheet(parcel["some_left"]["text"].replace("{count}", str(stay)), protect=True)
            await self._send(told, parcel["n"], "said")
        elif "line" in parcel and not self.screen.card:  # unless a new conversation has begun meanwhile
            await self._send(parcel["line"], parcel["n"], "said")


def _drop(some: list[Any], one: object) -> None:
    """Remove *item* from *items*, unless it is gone already: a chat may be cleared while we wait."""
    if one in some:
        some.remove(one)
