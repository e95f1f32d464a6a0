"""The language linter: every string that a person can read, held against the rules of its language."""

from bot.wording.findings import findings, silenced, unmeasured
from bot.wording.strings import Said, strings

__all__ = ["Said", "findings", "silenced", "strings", "unmeasured"]
