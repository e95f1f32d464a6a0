"""The schemas of whatever is said in another language: texts alone, each where the English has one.

None of them can add a state, a number or a page. What there is to translate only the reader knows; these know how.
"""

from bot.languages import CODE
from bot.reading.options import LABEL
from bot.reading.pages import GIST, TITLE
from bot.schema import parts as p
from bot.schema.parts import REVIEW, SIGNATURE, SILENCE, Schema

SIGNED: Schema = {"$defs": {"signature": SIGNATURE}}
MADE_FROM: Schema = {"type": "object", "description": "Marks of the English it was made from: bot translate accept."}
COMMON: Schema = {
    "language": p.named(CODE.pattern, "The name of its folder."),
    "review": REVIEW,
    "silence": p.some(SILENCE),
    "made_from": MADE_FROM,
}


def flow() -> Schema:
    option = p.table(dict.fromkeys(("text", "button", "say", "advise"), p.blank()))
    options = p.entries({"anyOf": [p.blank(), option]})
    texts = dict.fromkeys(("ask", "why", "explain", "say", "safety_net", "advise"), p.blank())
    states = p.entries(p.table({**texts, "options": options}))
    keys = {"flow": p.name(), "title": p.blank(), "states": states, "rules": p.entries(p.blank())}
    return p.table({**COMMON, **keys}, ("flow", "language"), "A flow's words in another language.", **SIGNED)


def page() -> Schema:
    """The head of a page; its lines stand below, as many as in English."""
    marks = {**MADE_FROM, "properties": {"lines": p.some(p.blank(), "A mark for each line of the page.")}}
    keys = {"title": _short(TITLE), "gist": _short(GIST), "button": _short(LABEL), "made_from": marks}
    return p.table({**COMMON, **keys}, ("language",), "The head of a page in another language.", **SIGNED)


def phrases() -> Schema:
    words = p.entries(p.some(p.text(filled=False)), p.name())
    keys = {"texts": p.entries(p.any_text(), p.name()), "words": words}
    return p.table({**COMMON, **keys}, ("language",), "The bot's own words in another language.", **SIGNED)


def glossary() -> Schema:
    term = p.table({"term": p.any_text(), "text": p.any_text(), "also": p.some(p.text(filled=False), "Other names.")})
    terms = p.entries({"anyOf": [p.any_text("What it means."), term]}, p.name())
    return p.table({**COMMON, "terms": terms}, ("language",), "The glossary in another language.", **SIGNED)


def places() -> Schema:
    """Names alone. No translation can change a number."""
    countries = p.entries(p.any_text(), p.named("[A-Z]{2}"))
    keys = {"countries": countries, "helplines": p.entries(p.any_text(), says="By their names in English.")}
    return p.table({**COMMON, **keys}, ("language",), "Countries and helplines in another language.", **SIGNED)


def _short(most: int) -> Schema:
    """A text that fits into *most* characters, with what stands around it taken off; it may have any placeholder."""
    return {**p.any_text(), "allOf": [{"pattern": rf"^\s*\S([\s\S]{{0,{most - 2}}}\S)?\s*$"}]}
