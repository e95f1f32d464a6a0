"""The delivery queue of one chat: emergencies before everything, then the callback answer, then the main message.

Only what was committed is delivered, and it stays in the outbox until it has been. A main message that a newer one
replaces is not sent at all. When Telegram asks to wait, this chat waits and no other; an emergency that comes
meanwhile is tried at once. What is not known to be shown is tried again, and what Telegram refuses goes out in a
plainer form; while an emergency or a question cannot be shown, taps are answered with an alert that says it.
"""

import asyncio
import logging
import time
from contextlib import suppress

from msgspec import UNSET

from bot.adapters.telegram_bot.api.client import ApiClient
from bot.adapters.telegram_bot.api.errors import (
    SEND_BACKOFF,
    ApiError,
    ChatUnreachableError,
    NotSentError,
    OutcomeUnknownError,
    RetryAfterError,
)
from bot.adapters.telegram_bot.delivery.entry_progress import (
    EMERGENCY_MAX_WAIT_SECONDS,
    EMERGENCY_RETRY_SECONDS,
    EntryProgress,
)
from bot.adapters.telegram_bot.delivery.forms import alert_text
from bot.adapters.telegram_bot.delivery.priority import (
    CALLBACK_PRIORITY,
    CLEANUP_PRIORITY,
    EMERGENCY_PRIORITY,
    SHOW_PRIORITY,
    delivery_steps,
    priority,
    supersedes_main,
)
from bot.adapters.telegram_bot.delivery.steps import DeliverySteps
from bot.operations.backoff import Backoff
from bot.operations.errors import StoreUnavailableError
from bot.operations.log_redaction import describe_error
from bot.sessions.outbox_entry import CallbackAnswer, OutboxEntry, OutgoingMessage
from bot.sessions.service import SessionService

log = logging.getLogger(__name__)
MAX_STEP_ATTEMPTS = {"alarm": 40, "tidy": 8, "clear": 3, "beside": 8, "card": 8}
MAX_RETRY_ROUNDS = 20  # so often an entry that could not be delivered is retried
ANSWER_BACKOFF = Backoff(0.2, 30.0)  # for callback queries, which no step waits for
CALLBACK_HEAD_START_SECONDS = 0.05  # by which the callback answer goes before the next step
STORE_POLL_SECONDS = 1.0  # between reads of what other instances have added
FORM_STEPS = ("alarm", "beside", "card", "clear")  # those that send something, which may be refused for its form


