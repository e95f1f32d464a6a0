"""Reader of the bot's own phrases: the texts that it sends, and the lists of words that it listens for."""

from bot.authoring.parsing.parse_context import Reading
from bot.authoring.parsing.readers.flows import base_language
from bot.authoring.parsing.readers.signoffs import review
from bot.authoring.parsing.readers.suppressions import silences
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Mark, Node, Scalar
from bot.model.content import Phrases

PHRASES = "phrases.yaml"  # the first part of a phrase's source key


def read_phrases(reading: Reading) -> Phrases:
    """Read the phrases and the word lists."""
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
    """Read one phrase and declare its name."""
    reading.declare(key, PHRASES, key.value)
    return reading.text(value, f"'{key.value}'", known=None)


def _words(reading: Reading, key: Scalar, value: Node) -> tuple[str, ...]:
    """Read one list of words that the bot listens for."""
    items = reading.items(value, f"'{key.value}'")
    return tuple(reading.text(item, f"a word of '{key.value}'", ()) for item in items)
