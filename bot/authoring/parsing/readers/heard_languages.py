"""Reader of the languages that the bot recognises and does not speak: what it says there, and how it knows them."""

from collections.abc import Collection

from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.readers.danger import read_danger_kinds
from bot.authoring.parsing.readers.word_lists import read_word_list
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import YamlNode, YamlScalar
from bot.model.language import LANGUAGE_CODE_PATTERN
from bot.model.text_limits import MAX_LABEL_LENGTH
from bot.model.understanding import HeardLanguage

SENTENCE_PLACEHOLDERS = ("emergency_number", "languages")
HELP_PLACEHOLDERS = ("emergency_number",)


def read_heard_languages(context: ParseContext) -> dict[str, HeardLanguage]:
    """Read the languages that the bot only recognises. The file says whether anyone has reviewed it."""
    with TableReader(context, context.parse_root(), "the file") as top:
        top.require("reviewed")
        top.read_flag("reviewed")
        with TableReader(context, top.require("languages"), "'languages'") as languages:
            found = [_read_language(context, key, value) for key, value in languages.take_remaining()]
    return {language.code: language for language in found}


def _read_language(context: ParseContext, key: YamlScalar, value: YamlNode) -> HeardLanguage:
    """Read one language; report a sentence without the emergency number."""
    code = context.read_name(key, "a language", LANGUAGE_CODE_PATTERN, "fr")
    with TableReader(context, value, f"'{key.value}'", key) as table:
        return HeardLanguage(
            code=code,
            name=table.read_short_text("name", MAX_LABEL_LENGTH),
            called=read_word_list(context, table.get("called"), table.display_name_of("called")),
            say=_read_sentence(table, "say", SENTENCE_PLACEHOLDERS),
            help=_read_sentence(table, "help", HELP_PLACEHOLDERS),
            common=read_word_list(context, table.get("common"), table.display_name_of("common")),
            danger=read_danger_kinds(context, table.require("danger"), table.display_name_of("danger")),
        )


def _read_sentence(table: TableReader, key: str, placeholders: Collection[str]) -> str:
    """Read a sentence that must hold all *placeholders*."""
    text = table.read_text(key, placeholders)
    missing = [name for name in placeholders if f"{{{name}}}" not in text]
    if text and missing:
        message = f"{table.display_name_of(key)} does not say {{{missing[0]}}}"
        table.context.report(table.value_of(key), "missing", message)
    return text
