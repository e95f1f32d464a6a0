"""One update of a private chat: the event it is for the engine, and the outbox entry that answers it.

A tap is an answer only to the question it was shown with; its callback data proves that. Words prove nothing, so they
count only if they were written when the open question could already be seen.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from bot.adapters.telegram_bot.messages.callback_data import NEVER, Tapped
from bot.adapters.telegram_bot.messages.context import Desk
from bot.adapters.telegram_bot.messages.layout import clearing, composed, question_left
from bot.adapters.telegram_bot.messages.outgoing import Sheet, face
from bot.adapters.telegram_bot.receiving.updates import Command, Heard, Tap, Thing, Words
from bot.engine.session import ACT, Event, Kind, Message, Other, Press, Session, Start, Typed
from bot.model.urgency import Urgency
from bot.sessions.chat_record import Kept, Parcel
from bot.sessions.chat_view import Screen

PLAIN = (
    "help",
    "privacy",
    "back",
    "stop",
    "delete",
    "hide",
    "urgent",
)  # commands that are buttons too
ANEW = ("!restart",)  # begin again, and so belong to the turn they were shown in
SEEN_AGAIN = -1  # the id of the entry that shows the open question again
TRACELESS = "!hide"  # leaves nothing in the chat; `!delete` leaves a line
CLEARS = ("!delete", TRACELESS)


class ChatDeed:
    """A ChatUpdate (see sessions/chat_event.py) made of one Telegram update."""

    def __init__(self, heard: Heard, desk: Desk) -> None:
        self.heard, self.desk = heard, desk
        self.event: Event | None = None
        self.tapped: Tapped | None = None
        self.ended = ("", "")  # the flow and the urgency, if this update led to an outcome
        self.clear = ""  # whether the ending was clear ("yes" or "no"), if this update says so

    @property
    def chat(self) -> str:
        """Return the chat's id, as the store writes it."""
        return str(self.heard.chat)

    @property
    def update(self) -> int | None:
        """Return the update's id."""
        return self.heard.update

    # ---- the event

    def read(self, kept: Kept) -> tuple[Session, Event | None]:
        """Return the session of the chat, and the event that the update is for the engine."""
        self._note(kept)
        session = kept.session
        match self.heard.done:
            case Tap(_, data):
                self.tapped = tapped = self.desk.buttons.read(kept, data)
                if tapped.place and not session.agreed:
                    session = replace(tapped.place, turn=session.turn)
                    Screen(kept.screen).adopt(self.heard.message)
                elif tapped.ours and self.heard.message not in Screen(kept.screen).ids:
                    self._was_shown(kept, tapped.turn)
                self.event = self._tapped(kept, tapped)
            case Words(text):
                self.event = Typed(text, NEVER if self._is_hidden(kept) else self._turn(kept))
            case Command(name, rest):
                self.event = self._commanded(kept, name, rest)
            case Thing(phrase):
                self.event = Other(phrase)
        return session, self.event

    def _note(self, kept: Kept) -> None:
        """Note in the record's view what the update shows about the chat's messages."""
        screen, message = kept.screen, self.heard.message
        if not message:
            return
        if screen.pop("reopened", False):
            Screen(screen).reopened()
        elif screen.pop("begun", False) or (not screen and not kept.tag and self.desk.young):
            Screen(screen).doubts(message)
        if isinstance(self.heard.done, Tap) and kept.tag:
            Screen(screen).met(message)
        else:
            Screen(screen).came(message)
        screen["last"] = max(message, screen.get("last", 0))

    def _was_shown(self, kept: Kept, turn: int) -> None:
        """Note the emergency of *turn* as sent, if it is not: a tap came from a message that is not in the view."""
        screen = Screen(kept.screen)
        for parcel in kept.outbox:
            jobs = [f"alarm {number}" for number in range(len(parcel.get("alarm", ())))]
            if jobs and parcel["turn"] == turn and parcel["moved"] and not set(jobs) <= set(screen.done(parcel["n"])):
                screen.done(parcel["n"]).extend(jobs)
                screen.sent(self.heard.message)
                screen.up.append(self.heard.message)

    def _tapped(self, kept: Kept, tapped: Tapped) -> Event:
        """Return the event of a tapped button; one that belongs to no open question answers nothing."""
        if not tapped.ours and not tapped.anytime:
            return Press("", NEVER) if kept.session.agreed else Other("gone")
        if tapped.id in ANEW and kept.session.flow and tapped.turn != kept.session.turn:
            return Press("", NEVER)
        return Press(tapped.id, tapped.turn)

    def _commanded(self, kept: Kept, name: str, rest: str) -> Event:
        """Return the event of a command."""
        match name:
            case "start":
                if not rest and self._was_before(kept):
                    return Press("!resume", NEVER)
                start = self.desk.read_link(rest) if rest else Start()
                return replace(start, language=self.heard.language)
            case "country":
                return Press(f"!country:{rest}" if rest else "!countries", NEVER)
            case "language":
                return Press(f"!language:{rest.lower()}", NEVER)
            case _ if name in PLAIN:
                return Press(f"!{name}", self._turn(kept))
        return Typed("", self._turn(kept))

    def _is_hidden(self, kept: Kept) -> bool:
        """Whether a list is shown in place of the open question: words below it are for the list, no answer."""
        return bool(kept.session.flow) and Screen(kept.screen).kind == Kind.LIST

    def _was_before(self, kept: Kept) -> bool:
        """Whether the message was sent before the open question was shown.

        A `/start` from before consent that Telegram offers again must open nothing.
        """
        return bool(kept.session.flow) and self.heard.message < Screen(kept.screen).card

    def _turn(self, kept: Kept) -> int:
        """Return the turn a text was written in: the present one only if its question could be seen by then."""
        screen, heard = kept.screen, self.heard
        if not kept.session.flow:
            return kept.session.turn
        seen = screen.get("turn") == kept.session.turn
        after = heard.date >= screen.get("shown", 0) and heard.message > screen.get("card", 0)
        return kept.session.turn if seen and after and heard.update > screen.get("by", 0) else NEVER

    # ---- the outbox entry

    def compose(self, before: Kept, after: Kept, messages: Iterable[Message]) -> Parcel | None:
        """Return the outbox entry that shows *messages* and what follows from the update for older messages."""
        moved = before.session.turn != after.session.turn or before.tag != after.tag
        if moved:
            before.screen["by"] = self.heard.update
            messages = tuple(messages)
            self.ended = after.session.flow, urgency(messages)
        if after.session.told > before.session.told and isinstance(self.event, Press):
            self.clear = self.event.id.rpartition(":")[2]
        tap = self.heard.done.query if isinstance(self.heard.done, Tap) else ""
        typed = isinstance(self.event, Typed)
        parcel = composed(self.desk, after, messages, tap=tap, typed=typed)
        parcel |= {"n": self.heard.update, "turn": after.session.turn, "moved": moved}
        if moved and (left := question_left(self.desk.library, before.session, after.session)):
            parcel["left"] = left
            if typed:
                parcel["typed"] = self.heard.message
        on_its_way = any(other.get("alarm") == parcel.get("alarm") for other in before.outbox)
        if "alarm" in parcel and (on_its_way or (not moved and self._has_just_come(before, parcel["alarm"]))):
            del parcel["alarm"]
            parcel.pop("beside", None)  # its phone number, as a contact
        if parcel.get("page") and tap and self.heard.message in Screen(before.screen).pages:
            parcel["over"] = self.heard.message
        elif self._is_stray(before, after):
            parcel["bare"] = self.heard.message
        if "alarm" in parcel and self.tapped and self.tapped.id.startswith("!country:"):
            parcel["leaves"] = True  # the list of countries is over
        return self._clearing(before, after, parcel) if self._clears() else parcel

    def _clearing(self, before: Kept, after: Kept, parcel: dict[str, Any]) -> Parcel:
        """Return *entry* as a deletion of every message that is known to be in the chat."""
        traceless = isinstance(self.event, Press) and self.event.id == TRACELESS
        return clearing(self.desk, after, parcel, Screen(before.screen).everything(), traceless=traceless)

    def _has_just_come(self, before: Kept, alarm: Sequence[Sheet]) -> bool:
        """Whether *emergency* has just been shown and is the last message.

        A second tap on the answer that led to it would only say it twice.
        """
        again = self.tapped is not None and self.tapped.id and not self.tapped.id.startswith(ACT)
        return bool(again and alarm) and Screen(before.screen).rang(face(alarm[-1]), time.time())

    def _clears(self) -> bool:
        """Whether the update asks to delete the chat's messages."""
        return isinstance(self.event, Press) and self.event.id in CLEARS

    def _is_stray(self, before: Kept, after: Kept) -> bool:
        """Whether the tapped message still shows buttons that are over."""
        tapped = self.tapped
        if not tapped or self.heard.message in (before.screen.get("card"), *before.screen.get("up", [])):
            return False
        return not tapped.ours or (tapped.place is None and tapped.turn != after.session.turn)


