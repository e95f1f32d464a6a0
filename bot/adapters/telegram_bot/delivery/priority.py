"""The steps that deliver an outbox entry, and their order in one chat (decision 12): emergencies before all else."""

from functools import cache

from bot.sessions.chat_record import Parcel

ALARM, ANSWER, SHOW, TIDY = range(4)


def jobs(parcel: Parcel) -> tuple[str, ...]:
    """Return the names of the steps that deliver *entry*, in the order of decision 12."""
    found = [f"alarm {number}" for number in range(len(parcel.get("alarm", ())))]
    found += ["answer"] if "tap" in parcel else []
    found += ["clear"] if "clear" in parcel else []
    found += [f"beside {number}" for number in range(len(parcel.get("beside", ())))]
    found += ["card"] if "card" in parcel else []
    return (*found, "tidy")


def replaces(parcel: Parcel) -> bool:
    """Whether *entry* makes a main message that is still undelivered from before it needless."""
    return "card" in parcel or "clear" in parcel or ("alarm" in parcel and parcel["moved"])


@cache
def rank(job: str) -> int:
    """Return the priority of *step*; the lowest number goes first."""
    match job.partition(" ")[0]:
        case "alarm":
            return ALARM
        case "answer":
            return ANSWER
        case "tidy":
            return TIDY
    return SHOW
