"""What an adapter brings to the door: one thing that happened in a chat, and how what comes of it is to be shown."""

from collections.abc import Iterable
from typing import Protocol

from bot.kept import Kept, Parcel
from bot.session import Event, Message, Session


class Deed(Protocol):
    """One thing that happened in a chat, as an adapter heard it. Both functions are pure but for the screen's notes."""

    @property
    def chat(self) -> str: ...
    @property
    def update(self) -> int | None: ...

    def read(self, kept: Kept) -> tuple[Session, Event | None]:
        """Who does it (the kept session, or a guest) and what they do; None is nothing: what stands is said again."""
        ...

    def compose(self, before: Kept, after: Kept, messages: Iterable[Message]) -> Parcel | None:
        """What is to be shown, so that it can be kept until it has been."""
        ...
