"""What goes before what in one chat (decision 12): emergencies, the tap's answer, what is to be read, then tidying."""

from functools import cache

from bot.kept import Parcel

ALARM, ANSWER, SHOW, TIDY = range(4)


def jobs(parcel: Parcel) -> tuple[str, ...]:
    """The jobs of *parcel*, in the order of decision 12."""
    found = [f"alarm {number}" for number in range(len(parcel.get("alarm", ())))]
    found += ["answer"] if "tap" in parcel else []
    found += ["clear"] if "clear" in parcel else []
    found += [f"beside {number}" for number in range(len(parcel.get("beside", ())))]
    found += ["card"] if "card" in parcel else []
    return (*found, "tidy")


def replaces(parcel: Parcel) -> bool:
    """Whether a card from before *parcel* is over."""
    return "card" in parcel or "clear" in parcel or ("alarm" in parcel and parcel["moved"])


@cache
def rank(job: str) -> int:
    match job.partition(" ")[0]:
        case "alarm":
            return ALARM
        case "answer":
            return ANSWER
        case "tidy":
            return TIDY
    return SHOW
