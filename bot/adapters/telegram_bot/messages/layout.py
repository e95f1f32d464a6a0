"""The layout of the bot's messages in a chat: the parts of an outbox entry.

The main message is the one that is edited in place. Everything that is about the open question is in it, above the
question: so there is always one thing to read. Emergencies, pages and the summary are messages of their own.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from bot.adapters.telegram_bot.messages.context import Desk
from bot.adapters.telegram_bot.messages.entities import covered
from bot.adapters.telegram_bot.messages.outgoing import LONGEST, TOAST, sheet, sheets, toast
from bot.adapters.telegram_bot.messages.spoilers import dressed
from bot.engine.session import Button, Kind, Message, Session
from bot.engine.snapshot import Talk
from bot.model.bundle import Library
from bot.sessions.chat_record import Kept

OWN = (Kind.PAGE, Kind.SUMMARY, Kind.CONTACT)
RESUME = "!resume"
MARGIN = 100  # left for the line above an answered question


def composed(
    desk: Desk, after: Kept, messages: Iterable[Message], *, tap: str = "", typed: bool = False
) -> dict[str, Any]:
    """Return the parts of the outbox entry that shows *messages*.

    They are `alarm` and `beside` (outgoing messages), `card` (outgoing messages, the last with buttons) and `tap` (the
    callback query and its toast).
    """
    messages = [dressed(desk.library, after.session, message) for message in messages]
    passing = toast(messages) if tap else ""
    notes = [m for m in messages if m.kind is Kind.NOTE and m.text != passing]
    alarms = [m for m in messages if m.kind is Kind.EMERGENCY]
    own = [m for m in messages if m.kind in OWN]
    card = next((m for m in reversed(messages) if m.kind not in (Kind.NOTE, Kind.EMERGENCY, *OWN)), None)
    if card is None and notes and alarms:
        own = [*notes, *own]
    elif card or notes:
        card = _with_notes(desk, after, card, notes)
    write = partial(desk.buttons.write, after)
    parcel: dict[str, Any] = {}
    if tap:
        parcel["tap"] = [tap, passing]
    if alarms:
        parcel["alarm"] = [sheet for message in alarms for sheet in sheets(message, write)]
    if own:
        parcel["beside"] = [sheet for message in own for sheet in sheets(message, write)]
        parcel["page"] = [message.kind for message in own] == [Kind.PAGE] and len(parcel["beside"]) == 1
    if card:
        parcel |= {"card": sheets(card, write, numbered=typed), "kind": card.kind.value}
    return parcel


def _with_notes(desk: Desk, after: Kept, card: Message | None, notes: list[Message]) -> Message:
    """Return the main message below the *notes*, with their buttons first among its tools.

    Where there is no main message, the notes alone.
    """
    if card and notes:  # the notes above it are about this very question
        card = replace(
            card, lead=card.lead.replace(desk.library.text("progress_more", after.session.language), "").strip()
        )
    text = "\n\n".join(message.whole for message in (*notes, *([card] if card else [])))
    tools = [tool for note in notes for tool in note.tools] + list(card.tools if card else ())
    if card is None:
        return Message(text, Kind.NOTE, (), _once(tools))
    if card.kind is Kind.LIST and after.session.flow and RESUME not in (tool.id for tool in tools):
        tools.append(Button(RESUME, desk.library.text("resume", after.session.language)))
    return replace(card, text=text, lead="", tools=_once(tools))


def _once(tools: list[Button]) -> tuple[Button, ...]:
    """Return *tools* without repetitions."""
    return tuple({tool.id: tool for tool in reversed(tools)}.values())[::-1]


def question_left(library: Library, before: Session, after: Session) -> str:
    """Return the question that was just answered, with its answer: the text that its old message shall show.

    A private one stays covered, as it stays in the chat. Empty where no question was shown.
    """
    if before.flow not in library.machines:  # none yet, or one that a recall took away
        return ""
    talk = Talk(library, before)
    text = talk.left(after.answers.get(talk.at, ""))[: LONGEST - MARGIN]
    if not text or talk.asked is None:
        return ""
    hidden = talk.asked.sensitive and not after.uncovered
    return f"{library.text('answered', after.language)}\n{covered(text) if hidden else text}"


def clearing(desk: Desk, after: Kept, parcel: dict[str, Any], ids: list[int], *, traceless: bool) -> dict[str, Any]:
    """Return *entry* as a deletion of the messages *message_ids*.

    Afterwards it shows one neutral line; *without_trace* nothing but a toast.
    """
    said = parcel.pop("card", [])
    job: dict[str, Any] = {name: parcel[name] for name in ("n", "turn", "moved", "tap") if name in parcel}
    if not traceless:
        job["line"] = said[0]
    elif "tap" in job and said:
        job["tap"] = [job["tap"][0], said[0]["text"][:TOAST]]
    some_left = desk.library.text("some_left", after.session.language)
    return job | {"clear": ids, "some_left": sheet(some_left, protect=True)}
