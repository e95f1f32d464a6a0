"""The JSON Schemas of translation files: texts only, each for a text in English.

No translation can add a state, a number or a page. Only the parser knows which texts there are to translate; these
schemas know their form.
"""

from bot.authoring.schema import fragments as p
from bot.authoring.schema.fragments import REVIEW_SCHEMA, SIGNATURE_SCHEMA, SUPPRESSION_SCHEMA, Schema
from bot.model.language import LANGUAGE_CODE_PATTERN
from bot.model.text_limits import MAX_GIST_LENGTH, MAX_LABEL_LENGTH, MAX_TITLE_LENGTH

SIGNATURE_DEFINITIONS: Schema = {"$defs": {"signature": SIGNATURE_SCHEMA}}
MADE_FROM_SCHEMA: Schema = {
    "type": "object",
    "description": "Marks of the English it was made from: bot translate accept.",
}
TYPED_WORDS_SCHEMA: Schema = p.array_of(p.text(allow_placeholders=False), "As people type it in this language.")
COMMON_PROPERTIES: Schema = {
    "language": p.matching(LANGUAGE_CODE_PATTERN.pattern, "The name of its folder."),
    "review": REVIEW_SCHEMA,
    "silence": p.array_of(SUPPRESSION_SCHEMA),
    "made_from": MADE_FROM_SCHEMA,
}


def translated_flow_schema() -> Schema:
    """Return the schema of a flow's translation."""
    option = p.table(
        {**dict.fromkeys(("text", "button", "say", "advise"), p.optional_text()), "also": TYPED_WORDS_SCHEMA}
    )
    options = p.table_of({"anyOf": [p.optional_text(), option]})
    texts = dict.fromkeys(("ask", "why", "explain", "say", "safety_net", "advise"), p.optional_text())
    states = p.table_of(p.table({**texts, "options": options}))
    keys = {
        "flow": p.identifier(),
        "title": p.optional_text(),
        "asked": TYPED_WORDS_SCHEMA,
        "states": states,
        "rules": p.table_of(p.optional_text()),
    }
    return p.table(
        {**COMMON_PROPERTIES, **keys},
        ("flow", "language"),
        "A flow's words in another language.",
        **SIGNATURE_DEFINITIONS,
    )


def translated_page_schema() -> Schema:
    """Return the schema of the front matter of a translated page; its lines stand below, as many as in English."""
    made_from = {
        **MADE_FROM_SCHEMA,
        "properties": {"lines": p.array_of(p.optional_text(), "A mark for each line of the page.")},
    }
    keys = {
        "title": _short_text(MAX_TITLE_LENGTH),
        "gist": _short_text(MAX_GIST_LENGTH),
        "button": _short_text(MAX_LABEL_LENGTH),
        "asked": TYPED_WORDS_SCHEMA,
        "made_from": made_from,
    }
    return p.table(
        {**COMMON_PROPERTIES, **keys}, ("language",), "The head of a page in another language.", **SIGNATURE_DEFINITIONS
    )


def translated_phrases_schema() -> Schema:
    """Return the schema of the translated phrases."""
    words = p.table_of(p.array_of(p.text(allow_placeholders=False)), p.identifier())
    keys = {"texts": p.table_of(p.any_text(), p.identifier()), "words": words}
    return p.table(
        {**COMMON_PROPERTIES, **keys},
        ("language",),
        "The bot's own words in another language.",
        **SIGNATURE_DEFINITIONS,
    )


def translated_glossary_schema() -> Schema:
    """Return the schema of the translated glossary."""
    term = p.table(
        {
            "term": p.any_text(),
            "text": p.any_text(),
            "also": p.array_of(p.text(allow_placeholders=False), "Other names."),
        }
    )
    terms = p.table_of({"anyOf": [p.any_text("What it means."), term]}, p.identifier())
    return p.table(
        {**COMMON_PROPERTIES, "terms": terms},
        ("language",),
        "The glossary in another language.",
        **SIGNATURE_DEFINITIONS,
    )


def translated_names_schema() -> Schema:
    """Return the schema of translated names of countries and helplines; no translation can change a number."""
    countries = p.table_of(p.any_text(), p.matching("[A-Z]{2}"))
    keys = {"countries": countries, "helplines": p.table_of(p.any_text(), description="By their names in English.")}
    return p.table(
        {**COMMON_PROPERTIES, **keys},
        ("language",),
        "Countries and helplines in another language.",
        **SIGNATURE_DEFINITIONS,
    )


def _short_text(max_length: int) -> Schema:
    """Return the schema of a text of at most *max_length* characters, outer blanks not counted."""
    return {**p.any_text(), "allOf": [{"pattern": rf"^\s*\S([\s\S]{{0,{max_length - 2}}}\S)?\s*$"}]}
