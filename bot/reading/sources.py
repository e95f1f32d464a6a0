"""The list of everything that was read for this project: whatever a fact is marked with must stand on it."""

import re

from bot.content import Reference
from bot.reading.fields import Fields
from bot.reading.nodes import Node, Scalar, Spot
from bot.reading.reading import Kind, Reading

CODE = re.compile(r"S\d{2,3}")
SOURCES = "sources.yaml"  # what a source is filed under, before its code


def read_sources(reading: Reading) -> dict[str, Reference]:
    with Fields(reading, reading.root(), "the list of sources") as top:
        top.day("checked")
        with Fields(reading, top.need("sources"), "'sources'") as sources:
            found = [_reference(reading, key, value) for key, value in sources.rest()]
    return {reference.code: reference for reference in found}


def _reference(reading: Reading, key: Scalar, value: Node) -> Reference:
    code = reading.name(key, "a source", CODE, "S06")
    with Fields(reading, value, f"'{key.value}'", key) as it:
        one = Reference(code, it.text("org", ()), it.text("title", ()), it.text("year", ()), it.text("seen", ()))
        reading.declare(key, SOURCES, code)
        reading.declare(key, SOURCES, code, one.org, one.title, one.year)
        return one


def source_code(reading: Reading, node: Node) -> str:
    """A source's code, where nothing but the code is written."""
    code = reading.name(node, "a source", CODE, "S06")
    cite(reading, node, code)
    return code


def cite(reading: Reading, spot: Spot, code: str, *told: str) -> None:
    """*code* must be on the list, and what is *told* of it must be what the list tells."""
    if code and all(told):
        reading.mention(spot, Kind.SOURCE, SOURCES, code, *told)
