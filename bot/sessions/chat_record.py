"""The record of one chat, all that is stored of it: the session, its times, the view, and the outbox."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.engine.session import Session
from bot.sessions.row_schema import KEPT, is_whole

HOUR = 3600
DELETABLE = 48 * HOUR  # seconds: Telegram lets a bot delete what is younger
LONGEST = 40  # hours from its start, whatever happens: Telegram lets a bot remove messages for 48

Parcel = Mapping[str, Any]
"""The messages that one update leads to, as its adapter wrote them; "n" is the update's id."""
MOST_OWED = 50  # entries: who taps on while nothing can be delivered gets the last ones, and every emergency


def bounded(outbox: tuple[Parcel, ...]) -> tuple[Parcel, ...]:
    """Return *outbox* without old entries beyond the limit, so that no row grows for ever. No emergency is dropped."""
    overtaken = outbox[:-MOST_OWED]
    return (*(parcel for parcel in overtaken if {"alarm", "clear"} & parcel.keys()), *outbox[-MOST_OWED:])


def _bare(parcel: Parcel) -> Parcel | None:
    """Return what is left of *entry* after the person erased everything; None if nothing is.

    A deletion stays, and so do an emergency and the empty answer to a tap.
    """
    if "clear" in parcel:
        return parcel
    kept = {"n": parcel["n"], "turn": parcel["turn"], "moved": False}
    if "tap" in parcel:
        kept["tap"] = [parcel["tap"][0], ""]
    if "alarm" in parcel:
        kept["alarm"] = parcel["alarm"]
    return kept if {"tap", "alarm"} & kept.keys() else None


@dataclass(frozen=True, slots=True)
class Kept:
    """The record of one chat.

    *tag* is random, made anew with each consent: it signs the buttons of this session and of no other. *view* is the
    adapter's own: which messages are in the chat. It is knowledge and no decision, so it alone is changed in place, and
    stored with the next commit. *outbox* is what was committed and not yet delivered. *owner* is the instance that
    delivers it, where several share a store; see sessions/membership.py.
    """

    session: Session = field(default_factory=Session)
    tag: str = ""
    begun: float = 0.0
    touched: float = 0.0
    screen: dict[str, Any] = field(default_factory=dict)
    outbox: tuple[Parcel, ...] = ()
    by: str = ""

    def ends(self, hours: int) -> float:
        """Return when the session expires: *session_hours* after its last tap, at most 40 hours after its start."""
        return min(self.touched + hours * HOUR, self.begun + LONGEST * HOUR)

    def is_ahead(self, now: float) -> bool:
        """Whether a clock that was wrong dated it in the future: it would live too long."""
        return max(self.begun, self.touched) > now + HOUR

    def until(self, hours: int, now: float) -> float:
        """Return when its row must be gone: a session when it expires, a mere outbox some time after *now*."""
        if self.session.agreed:
            return self.ends(hours)
        return now + (DELETABLE if self.owes_deletion() else hours * HOUR)

    def owing(self, parcel: Parcel, now: float) -> "Kept":
        """Return the record with *entry* in its outbox; erased besides, if the entry clears the chat."""
        if "clear" in parcel:
            return self.erased(parcel, now)
        return replace(self, outbox=bounded((*self.outbox, parcel)))

    def erased(self, job: Parcel, now: float) -> "Kept":
        """Return what is left once everything was erased: the deletion, for as long as Telegram deletes anything.

        It holds which messages to clear, and the line that says so. Besides it only a tap waits for its empty answer,
        and an emergency that was not delivered yet.
        """
        owed = [bare for parcel in self.outbox if (bare := _bare(parcel))]
        done = self.screen.get("done", {})
        screen = {"cleared": job["n"], "done": {str(p["n"]): done[str(p["n"])] for p in owed if str(p["n"]) in done}}
        return replace(self, begun=0.0, touched=0.0, screen=screen, outbox=(*owed, {**job, "until": now + DELETABLE}))

    def owes_deletion(self) -> bool:
        """Whether the outbox has an entry that clears the chat."""
        return any("clear" in parcel for parcel in self.outbox)

    def to_json(self) -> str:
        """Return the record as JSON; without consent the session in it is empty."""
        kept = {
            "session": (self.session if self.session.agreed else Session()).to_table(),
            "tag": self.tag,
            "begun": self.begun,
            "touched": self.touched,
            "screen": self.screen,
            "outbox": list(self.outbox),
            "by": self.by,
        }
        return json.dumps(kept, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Kept":
        """Return the record that *text* holds; ValueError for any other text, such as an older release's."""
        try:
            kept = json.loads(text)
            if not (KEPT(kept) and is_whole(text, kept)):
                raise ValueError("not what is kept of a chat")
            session, outbox = Session.from_table(kept.pop("session")), tuple(kept.pop("outbox"))
            return cls(session=session, outbox=outbox, **kept)
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError("not what is kept of a chat") from error

    @classmethod
    def understood(cls, text: str) -> "Kept":
        """Return the record that a row's text holds; a new one, to start afresh, if it cannot be read."""
        try:
            return cls.from_json(text)
        except ValueError:
            return cls()

    @staticmethod
    def is_at_rest(text: str, since: float) -> bool:
        """Whether a row's outbox is empty and nothing was done after *since*.

        It is read without building the record, as at a start most rows are so.
        """
        try:
            kept = json.loads(text)
            return not kept["outbox"] and kept["touched"] <= since
        except (KeyError, TypeError, ValueError, RecursionError):
            return True  # no record of ours: it starts afresh
