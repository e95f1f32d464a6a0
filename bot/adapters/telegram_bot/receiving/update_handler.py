"""The update handler: each update is handled once, committed, and only then reported as received.

An update that cannot be handled is tried three times and then given up as a dead letter, without its content, so that
no update can block its chat, or any other. One that cannot be read is given up at once: no try would read it.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Coroutine
from typing import Any

from telegram.error import TelegramError

from bot.adapters.telegram_bot.api.client import ApiClient
from bot.adapters.telegram_bot.delivery.dispatcher import Dispatcher
from bot.adapters.telegram_bot.messages.context import UpdateContext
from bot.adapters.telegram_bot.messages.outgoing import text_message
from bot.adapters.telegram_bot.receiving.chat_update import ResumeUpdate, TelegramUpdate
from bot.adapters.telegram_bot.receiving.first_contact import FirstContact, StillUnansweredError
from bot.adapters.telegram_bot.receiving.rate_limit import ALWAYS_ALLOWED, RateLimiter
from bot.adapters.telegram_bot.receiving.turns import Turn, Turns
from bot.adapters.telegram_bot.receiving.updates import (
    BotMembership,
    CallbackQuery,
    CommandMessage,
    IncomingUpdate,
    OtherContent,
    TextMessage,
    UpdateContent,
    parse_update,
)
from bot.engine.presenters.texts import Texts
from bot.engine.session import COMMAND_PREFIX, Session
from bot.engine.understanding.folding import MAX_SHORT_CHARACTERS
from bot.operations.errors import StoreUnavailableError
from bot.operations.log_redaction import describe_error, log_handled_update
from bot.operations.metrics import Metrics
from bot.sessions.fallback import EmergencyFallback
from bot.sessions.outbox_entry import OutgoingMessage
from bot.sessions.service import SessionService
from bot.sessions.stores.base import AlreadyProcessedError

log = logging.getLogger(__name__)
EVENT_NAMES: dict[type[UpdateContent], str] = {  # as the log and the metrics know them
    CallbackQuery: "tap",
    TextMessage: "words",
    CommandMessage: "command",
    OtherContent: "thing",
    BotMembership: "membership",
}
MAX_UPDATE_ATTEMPTS = 3
MAX_ENTRIES_REMEMBERED = 1000
MAX_NOT_URGENT_PER_CHAT = 50
MAX_DROPPED_TAPS = 20_000  # that wait for their empty answer


class PoisonUpdateError(Exception):
    """An update could not be handled, and may be offered again."""


OFFERED_AGAIN = (StoreUnavailableError, PoisonUpdateError)  # what an update ends with that comes once more


class UpdateHandler:
    """Takes each update from polling or webhook to the session service, and starts the delivery of its answer."""

    def __init__(
        self,
        context: UpdateContext,
        service: SessionService,
        dispatcher: Dispatcher,
        client: ApiClient,
        bot_link: str = "",
    ) -> None:
        self.context = context
        self.service = service
        self.dispatcher = dispatcher
        self.client = client
        self.bot_link = bot_link
        self.failures: OrderedDict[int, int] = OrderedDict()
        self.in_progress: dict[int, asyncio.Future[None]] = {}
        self.answered_groups: OrderedDict[int, None] = OrderedDict()
        self.metrics = Metrics()
        self.rate_limiter = RateLimiter()
        self.turns = Turns()
        self.known_not_urgent: OrderedDict[int, set[object]] = OrderedDict()
        self.dropped_tap_slots = asyncio.Semaphore(4)
        self.dropped: set[asyncio.Task[None]] = set()
        self.first_contact = FirstContact(service, dispatcher, client)
        self.fallback = EmergencyFallback(self._send_directly, is_failing=service.is_failing)

    async def receive(self, raw: dict[str, Any]) -> None:
        """Handle the update *raw*; return when it need not be offered again.

        Raises StoreUnavailableError, PoisonUpdateError or StillUnansweredError when it should be.
        """
        update_id = raw["update_id"]
        if running := self.in_progress.get(update_id):
            return await asyncio.shield(running)
        self.in_progress[update_id] = task = asyncio.ensure_future(self._handle_once(update_id, raw))
        try:
            await asyncio.shield(task)
        finally:
            if task.done():
                self.in_progress.pop(update_id, None)
            else:
                task.add_done_callback(lambda _: self.in_progress.pop(update_id, None))

    async def finish(self, timeout: float) -> None:
        """Let updates that have arrived be handled to their end, *timeout* seconds at most."""
        if waiting := [*self.in_progress.values(), *self.dropped]:
            await asyncio.wait(waiting, timeout=timeout)

    async def _handle_once(self, update_id: int, raw: dict[str, Any]) -> None:
        """Parse and handle one update; count it, its time and its errors in the metrics."""
        started = time.monotonic()
        try:
            update = parse_update(raw)
        except Exception as error:  # reading is pure: what cannot be read now never can
            self.metrics.record_error(error)
            log.error("an update cannot be read: %s", describe_error(error))
            await self.service.dead_letter(update_id, type(error).__name__)
            return
        event = EVENT_NAMES[type(update.content)] if update else "nothing"
        if update and update.message_id:
            self.client.message_ids.note(update.chat_id, update.message_id)
        try:
            await self._route(update_id, update)
        except AlreadyProcessedError:
            if update and await self.service.is_orphaned(str(update.chat_id)):
                await self.resume_delivery(str(update.chat_id))
            return
        except StillUnansweredError:
            raise
        except StoreUnavailableError as error:
            self.metrics.record_error(error)
            raise
        except Exception as error:
            self.metrics.record_error(error)
            await self._count_failure(update_id, error)
        self.failures.pop(update_id, None)
        self.metrics.record_update(event, seconds := time.monotonic() - started)
        log_handled_update(event, seconds)

    async def resume_delivery(self, chat: str) -> None:
        """Deliver the outbox of *chat* and its open question again: the instance that owned it is gone."""
        await self.service.handle(ResumeUpdate(chat, self.context))
        self.dispatcher.schedule(chat)

    async def _count_failure(self, update_id: int, error: Exception) -> None:
        """Count a failed attempt: raise PoisonUpdateError, or give the update up after the third."""
        if await self.service.is_processed(update_id):
            return
        attempts = self.failures[update_id] = self.failures.get(update_id, 0) + 1
        log.error("an update failed: %s", describe_error(error))
        if attempts < MAX_UPDATE_ATTEMPTS:
            while len(self.failures) > MAX_ENTRIES_REMEMBERED:
                self.failures.popitem(last=False)
            raise PoisonUpdateError
        await self.service.dead_letter(update_id, type(error).__name__)

    async def _route(self, update_id: int, update: IncomingUpdate | None) -> None:
        """Handle an update by its kind: none of ours, of a group, of membership, or of a private chat."""
        if update is None:
            await self.service.dead_letter(update_id, "nothing")
        elif not update.is_private:
            await self._handle_group_update(update)
        else:
            async with self.turns.taken(update.chat_id) as turn:
                if isinstance(update.content, BotMembership):
                    await turn.comes(*OFFERED_AGAIN)
                    await self._handle_membership(update, update.content.is_member)
                    return
                unanswered = await self._apply_rate_limit(update, turn)
            if unanswered:  # the next of the chat need not wait for it
                await self.first_contact.wait_until_answered(unanswered)

    async def _apply_rate_limit(self, update: IncomingUpdate, turn: Turn) -> TelegramUpdate | None:
        """Handle an update of a private chat in its *turn*, unless the chat is over its rate limit.

        An update about an emergency is always handled. A tap that is dropped still gets an empty answer. Return the
        update if nothing is stored of it, and so it has to be waited for until it is answered.
        """
        is_allowed = self.rate_limiter.allow(update.chat_id) or _is_always_allowed(update.content)
        if not is_allowed:
            await turn.comes(*OFFERED_AGAIN)
            is_allowed = await self._is_urgent(update, TelegramUpdate(update, self.context))
        if is_allowed:
            self.known_not_urgent.pop(update.chat_id, None)
            return await self._handle_chat_update(TelegramUpdate(update, self.context), turn)
        self.metrics.rate_limited += 1
        if not isinstance(update.content, CallbackQuery):
            self.service.outbox.view(str(update.chat_id)).note_received(update.message_id)
        elif len(self.dropped) < MAX_DROPPED_TAPS:
            self._run_in_background(self.dropped, self._answer_dropped_tap(update.content))
        return None

    def _run_in_background(self, tasks: set[asyncio.Task[None]], work: Coroutine[Any, Any, None]) -> None:
        """Run *work* in the background as one of *tasks*."""
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _is_urgent(self, update: IncomingUpdate, chat_update: TelegramUpdate) -> bool:
        """Whether an update over the rate limit is about an emergency.

        Words are looked up; a long text could be no answer that leads to one. The same content, once found not urgent,
        is not examined again; no word of it is kept for that.
        """
        if isinstance(update.content, TextMessage):
            if self.service.names_danger(update.content.text):
                return True
            if len(update.content.text) > MAX_SHORT_CHARACTERS:
                return False
        not_urgent = self.known_not_urgent.setdefault(update.chat_id, set())
        content = hash(update.content.data if isinstance(update.content, CallbackQuery) else update.content)
        if content in not_urgent:
            return False
        if await self.service.leads_to_emergency(chat_update):
            return True
        if len(not_urgent) < MAX_NOT_URGENT_PER_CHAT:
            not_urgent.add(content)
        while len(self.known_not_urgent) > MAX_ENTRIES_REMEMBERED:
            self.known_not_urgent.popitem(last=False)
        return False

    async def _answer_dropped_tap(self, callback_query: CallbackQuery) -> None:
        """Answer a dropped tap, through few slots: a flood must not take the connections of other chats."""
        async with self.dropped_tap_slots:
            await self._ignore_telegram_errors(self.client.answer_callback_query(callback_query.query_id, ""))

    async def _handle_chat_update(self, chat_update: TelegramUpdate, turn: Turn) -> TelegramUpdate | None:
        """Hand an update to the session service, with the emergency fallback, and start to deliver the answer.

        Return it if nothing is stored of it.
        """
        content = chat_update.incoming.content
        command_name = content.name if isinstance(content, CommandMessage) else ""
        is_stored = await self.fallback.protect(
            self._handle_in_turn(chat_update, turn), chat_update.chat, command_name, chat_update.incoming.update_id
        )
        self.metrics.record_ending(*chat_update.outcome)
        self.metrics.record_clarity(chat_update.clarity_feedback)
        self.dispatcher.schedule(chat_update.chat)
        return None if is_stored else chat_update

    async def _handle_in_turn(self, chat_update: TelegramUpdate, turn: Turn) -> bool:
        """Hand an update to the session service when its turn comes; return whether it was committed."""
        await turn.comes(*OFFERED_AGAIN)
        return await self.service.handle(chat_update)

    async def _send_directly(self, chat: str, text: str) -> None:
        """Send *text* to the chat directly: without the store and the queue, which may be broken."""
        await self.client.send(int(chat), text_message(text, protect=False))

    async def _handle_membership(self, update: IncomingUpdate, is_member: bool) -> None:
        """Forget a person who blocked the bot; one who lets it in again will write when they want to."""
        if is_member:
            await self.service.note_older_messages(str(update.chat_id))
            await self.service.dead_letter(update.update_id, "nothing")
        else:
            await self.service.forget_chat(str(update.chat_id), update.update_id)

    async def _handle_group_update(self, update: IncomingUpdate) -> None:
        """Say in a group that the bot works in private chats only, and leave."""
        if await self.service.is_processed(update.update_id):
            return
        if isinstance(update.content, CallbackQuery):
            await self._ignore_telegram_errors(self.client.answer_callback_query(update.content.query_id, ""))
        elif update.content != BotMembership(is_member=False):
            await self._leave_group(update.chat_id, was_added=update.content == BotMembership(is_member=True))
        await self.service.dead_letter(update.update_id, "nothing")

    async def _leave_group(self, group: int, *, was_added: bool) -> None:
        """Send the line once to each group; leave it, each time that the bot is added."""
        is_new = group not in self.answered_groups
        self.answered_groups[group] = None
        while len(self.answered_groups) > MAX_ENTRIES_REMEMBERED:
            self.answered_groups.popitem(last=False)
        if is_new:
            text = Texts(self.context.bundle, Session())("group", link=self.bot_link)
            await self._ignore_telegram_errors(self.client.send(group, OutgoingMessage(text, [], protect=False)))
        if is_new or was_added:
            await self._ignore_telegram_errors(self.client.leave_chat(group))

    async def _ignore_telegram_errors(self, request: Any) -> None:
        """Await *request*; log an error of Telegram's."""
        try:
            await request
        except TelegramError as error:
            log.info("a group could not be told: %s", type(error).__name__)


def _is_always_allowed(content: UpdateContent) -> bool:
    """Whether the rate limit does not apply to the command or button."""
    match content:
        case CommandMessage(name):
            return name in ALWAYS_ALLOWED
        case CallbackQuery(_, data):
            return data.rpartition(".")[2].removeprefix(COMMAND_PREFIX) in ALWAYS_ALLOWED
    return False
