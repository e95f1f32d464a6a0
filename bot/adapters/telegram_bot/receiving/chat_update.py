"""One update of a private chat: the event it is for the engine, and the outbox entry that answers it.

A tap is an answer only to the question it was shown with; its callback data proves that. Words prove nothing, so they
count only if they were written when the open question could already be seen.
"""

import dataclasses
import time
from collections.abc import Iterable, Sequence

from msgspec import UNSET
from msgspec.structs import replace

from bot.adapters.telegram_bot.messages.callback_data import NO_TURN, TappedButton
from bot.adapters.telegram_bot.messages.context import UpdateContext
from bot.adapters.telegram_bot.messages.layout import (
    answered_question,
    clearing_entry,
    compose_entry,
    only_toast,
    with_caveat,
)
from bot.adapters.telegram_bot.messages.outgoing import fingerprint
from bot.adapters.telegram_bot.receiving.updates import (
    CallbackQuery,
    CommandMessage,
    IncomingUpdate,
    OtherContent,
    TextMessage,
)
from bot.engine.session import (
    COMMAND_PREFIX,
    ButtonPress,
    Event,
    Message,
    MessageKind,
    OtherInput,
    Session,
    Start,
    TypedText,
)
from bot.model.urgency import Urgency
from bot.sessions.chat_record import ChatRecord
from bot.sessions.outbox_entry import OutboxEntry, OutgoingMessage

BUTTON_COMMANDS = (
    "help",
    "privacy",
    "back",
    "stop",
    "delete",
    "hide",
    "urgent",
)  # commands that are buttons too
RESTART_ACTIONS = ("!restart",)  # begin again, and so belong to the turn they were shown in
RESUME_ENTRY_ID = -1  # the id of the entry that shows the open question again
HIDE_ACTION = "!hide"  # leaves nothing in the chat; `!delete` leaves a line
CLEARING_ACTIONS = ("!delete", HIDE_ACTION)