def urgency(messages: Iterable[Message]) -> str:
    """Return the urgency of the outcome among *messages*; empty where there is none."""
    said = [Urgency.EMERGENCY.word for m in messages if m.kind is Kind.EMERGENCY]
    said += [m.floor.urgency.word for m in messages if m.floor]
    return said[0] if said else ""


class Waking:
    """The update of a chat when the bot comes back: the outbox is delivered, and the open question shown again."""

    def __init__(self, chat: str, desk: Desk) -> None:
        self.chat, self.desk = chat, desk
        self.update: int | None = None

    def read(self, kept: Kept) -> tuple[Session, Event | None]:
        """Return the session without an event; note that messages may have been sent before the restart."""
        kept.screen.pop("reopened", None)
        Screen(kept.screen).reopened()
        return kept.session, None

    def compose(self, before: Kept, after: Kept, messages: Iterable[Message]) -> Parcel | None:
        """Return an entry that shows the main message again; None if one is on its way or consent is missing."""
        parcel: dict[str, Any] = composed(self.desk, after, messages)
        moved = before.session.turn != after.session.turn
        owed = any("card" in other for other in before.outbox)
        # After a deletion nothing is shown again.
        if owed or "card" not in parcel or not after.session.agreed:
            return None
        Screen(before.screen).is_over(SEEN_AGAIN)
        return parcel | {"n": SEEN_AGAIN, "turn": after.session.turn, "moved": moved}
