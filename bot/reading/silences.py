"""What authors silenced beside their texts: a rule of speech that is wrong about certain words, and why."""

from bot.manners import Silence
from bot.reading.fields import Fields


def silences(it: Fields, *scope: str) -> None:
    """The list `silence` of *it*, for the texts that are filed under *scope*."""
    for item in it.items("silence"):
        with Fields(it.reading, item, "the silence") as one:
            silence = Silence(scope, one.text("rule", ()), one.text("words", None), one.text("why", ()))
        it.reading.declare(item, *silence.key)
        it.reading.silences.append(silence)