class ChatQueue:
    """Delivers the outbox entries of one chat, step by step. *connection_slots* bound the calls of all chats."""

    def __init__(
        self, chat: str, service: SessionService, client: ApiClient, connection_slots: asyncio.Semaphore
    ) -> None:
        self.chat, self.service, self.client = chat, service, client
        self.steps = DeliverySteps(
            int(chat),
            client,
            lambda: service.outbox.view(chat),
            lambda update_id: service.outbox.is_before_deletion(chat, update_id),
            connection_slots,
        )
        self.connection_slots = connection_slots
        self.wakeup = asyncio.Event()
        self.progress: dict[int, EntryProgress] = {}
        self.callback_tasks: dict[tuple[str, int], asyncio.Task[None]] = {}
        self.not_before = dict.fromkeys((CALLBACK_PRIORITY, SHOW_PRIORITY, CLEANUP_PRIORITY), 0.0)

    # ---- the next step

    def _next_step(self) -> tuple[OutboxEntry, str] | None:
        """Return the next step and its entry; None when nothing more can be done now.

        An emergency that must wait does not delay the answer to a callback query.
        """
        entries = self.service.outbox.entries_to_deliver(self.chat)
        self._skip_superseded(entries)
        open_steps = [(entry, step) for entry in entries for step in self._open_steps(entry)]
        if self._alert_pending():
            open_steps = [(entry, step) for entry, step in open_steps if priority(step) <= CALLBACK_PRIORITY]
        ready = sorted(open_steps, key=lambda one: (self._seconds_until_allowed(*one) > 0, priority(one[1])))
        if ready and priority(ready[0][1]) > CALLBACK_PRIORITY:
            return min(filter(self._holds_back_others, ready), key=lambda one: priority(one[1]))
        return ready[0] if ready else None

    def _holds_back_others(self, candidate: tuple[OutboxEntry, str]) -> bool:
        """Whether steps of a lower priority wait for this one: all but an emergency that has been failing for long."""
        entry, step = candidate
        return priority(step) != EMERGENCY_PRIORITY or not self._progress_of(entry).lets_others_pass

    def _open_steps(self, entry: OutboxEntry) -> list[str]:
        """Return the steps of *entry* that are neither done nor being done; of a parked one only its emergencies."""
        done, is_alerted_elsewhere = (
            self.steps.view.finished_steps(entry.update_id),
            self.service.outbox.is_alerting(entry),
        )
        remaining = [
            step
            for step in self._progress_of(entry).steps
            if step not in done and (step, entry.update_id) not in self.callback_tasks
        ]
        if self._progress_of(entry).parked:
            remaining = [step for step in remaining if priority(step) == EMERGENCY_PRIORITY]
        return [step for step in remaining if not (is_alerted_elsewhere and priority(step) == EMERGENCY_PRIORITY)]

    def _alert_pending(self) -> bool:
        """Whether another instance is sending an emergency here just now: other messages come after it."""
        alerting = filter(self.service.outbox.is_alerting, self.service.outbox.entries_to_deliver(self.chat))
        return any("alarm 0" not in self.steps.view.finished_steps(entry.update_id) for entry in alerting)

    def _skip_superseded(self, entries: tuple[OutboxEntry, ...]) -> None:
        """Set the main message of each entry as done that a later entry replaces."""
        for position, entry in enumerate(entries):
            if any(supersedes_main(later) for later in entries[position + 1 :]) and "card" in self._open_steps(entry):
                self._set_done(entry, "card")

    def _set_done(self, entry: OutboxEntry, step: str) -> None:
        """Set *step* of *entry* as done."""
        self.steps.view.finish_steps(entry.update_id, step)

    def _progress_of(self, entry: OutboxEntry) -> EntryProgress:
        """Return the progress of *entry*; a new one at the first call.

        Something new in the chat is a reason to try at once every emergency that waits.
        """
        if not (progress := self.progress.get(entry.update_id)):
            for other in self.progress.values():
                other.not_before = 0.0
            record = self.service.cache.record(self.chat)
            owed_since = min(time.time(), (record.last_active_at if record else 0.0) or time.time())
            progress = self.progress[entry.update_id] = EntryProgress(delivery_steps(entry), owed_since)
        return progress

    def _seconds_until_allowed(self, entry: OutboxEntry, step: str) -> float:
        """Return how many seconds *step* of *entry* must still wait; zero or less when it may be tried."""
        is_emergency = priority(step) == EMERGENCY_PRIORITY
        not_before = self._progress_of(entry).not_before if is_emergency else self.not_before[priority(step)]
        return not_before - asyncio.get_running_loop().time()

    def owed_emergencies(self) -> list[tuple[OutboxEntry, OutgoingMessage]]:
        """Return the emergencies that are still to be shown here, each with its entry."""
        return [
            (entry, outgoing)
            for entry in self.service.outbox.entries_to_deliver(self.chat)
            for index, outgoing in enumerate(entry.emergency)
            if f"alarm {index}" not in self.steps.view.finished_steps(entry.update_id)
            and not self.service.outbox.is_alerting(entry)
        ]

    def seconds_emergency_owed(self) -> float:
        """Return for how many seconds the oldest emergency here has waited to be shown; zero where there is none."""
        since = [self._progress_of(entry).owed_since for entry, _ in self.owed_emergencies()]
        return max(0.0, time.time() - min(since)) if since else 0.0

    # ---- the loop

    async def run(self) -> None:
        """Deliver every outbox entry of the chat, as far as that is possible; return when nothing more can be done."""
        while True:
            self.wakeup.clear()
            await self._close_finished_entries()
            next_step = self._next_step()
            if next_step and self._seconds_until_allowed(*next_step) <= 0:
                if (
                    self.service.membership.lease_is_valid and not self._progress_of(next_step[0]).attempts
                ) or await self._is_still_owner():
                    await self._try_step(*next_step)
            elif next_step or self.callback_tasks or self._alert_pending():
                await self._wait_for_work(self._seconds_until_next(next_step) if next_step else None)
            else:
                return

    def _seconds_until_next(self, next_step: tuple[OutboxEntry, str]) -> float:
        """Return how many seconds there are until *next_step* or an emergency may be tried."""
        alarms = [self._progress_of(entry).not_before for entry, _ in self.owed_emergencies()]
        seconds = [not_before - asyncio.get_running_loop().time() for not_before in alarms]
        return min([self._seconds_until_allowed(*next_step), *filter(lambda wait: wait > 0, seconds)])

    async def _is_still_owner(self) -> bool:
        """Whether this instance still owns the chat; asked before a step is tried again.

        While we waited, another instance may have delivered the entry, or the chat may have moved on.
        """
        try:
            return await self.service.outbox.is_owned_here(self.chat)
        except StoreUnavailableError:
            return True

    async def _wait_for_work(self, seconds: float | None) -> None:
        """Wait until there is something more to do, *seconds* at the most.

        In a shared store other instances write too, and say so in the store only: so it is read every second.
        """
        is_shared = self.service.membership.shared
        with suppress(TimeoutError):
            await asyncio.wait_for(
                self.wakeup.wait(), min(seconds or STORE_POLL_SECONDS, STORE_POLL_SECONDS) if is_shared else seconds
            )
        if is_shared and not self.wakeup.is_set():
            await self._is_still_owner()

    async def _try_step(self, entry: OutboxEntry, step: str) -> None:
        """Try *step* once: set it as done, or delay it, or forget a chat that cannot be reached."""
        try:
            await self._do_step(entry, step)
        except RetryAfterError as retry_after:
            self._wait_as_asked(entry, step, retry_after.seconds)
        except (OutcomeUnknownError, NotSentError) as error:
            self._retry_later(entry, step, error)
        except ChatUnreachableError:
            await self.service.forget_chat(self.chat)
        except Exception as error:
            self._go_on_after_refusal(entry, step, error)
        else:
            if step != "answer":
                self._set_done(entry, step)
                self._progress_of(entry).note_done(step)

    def _wait_as_asked(self, entry: OutboxEntry, step: str, seconds: float) -> None:
        """Leave the chat alone for *seconds*, as Telegram asks to: not only this call. An emergency knocks sooner."""
        log.info("Telegram asks to wait %.0f s before a %s", seconds, step.partition(" ")[0])
        for other in ("card", "tidy"):
            self._delay(entry, other, seconds)
        if priority(step) == EMERGENCY_PRIORITY:
            seconds = min(seconds, EMERGENCY_MAX_WAIT_SECONDS)
            self._progress_of(entry).note_emergency_failed(
                f"Telegram asks to wait, and is asked again in {seconds:.0f} s"
            )
        self._delay(entry, step, seconds)

    def _go_on_after_refusal(self, entry: OutboxEntry, step: str, error: Exception) -> None:
        """Let *step* be tried in a plainer form; where it was refused in each, try again later or give it up."""
        name = step.partition(" ")[0]
        reason = type(error).__name__ if isinstance(error, ApiError) else describe_error(error)
        log.error("a %s %s: %s", name, "was refused" if isinstance(error, ApiError) else "failed", reason)
        if name in FORM_STEPS and self.steps.use_plainer_form(entry, step):
            if name == "alarm":
                self._progress_of(entry).note_emergency_failed(reason)
            return
        self._progress_of(entry).refused.add(step)
        if name in ("alarm", "card"):
            self._progress_of(entry).lets_others_pass = True
            self._retry_later(entry, step, error)
        elif step != "answer":
            self._set_done(entry, step)

    async def _do_step(self, entry: OutboxEntry, step: str) -> None:
        """Carry out *step* by its name."""
        name, _, index = step.partition(" ")
        match name:
            case "alarm":
                await self.steps.send_emergency(entry, int(index))
            case "answer":
                await self._answer_callback(entry)
            case "beside":
                await self.steps.send_extra(entry, int(index))
            case "card":
                await self.steps.show_main(entry)
            case "clear":
                await self._clear_chat(entry)
            case _:
                await self.steps.clean_up(entry)

    def _delay(self, entry: OutboxEntry, step: str, seconds: float) -> None:
        """Let no step of the priority of *step* be tried for *seconds*; of emergencies only this one."""
        not_before = asyncio.get_running_loop().time() + seconds
        if priority(step) == EMERGENCY_PRIORITY:
            self._progress_of(entry).not_before = not_before
        else:
            self.not_before[priority(step)] = not_before

    async def _clear_chat(self, entry: OutboxEntry) -> None:
        """Clear the chat; whatever is answered that does not say so, it is not done, and is tried again."""
        try:
            await self.steps.clear_chat(entry)
        except (RetryAfterError, OutcomeUnknownError, NotSentError):
            raise
        except Exception as error:
            log.warning("a chat is not cleared yet: %s", describe_error(error))
            raise OutcomeUnknownError("a chat is not cleared yet") from None

    def _retry_later(self, entry: OutboxEntry, step: str, error: Exception) -> None:
        """Retry *step* later, as it is not known to be done: soon at first, and after many attempts park its entry.

        An emergency is never parked, but given up after hours.
        """
        progress, name = self._progress_of(entry), step.partition(" ")[0]
        attempts = progress.attempts[step] = progress.attempts.get(step, 0) + 1
        if name == "alarm":
            self._progress_of(entry).note_emergency_failed(type(error).__name__)
        if attempts < MAX_STEP_ATTEMPTS[name]:
            self._delay(entry, step, SEND_BACKOFF.delay(attempts))
        elif name == "alarm":
            self._retry_emergency_rarely(entry, step)
        elif step == "tidy":
            self._set_done(entry, step)
        else:
            progress.parked = True

    def _retry_emergency_rarely(self, entry: OutboxEntry, step: str) -> None:
        """Retry an emergency that has failed often; give it up after hours."""
        progress = self._progress_of(entry)
        progress.lets_others_pass = True
        if progress.gives_emergency_up():
            self._set_done(entry, step)
        self._delay(entry, step, EMERGENCY_RETRY_SECONDS)

    async def _close_finished_entries(self) -> None:
        """Close every entry that is delivered, and those that could not be delivered after many rounds."""
        for entry in self.service.outbox.entries_to_deliver(self.chat):
            self.steps.record_alert(entry)
            progress, done = self._progress_of(entry), self.steps.view.finished_steps(entry.update_id)
            is_delivered = all(step in done for step in progress.steps)
            is_over = progress.parked and progress.retry_rounds >= MAX_RETRY_ROUNDS
            owes_emergency = any(owing is entry for owing, _ in self.owed_emergencies())
            if is_delivered or (is_over and not owes_emergency and time.time() >= entry.deletion_until):
                if not is_delivered:
                    log.error("an answer was given up: it could not be shown")
                    if entry.is_deletion:
                        await self.steps.say_what_stays(entry)
                await self._close_entry(entry)

    async def _close_entry(self, entry: OutboxEntry) -> None:
        """Remove *entry* from the outbox; keep what was done of it if the store fails."""
        try:
            await self.service.outbox.mark_delivered(
                self.chat, entry.update_id, safe_to_repeat=self.steps.only_edited_messages(entry)
            )
        except Exception as error:
            log.warning("what was shown could not be marked as shown: %s", describe_error(error))
            return  # what was done stays known: the entry may turn up again in the outbox
        self.progress.pop(entry.update_id, None)
        self.steps.forget_entry(entry)  # only now: else a record could hold the entry without what was done of it

    def retry_parked(self) -> None:
        """Retry the entries that could not be delivered."""
        for progress in self.progress.values():
            if progress.parked:
                progress.parked, progress.retry_rounds = False, progress.retry_rounds + 1
                progress.attempts.clear()

    # ---- callback queries

    async def _answer_callback(self, entry: OutboxEntry) -> None:
        """Answer the callback query of *entry* in a task of its own, with a head start before the next step.

        If that fails, or must wait, no other step waits for it.
        """
        if entry.callback_answer is UNSET:
            return
        task = asyncio.create_task(self._send_callback_answer(entry.callback_answer, self._unshown_text()))
        self.callback_tasks["answer", entry.update_id] = task
        task.add_done_callback(lambda _: self._on_callback_answered(entry))
        await asyncio.wait([task], timeout=CALLBACK_HEAD_START_SECONDS)

    def _on_callback_answered(self, entry: OutboxEntry) -> None:
        """Set the callback answer of *entry* as done, and wake the queue."""
        self.callback_tasks.pop(("answer", entry.update_id), None)
        self._set_done(entry, "answer")
        self.wakeup.set()

    def _unshown_text(self) -> str:
        """Return what matters most of an emergency or a main message that could not be shown; empty for none."""
        owed = [alert_text(outgoing) for _, outgoing in self.owed_emergencies()]
        for entry in self.service.outbox.entries_to_deliver(self.chat):
            if "card" in self._progress_of(entry).refused:
                owed.append(alert_text(entry.main[-1]))
        return owed[0] if owed else ""

    async def _send_callback_answer(self, answer: CallbackAnswer, alert: str) -> None:
        """Answer the callback query, with an *alert* if there is one; retry until Telegram answers or rejects it."""
        for attempts in range(1, MAX_STEP_ATTEMPTS["card"] + 1):
            try:
                async with self.connection_slots:
                    await self.client.answer_callback_query(answer.query_id, alert or answer.toast, alert=bool(alert))
                return
            except RetryAfterError as retry_after:
                await asyncio.sleep(retry_after.seconds)
            except (OutcomeUnknownError, NotSentError):
                await asyncio.sleep(ANSWER_BACKOFF.delay(attempts))
            except ApiError:
                return
