"""The steps that deliver an outbox entry, and their order in one chat (decision 12): emergencies before all else."""

from functools import cache

from msgspec import UNSET

from bot.sessions.outbox_entry import OutboxEntry

EMERGENCY_PRIORITY, CALLBACK_PRIORITY, SHOW_PRIORITY, CLEANUP_PRIORITY = range(4)


def delivery_steps(entry: OutboxEntry) -> tuple[str, ...]:
    """Return the names of the steps that deliver *entry*, in the order of decision 12."""
    steps = [f"alarm {index}" for index in range(len(entry.emergency))]
    steps += ["answer"] if entry.callback_answer is not UNSET else []
    steps += ["clear"] if entry.is_deletion else []
    steps += [f"beside {index}" for index in range(len(entry.extra))]
    steps += ["card"] if entry.main else []
    return (*steps, "tidy")


def supersedes_main(entry: OutboxEntry) -> bool:
    """Whether *entry* makes a main message that is still undelivered from before it needless."""
    return bool(entry.main) or entry.is_deletion or (bool(entry.emergency) and entry.advanced)


@cache
def priority(step: str) -> int:
    """Return the priority of *step*; the lowest number goes first."""
    match step.partition(" ")[0]:
        case "alarm":
            return EMERGENCY_PRIORITY
        case "answer":
            return CALLBACK_PRIORITY
        case "tidy":
            return CLEANUP_PRIORITY
    return SHOW_PRIORITY
