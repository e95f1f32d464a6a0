"""The layout of the bot's messages in a chat: the parts of an outbox entry.

The main message is the one that is edited in place. Everything that is about the open question is in it, above the
question: so there is always one thing to read. Emergencies, pages and the summary are messages of their own.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from bot.adapters.telegram_bot.messages.context import UpdateContext
from bot.adapters.telegram_bot.messages.entities import as_spoiler
from bot.adapters.telegram_bot.messages.outgoing import (
    MAX_MESSAGE_CHARACTERS,
    MAX_TOAST_CHARACTERS,
    find_toast,
    text_message,
    to_messages,
)
from bot.adapters.telegram_bot.messages.spoilers import with_spoilers
from bot.engine.session import Button, Message, MessageKind, Session
from bot.engine.snapshot import Snapshot
from bot.model.bundle import ContentBundle
from bot.sessions.chat_record import ChatRecord

SEPARATE_KINDS = (MessageKind.PAGE, MessageKind.SUMMARY, MessageKind.CONTACT)
RESUME_ACTION = "!resume"
ANSWERED_LINE_CHARACTERS = 100  # left for the line above an answered question


def compose_entry(
    context: UpdateContext,
    after: ChatRecord,
    messages: Iterable[Message],
    *,
    query_id: str = "",
    is_typed: bool = False,
) -> dict[str, Any]:
    """Return the parts of the outbox entry that shows *messages*.

    They are `alarm` and `beside` (outgoing messages), `card` (outgoing messages, the last with buttons) and `tap` (the
    callback query and its toast).
    """
    messages = [with_spoilers(context.bundle, after.session, message) for message in messages]
    toast_line = find_toast(messages) if query_id else ""
    notes = [m for m in messages if m.kind is MessageKind.NOTE and m.text != toast_line]
    emergencies = [m for m in messages if m.kind is MessageKind.EMERGENCY]
    separate = [m for m in messages if m.kind in SEPARATE_KINDS]
    main = next(
        (m for m in reversed(messages) if m.kind not in (MessageKind.NOTE, MessageKind.EMERGENCY, *SEPARATE_KINDS)),
        None,
    )
    if main is None and notes and emergencies:
        separate = [*notes, *separate]
    elif main or notes:
        main = _main_with_notes(context, after, main, notes)
    encode = partial(context.callback_data.encode, after)
    entry: dict[str, Any] = {}
    if query_id:
        entry["tap"] = [query_id, toast_line]
    if emergencies:
        entry["alarm"] = [outgoing for message in emergencies for outgoing in to_messages(message, encode)]
    if separate:
        entry["beside"] = [outgoing for message in separate for outgoing in to_messages(message, encode)]
        entry["page"] = [message.kind for message in separate] == [MessageKind.PAGE] and len(entry["beside"]) == 1
    if main:
        entry |= {"card": to_messages(main, encode, list_options_in_full=is_typed), "kind": main.kind.value}
    return entry


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
    is_covered = snapshot.shown_question.sensitive and not after.uncovered
    return f"{bundle.text('answered', after.language)}\n{as_spoiler(text) if is_covered else text}"


def clearing_entry(
    context: UpdateContext, after: ChatRecord, entry: dict[str, Any], message_ids: list[int], *, without_trace: bool
) -> dict[str, Any]:
    """Return *entry* as a deletion of the messages *message_ids*.

    Afterwards it shows one neutral line; *without_trace* nothing but a toast.
    """
    main = entry.pop("card", [])
    deletion: dict[str, Any] = {name: entry[name] for name in ("n", "turn", "moved", "tap") if name in entry}
    if not without_trace:
        deletion["line"] = main[0]
    elif "tap" in deletion and main:
        deletion["tap"] = [deletion["tap"][0], main[0]["text"][:MAX_TOAST_CHARACTERS]]
    some_left = context.bundle.text("some_left", after.session.language)
    return deletion | {"clear": message_ids, "some_left": text_message(some_left, protect=True)}
