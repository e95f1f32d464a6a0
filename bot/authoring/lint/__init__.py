"""The language linter: checks every text that people read against the style guide of its language."""

from bot.authoring.lint.findings import lint_bundle, suppression_notes
from bot.authoring.lint.reading_level import NOT_MEASURED_NOTE, ReadingLevels
from bot.authoring.lint.texts import ReadableText, readable_texts

__all__ = ["NOT_MEASURED_NOTE", "ReadableText", "ReadingLevels", "lint_bundle", "readable_texts", "suppression_notes"]
