"""The instances that share one store: which of them are alive, and which one delivers a chat's outbox. No leader.

The instance that began to deliver a chat is its owner until the outbox is empty. The others only add to the outbox; the
owner finds their entries there, as its own next commit is refused as stale. So a chat has one owner at a time, in
order. An emergency does not wait for the owner: the instance that handled the update sends it, and notes in its entry
under which ids it stands; the owner reads them there.

That an instance has died is told by its heartbeat, a number in the store that no longer changes. Each instance goes by
its own clock and by what it saw itself, so clocks that differ, or a store that was away for all, kill none of them.
"""

import secrets
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from bot.sessions.chat_record import ChatRecord, OutboxEntry

HEARTBEAT_SECONDS = 2.0  # seconds between two heartbeats
LEASE_SECONDS = 8.0  # seconds without a heartbeat, while ours went on, after which another instance is dead


class SharedStore(Protocol):
    """A store that several instances use."""

    async def exchange_heartbeats(self, instance: str, departed: Collection[str]) -> Mapping[str, int]:
        """Count one heartbeat of *instance*, remove those that are *departed*; return the count of each instance.

        An instance that is departed itself is not counted.
        """
        ...


class Membership:
    """The instances that share *store*, as this one sees the others."""

    heartbeat_seconds, lease_seconds = HEARTBEAT_SECONDS, LEASE_SECONDS

    def __init__(self, store: object, clock: Callable[[], float] = time.monotonic) -> None:
        self.instance_id = secrets.token_hex(4)
        self.shared = bool(getattr(store, "shared", False))
        self._store, self._clock = store, clock
        self._heartbeats: dict[str, tuple[int, float]] = {}  # the last heartbeat of each, and when it was new to us
        self._dead_instances: set[str] = set()
        self._present_at_join: set[str] | None = None  # those that were there when we joined; None: not known yet
        self._joined_at = self._last_exchange_at = clock()

    # ---- who is alive

    def is_alive(self, instance: str) -> bool:
        """Whether *instance* is this one, or one whose heartbeat still changes."""
        return instance == self.instance_id or (instance in self._heartbeats and instance not in self._dead_instances)

    @property
    def lease_is_valid(self) -> bool:
        """Whether the others must still take this instance for alive."""
        return not self.shared or self._clock() - self._last_exchange_at < self.lease_seconds / 2

    async def heartbeat(self) -> bool:
        """Count a heartbeat; return whether another instance has left or died since the last one.

        Its chats may have outbox entries left.
        """
        before = {instance for instance in self._heartbeats if self.is_alive(instance)}
        await self._exchange_heartbeats(self._dead_instances)
        return any(not self.is_alive(instance) for instance in before)

    @property
    def is_first_instance(self) -> bool | None:
        """Whether no other instance was running when this one joined; None as long as that cannot be known."""
        if (
            self._present_at_join is None
            or self._last_exchange_at - self._joined_at < self.lease_seconds + self.heartbeat_seconds
        ):
            return None
        return not any(self.is_alive(instance) for instance in self._present_at_join)

    async def leave(self) -> None:
        """Remove this instance from the shared store."""
        if self.shared:
            await self._exchange_heartbeats({self.instance_id})

    async def join(self) -> None:
        """Count a heartbeat of this instance in the shared store, so that the others know it."""
        if self.shared:
            await self._exchange_heartbeats(())

    async def refresh_for(self, *instances: str) -> None:
        """Exchange heartbeats once more, if any of *instances* is not known yet."""
        if any(
            instance and instance != self.instance_id and instance not in self._heartbeats for instance in instances
        ):
            await self.join()

    async def _exchange_heartbeats(self, departed: Collection[str]) -> None:
        """Exchange heartbeats with the store, and note which instances are dead."""
        store: SharedStore = self._store  # type: ignore[assignment]
        counts = {
            instance: count
            for instance, count in (await store.exchange_heartbeats(self.instance_id, departed)).items()
            if instance != self.instance_id
        }
        now = self._clock()
        if not self.lease_is_valid:  # we were away ourselves, and cannot tell which others were
            self._heartbeats = {}
        self._last_exchange_at = now
        if self._present_at_join is None:
            self._present_at_join = set(counts)
        self._heartbeats = {instance: self._heartbeat_of(instance, count, now) for instance, count in counts.items()}
        self._dead_instances = {
            instance for instance, (_, at) in self._heartbeats.items() if now - at >= self.lease_seconds
        }

    def _heartbeat_of(self, instance: str, count: int, now: float) -> tuple[int, float]:
        """Return the heartbeat count of *instance*, and since when it has not changed, by this instance's clock."""
        known = self._heartbeats.get(instance)
        return known if known and known[0] == count else (count, now)

    # ---- who is the owner

    def is_owned_elsewhere(self, record: ChatRecord) -> bool:
        """Whether another instance that is alive delivers the outbox."""
        return bool(record.outbox) and record.owner != self.instance_id and self.is_alive(record.owner)

    def is_orphaned(self, record: ChatRecord) -> bool:
        """Whether the outbox is not empty and its owner is dead."""
        return bool(record.outbox) and not self.is_alive(record.owner)

    def with_owner(self, before: ChatRecord, after: ChatRecord) -> ChatRecord:
        """Return *after* with its owner: this instance, unless another one that is alive delivers the outbox.

        Then the emergencies that are new in it are for this instance to send.
        """
        if not self.shared:
            return after
        if not self.is_owned_elsewhere(before):
            return replace(after, owner=self.instance_id)
        known = [entry["n"] for entry in before.outbox]
        return replace(
            after, owner=before.owner, outbox=tuple(self._with_alerting_instance(p, known) for p in after.outbox)
        )

    def _with_alerting_instance(self, entry: OutboxEntry, known: list[int]) -> OutboxEntry:
        """Return *entry*, marked as alerted by this instance if it is an emergency and not one of *known*."""
        return {**entry, "rings": self.instance_id} if "alarm" in entry and entry["n"] not in known else entry

    # ---- emergencies of another owner's chat

    def alerts_for(self, record: ChatRecord) -> tuple[OutboxEntry, ...]:
        """Return the entries whose emergency this instance must send, though another one is the owner."""
        return tuple(p for p in record.outbox if p.get("rings") == self.instance_id and "rung" not in p)

    def is_alerting(self, entry: OutboxEntry) -> bool:
        """Whether another instance is sending the emergency of *entry*, and has not noted its messages yet."""
        return "rings" in entry and "rung" not in entry and self.is_alive(entry["rings"])


