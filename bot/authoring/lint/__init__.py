"""The language linter: checks every text that people read against the style guide of its language."""

from bot.authoring.lint.findings import findings, silenced
from bot.authoring.lint.reading_level import UNMEASURED, Levels
from bot.authoring.lint.texts import Said, strings

__all__ = ["UNMEASURED", "Levels", "Said", "findings", "silenced", "strings"]
