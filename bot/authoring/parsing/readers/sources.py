"""Reader of the list of all sources read for this project: every code that a fact names must be on it."""

import re

from bot.authoring.parsing.parse_context import Kind, Reading
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Node, Scalar, Spot
from bot.model.content import Reference

CODE = re.compile(r"S\d{2,3}")
SOURCES = "sources.yaml"  # the first part of a source's source key


def read_sources(reading: Reading) -> dict[str, Reference]:
    """Read the list of sources and return them by code."""
    with Fields(reading, reading.root(), "the list of sources") as top:
        top.day("checked")
        with Fields(reading, top.need("sources"), "'sources'") as sources:
            found = [_reference(reading, key, value) for key, value in sources.rest()]
    return {reference.code: reference for reference in found}


def _reference(reading: Reading, key: Scalar, value: Node) -> Reference:
    """Read one source, and declare it with its organisation, title and year."""
    code = reading.name(key, "a source", CODE, "S06")
    with Fields(reading, value, f"'{key.value}'", key) as it:
        one = Reference(code, it.text("org", ()), it.text("title", ()), it.text("year", ()), it.text("seen", ()))
        reading.declare(key, SOURCES, code)
        reading.declare(key, SOURCES, code, one.org, one.title, one.year)
        return one


def source_code(reading: Reading, node: Node) -> str:
    """Read a source's code where nothing but the code is written, and refer to it."""
    code = reading.name(node, "a source", CODE, "S06")
    cite(reading, node, code)
    return code


def cite(reading: Reading, spot: Spot, code: str, *told: str) -> None:
    """Refer to source *code*; its *details* (organisation, title, year), where given, must be those of the list."""
    if code and all(told):
        reading.mention(spot, Kind.SOURCE, SOURCES, code, *told)