def with_alert(record: ChatRecord, update_id: int, ids: list[int], may_be_duplicated: bool) -> ChatRecord:
    """Return *record*, noting that the emergency of an entry stands in the messages *ids*.

    *may_be_duplicated*: there may be a duplicate above them. Without ids it could not be sent so, and is the owner's to
    send again.
    """
    alert = {"rung": ids, "doubt": may_be_duplicated} if ids else {"rings": ""}
    return replace(record, outbox=tuple({**p, **alert} if p["n"] == update_id else p for p in record.outbox))


def merge_views(base: dict[str, Any], theirs: dict[str, Any], mine: dict[str, Any], is_owner: bool) -> dict[str, Any]:
    """Return the view merged from the row's and the one in memory, where two instances know of the chat.

    The owner knows the main messages, and both received messages. *base* is the row's view as we last knew it. What
    *theirs* has besides is what other instances received in the meantime.
    """
    if not theirs:
        return mine
    view = {**theirs, **mine} if is_owner else dict(theirs)
    for name in ("ids", "up", "strange") if is_owner else ():
        view[name] = _with_added(base.get(name, ()), theirs.get(name, ()), mine.get(name, ()))
    if is_owner:
        view["done"] = {number: list(jobs) for number, jobs in mine.get("done", {}).items()}
        for number, jobs in theirs.get("done", {}).items():
            if more := _with_added(base.get("done", {}).get(number, ()), jobs, view["done"].get(number, ())):
                view["done"][number] = more
        if any(id not in mine.get("strange", ()) for id in view["strange"]) and "doubt" in theirs:
            view["doubt"] = min(theirs["doubt"], mine.get("doubt", theirs["doubt"]))
    else:
        view["ids"] = sorted({*theirs.get("ids", ()), *mine.get("ids", ())}) if not base else theirs.get("ids", [])
    for name in ("last", "by"):
        view[name] = max(theirs.get(name, 0), mine.get(name, 0))
    return view


def _with_added(base: Iterable[Any], theirs: Iterable[Any], mine: Iterable[Any]) -> list[Any]:
    """Return *mine*, and what *theirs* has added to *base*."""
    mine = list(mine)
    return mine + [item for item in theirs if item not in base and item not in mine]
