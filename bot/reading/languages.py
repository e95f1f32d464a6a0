"""The list of languages: what each calls itself, and whether it ships or is a draft."""

from bot.languages import CODE, Language
from bot.library import BASE
from bot.reading.fields import Fields
from bot.reading.nodes import Node, Scalar
from bot.reading.reading import Reading

STATUS = ("shipped", "draft")
ALONE = {BASE: Language(BASE, BASE, shipped=True)}  # where there is no list, there is one language


def read_languages(reading: Reading) -> dict[str, Language]:
    with Fields(reading, reading.root(), "the list of languages") as top:
        languages = Fields(reading, top.need("languages"), "'languages'")
    with languages:
        found = [_language(reading, key, value) for key, value in languages.rest()]
        if BASE not in languages:
            languages.miss(BASE, f"the flows are written in '{BASE}', and so it is on the list")
    return ALONE | {language.code: language for language in found}


def _language(reading: Reading, key: Scalar, value: Node) -> Language:
    code = reading.name(key, "a language", CODE, "es")
    with Fields(reading, value, f"'{key.value}'", key) as it:
        language = Language(code, it.short("name", 24), it.word("status", STATUS) == STATUS[0])
        if code == BASE and not language.shipped and it.readable:
            reading.fault(it.value("status") if "status" in it else key, "unknown-word", f"'{BASE}' always ships")
        return language
