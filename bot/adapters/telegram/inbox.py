"""Where every update arrives, however it came: heard once, committed, and only then reported as received.

An update that cannot be read is tried three times and then set aside without its content, so that nothing somebody
sends can shut their chat, or anybody's.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any

from telegram.error import TelegramError

from bot.adapters.telegram.deed import ChatDeed, Waking
from bot.adapters.telegram.desk import Desk
from bot.adapters.telegram.greeting import Greeting
from bot.adapters.telegram.line import Line
from bot.adapters.telegram.pace import ALWAYS, Pace
from bot.adapters.telegram.screen import Screen
from bot.adapters.telegram.sender import Sender
from bot.adapters.telegram.sheets import sheet
from bot.adapters.telegram.updates import Command, Done, Heard, Membership, Tap, heard
from bot.conversation import Conversation, kind
from bot.journal import note
from bot.last_resort import LastResort
from bot.metrics import Metrics
from bot.session import ACT, Session
from bot.stores import Down, Seen
from bot.voice import Voice

log = logging.getLogger(__name__)
TRIES = 3
MOST_GROUPS = 1000
MOST_CALM = 50
MOST_BRUSHED = 20_000  # taps that wait for their empty answer


class Poison(Exception):
    """An update that could not be handled, and may be offered again."""


class Inbox:
    def __init__(self, desk: Desk, door: Conversation, sender: Sender, line: Line, link: str = "") -> None:
        self.desk, self.door, self.sender, self.line, self.link = desk, door, sender, line, link
        self.failures: OrderedDict[int, int] = OrderedDict()
        self.at_work: dict[int, asyncio.Future[None]] = {}
        self.groups: OrderedDict[int, None] = OrderedDict()
        self.metrics = Metrics()
        self.pace = Pace()
        self.calm: OrderedDict[int, set[object]] = OrderedDict()
        self.narrow = asyncio.Semaphore(4)
        self.brushed: set[asyncio.Task[None]] = set()
        self.greeting = Greeting(door, sender, line)
        self.last = LastResort(self._plainly, ails=door.ails)

    async def receive(self, raw: dict[str, Any]) -> None:
        """Hear *raw*. Returns when it need not come again; raises Down or Poison when it should."""
        id = raw["update_id"]
        if running := self.at_work.get(id):
            return await asyncio.shield(running)
        self.at_work[id] = task = asyncio.ensure_future(self._receive(id, raw))
        try:
            await asyncio.shield(task)
        finally:
            if task.done():
                self.at_work.pop(id, None)
            else:
                task.add_done_callback(lambda _: self.at_work.pop(id, None))

    async def finish(self, within: float) -> None:
        """Let what has arrived be heard to its end."""
        self.greeting.stop()
        if waiting := [*self.at_work.values(), *self.brushed]:
            await asyncio.wait(waiting, timeout=within)

    async def _receive(self, id: int, raw: dict[str, Any]) -> None:
        began, event, update = time.monotonic(), "nothing", None
        try:
            update = heard(raw)
            event = type(update.done).__name__.lower() if update else event
            await self._hear(id, update)
        except Seen:
            if update and await self.door.was_left(str(update.chat)):
                await self.take_over(str(update.chat))
            return
        except Down as down:
            self.metrics.failed(down)
            raise
        except Exception as error:
            self.metrics.failed(error)
            await self._failed(id, error)
        self.failures.pop(id, None)
        self.metrics.heard(event, seconds := time.monotonic() - began)
        note(event, seconds)

    async def take_over(self, chat: str) -> None:
        """Show what is owed to *chat*, and the open card: whoever owed it is gone."""
        await self.door.hear(Waking(chat, self.desk))
        self.sender.post(chat)

    async def _failed(self, id: int, error: Exception) -> None:
        if await self.door.seen(id):
            return
        tries = self.failures[id] = self.failures.get(id, 0) + 1
        log.error("an update failed: %s", kind(error))
        if tries < TRIES:
            while len(self.failures) > MOST_GROUPS:
                self.failures.popitem(last=False)
            raise Poison
        await self.door.set_aside(id, type(error).__name__)

    async def _hear(self, id: int, update: Heard | None) -> None:
        if update is None:
            await self.door.set_aside(id, "nothing")
        elif not update.private:
            await self._in_group(update)
        elif isinstance(update.done, Membership):
            await self._member(update, update.done.inside)
        else:
            await self._paced(update)

    async def _paced(self, update: Heard) -> None:
        """Who goes too fast is not heard, unless it is about an emergency; but their tap does not go on waiting."""
        deed = ChatDeed(update, self.desk)
        if self.pace.allows(update.chat) or _is_always_heard(update.done) or await self._is_urgent(update, deed):
            self.calm.pop(update.chat, None)
            await self._deed(ChatDeed(update, self.desk))
            return
        self.metrics.limited += 1
        if not isinstance(update.done, Tap):
            Screen(self.door.screen(str(update.chat))).came(update.message)
        elif len(self.brushed) < MOST_BRUSHED:
            self._beside(self.brushed, self._brush_off(update.done))

    def _beside(self, tasks: set[asyncio.Task[None]], work: Coroutine[Any, Any, None]) -> None:
        """Do *work*, one of *tasks*, while nobody waits for it."""
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _is_urgent(self, update: Heard, deed: ChatDeed) -> bool:
        """The same once more, from somebody who goes too fast, need not be thought about again."""
        calm = self.calm.setdefault(update.chat, set())
        what = update.done.data if isinstance(update.done, Tap) else update.done
        if what in calm:
            return False
        if await self.door.is_urgent(deed):
            return True
        if len(calm) < MOST_CALM:
            calm.add(what)
        while len(self.calm) > MOST_GROUPS:
            self.calm.popitem(last=False)
        return False

    async def _brush_off(self, tap: Tap) -> None:
        """Answer a tap that came to nothing, over a narrow gate: a flood must not take the connections of others."""
        async with self.narrow:
            await self._try(self.line.acknowledge(tap.query, ""))

    async def _deed(self, deed: ChatDeed) -> None:
        done = deed.heard.done
        asked = done.name if isinstance(done, Command) else ""
        kept = await self.last.beside(self.door.hear(deed), deed.chat, asked, deed.heard.update)
        self.metrics.ended(*deed.ended)
        self.metrics.told(deed.clear)
        self.sender.post(deed.chat)
        if not kept:
            await self.greeting.waits(deed)

    async def _plainly(self, chat: str, text: str) -> None:
        """Straight to the person: no store, no lane, nothing that could be broken as well."""
        await self.line.send(int(chat), sheet(text, protect=False))

    async def _member(self, update: Heard, inside: bool) -> None:
        """Blocked: everything about them is forgotten. Let in again: they will write when they want to."""
        if inside:
            await self.door.set_aside(update.update, "nothing")
        else:
            await self.door.forget(str(update.chat), update.update)

    async def _in_group(self, update: Heard) -> None:
        """One polite line, and goodbye. It is no place for such questions."""
        if await self.door.seen(update.update):
            return
        if isinstance(update.done, Tap):
            await self._try(self.line.acknowledge(update.done.query, ""))
        elif update.done != Membership(inside=False):
            await self._say_goodbye(update.chat, is_asked_in=update.done == Membership(inside=True))
        await self.door.set_aside(update.update, "nothing")

    async def _say_goodbye(self, group: int, *, is_asked_in: bool) -> None:
        """The line, once; and out, again each time that somebody lets us in."""
        is_new = group not in self.groups
        self.groups[group] = None
        while len(self.groups) > MOST_GROUPS:
            self.groups.popitem(last=False)
        if is_new:
            text = Voice(self.desk.library, Session())("group", link=self.link)
            await self._try(self.line.send(group, {"text": text, "rows": [], "protect": False}))
        if is_new or is_asked_in:
            await self._try(self.line.bot.leave_chat(group))

    async def _try(self, call: Any) -> None:
        try:
            await call
        except TelegramError as error:
            log.info("a group could not be told: %s", type(error).__name__)


def _is_always_heard(done: Done) -> bool:
    match done:
        case Command(name):
            return name in ALWAYS
        case Tap(_, data):
            return data.rpartition(".")[2].removeprefix(ACT) in ALWAYS
    return False
