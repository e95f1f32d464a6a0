"""The JSON Schemas of what typed words are understood by: danger, languages that are only recognised, intents."""

from bot.authoring.schema import fragments as p
from bot.authoring.schema.fragments import SUPPRESSION_SCHEMA, Schema
from bot.model.language import LANGUAGE_CODE_PATTERN
from bot.model.text_limits import MAX_LABEL_LENGTH
from bot.model.understanding import DANGER_KINDS

PHRASES_SCHEMA: Schema = p.one_or_array_of(p.text(allow_placeholders=False), "As people type it.")
KINDS_SCHEMA: Schema = p.table(dict.fromkeys(DANGER_KINDS, PHRASES_SCHEMA), (), "Phrases by kind of danger.")


def danger_schema() -> Schema:
    """Return the schema of content/danger.yaml and of the same file in another language."""
    combination = p.table(
        {"signs": p.array_of(p.identifier()), "kind": p.word(DANGER_KINDS)}, ("signs", "kind"), "Together a danger."
    )
    keys = {
        "language": p.matching(LANGUAGE_CODE_PATTERN.pattern),
        "kinds": KINDS_SCHEMA,
        "signs": p.table_of(PHRASES_SCHEMA, p.identifier(), "Harmless alone."),
        "together": p.array_of(combination),
        "negated": PHRASES_SCHEMA,
        "between": PHRASES_SCHEMA,
        "silence": p.array_of(SUPPRESSION_SCHEMA),
    }
    return p.table(keys, ("kinds",), "Words of danger. They offer help, and are never an answer.")


def heard_languages_schema() -> Schema:
    """Return the schema of content/heard.yaml."""
    sentence = p.any_text("With {emergency_number}.")
    language = p.table(
        {
            "name": p.short_text(MAX_LABEL_LENGTH, "As its own speakers write it."),
            "called": PHRASES_SCHEMA,
            "say": sentence,
            "help": sentence,
            "common": PHRASES_SCHEMA,
            "danger": KINDS_SCHEMA,
        },
        ("name", "say", "help", "danger"),
    )
    languages = p.table_of(language, p.matching(LANGUAGE_CODE_PATTERN.pattern))
    return p.table({"reviewed": p.yes_or_no(), "languages": languages}, ("reviewed", "languages"))


def intents_schema() -> Schema:
    """Return the schema of content/intents.yaml."""
    name = p.identifier()
    intent = p.table(
        {
            "danger": p.word(DANGER_KINDS),
            "check": name,
            "flow": name,
            "pages": p.one_or_array_of(name),
            "term": name,
            "phrase": name,
        },
        minProperties=1,
    )
    return p.table({"intents": p.table_of(intent, p.identifier())}, ("intents",), "What each intent leads to.")
