"""The owner of a chat: the instance that delivers its outbox, where several share a store.

The instance that began to deliver a chat is its owner until the outbox is empty. The others only add to the outbox; the
owner finds their entries there, as its own next commit is refused as stale. So a chat has one owner at a time, in
order. An emergency does not wait for the owner: the instance that handled the update sends it, and notes in its entry
under which ids it stands; the owner reads them there.
"""

from collections.abc import Collection

from msgspec import UNSET
from msgspec.structs import replace

from bot.sessions.chat_record import ChatRecord
from bot.sessions.membership import Membership
from bot.sessions.outbox_entry import OutboxEntry


class Ownership:
    """Decides from a chat's record, and from who is alive, what of it this instance has to deliver."""

    def __init__(self, membership: Membership) -> None:
        self._membership = membership

    # ---- who is the owner

    def is_owned_here(self, record: ChatRecord, *, is_stored: bool) -> bool:
        """Whether this instance is the one to deliver the outbox; what is not stored no other one knows of."""
        return not self._membership.shared or not is_stored or record.owner == self._membership.instance_id

    def is_owned_elsewhere(self, record: ChatRecord) -> bool:
        """Whether another instance that is alive delivers the outbox."""
        is_ours = record.owner == self._membership.instance_id
        return bool(record.outbox) and not is_ours and self._membership.is_alive(record.owner)

    def is_orphaned(self, record: ChatRecord) -> bool:
        """Whether the outbox is not empty and its owner is dead."""
        return bool(record.outbox) and not self._membership.is_alive(record.owner)

    def with_owner(self, before: ChatRecord, after: ChatRecord) -> ChatRecord:
        """Return *after* with its owner: this instance, unless another one that is alive delivers the outbox.

        Then the emergencies that are new in it are for this instance to send.
        """
        if not self._membership.shared:
            return after
        if not self.is_owned_elsewhere(before):
            return replace(after, owner=self._membership.instance_id)
        known = {entry.update_id for entry in before.outbox}
        outbox = tuple(self._with_alerting_instance(entry, known) for entry in after.outbox)
        return replace(after, owner=before.owner, outbox=outbox)

    def _with_alerting_instance(self, entry: OutboxEntry, known: Collection[int]) -> OutboxEntry:
        """Return *entry*, marked as alerted by this instance if it is an emergency and not one of *known*."""
        if not entry.emergency or entry.update_id in known:
            return entry
        return replace(entry, alerting_instance=self._membership.instance_id)

    # ---- what this instance has to deliver

    def entries_to_deliver(self, record: ChatRecord, *, is_stored: bool) -> tuple[OutboxEntry, ...]:
        """Return the outbox entries that this instance has to deliver."""
        return record.outbox if self.is_owned_here(record, is_stored=is_stored) else ()

    def alerts_for(self, record: ChatRecord) -> tuple[OutboxEntry, ...]:
        """Return the entries whose emergency this instance must send, though another one is the owner."""
        if not self._membership.shared:
            return ()
        me = self._membership.instance_id
        return tuple(entry for entry in record.outbox if entry.alerting_instance == me and not entry.alerted_ids)

    def is_alerting(self, entry: OutboxEntry) -> bool:
        """Whether another instance is sending the emergency of *entry*, and has not noted its messages yet."""
        instance = entry.alerting_instance
        return instance is not UNSET and not entry.alerted_ids and self._membership.is_alive(instance)


def with_alert(record: ChatRecord, update_id: int, ids: Collection[int], may_be_duplicated: bool) -> ChatRecord:
    """Return *record*, noting that the emergency of an entry stands in the messages *ids*.

    *may_be_duplicated*: there may be a duplicate above them. Without ids it could not be sent so, and is the owner's to
    send again.
    """

    def alerted(entry: OutboxEntry) -> OutboxEntry:
        """Return *entry* with the note, if it is the one."""
        if entry.update_id != update_id:
            return entry
        if not ids:
            return replace(entry, alerting_instance="")
        return replace(entry, alerted_ids=tuple(ids), alert_may_be_duplicated=may_be_duplicated)

    return replace(record, outbox=tuple(map(alerted, record.outbox)))
