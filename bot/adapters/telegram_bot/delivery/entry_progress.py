"""How far the delivery of one outbox entry has come, and what of it has failed; above all its emergency."""

import asyncio
import logging
from dataclasses import dataclass, field

log = logging.getLogger(__name__)
EMERGENCY_RETRY_SECONDS = 20.0  # between attempts to show an emergency, after many have failed
EMERGENCY_MAX_WAIT_SECONDS = 60.0  # for which an emergency waits, however long Telegram asks to
EMERGENCY_GIVE_UP_SECONDS = 6 * 3600.0  # after which an emergency is given up
EMERGENCY_LOG_SECONDS = 60.0  # between two log lines about the same emergency


@dataclass(slots=True)
class EntryProgress:
    """The steps of an outbox entry, and their failed attempts. *parked*: it waits for `retry_parked`.

    *owed_since* is when it was committed, as far as that is known. *refused* are steps that were refused in every form.
    The others are about its emergency: not tried before *not_before*, failing since *failing_since* and last logged at
    *logged_at* (of the loop's clock); *lets_others_pass* when it fails for long.
    """

    steps: tuple[str, ...]
    owed_since: float
    attempts: dict[str, int] = field(default_factory=dict)
    retry_rounds: int = 0
    parked: bool = False
    refused: set[str] = field(default_factory=set)
    not_before: float = 0.0
    failing_since: float = 0.0
    logged_at: float = float("-inf")
    lets_others_pass: bool = False

    def note_emergency_failed(self, reason: str) -> None:
        """Say loudly that the emergency could not be shown: at once, and then every minute."""
        now = asyncio.get_running_loop().time()
        self.failing_since = self.failing_since or now
        if now - self.logged_at >= EMERGENCY_LOG_SECONDS:
            self.logged_at = now
            log.error("an emergency could not be shown, and is tried again: %s", reason)

    def note_done(self, step: str) -> None:
        """Note that *step* is done; say so of an emergency that could not be shown before."""
        self.refused.discard(step)
        if step.startswith("alarm") and self.failing_since:
            seconds = asyncio.get_running_loop().time() - self.failing_since
            log.warning("an emergency was shown at last, %.1f s after it first failed", seconds)
            self.failing_since = 0.0

    def gives_emergency_up(self) -> bool:
        """Whether the emergency has been failing for so long that it is given up; say so loudly."""
        seconds = asyncio.get_running_loop().time() - self.failing_since
        if seconds < EMERGENCY_GIVE_UP_SECONDS:
            return False
        log.error("an emergency was given up: it could not be shown for %.0f s", seconds)
        return True
