"""Who shows what is owed, where several bots share one store: whoever began goes on until nothing is owed.

The others only add to what is owed; who shows finds it there, as its own next commit is refused as stale. So a chat has
one hand at a time, in order, without a leader. A hand that has been still for too long is thought dead, and the next
one takes over. An emergency waits for nobody: whoever heard it shows it.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bot.kept import Kept

LEASE = 15.0  # seconds without a commit after which another bot takes over


def is_anothers(kept: Kept, me: str, now: float) -> bool:
    """Whether another bot is showing what is owed."""
    return bool(kept.outbox) and kept.by != me and 0 <= now - kept.at < LEASE


def handed(before: Kept, after: Kept, me: str, now: float) -> Kept:
    """*after*, with whose task it is to show what it owes."""
    new = [parcel for parcel in after.outbox if parcel not in before.outbox]
    if is_anothers(before, me, now) and not any("alarm" in parcel for parcel in new):
        return replace(after, by=before.by, at=before.at)
    return replace(after, by=me, at=now)


def joined(theirs: dict[str, Any], mine: dict[str, Any], is_my_hand: bool) -> dict[str, Any]:
    """What is known of a screen, when two bots know of it: whose hand it is knows the card, and both heard messages."""
    screen = {**theirs, **mine} if is_my_hand else {**mine, **theirs}
    for name in ("ids", "up"):
        if name in screen:
            screen[name] = _together(theirs.get(name, ()), mine.get(name, ()))
    for name in ("last", "by"):
        if name in screen:
            screen[name] = max(theirs.get(name, 0), mine.get(name, 0))
    return screen


def _together(*lists: Iterable[int]) -> list[int]:
    return sorted({id for ids in lists for id in ids})
