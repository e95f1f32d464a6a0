"""The language linter: checks every text that people read against the style guide of its language."""

from bot.authoring.lint.linter import lint_bundle, suppression_notes
from bot.authoring.lint.readable_text import ReadableText, readable_texts
from bot.authoring.lint.reading_level import NOT_MEASURED_NOTE, ReadingLevels

__all__ = ["NOT_MEASURED_NOTE", "ReadableText", "ReadingLevels", "lint_bundle", "readable_texts", "suppression_notes"]
