"""The protocol of a chat update: what an adapter gives to the session service, and how its messages are shown."""

from collections.abc import Iterable
from typing import Protocol

from bot.engine.session import Event, Message, Session
from bot.sessions.chat_record import Kept, Parcel


class Deed(Protocol):
    """One thing that happened in a chat, as an adapter received it. Both methods are pure but for the record's view."""

    @property
    def chat(self) -> str: ...
    @property
    def update(self) -> int | None: ...

    def read(self, kept: Kept) -> tuple[Session, Event | None]:
        """Return whose session this is (the stored one, or one before consent) and the event.

        An event of None is nothing new: the open question is repeated.
        """
        ...

    def compose(self, before: Kept, after: Kept, messages: Iterable[Message]) -> Parcel | None:
        """Return the outbox entry for *messages*, stored until it is delivered; None if there is nothing to show."""
        ...