class TelegramUpdate:
    """A ChatUpdate (see sessions/chat_update.py) made of one Telegram update."""

    def __init__(self, incoming: IncomingUpdate, context: UpdateContext) -> None:
        self.incoming, self.context = incoming, context
        self.event: Event | None = None
        self.tapped_button: TappedButton | None = None
        self.outcome = ("", "")  # the flow and the urgency, if this update led to an outcome
        self.clarity_feedback = ""  # whether the ending was clear ("yes" or "no"), if this update says so

    @property
    def chat(self) -> str:
        """Return the chat's id, as the store writes it."""
        return str(self.incoming.chat_id)

    @property
    def update_id(self) -> int | None:
        """Return the update's id."""
        return self.incoming.update_id

    # ---- the event

    def to_event(self, record: ChatRecord) -> tuple[Session, Event | None]:
        """Return the session of the chat, and the event that the update is for the engine."""
        self._update_view(record)
        session = record.session
        match self.incoming.content:
            case CallbackQuery(_, data):
                self.tapped_button = tapped_button = self.context.callback_data.decode(record, data)
                if self._is_of_cleared_message(record):
                    self.event = OtherInput("gone")
                    return session, self.event
                if tapped_button.session_before_consent and not session.consented:
                    session = tapped_button.session_before_consent.with_changes(turn=session.turn)
                    record.view.adopt_main(self.incoming.message_id)
                elif tapped_button.is_authentic and self.incoming.message_id not in record.view.message_ids:
                    self._assume_emergency_shown(record, tapped_button.turn)
                self.event = self._tap_event(record, tapped_button)
            case TextMessage(text):
                turn = NO_TURN if self._list_hides_question(record) else self._turn_of_text(record)
                self.event = TypedText(text, turn, shows_all_keys=False)
            case CommandMessage(name, argument):
                self.event = self._command_event(record, name, argument)
            case OtherContent(phrase):
                self.event = OtherInput(phrase)
        return session, self.event

    def _update_view(self, record: ChatRecord) -> None:
        """Note in the record's view what the update shows about the chat's messages."""
        is_start = isinstance(self.incoming.content, CommandMessage) and self.incoming.content.name == "start"
        if not is_start and not record.session.consented and record.view.knows_nothing:
            record.view.began_unseen = True  # Telegram begins a chat with /start
        if self.incoming.message_id:
            record.view.note_update(
                self.incoming.message_id,
                is_tap=isinstance(self.incoming.content, CallbackQuery) and bool(record.tag),
            )

    def _is_of_cleared_message(self, record: ChatRecord) -> bool:
        """Whether the tap is on a message that was there when the chat was cleared: then nothing is shown again."""
        is_tap = isinstance(self.incoming.content, CallbackQuery)
        return is_tap and not record.session.consented and 0 < self.incoming.message_id <= record.view.cleared_up_to

    def _assume_emergency_shown(self, record: ChatRecord, turn: int) -> None:
        """Note the emergency of *turn* as sent, if it is not: a tap came from a message that is not in the view."""
        view = record.view
        for entry in record.outbox:
            steps = [f"alarm {index}" for index in range(len(entry.emergency))]
            is_meant = steps and entry.turn == turn and entry.advanced
            if is_meant and not set(steps) <= set(view.finished_steps(entry.update_id)):
                view.finish_steps(entry.update_id, *steps)
                view.note_sent(self.incoming.message_id)
                view.note_buttons(self.incoming.message_id)

    def _tap_event(self, record: ChatRecord, tapped_button: TappedButton) -> Event:
        """Return the event of a tapped button; one that belongs to no open question answers nothing."""
        if not tapped_button.is_authentic and not tapped_button.works_anytime:
            return ButtonPress("", NO_TURN) if record.session.consented else OtherInput("gone")
        if (
            tapped_button.button_id in RESTART_ACTIONS
            and record.session.flow
            and tapped_button.turn != record.session.turn
        ):
            return ButtonPress("", NO_TURN)
        return ButtonPress(tapped_button.button_id, tapped_button.turn)

    def _command_event(self, record: ChatRecord, name: str, argument: str) -> Event:
        """Return the event of a command."""
        match name:
            case "start":
                if not argument and self._was_sent_before_question(record):
                    return ButtonPress("!resume", NO_TURN)
                start = self.context.read_link(argument) if argument else Start()
                return dataclasses.replace(start, language=self.incoming.language)
            case "country":
                return ButtonPress(f"!country:{argument}" if argument else "!countries", NO_TURN)
            case "language":
                return ButtonPress(f"!language:{argument.lower()}", NO_TURN)
            case _ if name in BUTTON_COMMANDS:
                return ButtonPress(f"!{name}", self._turn_of_text(record))
        return TypedText("", self._turn_of_text(record))

    def _list_hides_question(self, record: ChatRecord) -> bool:
        """Whether a list is shown in place of the open question: words below it are for the list, no answer."""
        return bool(record.session.flow) and record.view.main_kind == MessageKind.LIST

    def _was_sent_before_question(self, record: ChatRecord) -> bool:
        """Whether the message was sent before the open question was shown.

        A `/start` from before consent that Telegram offers again must open nothing.
        """
        return bool(record.session.flow) and self.incoming.message_id < record.view.main_message

    def _turn_of_text(self, record: ChatRecord) -> int:
        """Return the turn a text was written in: the present one only if its question could be seen by then."""
        incoming, turn = self.incoming, record.session.turn
        if not record.session.flow:
            return turn
        is_seen = record.view.could_be_answered_by(turn, incoming.message_id, incoming.date, incoming.update_id)
        return turn if is_seen else NO_TURN

    # ---- the outbox entry

    def to_entry(self, before: ChatRecord, after: ChatRecord, messages: Iterable[Message]) -> OutboxEntry | None:
        """Return the outbox entry that shows *messages* and what follows from the update for older messages."""
        advanced = before.session.turn != after.session.turn or before.tag != after.tag
        if advanced:
            before.view.advanced_by = self.incoming.update_id
            messages = tuple(messages)
            self.outcome = after.session.flow, outcome_urgency(messages)
        if after.session.feedback_given > before.session.feedback_given and isinstance(self.event, ButtonPress):
            self.clarity_feedback = self.event.id.rpartition(":")[2]
        entry = compose_entry(
            self.context,
            after,
            messages,
            update_id=self.incoming.update_id,
            advanced=advanced,
            query_id=self.incoming.content.query_id if isinstance(self.incoming.content, CallbackQuery) else "",
            is_typed=isinstance(self.event, TypedText),
        )
        if self._clears_chat():
            return self._clearing_entry(before, after, entry)
        if self._is_of_cleared_message(before):
            return only_toast(entry)
        entry = self._with_answered_text(before, after, self._without_repeated_emergency(before, entry))
        return self._with_tapped_message(before, after, entry)

    def _with_answered_text(self, before: ChatRecord, after: ChatRecord, entry: OutboxEntry) -> OutboxEntry:
        """Return *entry* with what the message of the answered question shall show, and the typed answer to delete."""
        text = answered_question(self.context.bundle, before.session, after.session) if entry.advanced else ""
        is_typed = bool(text) and isinstance(self.event, TypedText)
        return replace(entry, answered_text=text, typed_message=self.incoming.message_id if is_typed else 0)

    def _without_repeated_emergency(self, before: ChatRecord, entry: OutboxEntry) -> OutboxEntry:
        """Return *entry* without its emergency, if that is on its way already or was shown just now."""
        is_on_its_way = any(other.emergency == entry.emergency for other in before.outbox)
        if entry.emergency and (
            is_on_its_way or (not entry.advanced and self._repeats_last_emergency(before, entry.emergency))
        ):
            return replace(entry, emergency=(), extra=())  # nor its phone number, as a contact
        return entry

    def _with_tapped_message(self, before: ChatRecord, after: ChatRecord, entry: OutboxEntry) -> OutboxEntry:
        """Return *entry* with what becomes of the message that was tapped on."""
        tapped, button = self.incoming.message_id, self.tapped_button
        if entry.extra_is_page and entry.callback_answer is not UNSET and tapped in before.view.page_messages:
            entry = replace(entry, page_to_turn=tapped)
        elif self._has_outdated_buttons(before, after):
            entry = replace(entry, strip_buttons_of=tapped)
        closes_list = bool(entry.emergency and button and button.button_id.startswith("!country:"))
        return replace(entry, closes_list=closes_list)

    def _clearing_entry(self, before: ChatRecord, after: ChatRecord, entry: OutboxEntry) -> OutboxEntry:
        """Return *entry* as a deletion of every message that is known to be in the chat."""
        without_trace = isinstance(self.event, ButtonPress) and self.event.id == HIDE_ACTION
        if before.view.began_unseen:
            entry = with_caveat(self.context, after, entry)
        return clearing_entry(self.context, after, entry, before.view.all_message_ids(), without_trace=without_trace)

    def _repeats_last_emergency(self, before: ChatRecord, emergency: Sequence[OutgoingMessage]) -> bool:
        """Whether *emergency* has just been shown and is the last message.

        A second tap on the answer that led to it would only say it twice.
        """
        is_answer_tap = (
            self.tapped_button is not None
            and self.tapped_button.button_id
            and not self.tapped_button.button_id.startswith(COMMAND_PREFIX)
        )
        return bool(is_answer_tap and emergency) and before.view.has_just_shown_emergency(
            fingerprint(emergency[-1]), time.time()
        )

    def _clears_chat(self) -> bool:
        """Whether the update asks to delete the chat's messages."""
        return isinstance(self.event, ButtonPress) and self.event.id in CLEARING_ACTIONS

    def _has_outdated_buttons(self, before: ChatRecord, after: ChatRecord) -> bool:
        """Whether the tapped message still shows buttons that are over."""
        tapped_button = self.tapped_button
        if not tapped_button or before.view.shows_buttons_of_now(self.incoming.message_id):
            return False
        return not tapped_button.is_authentic or (
            tapped_button.session_before_consent is None and tapped_button.turn != after.session.turn
        )


