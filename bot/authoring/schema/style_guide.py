"""The JSON Schemas of the style guide and of the order in which pages are read."""

from bot.authoring.parsing.readers.style_guide import SLUG
from bot.authoring.schema import fragments as p
from bot.authoring.schema.fragments import Schema
from bot.model.language import CODE

PATTERNS = p.some(p.blank(), "Regular expressions; case does not matter; <condition> is any word of that list.")
TEXTS = p.some(p.blank(), "In which texts, such as ask, page, phrase:action_*.")
NUMBER: Schema = p.scalar(pattern=r"^\s*\d+\s*$")


def wording() -> Schema:
    """Return the schema of wording.yaml, the style guide."""
    leave = p.table({"on": TEXTS, "not_on": TEXTS, "with": PATTERNS, "without": PATTERNS})
    rule = {"why": p.text("One line for the author.", filled=False), "say": p.blank("What to write instead.")}
    rule |= {"on": TEXTS, "never": PATTERNS, "always": PATTERNS, "unless": p.some(leave, "When the words may stand.")}
    asks: list[Schema] = [{"required": ["never"]}, {"required": ["always"]}]
    grade = p.table({"on": TEXTS, "most": NUMBER, "median": NUMBER}, ("most",), "School grades by Flesch-Kincaid.")
    words = p.some(p.blank())
    keys = {
        "language": p.named(CODE.pattern),
        "sentence": {**NUMBER, "description": "Words in the longest sentence."},
        "lines": {**NUMBER, "description": "Lines of a question, besides its list."},
        "grades": p.some(grade),
        "labels": p.some(p.blank(), "The bot's own phrases that stand on buttons."),
        "lists": p.entries(words),
        "rules": p.entries(p.table(rule, ("why",), anyOf=asks), p.named(SLUG.pattern)),
        "terms": p.some(p.blank(), "Words that want explaining, as patterns."),
        "explained": p.some(p.blank(), "How a text explains a word: <term> is the word."),
    }
    return p.table(keys, ("sentence", "lines", "lists", "rules"), "How the bot may and may not speak.")


def subjects() -> Schema:
    """Return the schema of content/subjects.yaml."""
    pages = p.some(p.name("A page: content/NAME.md."), "In the order in which they are read.")
    listed = p.entries(pages, p.name("What people call it is the phrase subject_NAME."))
    return p.table({"subjects": listed}, ("subjects",), "The pages as a small library.")
