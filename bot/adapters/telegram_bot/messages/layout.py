"""The layout of the bot's messages in a chat: the parts of an outbox entry.

The main message is the one that is edited in place. Everything that is about the open question is in it, above the
question: so there is always one thing to read. Emergencies, pages and the summary are messages of their own.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from msgspec import UNSET
from msgspec.structs import replace as replace_fields

from bot.adapters.telegram_bot.messages.context import UpdateContext
from bot.adapters.telegram_bot.messages.entities import as_spoiler
from bot.adapters.telegram_bot.messages.outgoing import (
    MAX_MESSAGE_CHARACTERS,
    MAX_TOAST_CHARACTERS,
    ButtonEncoder,
    find_toast,
    text_message,
    to_messages,
)
from bot.adapters.telegram_bot.messages.spoilers import with_spoilers
from bot.engine.presenters.emergency import essential_emergency_text
from bot.engine.session import Button, Message, MessageKind, Session
from bot.engine.snapshot import Snapshot
from bot.model.bundle import ContentBundle
from bot.sessions.chat_record import ChatRecord
from bot.sessions.outbox_entry import CallbackAnswer, OutboxEntry, OutgoingMessage

SEPARATE_KINDS = (MessageKind.PAGE, MessageKind.SUMMARY, MessageKind.CONTACT)
RESUME_ACTION = "!resume"
ANSWERED_LINE_CHARACTERS = 100  # left for the line above an answered question


def compose_entry(
    context: UpdateContext,
    after: ChatRecord,
    messages: Iterable[Message],
    *,
    update_id: int,
    advanced: bool,
    query_id: str = "",
    is_typed: bool = False,
) -> OutboxEntry:
    """Return the outbox entry that shows *messages* and answers the callback query *query_id*, if there is one."""
    messages = [with_spoilers(context.bundle, after.session, message) for message in messages]
    toast = find_toast(messages) if query_id else ""
    parts = _sort_messages(messages, toast)
    main = parts.main
    if main or parts.notes:
        main = _main_with_notes(context, after, main, parts.notes)
    encode = partial(context.callback_data.encode, after)
    extra = tuple(outgoing for message in parts.separate for outgoing in to_messages(message, encode))
    return OutboxEntry(
        callback_answer=CallbackAnswer(query_id, toast) if query_id else UNSET,
        emergency=_emergency_messages(context, after, parts.emergencies, encode),
        extra=extra,
        extra_is_page=[message.kind for message in parts.separate] == [MessageKind.PAGE] and len(extra) == 1,
        main=tuple(to_messages(main, encode, list_options_in_full=is_typed)) if main else (),
        main_kind=main.kind.value if main else "",
        update_id=update_id,
        turn=after.session.turn,
        advanced=advanced,
    )


def _emergency_messages(
    context: UpdateContext, after: ChatRecord, emergencies: list[Message], encode: ButtonEncoder
) -> tuple[OutgoingMessage, ...]:
    """Return the outgoing messages of *emergencies*, each with what matters most of it."""
    if not emergencies:
        return ()
    essential = essential_emergency_text(context.bundle, after.session)
    outgoing = (outgoing for message in emergencies for outgoing in to_messages(message, encode))
    return tuple(replace_fields(message, essential=essential) for message in outgoing)


class _MessageParts(NamedTuple):
    """The messages of one reply, by what becomes of them."""

    emergencies: list[Message]
    separate: list[Message]
    notes: list[Message]
    main: Message | None


def _sort_messages(messages: list[Message], toast: str) -> _MessageParts:
    """Return *messages* by what becomes of them; the note that is shown as the *toast* is in none of the parts."""
    notes = [m for m in messages if m.kind is MessageKind.NOTE and m.text != toast]
    emergencies = [m for m in messages if m.kind is MessageKind.EMERGENCY]
    separate = [m for m in messages if m.kind in SEPARATE_KINDS]
    others = [m for m in messages if m.kind not in (MessageKind.NOTE, MessageKind.EMERGENCY, *SEPARATE_KINDS)]
    if not others and emergencies:  # notes below an emergency are messages of their own
        return _MessageParts(emergencies, [*notes, *separate], [], None)
    return _MessageParts(emergencies, separate, notes, others[-1] if others else None)


def _main_with_notes(context: UpdateContext, after: ChatRecord, main: Message | None, notes: list[Message]) -> Message:
    """Return the main message below the *notes*, with their buttons first among its tools.

    Where there is no main message, the notes alone.
    """
    if main and notes:  # the notes above it are about this very question
        main = replace(
            main, lead=main.lead.replace(context.bundle.text("progress_more", after.session.language), "").strip()
        )
    text = "\n\n".join(message.full_text for message in (*notes, *([main] if main else [])))
    tools = [tool for note in notes for tool in note.tools] + list(main.tools if main else ())
    if main is None:
        return Message(text, MessageKind.NOTE, (), _unique(tools))
    if main.kind is MessageKind.LIST and after.session.flow and RESUME_ACTION not in (tool.id for tool in tools):
        tools.append(Button(RESUME_ACTION, context.bundle.text("resume", after.session.language)))
    return replace(main, text=text, lead="", tools=_unique(tools))


def _unique(tools: list[Button]) -> tuple[Button, ...]:
    """Return *tools* without repetitions."""
    return tuple({tool.id: tool for tool in reversed(tools)}.values())[::-1]


def answered_question(bundle: ContentBundle, before: Session, after: Session) -> str:
    """Return the question that was just answered, with its answer: the text that its old message shall show.

    A private one stays covered, as it stays in the chat. Empty where no question was shown.
    """
    if before.flow not in bundle.machines:  # none yet, or one that a recall took away
        return ""
    snapshot = Snapshot(bundle, before)
    text = snapshot.answered_text(after.answers.get(snapshot.shown_state_id, ""))[
        : MAX_MESSAGE_CHARACTERS - ANSWERED_LINE_CHARACTERS
    ]
    if not text or snapshot.shown_question is None:
        return ""
    is_covered = snapshot.shown_question.sensitive and not after.reveal_private
    return f"{bundle.text('answered', after.language)}\n{as_spoiler(text) if is_covered else text}"


def clearing_entry(
    context: UpdateContext, after: ChatRecord, entry: OutboxEntry, message_ids: list[int], *, without_trace: bool
) -> OutboxEntry:
    """Return *entry* as a deletion of the messages *message_ids*.

    Afterwards it shows one neutral line; *without_trace* nothing but a toast.
    """
    answer = entry.callback_answer
    if without_trace and answer is not UNSET and entry.main:
        answer = CallbackAnswer(answer.query_id, entry.main[0].text[:MAX_TOAST_CHARACTERS])
    some_left = context.bundle.text("some_left", after.session.language)
    return OutboxEntry(
        update_id=entry.update_id,
        turn=entry.turn,
        advanced=entry.advanced,
        callback_answer=answer,
        closing_line=UNSET if without_trace else entry.main[0],
        messages_to_clear=tuple(message_ids),
        some_left_line=text_message(some_left, protect=True),
    )


def with_caveat(context: UpdateContext, after: ChatRecord, entry: OutboxEntry) -> OutboxEntry:
    """Return *entry* so that it promises no more than is known, where messages of before may stand in the chat."""
    promise, careful = (context.bundle.text(name, after.session.language) for name in ("deleted", "deleted_as_known"))
    if [outgoing.text for outgoing in entry.main] != [promise]:
        return entry
    return replace_fields(entry, main=(text_message(careful, entry.main[0].protect, entry.main[0].rows),))


def only_toast(entry: OutboxEntry) -> OutboxEntry:
    """Return *entry* with nothing but the answer to its tap: what it says is a toast."""
    answer = entry.callback_answer
    said = answer.toast if answer is not UNSET else ""
    if answer is not UNSET and not said and entry.main:
        answer = CallbackAnswer(answer.query_id, entry.main[0].text[:MAX_TOAST_CHARACTERS])
    return OutboxEntry(update_id=entry.update_id, turn=entry.turn, advanced=False, callback_answer=answer)
