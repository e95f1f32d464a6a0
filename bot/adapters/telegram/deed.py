"""One thing that somebody did in their private chat: what it means, and what it changes on the screen.

A tap is an answer only to the question it was shown with; its data proves that. Words prove nothing, so they count only
if they were written when the open question could already be seen.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from bot.adapters.telegram.buttons import NEVER, Tapped
from bot.adapters.telegram.composing import clearing, composed, question_left
from bot.adapters.telegram.desk import Desk
from bot.adapters.telegram.screen import Screen
from bot.adapters.telegram.sheets import Sheet, face
from bot.adapters.telegram.updates import Command, Heard, Tap, Thing, Words
from bot.kept import Kept, Parcel
from bot.session import ACT, Event, Kind, Message, Other, Press, Session, Start, Typed
from bot.urgency import Urgency

PLAIN = (
    "help",
    "privacy",
    "back",
    "stop",
    "delete",
    "hide",
    "urgent",
)  # commands that are buttons too
ANEW = ("!restart",)  # begins again, and so belongs to the turn it was shown in
SEEN_AGAIN = -1  # the number of the parcel that shows an open card again
TRACELESS = "!hide"  # leaves nothing in the chat; the other leaves a line
CLEARS = ("!delete", TRACELESS)


class ChatDeed:
    """A Deed (see conversation.py) made of one update."""

    def __init__(self, heard: Heard, desk: Desk) -> None:
        self.heard, self.desk = heard, desk
        self.event: Event | None = None
        self.tapped: Tapped | None = None
        self.ended = ("", "")  # the flow and the urgency, if it came to an outcome
        self.clear = ""  # whether the ending was, if they said so just now

    @property
    def chat(self) -> str:
        return str(self.heard.chat)

    @property
    def update(self) -> int | None:
        return self.heard.update

    # ---- what it means

    def read(self, kept: Kept) -> tuple[Session, Event | None]:
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
        """What the update tells about the screen is known from now on, whatever comes of it."""
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
        """Somebody taps on a message that we do not know to have arrived: so the emergency of that turn was shown."""
        screen = Screen(kept.screen)
        for parcel in kept.outbox:
            jobs = [f"alarm {number}" for number in range(len(parcel.get("alarm", ())))]
            if jobs and parcel["turn"] == turn and parcel["moved"] and not set(jobs) <= set(screen.done(parcel["n"])):
                screen.done(parcel["n"]).extend(jobs)
                screen.sent(self.heard.message)
                screen.up.append(self.heard.message)

    def _tapped(self, kept: Kept, tapped: Tapped) -> Event:
        if not tapped.ours and not tapped.anytime:
            return Press("", NEVER) if kept.session.agreed else Other("gone")
        if tapped.id in ANEW and kept.session.flow and tapped.turn != kept.session.turn:
            return Press("", NEVER)
        return Press(tapped.id, tapped.turn)

    def _commanded(self, kept: Kept, name: str, rest: str) -> Event:
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
        """Whether a list stands where the open question was: words below it are for the list, and no answer."""
        return bool(kept.session.flow) and Screen(kept.screen).kind == Kind.LIST

    def _was_before(self, kept: Kept) -> bool:
        """Whether it was written before the open question came: a guest's start that is told again opens nothing."""
        return bool(kept.session.flow) and self.heard.message < Screen(kept.screen).card

    def _turn(self, kept: Kept) -> int:
        """The turn these words were written in: the present one only if its question could be seen by then."""
        screen, heard = kept.screen, self.heard
        if not kept.session.flow:
            return kept.session.turn
        seen = screen.get("turn") == kept.session.turn
        after = heard.date >= screen.get("shown", 0) and heard.message > screen.get("card", 0)
        return kept.session.turn if seen and after and heard.update > screen.get("by", 0) else NEVER

    # ---- what is to be shown

    def compose(self, before: Kept, after: Kept, messages: Iterable[Message]) -> Parcel | None:
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
            parcel.pop("beside", None)  # its number, as a card
        if parcel.get("page") and tap and self.heard.message in Screen(before.screen).pages:
            parcel["over"] = self.heard.message
        elif self._is_stray(before, after):
            parcel["bare"] = self.heard.message
        if "alarm" in parcel and self.tapped and self.tapped.id.startswith("!country:"):
            parcel["leaves"] = True  # the list of countries has led to the right number, and is over
        return self._clearing(before, after, parcel) if self._clears() else parcel

    def _clearing(self, before: Kept, after: Kept, parcel: dict[str, Any]) -> Parcel:
        traceless = isinstance(self.event, Press) and self.event.id == TRACELESS
        return clearing(self.desk, after, parcel, Screen(before.screen).everything(), traceless=traceless)

    def _has_just_come(self, before: Kept, alarm: Sequence[Sheet]) -> bool:
        """Whether a second tap on what led to an emergency would only say it twice: it is there, and the last thing."""
        again = self.tapped is not None and self.tapped.id and not self.tapped.id.startswith(ACT)
        return bool(again and alarm) and Screen(before.screen).rang(face(alarm[-1]), time.time())

    def _clears(self) -> bool:
        return isinstance(self.event, Press) and self.event.id in CLEARS

    def _is_stray(self, before: Kept, after: Kept) -> bool:
        """Whether the tapped button stands on a message whose buttons are over."""
        tapped = self.tapped
        if not tapped or self.heard.message in (before.screen.get("card"), *before.screen.get("up", [])):
            return False
        return not tapped.ours or (tapped.place is None and tapped.turn != after.session.turn)


def urgency(messages: Iterable[Message]) -> str:
    """The urgency of the outcome among *messages*; nothing where there is none."""
    said = [Urgency.EMERGENCY.word for m in messages if m.kind is Kind.EMERGENCY]
    said += [m.floor.urgency.word for m in messages if m.floor]
    return said[0] if said else ""


class Waking:
    """What happens in a chat when the bot comes back: what is owed is shown, and the open card again."""

    def __init__(self, chat: str, desk: Desk) -> None:
        self.chat, self.desk = chat, desk
        self.update: int | None = None

    def read(self, kept: Kept) -> tuple[Session, Event | None]:
        kept.screen.pop("reopened", None)
        Screen(kept.screen).reopened()
        return kept.session, None

    def compose(self, before: Kept, after: Kept, messages: Iterable[Message]) -> Parcel | None:
        parcel: dict[str, Any] = composed(self.desk, after, messages)
        moved = before.session.turn != after.session.turn
        owed = any("card" in other for other in before.outbox)
        if owed or "card" not in parcel or not after.session.agreed:  # who erased everything is not greeted anew
            return None
        Screen(before.screen).is_over(SEEN_AGAIN)
        return parcel | {"n": SEEN_AGAIN, "turn": after.session.turn, "moved": moved}
