"""The language linter: every string that a person can read, held against the rules of its language."""

from bot.wording.findings import findings, silenced
from bot.wording.reading_level import UNMEASURED, Levels
from bot.wording.strings import Said, strings

__all__ = ["UNMEASURED", "Levels", "Said", "findings", "silenced", "strings"]
