"""What the bot says, laid out for a chat: what is sent first, what becomes a toast, what stands in the card.

The card is the one message that changes in place. Everything that is about the open question stands in it, above the
question: so there is always one thing to read. Emergencies, pages and the summary are messages of their own.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from bot.adapters.telegram.covers import dressed
from bot.adapters.telegram.desk import Desk
from bot.adapters.telegram.marks import covered
from bot.adapters.telegram.sheets import LONGEST, TOAST, sheet, sheets, toast
from bot.kept import Kept
from bot.library import Library
from bot.session import Button, Kind, Message, Session
from bot.talk import Talk

OWN = (Kind.PAGE, Kind.SUMMARY, Kind.CONTACT)
RESUME = "!resume"
MARGIN = 100  # characters, for the line above a question that stays behind


def composed(
    desk: Desk, after: Kept, messages: Iterable[Message], *, tap: str = "", typed: bool = False
) -> dict[str, Any]:
    """A parcel's parts: `alarm` and `beside` (sheets), `card` (sheets, the last with buttons), `tap` (and toast)."""
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
    """*card* below the *notes*, with their buttons first among its tools; the notes alone where there is no card."""
    if card and notes:  # what is said above it is about this very question
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
    return tuple({tool.id: tool for tool in reversed(tools)}.values())[::-1]


def question_left(library: Library, before: Session, after: Session) -> str:
    """The question that was just answered, with the answer marked: what its card is to look like if it stays behind.

    A private one stays covered, as it stays in the chat.
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
    """The deletion job that *parcel* becomes: which messages to clear, and one neutral line, or nothing but a toast."""
    said = parcel.pop("card", [])
    job: dict[str, Any] = {name: parcel[name] for name in ("n", "turn", "moved", "tap") if name in parcel}
    if not traceless:
        job["line"] = said[0]
    elif "tap" in job and said:
        job["tap"] = [job["tap"][0], said[0]["text"][:TOAST]]
    some_left = desk.library.text("some_left", after.session.language)
    return job | {"clear": ids, "some_left": sheet(some_left, protect=True)}
