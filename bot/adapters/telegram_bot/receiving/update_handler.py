"""The update handler: each update is handled once, committed, and only then reported as received.

An update that cannot be handled is tried three times and then given up as a dead letter, without its content, so that
no update can block its chat, or any other.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any

from telegram.error import TelegramError

from bot.adapters.telegram_bot.api.client import Line
from bot.adapters.telegram_bot.delivery.dispatcher import Sender
from bot.adapters.telegram_bot.messages.context import Desk
from bot.adapters.telegram_bot.messages.outgoing import sheet
from bot.adapters.telegram_bot.receiving.chat_update import ChatDeed, Waking
from bot.adapters.telegram_bot.receiving.first_contact import Greeting
from bot.adapters.telegram_bot.receiving.rate_limit import ALWAYS, Pace
from bot.adapters.telegram_bot.receiving.updates import Command, Done, Heard, Membership, Tap, heard
from bot.engine.presenters.texts import Voice
from bot.engine.session import ACT, Session
from bot.operations.log_redaction import note
from bot.operations.metrics import Metrics
from bot.sessions.chat_view import Screen
from bot.sessions.fallback import LastResort
from bot.sessions.service import Conversation, kind
from bot.sessions.stores.base import Down, Seen

log = logging.getLogger(__name__)
TRIES = 3
MOST_GROUPS = 1000
MOST_CALM = 50
MOST_BRUSHED = 20_000  # that wait for their empty answer


class Poison(Exception):
    """An update could not be handled, and may be offered again."""


class Inbox:
    """Takes each update from polling or webhook to the session service, and starts the delivery of its answer."""

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
        """Handle the update *raw*; return when it need not be offered again.

        Raises StoreUnavailableError or PoisonUpdateError when it should be.
        """
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
        """Let updates that have arrived be handled to their end, *timeout* seconds at most."""
        self.greeting.stop()
        if waiting := [*self.at_work.values(), *self.brushed]:
            await asyncio.wait(waiting, timeout=within)

    async def _receive(self, id: int, raw: dict[str, Any]) -> None:
        """Parse and handle one update; count it, its time and its errors in the metrics."""
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
        """Deliver the outbox of *chat* and its open question again: the instance that owned it is gone."""
        await self.door.hear(Waking(chat, self.desk))
        self.sender.post(chat)

    async def _failed(self, id: int, error: Exception) -> None:
        """Count a failed attempt: raise PoisonUpdateError, or give the update up after the third."""
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
        """Handle an update by its kind: none of ours, of a group, of membership, or of a private chat."""
        if update is None:
            await self.door.set_aside(id, "nothing")
        elif not update.private:
            await self._in_group(update)
        elif isinstance(update.done, Membership):
            await self._member(update, update.done.inside)
        else:
            await self._paced(update)

    async def _paced(self, update: Heard) -> None:
        """Handle an update of a private chat, unless the chat is over its rate limit.

        An update about an emergency is always handled. A tap that is dropped still gets an empty answer.
        """
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
        """Run *work* in the background as one of *tasks*."""
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _is_urgent(self, update: Heard, deed: ChatDeed) -> bool:
        """Whether an update over the rate limit is about an emergency.

        The same content, once found not urgent, is not examined again.
        """
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
        """Answer a dropped tap, through few slots: a flood must not take the connections of other chats."""
        async with self.narrow:
            await self._try(self.line.acknowledge(tap.query, ""))

    async def _deed(self, deed: ChatDeed) -> None:
        """Hand an update to the session service, with the emergency fallback, and start to deliver the answer."""
        done = deed.heard.done
        asked = done.name if isinstance(done, Command) else ""
        kept = await self.last.beside(self.door.hear(deed), deed.chat, asked, deed.heard.update)
        self.metrics.ended(*deed.ended)
        self.metrics.told(deed.clear)
        self.sender.post(deed.chat)
        if not kept:
            await self.greeting.waits(deed)

    async def _plainly(self, chat: str, text: str) -> None:
        """Send *text* to the chat directly: without the store and the queue, which may be broken."""
        await self.line.send(int(chat), sheet(text, protect=False))

    async def _member(self, update: Heard, inside: bool) -> None:
        """Forget a person who blocked the bot; one who lets it in again will write when they want to."""
        if inside:
            await self.door.set_aside(update.update, "nothing")
        else:
            await self.door.forget(str(update.chat), update.update)

    async def _in_group(self, update: Heard) -> None:
        """Say in a group that the bot works in private chats only, and leave."""
        if await self.door.seen(update.update):
            return
        if isinstance(update.done, Tap):
            await self._try(self.line.acknowledge(update.done.query, ""))
        elif update.done != Membership(inside=False):
            await self._say_goodbye(update.chat, is_asked_in=update.done == Membership(inside=True))
        await self.door.set_aside(update.update, "nothing")

    async def _say_goodbye(self, group: int, *, is_asked_in: bool) -> None:
        """Send the line once to each group; leave it, each time that the bot is added."""
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
        """Await *request*; log an error of Telegram's."""
        try:
            await call
        except TelegramError as error:
            log.info("a group could not be told: %s", type(error).__name__)


def _is_always_heard(done: Done) -> bool:
    """Whether the rate limit does not apply to the command or button."""
    match done:
        case Command(name):
            return name in ALWAYS
        case Tap(_, data):
            return data.rpartition(".")[2].removeprefix(ACT) in ALWAYS
    return False
