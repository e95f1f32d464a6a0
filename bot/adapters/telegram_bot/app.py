"""The running bot: puts all parts together, starts them in the right order, and ends without losing anything."""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.adapters.telegram_bot.api.client import Line
from bot.adapters.telegram_bot.api.errors import Wait
from bot.adapters.telegram_bot.bot_profile import introduce
from bot.adapters.telegram_bot.delivery.dispatcher import Sender
from bot.adapters.telegram_bot.messages.callback_data import Buttons
from bot.adapters.telegram_bot.messages.context import Desk
from bot.adapters.telegram_bot.monitoring import Window
from bot.adapters.telegram_bot.operator_texts import as_run
from bot.adapters.telegram_bot.receiving.polling import LONGEST_PAUSE, PATIENCE, WANTED, Polling
from bot.adapters.telegram_bot.receiving.update_handler import Inbox
from bot.adapters.telegram_bot.receiving.webhook import Endpoint, Server
from bot.model.bundle import Library
from bot.operations.clock import Steady
from bot.operations.metrics import Metrics
from bot.operations.settings import Settings
from bot.sessions.environment import open_reception
from bot.sessions.service import Conversation, kind
from bot.sessions.stores.base import Down, Store

log = logging.getLogger(__name__)
SWEEP = 300.0
TAKE_UP = 20.0
DRAIN = 10.0
MOST_CONNECTIONS = 40
MOST_REFUSED = 4


class Unknown(Exception):
    """Telegram does not know the token."""


class Unwelcome(Exception):
    """Telegram rejects the webhook's address."""


