"""Reader of the list of languages: what each calls itself, and whether it ships or is a draft."""

from bot.authoring.parsing.parse_context import Reading
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Node, Scalar
from bot.model.bundle import BASE
from bot.model.language import CODE, Language

STATUS = ("shipped", "draft")
ALONE = {BASE: Language(BASE, BASE, shipped=True)}  # without a list there is one language


def read_languages(reading: Reading) -> dict[str, Language]:
    """Read the list of languages and return them by code, the base language always among them."""
    with Fields(reading, reading.root(), "the list of languages") as top:
        languages = Fields(reading, top.need("languages"), "'languages'")
    with languages:
        found = [_language(reading, key, value) for key, value in languages.rest()]
        if BASE not in languages:
            languages.miss(BASE, f"the flows are written in '{BASE}', and so it is on the list")
    return ALONE | {language.code: language for language in found}


def _language(reading: Reading, key: Scalar, value: Node) -> Language:
    """Read one language; report a base language that does not ship."""
    code = reading.name(key, "a language", CODE, "es")
    with Fields(reading, value, f"'{key.value}'", key) as it:
        language = Language(code, it.short("name", 24), it.word("status", STATUS) == STATUS[0])
        if code == BASE and not language.shipped and it.readable:
            reading.fault(it.value("status") if "status" in it else key, "unknown-word", f"'{BASE}' always ships")
        return language
