"""Red-flag monitor: a last check of the red flags after each answer, should flow and proof ever disagree.

The proof shows that a true emergency row is always followed by an emergency screen. Nothing here should ever fire; it
stands for the day when a prover, a file or a machine is wrong (promise P9).
"""

from bot.engine.interpreter import Interpreter
from bot.model.content import RedFlag
from bot.model.urgency import EMERGENCY_FLOOR, Urgency


def unmet_red_flag(interpreter: Interpreter) -> RedFlag | None:
    """Return the first emergency red flag that holds although the floor is lower; None as long as all is well.

    The result is cached in the interpreter until it moves.
    """
    if interpreter.red_flag_result is None:
        interpreter.red_flag_result = (
            None if interpreter.floor == EMERGENCY_FLOOR else _find_unmet_red_flag(interpreter),
        )
    return interpreter.red_flag_result[0]


def _find_unmet_red_flag(interpreter: Interpreter) -> RedFlag | None:
    """Return the first emergency red flag whose guard holds and whose exception does not."""
    for flag in interpreter.bundle.red_flags:
        if flag.required_urgency is Urgency.EMERGENCY and interpreter.holds(flag.when):
            excused = flag.unless is not None and interpreter.holds(flag.unless)
            if not excused:
                return flag
    return None


def is_emergency(interpreter: Interpreter) -> bool:
    """Whether the current screen is an emergency: the flow's own, or the one that the red-flag monitor forces."""
    return interpreter.floor == EMERGENCY_FLOOR or unmet_red_flag(interpreter) is not None