class Service:
    """The Telegram bot as one application."""

    patience = PATIENCE
    refused = 0  # how often Telegram rejected the webhook's address

    def __init__(
        self,
        settings: Settings,
        library: Library,
        store: Store,
        line: Line | None = None,
        older: Sequence[Library] = (),
    ) -> None:
        """Put the parts together. *older_bundles* are releases that people began in, and may go on in.

        Raises DiagnosticsError and CommandError: a file that the settings name is no good.
        """
        self.settings, self.library, self.store = settings, as_run(library, settings), store
        libraries = [self.library, *(as_run(release, settings) for release in older)]
        self.line = line or Line(settings.token, settings.api_url)
        self.reception = open_reception(settings, self.library)
        self.door = Conversation(libraries, store, settings.hours, Steady(), self.reception)
        self.woken = asyncio.Event()
        self.sender = Sender(self.door, self.line)
        drafts = [self.reception.drafts] if self.reception.drafts else []
        self.desk = Desk(self.library, Buttons(*libraries, *drafts), self.reception.read_link)
        self.inbox = Inbox(self.desk, self.door, self.sender, self.line)
        self.inbox.metrics = Metrics(frozenset(self.library.machines))

    async def run(self) -> None:
        """Serve until told to stop (SIGTERM, or Ctrl-C). Raises TokenRejectedError when the token is no good."""
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stop.set)
        try:
            await self.serve(stop)
        finally:
            for name in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(name)

    async def serve(self, stop: asyncio.Event) -> None:
        """Start, run every part until *stop* is set or one of them fails, and shut down."""
        tasks: list[asyncio.Task[Any]] = [asyncio.create_task(stop.wait())]
        try:
            if not await _first(self._begin(), tasks[0]):
                return
            parts = (
                self._receive(),
                self._profile(),
                self._wake(not self.door.company.shared),
                self._sweep(),
                self._again(),
                self._window(),
                self._inherit(),
            )
            tasks += [asyncio.create_task(part) for part in parts]
            while not stop.is_set():
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    tasks.remove(task)
                    task.result()
        finally:
            await self._end(tasks)

    async def _end(self, tasks: list[asyncio.Task[Any]]) -> None:
        """Receive nothing more, then deliver the outbox as far as there is time, and then close the store."""
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.inbox.finish(DRAIN)
        await self.sender.drain(DRAIN)
        with suppress(TelegramError):
            await self.line.close()
        with suppress(Down):
            await self.door.settle(quiet=0)
        with suppress(Down):
            await self.door.company.leave()
        await self.store.close()
        self.reception.close()

    # ---- the start

    async def _begin(self) -> None:
        """Join the other instances, and connect to Telegram, however long it takes until it answers."""
        with suppress(Down):
            await self.door.company.come()
        me = await patiently(self._hello)
        self.inbox.link = f"https://t.me/{me}"
        log.info("ready: @%s", me)

    async def _hello(self) -> str:
        """Check the token, remove a webhook if we poll, and return the bot's user name."""
        try:
            await self.line.bot.initialize()
            if not self.settings.webhook_url:
                await self.line.bot.delete_webhook(drop_pending_updates=False)
        except InvalidToken:
            raise Unknown from None
        return self.line.bot.username

    async def _profile(self) -> None:
        """Update the bot's profile. No other part waits for it, or fails without it."""
        with suppress(TelegramError):
            await introduce(self.line.bot, self.library)

    async def _receive(self) -> None:
        """Receive updates by polling, or by webhook if the settings name an address."""
        if not self.settings.webhook_url:
            await self._poll()
        server = Server(Endpoint(self.inbox, self.settings.webhook_secret), *self.settings.listen)
        serving = asyncio.create_task(server.run())
        try:
            await patiently(self._set_webhook)
            await serving
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)

    async def _poll(self) -> None:
        """Poll for updates until cancelled."""
        try:
            await Polling(self.line, self.inbox, self.patience).run()
        except InvalidToken:  # it was good when we started, and has been revoked since
            raise Unknown from None

    async def _set_webhook(self) -> None:
        """Register the webhook; raise WebhookRejectedError after several rejections.

        One rejection may be a name that Telegram could not look up; several mean an address that it does not take.
        """
        try:
            await self.line.bot.set_webhook(
                self.settings.webhook_url,
                secret_token=str(self.settings.webhook_secret),
                allowed_updates=WANTED,
                max_connections=MOST_CONNECTIONS,
            )
        except BadRequest:
            self.refused += 1
            if self.refused >= MOST_REFUSED:
                raise Unwelcome from None
            raise

    # ---- while it serves

    async def _window(self) -> None:
        """Serve the monitoring endpoint, if the settings name an address for it."""
        if place := self.settings.metrics:
            await Server(Window(self.inbox.metrics, self.door.seen, self.door.held), *place).run()

    async def _wake(self, again: bool) -> None:
        """Resume chats after a restart or a failover: deliver their outboxes; many chats not all at once.

        *include_recent*: also show the open question in chats that were active just now.
        """
        async for chat in self.door.wake(again):
            await self.inbox.take_over(chat)
            if not any("alarm" in parcel for parcel in self.door.owed(chat)):
                await self.sender.room()
        self.woken.set()

    async def _sweep(self) -> None:
        """Purge expired records, again and again."""
        while True:
            try:
                await self.door.sweep()
            except Down as down:
                log.error("%s", down)
            await asyncio.sleep(SWEEP)

    async def _again(self) -> None:
        """Retry undelivered entries and write back what was delivered, again and again."""
        while True:
            await asyncio.sleep(TAKE_UP)
            self.sender.take_up()
            with suppress(Down):
                await self.door.settle()

    async def _inherit(self) -> None:
        """In a shared store, deliver what a dead instance left; if all were away, show open questions too."""
        company, owing, again = self.door.company, False, True
        while company.shared:
            await asyncio.sleep(company.every)
            try:
                owing = await company.beat() or owing
                first = again and company.came_first
                if owing or first:
                    await self._wake(again=bool(first))
                owing, again = False, again and company.came_first is None
            except Down as down:
                log.warning("%s", down)


async def _first(work: Coroutine[Any, Any, None], stop: asyncio.Task[Any]) -> bool:
    """Run *work*; return whether it ended before *stop* did, and cancel it if not."""
    task = asyncio.create_task(work)
    await asyncio.wait([task, stop], return_when=asyncio.FIRST_COMPLETED)
    if not task.done():
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return False
    task.result()
    return True


async def patiently(call: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Await *request()* until Telegram answers; return its result."""
    pause = 0.2
    while True:
        try:
            return await call()
        except Wait as wait:
            await asyncio.sleep(wait.seconds)
        except TelegramError as error:
            log.warning("Telegram does not answer: %s", kind(error))
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)
