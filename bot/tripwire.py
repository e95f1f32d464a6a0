"""The red flags, looked at once more after each answer: the last defence should flow and proof ever disagree.

The proof shows that a true emergency row is always followed by an emergency screen. Nothing here should ever fire; it
stands for the day when a prover, a file or a machine is wrong (promise P9).
"""

from bot.content import RedFlag
from bot.urgency import EMERGENCY, Urgency
from bot.walker import Walker


def tripped(walker: Walker) -> RedFlag | None:
    """The first emergency row that holds although the walk has come to no emergency; None as long as all is well."""
    if walker.flag is None:
        walker.flag = (None if walker.floor == EMERGENCY else _seen(walker),)
    return walker.flag[0]


def _seen(walker: Walker) -> RedFlag | None:
    for flag in walker.library.red_flags:
        if flag.needs is Urgency.EMERGENCY and walker.holds(flag.when):
            excused = flag.unless is not None and walker.holds(flag.unless)
            if not excused:
                return flag
    return None


def is_emergency(walker: Walker) -> bool:
    """Whether what stands is an emergency screen: the flow's own, or the one that the tripwire forces."""
    return walker.floor == EMERGENCY or tripped(walker) is not None
