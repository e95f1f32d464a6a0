"""The protocol of a chat update: what an adapter gives to the session service, and how its messages are shown."""

from collections.abc import Iterable
from typing import Protocol

from bot.engine.session import Event, Message, Session
from bot.sessions.chat_record import ChatRecord
from bot.sessions.outbox_entry import OutboxEntry


class ChatUpdate(Protocol):
    """One thing that happened in a chat, as an adapter received it. Both methods are pure but for the record's view."""

    @property
    def chat(self) -> str: ...
    @property
    def update_id(self) -> int | None: ...

    def to_event(self, record: ChatRecord) -> tuple[Session, Event | None]:
        """Return whose session this is (the stored one, or one before consent) and the event.

        An event of None is nothing new: the open question is repeated.
        """
        ...

    def to_entry(self, before: ChatRecord, after: ChatRecord, messages: Iterable[Message]) -> OutboxEntry | None:
        """Return the outbox entry for *messages*, stored until it is delivered; None if there is nothing to show."""
        ...
