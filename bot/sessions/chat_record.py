"""The record of one chat, all that is stored of it: the session, its times, the view, and the outbox.

That a row can be decrypted shows that it is ours, and not that it is whole: an older or a newer release may have
written it, or a fault. A row that is not just as this release writes it is not used: its chat starts afresh, which is
better than a conversation that breaks at every tap, or one of which a half is lost unnoticed.
"""

from msgspec import UNSET, Raw, Struct, field
from msgspec.json import Decoder
from msgspec.structs import replace

from bot.engine.session import Session, encode_json
from bot.model.stored_types import StoredSeconds
from bot.sessions.chat_view import ChatView
from bot.sessions.outbox_entry import OutboxEntry

HOUR = 3600
DELETABLE_SECONDS = 48 * HOUR  # seconds: Telegram lets a bot delete what is younger
MAX_SESSION_HOURS = 40  # hours from its start, whatever happens: Telegram lets a bot remove messages for 48
MAX_OUTBOX_ENTRIES = 50  # entries: who taps on while nothing can be delivered gets the last ones, and every emergency
UNREADABLE_RECORD = "not what is stored of a chat"


def bounded_outbox(outbox: tuple[OutboxEntry, ...]) -> tuple[OutboxEntry, ...]:
    """Return *outbox* without old entries beyond the limit, so that no row grows for ever. No emergency is dropped."""
    overtaken = outbox[:-MAX_OUTBOX_ENTRIES]
    return (*(entry for entry in overtaken if entry.emergency or entry.is_deletion), *outbox[-MAX_OUTBOX_ENTRIES:])


def _remaining_entry(entry: OutboxEntry) -> OutboxEntry | None:
    """Return what is left of *entry* after the person erased everything; None if nothing is.

    A deletion stays, and so do an emergency and the empty answer to a tap.
    """
    if entry.is_deletion:
        return entry
    answer = entry.callback_answer
    if answer is UNSET and not entry.emergency:
        return None
    return OutboxEntry(
        update_id=entry.update_id,
        turn=entry.turn,
        advanced=False,
        callback_answer=UNSET if answer is UNSET else replace(answer, toast=""),
        emergency=entry.emergency,
    )


class ChatRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """The record of one chat.

    *tag* is random, made anew with each consent: it signs the buttons of this session and of no other. *view* is which
    messages are in the chat. It is knowledge and no decision, so it alone is changed in place, and stored with the next
    commit. *outbox* is what was committed and not yet delivered. *owner* is the instance that delivers it, where
    several share a store; see sessions/ownership.py. The names in rows are those given to `field`.
    """

    session: Session = field(default_factory=Session)
    tag: str = ""
    started_at: StoredSeconds = field(default=0.0, name="begun")
    last_active_at: StoredSeconds = field(default=0.0, name="touched")
    view: ChatView = field(default_factory=ChatView, name="screen")
    outbox: tuple[OutboxEntry, ...] = ()
    owner: str = field(default="", name="by")

    def expires_at(self, session_hours: int) -> float:
        """Return when the session expires: *session_hours* after its last tap, at most 40 hours after its start."""
        return min(self.last_active_at + session_hours * HOUR, self.started_at + MAX_SESSION_HOURS * HOUR)

    def is_dated_in_future(self, now: float) -> bool:
        """Whether a clock that was wrong dated it in the future: it would live too long."""
        return max(self.started_at, self.last_active_at) > now + HOUR

    def row_expires_at(self, session_hours: int, now: float) -> float:
        """Return when its row must be gone: a session when it expires, a mere outbox some time after *now*."""
        if self.session.consented:
            return self.expires_at(session_hours)
        return now + (DELETABLE_SECONDS if self.has_pending_deletion() else session_hours * HOUR)

    def with_entry(self, entry: OutboxEntry, now: float) -> "ChatRecord":
        """Return the record with *entry* in its outbox; erased besides, if the entry clears the chat."""
        if entry.is_deletion:
            return self.after_erasure(entry, now)
        return replace(self, outbox=bounded_outbox((*self.outbox, entry)))

    def without_entry(self, update_id: int) -> "ChatRecord":
        """Return the record without the outbox entry of that update."""
        return replace(self, outbox=tuple(entry for entry in self.outbox if entry.update_id != update_id))

    def after_erasure(self, deletion: OutboxEntry, now: float) -> "ChatRecord":
        """Return what is left once everything was erased: the deletion, for as long as Telegram deletes anything.

        It holds which messages to clear, and the line that says so. Besides it only a tap waits for its empty answer,
        and an emergency that was not delivered yet.
        """
        remaining = [remaining_entry for entry in self.outbox if (remaining_entry := _remaining_entry(entry))]
        return replace(
            self,
            started_at=0.0,
            last_active_at=0.0,
            view=self.view.after_erasure([entry.update_id for entry in remaining]),
            outbox=(*remaining, replace(deletion, deletion_until=now + DELETABLE_SECONDS)),
        )

    def take_over_late_notes(self, view_before: ChatView) -> None:
        """Take over into the view what was noted in that of before, while an erasure was being committed."""
        deletions = [entry for entry in self.outbox if entry.messages_to_clear is not UNSET]
        if deletions and view_before is not self.view:
            cleared = {id for entry in deletions for id in entry.messages_to_clear or ()}
            self.view.take_over_late_notes(view_before, cleared, [entry.update_id for entry in self.outbox])

    def is_before_deletion(self, update_id: int) -> bool:
        """Whether what the entry of that update shows is to be cleared: another clears the chat, or it is erased."""
        numbers = [entry.update_id for entry in self.outbox]
        if update_id not in numbers:
            return True
        return any(entry.is_deletion for entry in self.outbox[numbers.index(update_id) + 1 :])

    def has_pending_deletion(self) -> bool:
        """Whether the outbox has an entry that clears the chat."""
        return any(entry.is_deletion for entry in self.outbox)

    def has_pending_emergency(self) -> bool:
        """Whether the outbox has an emergency."""
        return any(entry.emergency for entry in self.outbox)

    def to_json(self) -> str:
        """Return the record as JSON; without consent the session in it is empty."""
        return encode_json(self if self.session.consented else replace(self, session=Session()))

    @classmethod
    def from_json(cls, text: str) -> "ChatRecord":
        """Return the record that *text* holds; ValueError for any other text, such as another release's."""
        try:
            _outline_decoder.decode(text)
            record = _decoder.decode(text)
        except (ValueError, RecursionError):
            raise ValueError(UNREADABLE_RECORD) from None
        if not record.session.has_stored_answers:
            raise ValueError(UNREADABLE_RECORD)
        return record

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
            outline = _outline_decoder.decode(text)
        except (ValueError, RecursionError):
            return True  # no record of ours: it starts afresh
        return not outline.outbox and outline.last_active_at <= since


class _RecordOutline(Struct):
    """What of a row can be read without building the record. A row has an outbox, be it empty."""

    outbox: list[Raw]
    last_active_at: float = field(default=0.0, name="touched")


_decoder, _outline_decoder = Decoder(ChatRecord), Decoder(_RecordOutline)
