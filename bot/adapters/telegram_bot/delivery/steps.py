"""The steps that deliver one outbox entry in a chat: emergencies, extra messages, the main message, cleaning up."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from bot.adapters.telegram_bot.api.client import ApiClient, MessageNotFoundError, RequestRejectedError, SentMessage
from bot.adapters.telegram_bot.api.errors import OutcomeUnknownError
from bot.adapters.telegram_bot.messages.outgoing import OutgoingMessage, fingerprint, text_message
from bot.engine.session import MessageKind
from bot.sessions.chat_record import OutboxEntry
from bot.sessions.chat_view import MAX_DUPLICATES, ChatView

OnSent = Callable[[SentMessage], None]
MAX_PAGES_TURNED_IN_PLACE = 20  # reading pages in one chat that can still be turned in place
MAX_MESSAGES_PER_DELETE = 100  # messages in one call


class DeliverySteps:
    """Carries out the delivery steps of one chat.

    Each public method does one step, and may be called again if it failed.
    """

    def __init__(
        self,
        chat_id: int,
        client: ApiClient,
        get_view_data: Callable[[], dict[str, Any]],
        connection_slots: asyncio.Semaphore,
    ) -> None:
        self.chat_id = chat_id
        self.client = client
        self._get_view_data = get_view_data
        self._connection_slots = connection_slots
        self._entries_with_new_messages: set[int] = set()  # update ids of entries that sent a new message
        self._entry_of_message: dict[int, int] = {}  # the entry (update id) that let a message keep its buttons
        self.main_messages: dict[int, int] = {}  # the main messages we sent, by the update id of their entry

    @property
    def view(self) -> ChatView:
        """Return what is known of the messages in the chat."""
        return ChatView(self._get_view_data())

    def only_edited_messages(self, entry: OutboxEntry) -> bool:
        """Whether *entry* only edited messages: to deliver that again would change nothing."""
        return entry["n"] not in self._entries_with_new_messages and not {"alarm", "beside", "clear"} & entry.keys()

    def forget_entry(self, entry: OutboxEntry) -> None:
        """Forget what is remembered of *entry*, as it is delivered."""
        self._entries_with_new_messages.discard(entry["n"])
        self.view.forget_steps(entry["n"])

    # ---- new messages

    async def send_emergency(self, entry: OutboxEntry, index: int) -> None:
        """Send message *index* of the emergency of *entry*: always a new message, without waiting for a slot."""
        if "rings" in entry:
            self.view.note_possible_duplicate(
                self.view.main_message
            )  # the instance that had to send it died, and may have sent it
        outgoing, step = entry["alarm"][index], f"alarm {index}"
        await self._send(outgoing, entry["n"], step, lambda sent: self._note_emergency_sent(entry, index, sent.id))

    def _note_emergency_sent(self, entry: OutboxEntry, index: int, message_id: int) -> None:
        """Note that an emergency is in the message *message_id*.

        Where the emergency is repeated, only the last message has buttons.
        """
        view = self.view
        is_last = index + 1 == len(entry["alarm"])
        if is_last and not entry["moved"] and (before := view.last_emergency) in view.with_buttons:
            view.with_buttons.remove(before)
            view.former_main_messages.append([before, ""])
        view.with_buttons.append(message_id)
        self._entry_of_message[message_id] = entry["n"]
        view.notes["turn"] = entry["turn"]
        if is_last:
            view.note_emergency(message_id, fingerprint(entry["alarm"][index]), time.time())
            self._retire_main_after_emergency(entry)

    def record_alert(self, entry: OutboxEntry) -> None:
        """Note where another instance sent the emergency of *entry*."""
        view = self.view
        for index, message_id in enumerate(entry.get("rung", ())):
            if (step := f"alarm {index}") in view.finished_steps(entry["n"]):
                continue
            if entry["doubt"]:
                view.to_delete.extend(
                    id for id in range(max(1, message_id - MAX_DUPLICATES), message_id) if id not in view.message_ids
                )
            view.note_sent(message_id)
            view.finished_steps(entry["n"]).append(step)
            self._note_emergency_sent(entry, index, message_id)

    async def send_extra(self, entry: OutboxEntry, index: int) -> None:
        """Send an extra message of *entry*: a page, a summary. A page that was tapped on is edited into the next."""
        async with self._connection_slots:
            outgoing, step = entry["beside"][index], f"beside {index}"
            if not await self._turn_page(entry.get("over", 0), outgoing, entry["n"], step):
                await self._send(outgoing, entry["n"], step, lambda sent: self._note_page(entry, sent))

    async def _turn_page(self, page_message_id: int, outgoing: OutgoingMessage, update_id: int, step: str) -> bool:
        """Edit the page that was tapped on into *outgoing*; return False if there is none or it cannot be edited."""
        if not page_message_id:
            return False
        try:
            await self.client.edit(self.chat_id, page_message_id, outgoing)
        except (MessageNotFoundError, RequestRejectedError):
            return False
        self.view.finished_steps(update_id).append(step)
        return True

    def _note_page(self, entry: OutboxEntry, sent: SentMessage) -> None:
        """Remember the message *sent* as a page that can be turned in place."""
        if entry.get("page"):
            self.view.page_messages.append(sent.id)
            del self.view.page_messages[:-MAX_PAGES_TURNED_IN_PLACE]

    async def _send(
        self, outgoing: OutgoingMessage, update_id: int, step: str, on_sent: OnSent = lambda _: None
    ) -> None:
        """Send *outgoing* as a new message. The *step* counts as done, and *on_sent* is called, as soon as it is sent.

        A duplicate that an earlier attempt left is deleted later. So is the message itself, if a tap on its duplicate
        showed meanwhile that the earlier attempt had arrived.
        """
        last_before = self.view.last_message
        self._entries_with_new_messages.add(update_id)
        try:
            sent = await self.client.send(self.chat_id, outgoing)
        except OutcomeUnknownError:
            self.view.note_possible_duplicate(last_before)
            raise
        view = self.view
        if step in view.finished_steps(update_id):
            view.to_delete.append(sent.id)
            return
        view.note_sent(sent.id)
        view.finished_steps(update_id).append(step)
        view.to_delete.extend(view.pop_duplicates(sent.id))
        if 0 < update_id < view.clearing_update_id:
            view.to_delete.append(sent.id)  # the chat was cleared while this was being sent
        on_sent(sent)

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
            *earlier_parts, outgoing = entry["card"]
            for index, part in enumerate(earlier_parts):
                if (step := f"part {index}") not in self.view.finished_steps(entry["n"]):
                    await self._send(part, entry["n"], step)
            if not earlier_parts and self._can_edit_main(entry) and await self._edit_main(entry, outgoing):
                return
            await self._send(outgoing, entry["n"], "card", lambda sent: self._note_new_main(entry, outgoing, sent))

    def _note_new_main(self, entry: OutboxEntry, outgoing: OutgoingMessage, sent: SentMessage) -> None:
        """Note that the main message of *entry* was *sent* anew."""
        self.main_messages[entry["n"]] = sent.id
        self._retire_main(entry)
        self.view.note_main_shown(sent.id, entry["kind"], fingerprint(outgoing), entry["turn"], sent.date, time.time())

    def _can_edit_main(self, entry: OutboxEntry) -> bool:
        """Whether the main message can be edited into that of *entry*.

        An ending stays until its session is over, so that it can be read again; anything else may change.
        """
        ending_stays = self.view.main_kind == MessageKind.ENDING and entry["kind"] != MessageKind.ENDING
        return self.view.main_is_last and not ending_stays

    async def _edit_main(self, entry: OutboxEntry, outgoing: OutgoingMessage) -> bool:
        """Edit the main message into *outgoing*; return False if it is not in the chat any more."""
        main_id, new_fingerprint = self.view.main_message, fingerprint(outgoing)
        if new_fingerprint == self.view.fingerprint:
            return True
        try:
            edited = await self.client.edit(self.chat_id, main_id, outgoing)
        except MessageNotFoundError:
            self.view.forget_main()
            return False
        date = edited.date if edited else None
        self.view.note_main_shown(main_id, entry["kind"], new_fingerprint, entry["turn"], date, time.time())
        return True

    def _retire_main(self, entry: OutboxEntry) -> None:
        """Retire the main message: it is no longer the one that is edited.

        An ending keeps its buttons below a list; every other kind loses them later.
        """
        view = self.view
        if entry.get("kind") == MessageKind.LIST and view.main_kind == MessageKind.ENDING:
            view.with_buttons.append(view.main_message)
            self._entry_of_message[view.main_message] = entry["n"]
        elif view.main_message:
            view.former_main_messages.append([view.main_message, entry.get("left", "")])
        view.forget_main()

    def _retire_main_after_emergency(self, entry: OutboxEntry) -> None:
        """Retire the main message after an emergency that an answer led to: its question is over."""
        if (entry["moved"] or "leaves" in entry) and "card" not in entry:
            self._retire_main(entry)

    # ---- cleaning up: no record depends on it

    async def clean_up(self, entry: OutboxEntry) -> None:
        """Delete duplicates, close old questions, remove outdated buttons, delete the typed answer."""
        while next_to_delete := self.view.to_delete[:1]:
            await self._delete_duplicate(*next_to_delete)
            _remove_if_present(self.view.to_delete, *next_to_delete)
        while next_to_close := self.view.former_main_messages[:1]:
            await self._close_left_message(*next_to_close[0])
            _remove_if_present(self.view.former_main_messages, *next_to_close)
        if entry["moved"] and "card" in entry:
            # Not those of messages that came later.
            for message_id in [
                message_id
                for message_id in self.view.with_buttons
                if self._entry_of_message.get(message_id, 0) <= entry["n"]
            ]:
                await self._ignore_rejection(self.client.remove_buttons(self.chat_id, message_id))
                self.view.note_buttons_removed(message_id)
                self._entry_of_message.pop(message_id, None)
        strip_buttons_of = entry.get("bare")
        if strip_buttons_of and strip_buttons_of not in (
            self.view.main_message,
            *self.view.with_buttons,
        ):  # may be outdated
            await self._ignore_rejection(self.client.remove_buttons(self.chat_id, strip_buttons_of))
        if typed_message_id := entry.get("typed"):
            await self._ignore_rejection(self.client.delete_message(self.chat_id, typed_message_id))
            self.view.note_deleted(typed_message_id)

    async def _close_left_message(self, message_id: int, text: str) -> None:
        """Edit an old question into *text*, which shows the chosen answer; remove its buttons if *text* is empty."""
        if text:
            await self._ignore_rejection(self.client.edit(self.chat_id, message_id, text_message(text, protect=True)))
        else:
            await self._ignore_rejection(self.client.remove_buttons(self.chat_id, message_id))

    async def _ignore_rejection(self, request: Any) -> None:
        """Await *request*; a message that is gone, or that Telegram will not change, is no error."""
        with suppress(MessageNotFoundError, RequestRejectedError):
            await request

    # ---- clearing the chat

    async def clear_chat(self, entry: OutboxEntry) -> None:
        """Delete the messages that were in the chat when that was asked for; then send the line that is due.

        It says how many messages Telegram would not delete, or is the one line of a deletion that leaves a trace.
        """
        ids, remaining = entry["clear"], 0
        for first in range(0, len(ids), MAX_MESSAGES_PER_DELETE):
            remaining += await self.client.delete_and_count_remaining(
                self.chat_id, ids[first : first + MAX_MESSAGES_PER_DELETE]
            )
        self.view.note_cleared(ids)
        if remaining:
            notice = text_message(entry["some_left"]["text"].replace("{count}", str(remaining)), protect=True)
            await self._send(notice, entry["n"], "said")
        elif "line" in entry and not self.view.main_message:  # unless a new conversation has begun meanwhile
            await self._send(entry["line"], entry["n"], "said")


def _remove_if_present(items: list[Any], item: object) -> None:
    """Remove *item* from *items*, unless it is gone already: a chat may be cleared while we wait."""
    if item in items:
        items.remove(item)
