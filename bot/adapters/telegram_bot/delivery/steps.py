"""The steps that deliver one outbox entry in a chat: emergencies, extra messages, the main message, cleaning up."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from msgspec import UNSET

from bot.adapters.telegram_bot.api.client import ApiClient, SentMessage
from bot.adapters.telegram_bot.api.errors import (
    ApiError,
    ChatUnreachableError,
    MessageNotFoundError,
    OutcomeUnknownError,
    RequestRejectedError,
)
from bot.adapters.telegram_bot.delivery.forms import ESSENTIAL_FORM, FULL_FORM, in_form
from bot.adapters.telegram_bot.messages.outgoing import fingerprint, text_message
from bot.engine.session import MessageKind
from bot.sessions.chat_view import ChatView, FormerMainMessage
from bot.sessions.outbox_entry import OutboxEntry, OutgoingMessage

log = logging.getLogger(__name__)
OnSent = Callable[[SentMessage], None]
MAX_MESSAGES_PER_DELETE = 100  # messages in one call
MAX_PROBED_DUPLICATES = 10  # messages that are looked at one by one: so nothing the person wrote is taken for ours
IDS_ON_THEIR_WAY = 20  # ids above the newest known one that a message may have by now


class DeliverySteps:
    """Carries out the delivery steps of one chat.

    Each public method does one step, and may be called again if it failed.
    """

    def __init__(
        self,
        chat_id: int,
        client: ApiClient,
        get_view: Callable[[], ChatView],
        is_before_deletion: Callable[[int], bool],
        connection_slots: asyncio.Semaphore,
    ) -> None:
        self.chat_id = chat_id
        self.client = client
        self._get_view, self._is_before_deletion = get_view, is_before_deletion
        self._connection_slots = connection_slots
        self._entries_with_new_messages: set[int] = set()  # update ids of entries that sent a new message
        self._entry_of_message: dict[int, int] = {}  # the entry (update id) that let a message keep its buttons
        self._forms: dict[tuple[int, str], int] = {}  # in which form a step sends, after the fuller were refused
        self.main_messages: dict[int, int] = {}  # the main messages we sent, by the update id of their entry

    @property
    def view(self) -> ChatView:
        """Return what is known of the messages in the chat."""
        return self._get_view()

    def only_edited_messages(self, entry: OutboxEntry) -> bool:
        """Whether *entry* only edited messages: to deliver that again would change nothing."""
        return entry.update_id not in self._entries_with_new_messages and not (
            entry.emergency or entry.extra or entry.is_deletion
        )

    def forget_entry(self, entry: OutboxEntry) -> None:
        """Forget what is remembered of *entry*, as it is delivered."""
        self._entries_with_new_messages.discard(entry.update_id)
        self._forms = {key: form for key, form in self._forms.items() if key[0] != entry.update_id}
        self.view.forget_steps(entry.update_id)

    # ---- the form of a message

    def form(self, entry: OutboxEntry, step: str) -> int:
        """Return the form in which *step* of *entry* is sent."""
        return self._forms.get((entry.update_id, step), FULL_FORM)

    def use_plainer_form(self, entry: OutboxEntry, step: str) -> bool:
        """Let *step* be sent in a plainer form than was refused; if that was the plainest, begin again.

        Returns False then.
        """
        form = self.form(entry, step)
        self._forms[entry.update_id, step] = form + 1 if form < ESSENTIAL_FORM else FULL_FORM
        return form < ESSENTIAL_FORM

    # ---- new messages

    async def send_emergency(self, entry: OutboxEntry, index: int) -> None:
        """Send message *index* of the emergency of *entry*: always a new message, without waiting for a slot."""
        if entry.alerting_instance is not UNSET:  # it had to send it, died, and may have sent it
            self.view.note_possible_duplicate(self.view.main_message)
        step = f"alarm {index}"
        outgoing = in_form(entry.emergency[index], self.form(entry, step))
        await self._send(outgoing, entry.update_id, step, lambda sent: self._note_emergency_sent(entry, index, sent.id))

    def _note_emergency_sent(self, entry: OutboxEntry, index: int, message_id: int) -> None:
        """Note that an emergency is in the message *message_id*.

        Where the emergency is repeated, only the last message has buttons.
        """
        view = self.view
        is_last = index + 1 == len(entry.emergency)
        if is_last and not entry.advanced:
            view.retire_emergency()
        view.note_buttons(message_id)
        self._entry_of_message[message_id] = entry.update_id
        view.main_turn = entry.turn
        if is_last:
            view.note_emergency(message_id, fingerprint(entry.emergency[index]), time.time())
            self._retire_main_after_emergency(entry)

    def record_alert(self, entry: OutboxEntry) -> None:
        """Note where another instance sent the emergency of *entry*."""
        view = self.view
        for index, message_id in enumerate(entry.alerted_ids):
            if (step := f"alarm {index}") in view.finished_steps(entry.update_id):
                continue
            if entry.alert_may_be_duplicated:
                view.delete_unknown_between(0, message_id)
            view.note_sent(message_id)
            view.finish_steps(entry.update_id, step)
            self._note_emergency_sent(entry, index, message_id)

    async def send_extra(self, entry: OutboxEntry, index: int) -> None:
        """Send an extra message of *entry*: a page, a summary. A page that was tapped on is edited into the next."""
        async with self._connection_slots:
            step = f"beside {index}"
            outgoing, is_full = in_form(entry.extra[index], self.form(entry, step)), not self.form(entry, step)
            if not (is_full and await self._turn_page(entry.page_to_turn, outgoing, entry.update_id, step)):
                await self._send(outgoing, entry.update_id, step, lambda sent: self._note_page(entry, sent))

    async def _turn_page(self, page_message_id: int, outgoing: OutgoingMessage, update_id: int, step: str) -> bool:
        """Edit the page that was tapped on into *outgoing*; return False if there is none or it cannot be edited."""
        if not page_message_id:
            return False
        try:
            await self.client.edit(self.chat_id, page_message_id, outgoing)
        except (MessageNotFoundError, RequestRejectedError):
            return False
        self.view.finish_steps(update_id, step)
        return True

    def _note_page(self, entry: OutboxEntry, sent: SentMessage) -> None:
        """Remember the message *sent* as a page that can be turned in place."""
        if entry.extra_is_page:
            self.view.note_page(sent.id)

    async def _send(
        self, outgoing: OutgoingMessage, update_id: int, step: str, on_sent: OnSent = lambda _: None
    ) -> None:
        """Send *outgoing* as a new message. The *step* counts as done, and *on_sent* is called, as soon as it is sent.

        A duplicate that an earlier attempt left is deleted later. So is the message itself, if a tap on its duplicate
        showed meanwhile that the earlier attempt had arrived.
        """
        newest_before = max(self.view.last_message, self.client.message_ids.newest)
        self._entries_with_new_messages.add(update_id)
        try:
            sent = await self.client.send(self.chat_id, outgoing)
        except OutcomeUnknownError:
            self.view.note_possible_duplicate(newest_before)
            raise
        view = self.view
        if step in view.finished_steps(update_id):
            view.delete_later(sent.id)
            return
        view.note_sent(sent.id)
        view.finish_steps(update_id, step)
        view.delete_duplicates_above(sent.id, self.client.message_ids)
        if self._is_before_deletion(update_id):
            view.delete_later(sent.id)  # the chat was to be cleared while this was being sent
            return
        on_sent(sent)

    async def _delete_duplicates(self) -> None:
        """Delete every message that was set to be deleted: many at once by the hundred, few with a look at each.

        The ids in doubt may be of other chats: Telegram passes those over.
        """
        while len(many := self.view.to_delete[:MAX_MESSAGES_PER_DELETE]) > MAX_PROBED_DUPLICATES:
            await self.client.delete_and_count_remaining(self.chat_id, many)
            for message_id in many:
                self.view.note_duplicate_deleted(message_id)
        while next_to_delete := self.view.to_delete[:1]:
            await self._delete_duplicate(*next_to_delete)
            self.view.note_duplicate_deleted(*next_to_delete)

    async def _delete_duplicate(self, message_id: int) -> None:
        """Delete a message that may be a duplicate, if it is in the chat and ours.

        Only a message that is ours and in this chat can be edited, so its buttons are removed first.
        """
        with suppress(MessageNotFoundError, RequestRejectedError):
            await self.client.remove_buttons(self.chat_id, message_id)
            await self.client.delete_message(self.chat_id, message_id)

    # ---- the main message

    async def show_main(self, entry: OutboxEntry) -> None:
        """Show the main message: edited in place while it is the last message in the chat, else sent anew below."""
        async with self._connection_slots:
            form = self.form(entry, "card")
            *earlier_parts, last_part = entry.main if form < ESSENTIAL_FORM else entry.main[-1:]
            for index, part in enumerate(earlier_parts):
                if (step := f"part {index}") not in self.view.finished_steps(entry.update_id):
                    await self._send(in_form(part, form), entry.update_id, step)
            outgoing = in_form(last_part, form, list_buttons=True)
            can_edit = form == FULL_FORM and not earlier_parts and self._can_edit_main(entry)
            if can_edit and await self._edit_main(entry, outgoing):
                return
            await self._send(outgoing, entry.update_id, "card", lambda sent: self._note_new_main(entry, outgoing, sent))

    def _note_new_main(self, entry: OutboxEntry, outgoing: OutgoingMessage, sent: SentMessage) -> None:
        """Note that the main message of *entry* was *sent* anew."""
        self.main_messages[entry.update_id] = sent.id
        self._retire_main(entry)
        self.view.note_main_shown(sent.id, entry.main_kind, fingerprint(outgoing), entry.turn, sent.date, time.time())

    def _can_edit_main(self, entry: OutboxEntry) -> bool:
        """Whether the main message can be edited into that of *entry*.

        An ending stays until its session is over, so that it can be read again; anything else may change.
        """
        ending_stays = self.view.main_kind == MessageKind.ENDING and entry.main_kind != MessageKind.ENDING
        return self.view.main_is_last and not ending_stays

    async def _edit_main(self, entry: OutboxEntry, outgoing: OutgoingMessage) -> bool:
        """Edit the main message into *outgoing*; return False if it must be sent anew: it is gone, or it is refused."""
        main_id, new_fingerprint = self.view.main_message, fingerprint(outgoing)
        if new_fingerprint == self.view.fingerprint:
            return True
        try:
            edited = await self.client.edit(self.chat_id, main_id, outgoing)
        except MessageNotFoundError:
            self.view.delete_later(main_id)  # that may be said falsely: its buttons must not work beside the new ones
            self.view.forget_main()
            return False
        except RequestRejectedError:
            return False
        if self._is_before_deletion(entry.update_id):
            return True  # the chat is to be cleared, and this message with it: it is not the main one any more
        date = edited.date if edited else None
        self.view.note_main_shown(main_id, entry.main_kind, new_fingerprint, entry.turn, date, time.time())
        return True

    def _retire_main(self, entry: OutboxEntry) -> None:
        """Retire the main message: it is no longer the one that is edited.

        An ending keeps its buttons below a list; every other kind loses them later.
        """
        view = self.view
        if entry.main_kind == MessageKind.LIST and view.main_kind == MessageKind.ENDING:
            view.note_buttons(view.main_message)
            self._entry_of_message[view.main_message] = entry.update_id
            view.forget_main()
        else:
            view.retire_main(entry.answered_text)

    def _retire_main_after_emergency(self, entry: OutboxEntry) -> None:
        """Retire the main message after an emergency that an answer led to: its question is over."""
        if (entry.advanced or entry.closes_list) and not entry.main:
            self._retire_main(entry)

    # ---- cleaning up: no record depends on it

    async def clean_up(self, entry: OutboxEntry) -> None:
        """Delete duplicates, close old questions, remove outdated buttons, delete the typed answer."""
        await self._delete_duplicates()
        while next_to_close := self.view.former_main_messages[:1]:
            await self._close_former_main(*next_to_close)
            self.view.note_closed(*next_to_close)
        if entry.advanced and entry.main:
            # Not those of messages that came later.
            for message_id in [
                message_id
                for message_id in self.view.with_buttons
                if self._entry_of_message.get(message_id, 0) <= entry.update_id
            ]:
                await self._ignore_rejection(self.client.remove_buttons(self.chat_id, message_id))
                self.view.note_buttons_removed(message_id)
                self._entry_of_message.pop(message_id, None)
        if entry.strip_buttons_of and not self.view.shows_buttons_of_now(entry.strip_buttons_of):
            await self._ignore_rejection(self.client.remove_buttons(self.chat_id, entry.strip_buttons_of))
        if entry.typed_message:
            await self._ignore_rejection(self.client.delete_message(self.chat_id, entry.typed_message))
            self.view.note_deleted(entry.typed_message)

    async def _close_former_main(self, former: FormerMainMessage) -> None:
        """Edit an old question into a text that shows the chosen answer; where there is none, remove its buttons."""
        if former.text:
            closed = text_message(former.text, protect=True)
            await self._ignore_rejection(self.client.edit(self.chat_id, former.message, closed))
        else:
            await self._ignore_rejection(self.client.remove_buttons(self.chat_id, former.message))

    async def _ignore_rejection(self, request: Any) -> None:
        """Await *request*; a message that is gone, or that Telegram will not change, is no error."""
        with suppress(MessageNotFoundError, RequestRejectedError):
            await request

    # ---- clearing the chat

    async def clear_chat(self, entry: OutboxEntry) -> None:
        """Delete the messages that were in the chat when that was asked for; then send the line that is due.

        It says how many messages Telegram would not delete, or is the one line of a deletion that leaves a trace.
        """
        known = sorted({*(entry.messages_to_clear or ()), *self.view.to_delete})
        doubted_after = self.view.duplicates_after
        remaining = await self._delete_by_the_hundred(known)
        remaining += await self._delete_by_the_hundred(self._ids_that_may_stand(known))
        self.view.note_cleared(known)
        if self.view.duplicates_after == doubted_after:
            self.view.duplicates_after = UNSET
        if remaining and entry.some_left_line is not UNSET:
            notice = text_message(entry.some_left_line.text.replace("{count}", str(remaining)), protect=True)
            await self._send_closing_line(notice, entry)
        elif entry.closing_line is not UNSET and not self.view.main_message:  # else a new conversation has begun
            await self._send_closing_line(entry.closing_line, entry)

    async def say_what_stays(self, entry: OutboxEntry) -> None:
        """Say that nothing could be cleared for as long as Telegram clears anything; tried once."""
        log.error("a chat could not be cleared in 48 hours")
        if entry.some_left_line is not UNSET:
            count = str(len(entry.messages_to_clear or ()))
            notice = text_message(entry.some_left_line.text.replace("{count}", count), protect=True)
            with suppress(ApiError):
                await self._send(notice, entry.update_id, "said")

    async def _send_closing_line(self, line: OutgoingMessage, entry: OutboxEntry) -> None:
        """Send the one line that stays after the deletion *entry*; who cannot be told is not told."""
        with suppress(RequestRejectedError, ChatUnreachableError):
            await self._send(in_form(line, self.form(entry, "clear")), entry.update_id, "said")

    async def _delete_by_the_hundred(self, ids: list[int]) -> int:
        """Delete the messages *ids* as far as Telegram allows; return how many remain."""
        hundreds = [
            ids[first : first + MAX_MESSAGES_PER_DELETE] for first in range(0, len(ids), MAX_MESSAGES_PER_DELETE)
        ]
        return sum([await self.client.delete_and_count_remaining(self.chat_id, hundred) for hundred in hundreds])

    def _ids_that_may_stand(self, known: list[int]) -> list[int]:
        """Return ids that may be of messages in this chat, besides those *known*.

        These are what a lost answer or a process that died may have left, and the few ids below the first known
        message: what was said before a restart, before anything was stored.
        """
        view, elsewhere = self.view, self.client.message_ids
        first, newest = min(known, default=0), max([*known[-1:], view.last_message, elsewhere.newest])
        ids = set(view.unknown_between(first - 1 - MAX_MESSAGES_PER_DELETE, first)) if first else set()
        if view.duplicates_after is not UNSET:
            ids |= set(view.unknown_between(view.duplicates_after, newest + IDS_ON_THEIR_WAY, elsewhere))
        return sorted(ids - set(known))
