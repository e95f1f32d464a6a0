"""The claims of draft links: the first chat that follows a link claims it, and in any other chat it does not work.

A claim is stored like a chat's record: encrypted, named by a keyed hash, and removed when the link has expired.
"""

import hashlib
import json
from collections.abc import Iterable

from bot.engine.session import Event, Message, Session, Start
from bot.sessions.chat_event import Deed
from bot.sessions.chat_record import Kept, Parcel
from bot.sessions.stores.base import Change, Stale, Store

CLAIM = "draft "  # begins the key of a claim's row; the key of a chat's row is a number
LONGER = 3600  # seconds that a claim outlives its link: a store may end it a little early


class Refused:
    """An update that would open a draft which another chat has claimed; it opens none."""

    def __init__(self, deed: Deed) -> None:
        self.deed, self.chat, self.update = deed, deed.chat, deed.update

    def read(self, kept: Kept) -> tuple[Session, Event | None]:
        """Return the session as it is, and a start that says that the draft link does not work."""
        session, _ = self.deed.read(kept)
        return session, Start(phrase="draft_refused")

    def compose(self, before: Kept, after: Kept, messages: Iterable[Message]) -> Parcel | None:
        """Return the outbox entry that the original update would make of *messages*."""
        return self.deed.compose(before, after, messages)


async def admitted(store: Store, chat: str, before: Session, after: Session) -> bool:
    """Claim the draft link of *after* for *chat*; return whether the chat may use it.

    It may if *after* is of no reviewer, if the link is the one that *before* has, or if no other chat claimed it first.
    """
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
        except Stale:  # another chat followed it at the same moment
            continue
        return True
