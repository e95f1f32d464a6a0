"""Reader of the list of languages: what each calls itself, and whether it ships or is a draft."""

from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.readers.word_lists import read_word_list
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import YamlNode, YamlScalar
from bot.model.bundle import BASE_LANGUAGE
from bot.model.language import LANGUAGE_CODE_PATTERN, Language
from bot.model.text_limits import MAX_LABEL_LENGTH

LANGUAGE_STATUSES = ("shipped", "draft")
BASE_LANGUAGE_ONLY = {
    BASE_LANGUAGE: Language(BASE_LANGUAGE, BASE_LANGUAGE, shipped=True)
}  # without a list there is one language


def read_languages(context: ParseContext) -> dict[str, Language]:
    """Read the list of languages and return them by code, the base language always among them."""
    with TableReader(context, context.parse_root(), "the list of languages") as top:
        languages = TableReader(context, top.require("languages"), "'languages'")
    with languages:
        found = [_read_language(context, key, value) for key, value in languages.take_remaining()]
        if BASE_LANGUAGE not in languages:
            languages.report_missing(
                BASE_LANGUAGE, f"the flows are written in '{BASE_LANGUAGE}', and so it is on the list"
            )
    return BASE_LANGUAGE_ONLY | {language.code: language for language in found}


def _read_language(context: ParseContext, key: YamlScalar, value: YamlNode) -> Language:
    """Read one language; report a base language that does not ship."""
    code = context.read_name(key, "a language", LANGUAGE_CODE_PATTERN, "es")
    with TableReader(context, value, f"'{key.value}'", key) as table:
        language = Language(
            code,
            table.read_short_text("name", MAX_LABEL_LENGTH),
            table.read_choice("status", LANGUAGE_STATUSES) == LANGUAGE_STATUSES[0],
            read_word_list(context, table.get("called"), table.display_name_of("called")),
        )
        if code == BASE_LANGUAGE and not language.shipped and table.is_table:
            context.report(
                table.value_of("status") if "status" in table else key,
                "unknown-word",
                f"'{BASE_LANGUAGE}' always ships",
            )
        return language
