"""The running bot: puts all parts together, starts them in the right order, and ends without losing anything."""

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

from bot.adapters.telegram_bot.api.client import ApiClient
from bot.adapters.telegram_bot.api.errors import CONNECT_BACKOFF, ApiError, RetryAfterError
from bot.adapters.telegram_bot.bot_profile import update_profile
from bot.adapters.telegram_bot.delivery.dispatcher import Dispatcher
from bot.adapters.telegram_bot.messages.callback_data import CallbackDataCodec
from bot.adapters.telegram_bot.messages.context import UpdateContext
from bot.adapters.telegram_bot.monitoring import MonitoringEndpoint
from bot.adapters.telegram_bot.operator_texts import with_operator_texts
from bot.adapters.telegram_bot.receiving.http_server import WebServer
from bot.adapters.telegram_bot.receiving.polling import LONG_POLL_SECONDS, Polling
from bot.adapters.telegram_bot.receiving.update_handler import UpdateHandler
from bot.adapters.telegram_bot.receiving.webhook import WebhookEndpoint
from bot.adapters.telegram_bot.receiving.webhook_registration import WebhookRegistration
from bot.adapters.telegram_bot.token_watch import TokenWatch
from bot.model.bundle import ContentBundle
from bot.operations.backoff import Backoff
from bot.operations.clock import JumpTolerantClock
from bot.operations.errors import StoreUnavailableError
from bot.operations.log_redaction import describe_error
from bot.operations.metrics import Metrics
from bot.operations.settings import Settings
from bot.sessions.environment import EnvironmentProvider, open_environment_provider
from bot.sessions.service import SessionService
from bot.sessions.stores.base import Store

log = logging.getLogger(__name__)
PURGE_INTERVAL_SECONDS = 300.0
RETRY_INTERVAL_SECONDS = 20.0
DRAIN_TIMEOUT_SECONDS = 10.0
PROFILE_BACKOFF = Backoff(1.0, 300.0)
WEBHOOK_CATCH_UP_SECONDS = 5.0  # for which nothing is shown again while updates wait
EMERGENCY_CATCH_UP_SECONDS = 5.0  # for which an emergency waits until updates were heard


