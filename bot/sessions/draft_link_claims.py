"""The claims of draft links: the first chat that follows a link claims it, and in any other chat it does not work.

A claim is stored like a chat's record: encrypted, named by a keyed hash, and removed when the link has expired.
"""

import hashlib
import json
from collections.abc import Iterable

from bot.engine.session import Event, Message, Session, Start
from bot.sessions.chat_record import ChatRecord
from bot.sessions.chat_update import ChatUpdate
from bot.sessions.outbox_entry import OutboxEntry
from bot.sessions.stores.base import StaleRecordError, Store, Write, draft_claim_key

CLAIM_GRACE_SECONDS = 3600  # seconds that a claim outlives its link: a store may end it a little early


class RejectedUpdate:
    """An update that would open a draft which another chat has claimed; it opens none."""

    def __init__(self, chat_update: ChatUpdate) -> None:
        self.original, self.chat, self.update_id = chat_update, chat_update.chat, chat_update.update_id

    def to_event(self, record: ChatRecord) -> tuple[Session, Event | None]:
        """Return the session as it is, and a start that says that the draft link does not work."""
        session, _ = self.original.to_event(record)
        return session, Start(phrase="draft_refused")

    def to_entry(self, before: ChatRecord, after: ChatRecord, messages: Iterable[Message]) -> OutboxEntry | None:
        """Return the outbox entry that the original update would make of *messages*."""
        return self.original.to_entry(before, after, messages)


async def claim_draft_link(store: Store, chat: str, before: Session, after: Session) -> bool:
    """Claim the draft link of *after* for *chat*; return whether the chat may use it.

    It may if *after* is of no reviewer, if the link is the one that *before* has, or if no other chat claimed it first.
    """
    link = after.reviewer, after.draft_until
    if not after.reviewer or link == (before.reviewer, before.draft_until):
        return True
    row_key = draft_claim_key(hashlib.sha256(json.dumps(link).encode()).hexdigest())
    while True:
        if row := await store.load(row_key):
            return row.text == chat
        try:
            await store.commit(Write(row_key, chat, expires_at=after.draft_until + CLAIM_GRACE_SECONDS))
        except StaleRecordError:  # another chat followed it at the same moment
            continue
        return True
