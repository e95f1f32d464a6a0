"""The record of one chat, all that is stored of it: the session, its times, the view, and the outbox."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.engine.session import Session
from bot.sessions.row_schema import RECORD_SHAPE, has_no_lone_surrogates

HOUR = 3600
DELETABLE_SECONDS = 48 * HOUR  # seconds: Telegram lets a bot delete what is younger
MAX_SESSION_HOURS = 40  # hours from its start, whatever happens: Telegram lets a bot remove messages for 48

STORED_NAMES = {"begun": "started_at", "touched": "last_active_at", "screen": "view", "by": "owner"}

OutboxEntry = Mapping[str, Any]
"""The messages that one update leads to, as its adapter wrote them; "n" is the update's id."""
MAX_OUTBOX_ENTRIES = 50  # entries: who taps on while nothing can be delivered gets the last ones, and every emergency


def bounded_outbox(outbox: tuple[OutboxEntry, ...]) -> tuple[OutboxEntry, ...]:
    """Return *outbox* without old entries beyond the limit, so that no row grows for ever. No emergency is dropped."""
    overtaken = outbox[:-MAX_OUTBOX_ENTRIES]
    return (*(entry for entry in overtaken if {"alarm", "clear"} & entry.keys()), *outbox[-MAX_OUTBOX_ENTRIES:])


def _remaining_entry(entry: OutboxEntry) -> OutboxEntry | None:
    """Return what is left of *entry* after the person erased everything; None if nothing is.

    A deletion stays, and so do an emergency and the empty answer to a tap.
    """
    if "clear" in entry:
        return entry
    remaining = {"n": entry["n"], "turn": entry["turn"], "moved": False}
    if "tap" in entry:
        remaining["tap"] = [entry["tap"][0], ""]
    if "alarm" in entry:
        remaining["alarm"] = entry["alarm"]
    return remaining if {"tap", "alarm"} & remaining.keys() else None


@dataclass(frozen=True, slots=True)
class ChatRecord:
    """The record of one chat.

    *tag* is random, made anew with each consent: it signs the buttons of this session and of no other. *view* is the
    adapter's own: which messages are in the chat. It is knowledge and no decision, so it alone is changed in place, and
    stored with the next commit. *outbox* is what was committed and not yet delivered. *owner* is the instance that
    delivers it, where several share a store; see sessions/membership.py.
    """

    session: Session = field(default_factory=Session)
    tag: str = ""
    started_at: float = 0.0
    last_active_at: float = 0.0
    view: dict[str, Any] = field(default_factory=dict)
    outbox: tuple[OutboxEntry, ...] = ()
    owner: str = ""

    def expires_at(self, session_hours: int) -> float:
        """Return when the session expires: *session_hours* after its last tap, at most 40 hours after its start."""
        return min(self.last_active_at + session_hours * HOUR, self.started_at + MAX_SESSION_HOURS * HOUR)

    def is_dated_in_future(self, now: float) -> bool:
        """Whether a clock that was wrong dated it in the future: it would live too long."""
        return max(self.started_at, self.last_active_at) > now + HOUR

    def row_expires_at(self, session_hours: int, now: float) -> float:
        """Return when its row must be gone: a session when it expires, a mere outbox some time after *now*."""
        if self.session.agreed:
            return self.expires_at(session_hours)
        return now + (DELETABLE_SECONDS if self.has_pending_deletion() else session_hours * HOUR)

    def with_entry(self, entry: OutboxEntry, now: float) -> "ChatRecord":
        """Return the record with *entry* in its outbox; erased besides, if the entry clears the chat."""
        if "clear" in entry:
            return self.after_erasure(entry, now)
        return replace(self, outbox=bounded_outbox((*self.outbox, entry)))

    def after_erasure(self, deletion: OutboxEntry, now: float) -> "ChatRecord":
        """Return what is left once everything was erased: the deletion, for as long as Telegram deletes anything.

        It holds which messages to clear, and the line that says so. Besides it only a tap waits for its empty answer,
        and an emergency that was not delivered yet.
        """
        remaining = [remaining_entry for entry in self.outbox if (remaining_entry := _remaining_entry(entry))]
        finished_steps = self.view.get("done", {})
        view = {
            "cleared": deletion["n"],
            "done": {str(p["n"]): finished_steps[str(p["n"])] for p in remaining if str(p["n"]) in finished_steps},
        }
        return replace(
            self,
            started_at=0.0,
            last_active_at=0.0,
            view=view,
            outbox=(*remaining, {**deletion, "until": now + DELETABLE_SECONDS}),
        )

    def has_pending_deletion(self) -> bool:
        """Whether the outbox has an entry that clears the chat."""
        return any("clear" in entry for entry in self.outbox)

    def to_json(self) -> str:
        """Return the record as JSON; without consent the session in it is empty."""
        data = {
            "session": (self.session if self.session.agreed else Session()).to_dict(),
            "tag": self.tag,
            "begun": self.started_at,
            "touched": self.last_active_at,
            "screen": self.view,
            "outbox": list(self.outbox),
            "by": self.owner,
        }
        return json.dumps(data, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "ChatRecord":
        """Return the record that *text* holds; ValueError for any other text, such as an older release's."""
        try:
            data = json.loads(text)
            if not (RECORD_SHAPE(data) and has_no_lone_surrogates(text, data)):
                raise ValueError("not what is kept of a chat")
            session, outbox = Session.from_dict(data.pop("session")), tuple(data.pop("outbox"))
            return cls(session=session, outbox=outbox, **{STORED_NAMES.get(name, name): data[name] for name in data})
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError("not what is kept of a chat") from error

    @classmethod
    def parse_or_new(cls, text: str) -> "ChatRecord":
        """Return the record that a row's text holds; a new one, to start afresh, if it cannot be read."""
        try:
            return cls.from_json(text)
        except ValueError:
            return cls()

    @staticmethod
    def is_idle_row(text: str, since: float) -> bool:
        """Whether a row's outbox is empty and nothing was done after *since*.

        It is read without building the record, as at a start most rows are so.
        """
        try:
            data = json.loads(text)
            return not data["outbox"] and data["touched"] <= since
        except (KeyError, TypeError, ValueError, RecursionError):
            return True  # no record of ours: it starts afresh
