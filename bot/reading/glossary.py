"""The glossary: words that not everybody knows, each explained once."""

import re

from bot.content import Term
from bot.reading.fields import Fields
from bot.reading.flows import base_language
from bot.reading.nodes import Node, Scalar
from bot.reading.reading import Reading
from bot.reading.silences import silences
from bot.reading.sources import CODE, cite

GLOSSARY = "glossary.yaml"  # what a term is filed under, before its name
BORNE_OUT = re.compile(rf"{CODE.pattern}|GK")
LABEL, LONGEST = 24, 160  # the most characters of a term, which is a button's label, and of what explains it


def read_glossary(reading: Reading) -> dict[str, Term]:
    with Fields(reading, reading.root(), "the glossary") as top:
        base_language(top)
        silences(top, GLOSSARY)
        with Fields(reading, top.need("terms"), "'terms'") as terms:
            taken: dict[str, str] = {}
            found = [_term(reading, key, value, taken) for key, value in terms.rest()]
    return {term.id: term for term in found}


def _term(reading: Reading, key: Scalar, value: Node, taken: dict[str, str]) -> Term:
    id = reading.name(key, "a term")
    reading.declare(key, GLOSSARY, id)
    with Fields(reading, value, f"'{key.value}'", key) as it:
        source = it.name("source", BORNE_OUT, "S18, or GK for general knowledge")
        if CODE.fullmatch(source):
            cite(reading, it.key("source"), source)
        also = tuple(reading.text(item, it.what("also"), ()) for item in it.items("also", lone=True))
        term = Term(id, it.short("term", LABEL), it.short("text", LONGEST), also, source)
    for name in map(str.casefold, term.names):
        if taken.setdefault(name, id) != id:
            reading.fault(key, "twice", f"'{name}' is explained here and under '{taken[name]}'")
    return term
