"""Red-flag monitor: a last check of the red flags after each answer, should flow and proof ever disagree.

The proof shows that a true emergency row is always followed by an emergency screen. Nothing here should ever fire; it
stands for the day when a prover, a file or a machine is wrong (promise P9).
"""

from bot.engine.interpreter import Walker
from bot.model.content import RedFlag
from bot.model.urgency import EMERGENCY, Urgency


def tripped(walker: Walker) -> RedFlag | None:
    """Return the first emergency red flag that holds although the floor is lower; None as long as all is well.

    The result is cached in the interpreter until it moves.
    """
    if walker.flag is None:
        walker.flag = (None if walker.floor == EMERGENCY else _seen(walker),)
    return walker.flag[0]


def _seen(walker: Walker) -> RedFlag | None:
    """Return the first emergency red flag whose guard holds and whose exception does not."""
    for flag in walker.library.red_flags:
        if flag.needs is Urgency.EMERGENCY and walker.holds(flag.when):
            excused = flag.unless is not None and walker.holds(flag.unless)
            if not excused:
                return flag
    return None


def is_emergency(walker: Walker) -> bool:
    """Whether the current screen is an emergency: the flow's own, or the one that the red-flag monitor forces."""
    return walker.floor == EMERGENCY or tripped(walker) is not None
