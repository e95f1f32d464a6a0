"""The JSON Schemas of the style guide and of the order in which pages are read."""

from bot.authoring.parsing.readers.style_guide import RULE_SLUG_PATTERN
from bot.authoring.schema import fragments as p
from bot.authoring.schema.fragments import Schema
from bot.model.language import LANGUAGE_CODE_PATTERN

PATTERNS_SCHEMA = p.array_of(
    p.optional_text(), "Regular expressions; case does not matter; <condition> is any word of that list."
)
TEXT_KINDS_SCHEMA = p.array_of(p.optional_text(), "In which texts, such as ask, page, phrase:action_*.")
NUMBER_SCHEMA: Schema = p.scalar(pattern=r"^\s*\d+\s*$")


def style_guide_schema() -> Schema:
    """Return the schema of wording.yaml, the style guide."""
    exemption = p.table(
        {"on": TEXT_KINDS_SCHEMA, "not_on": TEXT_KINDS_SCHEMA, "with": PATTERNS_SCHEMA, "without": PATTERNS_SCHEMA}
    )
    rule = {
        "why": p.text("One line for the author.", allow_placeholders=False),
        "say": p.optional_text("What to write instead."),
    }
    rule |= {
        "on": TEXT_KINDS_SCHEMA,
        "never": PATTERNS_SCHEMA,
        "always": PATTERNS_SCHEMA,
        "unless": p.array_of(exemption, "When the words may stand."),
    }
    never_or_always: list[Schema] = [{"required": ["never"]}, {"required": ["always"]}]
    grade = p.table(
        {"on": TEXT_KINDS_SCHEMA, "most": NUMBER_SCHEMA, "median": NUMBER_SCHEMA},
        ("most",),
        "School grades by Flesch-Kincaid.",
    )
    words = p.array_of(p.optional_text())
    keys = {
        "language": p.matching(LANGUAGE_CODE_PATTERN.pattern),
        "sentence": {**NUMBER_SCHEMA, "description": "Words in the longest sentence."},
        "lines": {**NUMBER_SCHEMA, "description": "Lines of a question, besides its list."},
        "grades": p.array_of(grade),
        "labels": p.array_of(p.optional_text(), "The bot's own phrases that stand on buttons."),
        "lists": p.table_of(words),
        "rules": p.table_of(p.table(rule, ("why",), anyOf=never_or_always), p.matching(RULE_SLUG_PATTERN.pattern)),
        "terms": p.array_of(p.optional_text(), "Words that want explaining, as patterns."),
        "explained": p.array_of(p.optional_text(), "How a text explains a word: <term> is the word."),
    }
    return p.table(keys, ("sentence", "lines", "lists", "rules"), "How the bot may and may not speak.")


def subjects_schema() -> Schema:
    """Return the schema of content/subjects.yaml."""
    pages = p.array_of(p.identifier("A page: content/NAME.md."), "In the order in which they are read.")
    pages_by_subject = p.table_of(pages, p.identifier("What people call it is the phrase subject_NAME."))
    return p.table({"subjects": pages_by_subject}, ("subjects",), "The pages as a small library.")