class TelegramApp:
    """The Telegram bot as one application."""

    poll_seconds = LONG_POLL_SECONDS

    def __init__(
        self,
        settings: Settings,
        bundle: ContentBundle,
        store: Store,
        client: ApiClient | None = None,
        older_bundles: Sequence[ContentBundle] = (),
        environment_provider: EnvironmentProvider | None = None,
    ) -> None:
        """Put the parts together. *older_bundles* are releases that people began in, and may go on in.

        *environment_provider* is what the preflight opened. Without it what the settings name is opened here, and
        DiagnosticsError or CommandError says what of it is no good.
        """
        self.settings, self.bundle, self.store = settings, with_operator_texts(bundle, settings), store
        bundles = [self.bundle, *(with_operator_texts(release, settings) for release in older_bundles)]
        self.client = client or ApiClient(settings.token, settings.api_url)
        self.environment_provider = environment_provider or open_environment_provider(settings, self.bundle)
        self.service = SessionService(
            bundles, store, settings.session_hours, JumpTolerantClock(), self.environment_provider
        )
        self.all_resumed = asyncio.Event()
        self.token_watch = TokenWatch(self.client)
        self.caught_up = asyncio.Event()  # what waited at Telegram when we came has been heard
        self.dispatcher = Dispatcher(self.service, self.client)
        drafts = [self.environment_provider.draft_bundle] if self.environment_provider.draft_bundle else []
        self.context = UpdateContext(
            self.bundle, CallbackDataCodec(*bundles, *drafts), self.environment_provider.parse_start_payload
        )
        self.update_handler = UpdateHandler(self.context, self.service, self.dispatcher, self.client)
        self.update_handler.metrics = Metrics(frozenset(self.bundle.machines))
        self.client.on_call = self.update_handler.metrics.record_call

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
            if not await _ends_before(self._start(), tasks[0]):
                return
            parts = (
                self._receive_updates(),
                self.token_watch.run(),
                self._update_profile(),
                self._resume_chats(not self.service.membership.shared),
                self._purge_regularly(),
                self._retry_regularly(),
                self._serve_monitoring(),
                self._failover(),
            )
            tasks += [asyncio.create_task(part) for part in parts]
            while not stop.is_set():
                done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    tasks.remove(task)
                    task.result()
        finally:
            await self._shut_down(tasks)

    async def _shut_down(self, tasks: list[asyncio.Task[Any]]) -> None:
        """Receive nothing more, then deliver the outbox as far as there is time, and then close the store."""
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.update_handler.finish(DRAIN_TIMEOUT_SECONDS)
        await self.dispatcher.drain(DRAIN_TIMEOUT_SECONDS)
        await self.update_handler.first_contact.stop()
        with suppress(ApiError):
            await self.client.close()
        with suppress(StoreUnavailableError):
            await self.service.outbox.write_back(quiet_seconds=0)
        with suppress(StoreUnavailableError):
            await self.service.membership.leave()
        await self.store.close()
        self.environment_provider.close()

    # ---- the start

    async def _start(self) -> None:
        """Join the other instances, and connect to Telegram, however long it takes until it answers."""
        with suppress(StoreUnavailableError):
            await self.service.membership.join()
        username = await self.token_watch.identify()
        if not self.settings.webhook_url:
            await retry_until_answered(self.client.delete_webhook)
        self.update_handler.bot_link = f"https://t.me/{username}"
        log.info("ready: @%s", username)

    async def _update_profile(self) -> None:
        """Update the bot's profile until that succeeds. No other part waits for it, or fails without it."""
        for failures in count(1):
            try:
                await update_profile(self.client, self.bundle)
                break
            except RetryAfterError as retry_after:
                await asyncio.sleep(retry_after.seconds)
            except ApiError as error:
                log.info("the bot's profile could not be updated: %s", type(error).__name__)
                await asyncio.sleep(PROFILE_BACKOFF.delay(failures))

    async def _receive_updates(self) -> None:
        """Receive updates by polling, or by webhook if the settings name an address."""
        if not self.settings.webhook_url:
            await Polling(self.client, self.update_handler, self.poll_seconds, self.caught_up).run()
        secret, metrics = self.settings.webhook_secret, self.update_handler.metrics
        endpoint = WebhookEndpoint(self.update_handler, secret, metrics)
        server = WebServer(endpoint, *self.settings.webhook_listen, "webhook", metrics)
        registration = WebhookRegistration(self.client, self.settings.webhook_url, str(secret))
        tasks = [asyncio.create_task(part) for part in (server.run(), registration.run())]
        catching_up = asyncio.create_task(self._catch_up_by_webhook())
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (*tasks, catching_up):
                task.cancel()
            await asyncio.gather(*tasks, catching_up, return_exceptions=True)

    async def _catch_up_by_webhook(self) -> None:
        """Wait until Telegram has brought what waited there, some seconds at the most."""
        with suppress(TimeoutError, ApiError):
            async with asyncio.timeout(WEBHOOK_CATCH_UP_SECONDS):
                while await self.client.get_pending_update_count():
                    await asyncio.sleep(WEBHOOK_CATCH_UP_SECONDS / 50)
        self.caught_up.set()

    # ---- while it serves

    async def _serve_monitoring(self) -> None:
        """Serve the monitoring endpoint, if the settings name an address for it."""
        if address := self.settings.metrics_listen:
            metrics = self.update_handler.metrics
            endpoint = MonitoringEndpoint(metrics, self.store, self.service.cache.count, self.dispatcher.owed)
            await WebServer(endpoint, *address, "metrics", metrics).run()

    async def _resume_chats(self, include_recent: bool) -> None:
        """Resume chats after a restart or a failover: deliver their outboxes; many chats not all at once.

        *include_recent*: also show the open question in chats that were active just now.
        """
        until = time.monotonic() + EMERGENCY_CATCH_UP_SECONDS
        async for chat in self.service.chats_to_resume(include_recent):
            await self._wait_until_caught_up(chat, until)
            await self.update_handler.resume_delivery(chat)
            if not any(entry.emergency for entry in self.service.outbox.entries_to_deliver(chat)):
                await self.dispatcher.wait_for_capacity()
        self.all_resumed.set()

    async def _wait_until_caught_up(self, chat: str, until: float) -> None:
        """Wait until what waited at Telegram was heard: who has hidden the chat meanwhile is shown nothing again.

        A *chat* that is owed an emergency waits *until* then only, should Telegram not tell what waits.
        """
        with suppress(TimeoutError):
            if not self.caught_up.is_set():
                is_urgent = await self.service.owes_emergency(chat)
                await asyncio.wait_for(self.caught_up.wait(), max(0.0, until - time.monotonic()) if is_urgent else None)

    async def _purge_regularly(self) -> None:
        """Purge expired records, again and again."""
        while True:
            try:
                await self.service.cache.purge_expired()
            except StoreUnavailableError as error:
                log.error("%s", error)
            await asyncio.sleep(PURGE_INTERVAL_SECONDS)

    async def _retry_regularly(self) -> None:
        """Retry undelivered entries and write back what was delivered, again and again."""
        while True:
            await asyncio.sleep(RETRY_INTERVAL_SECONDS)
            self.dispatcher.retry_parked()
            with suppress(StoreUnavailableError):
                await self.service.outbox.write_back()

    async def _failover(self) -> None:
        """In a shared store, deliver what a dead instance left; if all were away, show open questions too."""
        membership, may_be_orphaned, check_recent = self.service.membership, False, True
        while membership.shared:
            await asyncio.sleep(membership.heartbeat_seconds)
            try:
                may_be_orphaned = await membership.heartbeat() or may_be_orphaned
                came_first = check_recent and membership.is_first_instance
                if may_be_orphaned or came_first:
                    await self._resume_chats(include_recent=bool(came_first))
                may_be_orphaned, check_recent = False, check_recent and membership.is_first_instance is None
            except StoreUnavailableError as error:
                log.warning("%s", error)


async def _ends_before(work: Coroutine[Any, Any, None], stop: asyncio.Task[Any]) -> bool:
    """Run *work*; return whether it ended before *stop* did, and cancel it if not."""
    task = asyncio.create_task(work)
    await asyncio.wait([task, stop], return_when=asyncio.FIRST_COMPLETED)
    if not task.done():
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return False
    task.result()
    return True


async def retry_until_answered(request: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Await *request()* until Telegram answers; return its result."""
    failures = 0
    while True:
        try:
            return await request()
        except RetryAfterError as retry_after:
            await asyncio.sleep(retry_after.seconds)
        except ApiError as error:
            log.warning("Telegram does not answer: %s", describe_error(error))
            failures += 1
            await asyncio.sleep(CONNECT_BACKOFF.delay(failures))
