"""The JSON Schemas of translation files: texts only, each for a text in English.

No translation can add a state, a number or a page. Only the parser knows which texts there are to translate; these
schemas know their form.
"""

from bot.authoring.parsing.readers.options import LABEL
from bot.authoring.parsing.readers.pages import GIST, TITLE
from bot.authoring.schema import fragments as p
from bot.authoring.schema.fragments import REVIEW, SIGNATURE, SILENCE, Schema
from bot.model.language import CODE

SIGNED: Schema = {"$defs": {"signature": SIGNATURE}}
MADE_FROM: Schema = {"type": "object", "description": "Marks of the English it was made from: bot translate accept."}
COMMON: Schema = {
    "language": p.named(CODE.pattern, "The name of its folder."),
    "review": REVIEW,
    "silence": p.some(SILENCE),
    "made_from": MADE_FROM,
}


def flow() -> Schema:
    """Return the schema of a flow's translation."""
    option = p.table(dict.fromkeys(("text", "button", "say", "advise"), p.blank()))
    options = p.entries({"anyOf": [p.blank(), option]})
    texts = dict.fromkeys(("ask", "why", "explain", "say", "safety_net", "advise"), p.blank())
    states = p.entries(p.table({**texts, "options": options}))
    keys = {"flow": p.name(), "title": p.blank(), "states": states, "rules": p.entries(p.blank())}
    return p.table({**COMMON, **keys}, ("flow", "language"), "A flow's words in another language.", **SIGNED)


def page() -> Schema:
    """Return the schema of the front matter of a translated page; its lines stand below, as many as in English."""
    marks = {**MADE_FROM, "properties": {"lines": p.some(p.blank(), "A mark for each line of the page.")}}
    keys = {"title": _short(TITLE), "gist": _short(GIST), "button": _short(LABEL), "made_from": marks}
    return p.table({**COMMON, **keys}, ("language",), "The head of a page in another language.", **SIGNED)


def phrases() -> Schema:
    """Return the schema of the translated phrases."""
    words = p.entries(p.some(p.text(filled=False)), p.name())
    keys = {"texts": p.entries(p.any_text(), p.name()), "words": words}
    return p.table({**COMMON, **keys}, ("language",), "The bot's own words in another language.", **SIGNED)


def glossary() -> Schema:
    """Return the schema of the translated glossary."""
    term = p.table({"term": p.any_text(), "text": p.any_text(), "also": p.some(p.text(filled=False), "Other names.")})
    terms = p.entries({"anyOf": [p.any_text("What it means."), term]}, p.name())
    return p.table({**COMMON, "terms": terms}, ("language",), "The glossary in another language.", **SIGNED)


def places() -> Schema:
    """Return the schema of translated names of countries and helplines; no translation can change a number."""
    countries = p.entries(p.any_text(), p.named("[A-Z]{2}"))
    keys = {"countries": countries, "helplines": p.entries(p.any_text(), says="By their names in English.")}
    return p.table({**COMMON, **keys}, ("language",), "Countries and helplines in another language.", **SIGNED)


def _short(most: int) -> Schema:
    """Return the schema of a text of at most *max_length* characters, outer blanks not counted."""
    return {**p.any_text(), "allOf": [{"pattern": rf"^\s*\S([\s\S]{{0,{most - 2}}}\S)?\s*$"}]}
