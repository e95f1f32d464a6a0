"""A draft link is its reviewer's: whoever follows it first. In any other chat it is as worthless as one that ran out.

What is kept of it lies in the store like a conversation: sealed, named by a keyed hash, and gone when the link is.
"""

import hashlib
import json
from collections.abc import Iterable

from bot.deeds import Deed
from bot.kept import Kept, Parcel
from bot.session import Event, Message, Session, Start
from bot.stores import Change, Stale, Store

CLAIM = "draft "  # begins the name of such a row; a chat's is a number
LONGER = 3600  # seconds that a claim outlives its link: a store may end it a little early


class Refused:
    """A deed that would open a draft which is somebody else's."""

    def __init__(self, deed: Deed) -> None:
        self.deed, self.chat, self.update = deed, deed.chat, deed.update

    def read(self, kept: Kept) -> tuple[Session, Event | None]:
        session, _ = self.deed.read(kept)
        return session, Start(phrase="draft_refused")

    def compose(self, before: Kept, after: Kept, messages: Iterable[Message]) -> Parcel | None:
        return self.deed.compose(before, after, messages)


async def admitted(store: Store, chat: str, before: Session, after: Session) -> bool:
    """Whether *chat* may go from *before* to *after*. A draft link is theirs alone who asks first."""
    link = after.reviewer, after.until
    if not after.reviewer or link == (before.reviewer, before.until):
        return True
    told = hashlib.sha256(json.dumps(link).encode()).hexdigest()
    name = f"{CLAIM}{told}"
    while True:
        if row := await store.load(name):
            return row.text == chat
        try:
            await store.commit(Change(name, chat, ends=after.until + LONGER))
        except Stale:  # somebody followed it at the same moment
            continue
        return True
