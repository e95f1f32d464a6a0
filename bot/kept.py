"""What is kept of one chat, and nothing besides: the session, its times, what stands on the screen, what is owed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.session import Session
from bot.shapes import KEPT, is_whole

HOUR = 3600
DELETABLE = 48 * HOUR  # seconds: Telegram lets a bot delete what is younger
LONGEST = 40  # hours from its start, whatever happens: Telegram lets a bot remove messages for 48

Parcel = Mapping[str, Any]
"""What one event leads to on the screen, as its adapter wrote it down; "n" is its number."""
MOST_OWED = 50  # parcels: who taps on while nothing can be shown sees the end of it, and every emergency


def bounded(outbox: tuple[Parcel, ...]) -> tuple[Parcel, ...]:
    """*outbox* without what is long overtaken, so that nobody's row grows for ever. No emergency is dropped."""
    overtaken = outbox[:-MOST_OWED]
    return (*(parcel for parcel in overtaken if {"alarm", "clear"} & parcel.keys()), *outbox[-MOST_OWED:])


def _bare(parcel: Parcel) -> Parcel | None:
    """What *parcel* still owes to somebody who erased everything."""
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
    """One chat. *tag* is chance, made anew with every consent: it signs the buttons of this session and of no other.

    *screen* is its adapter's own: which messages stand in the chat. It is knowledge and no decision, so it alone is
    noted down at once, and kept with the next commit. *outbox* is what was decided and not yet shown. *by* is whose
    hand shows it, where several bots share a store; see sharing.py.
    """

    session: Session = field(default_factory=Session)
    tag: str = ""
    begun: float = 0.0
    touched: float = 0.0
    screen: dict[str, Any] = field(default_factory=dict)
    outbox: tuple[Parcel, ...] = ()
    by: str = ""

    def ends(self, hours: int) -> float:
        """When it must be forgotten: *hours* after the last tap, and 40 hours after its start at the latest."""
        return min(self.touched + hours * HOUR, self.begun + LONGEST * HOUR)

    def is_ahead(self, now: float) -> bool:
        """Whether a clock that was wrong dated it: it would live too long."""
        return max(self.begun, self.touched) > now + HOUR

    def until(self, hours: int, now: float) -> float:
        """When its row must be gone: a session at its end, what is only owed a while from *now*."""
        if self.session.agreed:
            return self.ends(hours)
        return now + (DELETABLE if self.owes_deletion() else hours * HOUR)

    def owing(self, parcel: Parcel, now: float) -> "Kept":
        """The same, with *parcel* to be shown; only that, where it clears the chat."""
        if "clear" in parcel:
            return self.erased(parcel, now)
        return replace(self, outbox=bounded((*self.outbox, parcel)))

    def erased(self, job: Parcel, now: float) -> "Kept":
        """What is left once everything was erased: the deletion job, good for as long as Telegram deletes anything.

        It holds which messages to clear, and the line that says so. Besides it only a tap waits for its empty answer,
        and an emergency that was not shown yet.
        """
        owed = [bare for parcel in self.outbox if (bare := _bare(parcel))]
        done = self.screen.get("done", {})
        screen = {"cleared": job["n"], "done": {str(p["n"]): done[str(p["n"])] for p in owed if str(p["n"]) in done}}
        return replace(self, begun=0.0, touched=0.0, screen=screen, outbox=(*owed, {**job, "until": now + DELETABLE}))

    def owes_deletion(self) -> bool:
        return any("clear" in parcel for parcel in self.outbox)

    def to_json(self) -> str:
        """Of somebody who has not agreed, or no longer does, nothing is written down but what they are owed."""
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
        """What *text* is; ValueError for anything that is not one of ours, such as what an older release kept."""
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
        """What a row says; a text that no longer can be read means to start afresh."""
        try:
            return cls.from_json(text)
        except ValueError:
            return cls()

    @staticmethod
    def is_at_rest(text: str, since: float) -> bool:
        """Whether a row owes nothing and was not touched after *since*: told by a glance, as at a start most are so."""
        try:
            kept = json.loads(text)
            return not kept["outbox"] and kept["touched"] <= since
        except (KeyError, TypeError, ValueError, RecursionError):
            return True  # it is not one of ours, and means to start afresh
