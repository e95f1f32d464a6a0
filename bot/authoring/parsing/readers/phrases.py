"""Reader of the bot's own phrases: the texts that it sends, and the lists of words that it listens for."""

from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.readers.annotations import read_review, read_suppressions
from bot.authoring.parsing.readers.flows import read_base_language
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import SourceSpan, YamlNode, YamlScalar
from bot.model.content import Phrases

PHRASES_FILE = "phrases.yaml"  # the first part of a phrase's source key


def read_phrases(context: ParseContext) -> Phrases:
    """Read the phrases and the word lists."""
    with TableReader(context, context.parse_root(), "the file") as top:
        language = read_base_language(top)
        context.declare(SourceSpan(1, 1), PHRASES_FILE)
        read_suppressions(top, PHRASES_FILE)
        with TableReader(context, top.require("texts"), "'texts'") as texts:
            phrase_texts = {
                context.read_name(key, "a phrase's name"): _read_phrase(context, key, value)
                for key, value in texts.take_remaining()
            }
        with TableReader(context, top.require("words"), "'words'") as words:
            word_lists = {
                context.read_name(key, "a list's name"): _read_word_list(context, key, value)
                for key, value in words.take_remaining()
            }
        return Phrases(language, phrase_texts, word_lists, read_review(top))


def _read_phrase(context: ParseContext, key: YamlScalar, value: YamlNode) -> str:
    """Read one phrase and declare its name."""
    context.declare(key, PHRASES_FILE, key.value)
    return context.read_text(value, f"'{key.value}'", allowed_placeholders=None)


def _read_word_list(context: ParseContext, key: YamlScalar, value: YamlNode) -> tuple[str, ...]:
    """Read one list of words that the bot listens for."""
    items = context.read_items(value, f"'{key.value}'")
    return tuple(context.read_text(item, f"a word of '{key.value}'", ()) for item in items)
