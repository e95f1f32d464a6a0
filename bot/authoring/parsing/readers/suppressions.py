"""Reader of suppressions: an author's note that a style rule is wrong about certain words, and why."""

from bot.authoring.parsing.table_reader import Fields
from bot.model.style_guide import Silence


def silences(it: Fields, *scope: str) -> None:
    """Read the list `silence` of *table* into its context, for the texts with source key *scope*."""
    for item in it.items("silence"):
        with Fields(it.reading, item, "the silence") as one:
            silence = Silence(scope, one.text("rule", ()), one.text("words", None), one.text("why", ()))
        it.reading.declare(item, *silence.key)
        it.reading.silences.append(silence)
