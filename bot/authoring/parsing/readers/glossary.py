"""Reader of the glossary: unfamiliar words, each explained once."""

import re

from bot.authoring.parsing.parse_context import Reading
from bot.authoring.parsing.readers.flows import base_language
from bot.authoring.parsing.readers.sources import CODE, cite
from bot.authoring.parsing.readers.suppressions import silences
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Node, Scalar
from bot.model.content import Term

GLOSSARY = "glossary.yaml"  # the first part of a term's source key
BORNE_OUT = re.compile(rf"{CODE.pattern}|GK")
LABEL, LONGEST = 24, 160  # characters; a term is a button's label


def read_glossary(reading: Reading) -> dict[str, Term]:
    """Read the glossary and return its terms by id."""
    with Fields(reading, reading.root(), "the glossary") as top:
        base_language(top)
        silences(top, GLOSSARY)
        with Fields(reading, top.need("terms"), "'terms'") as terms:
            taken: dict[str, str] = {}
            found = [_term(reading, key, value, taken) for key, value in terms.rest()]
    return {term.id: term for term in found}


def _term(reading: Reading, key: Scalar, value: Node, taken: dict[str, str]) -> Term:
    """Read one term; report names that another term in *term_by_name* explains already."""
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