def outcome_urgency(messages: Iterable[Message]) -> str:
    """Return the urgency of the outcome among *messages*; empty where there is none."""
    urgencies = [Urgency.EMERGENCY.slug for message in messages if message.kind is MessageKind.EMERGENCY]
    urgencies += [message.floor.urgency.slug for message in messages if message.floor]
    return urgencies[0] if urgencies else ""


class ResumeUpdate:
    """The update of a chat when the bot comes back: the outbox is delivered, and the open question shown again."""

    def __init__(self, chat: str, context: UpdateContext) -> None:
        self.chat, self.context = chat, context
        self.update_id: int | None = None

    def to_event(self, record: ChatRecord) -> tuple[Session, Event | None]:
        """Return the session without an event; note that messages may have been sent before the restart."""
        record.view.reopened = False
        record.view.note_takeover()
        return record.session, None

    def to_entry(self, before: ChatRecord, after: ChatRecord, messages: Iterable[Message]) -> OutboxEntry | None:
        """Return an entry that shows the main message again; None if one is on its way or consent is missing."""
        advanced = before.session.turn != after.session.turn
        entry = compose_entry(self.context, after, messages, update_id=RESUME_ENTRY_ID, advanced=advanced)
        has_undelivered_main = any(other.main for other in before.outbox)
        # After a deletion nothing is shown again.
        if has_undelivered_main or not entry.main or not after.session.consented:
            return None
        before.view.forget_steps(RESUME_ENTRY_ID)
        return entry
