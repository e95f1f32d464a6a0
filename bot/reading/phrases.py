"""The bot's own phrases: the texts that it says, and the lists of words that it listens for."""

from bot.content import Phrases
from bot.reading.fields import Fields
from bot.reading.flows import base_language
from bot.reading.nodes import Mark, Node, Scalar
from bot.reading.reading import Reading
from bot.reading.reviews import review
from bot.reading.silences import silences

PHRASES = "phrases.yaml"  # what a phrase is filed under, before its name


def read_phrases(reading: Reading) -> Phrases:
    with Fields(reading, reading.root(), "the file") as top:
        language = base_language(top)
        reading.declare(Mark(1, 1), PHRASES)
        silences(top, PHRASES)
        with Fields(reading, top.need("texts"), "'texts'") as texts:
            said = {reading.name(key, "a phrase's name"): _text(reading, key, value) for key, value in texts.rest()}
        with Fields(reading, top.need("words"), "'words'") as words:
            heard = {reading.name(key, "a list's name"): _words(reading, key, value) for key, value in words.rest()}
        return Phrases(language, said, heard, review(top))


def _text(reading: Reading, key: Scalar, value: Node) -> str:
    reading.declare(key, PHRASES, key.value)
    return reading.text(value, f"'{key.value}'", known=None)


def _words(reading: Reading, key: Scalar, value: Node) -> tuple[str, ...]:
    items = reading.items(value, f"'{key.value}'")
    return tuple(reading.text(item, f"a word of '{key.value}'", ()) for item in items)
