"""The instances that share one store, and which of them are alive. There is no leader.

That an instance has died is told by its heartbeat, a number in the store that no longer changes. Each instance goes by
its own clock and by what it saw itself, so clocks that differ, or a store that was away for all, kill none of them.
What follows from it for a chat stands in sessions/ownership.py.
"""

import secrets
import time
from collections.abc import Callable, Collection, Mapping
from typing import Protocol

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
