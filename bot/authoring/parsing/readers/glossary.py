"""Reader of the glossary: unfamiliar words, each explained once."""

import re

from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.readers.annotations import read_suppressions
from bot.authoring.parsing.readers.flows import read_base_language
from bot.authoring.parsing.readers.sources import SOURCE_CODE_PATTERN, refer_to_source
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import YamlNode, YamlScalar
from bot.model.content import Term
from bot.model.text_limits import MAX_DEFINITION_LENGTH, MAX_LABEL_LENGTH

GLOSSARY_FILE = "glossary.yaml"  # the first part of a term's source key
TERM_SOURCE_PATTERN = re.compile(rf"{SOURCE_CODE_PATTERN.pattern}|GK")


def read_glossary(context: ParseContext) -> dict[str, Term]:
    """Read the glossary and return its terms by id."""
    with TableReader(context, context.parse_root(), "the glossary") as top:
        read_base_language(top)
        read_suppressions(top, GLOSSARY_FILE)
        with TableReader(context, top.require("terms"), "'terms'") as terms:
            term_by_name: dict[str, str] = {}
            found = [_read_term(context, key, value, term_by_name) for key, value in terms.take_remaining()]
    return {term.id: term for term in found}


def _read_term(context: ParseContext, key: YamlScalar, value: YamlNode, term_by_name: dict[str, str]) -> Term:
    """Read one term; report names that another term in *term_by_name* explains already."""
    id = context.read_name(key, "a term")
    context.declare(key, GLOSSARY_FILE, id)
    with TableReader(context, value, f"'{key.value}'", key) as table:
        source = table.read_name("source", TERM_SOURCE_PATTERN, "S18, or GK for general knowledge")
        if SOURCE_CODE_PATTERN.fullmatch(source):
            refer_to_source(context, table.key_position("source"), source)
        also = tuple(
            context.read_text(item, table.display_name_of("also"), ())
            for item in table.read_items("also", allow_single=True)
        )
        term = Term(
            id,
            table.read_short_text("term", MAX_LABEL_LENGTH),
            table.read_short_text("text", MAX_DEFINITION_LENGTH),
            also,
            source,
        )
    for name in map(str.casefold, term.names):
        if term_by_name.setdefault(name, id) != id:
            context.report(key, "twice", f"'{name}' is explained here and under '{term_by_name[name]}'")
    return term
