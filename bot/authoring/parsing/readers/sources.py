"""Reader of the list of all sources read for this project: every code that a fact names must be on it."""

import re

from bot.authoring.parsing.parse_context import NameKind, ParseContext
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import Position, YamlNode, YamlScalar
from bot.model.content import Reference

SOURCE_CODE_PATTERN = re.compile(r"S\d{2,3}")
SOURCES_FILE = "sources.yaml"  # the first part of a source's source key


def read_sources(context: ParseContext) -> dict[str, Reference]:
    """Read the list of sources and return them by code."""
    with TableReader(context, context.parse_root(), "the list of sources") as top:
        top.read_date("checked")
        with TableReader(context, top.require("sources"), "'sources'") as sources:
            found = [_read_reference(context, key, value) for key, value in sources.take_remaining()]
    return {reference.code: reference for reference in found}


def _read_reference(context: ParseContext, key: YamlScalar, value: YamlNode) -> Reference:
    """Read one source, and declare it with its organisation, title and year."""
    code = context.read_name(key, "a source", SOURCE_CODE_PATTERN, "S06")
    with TableReader(context, value, f"'{key.value}'", key) as table:
        reference = Reference(
            code,
            table.read_text("org", ()),
            table.read_text("title", ()),
            table.read_text("year", ()),
            table.read_text("seen", ()),
        )
        context.declare(key, SOURCES_FILE, code)
        context.declare(key, SOURCES_FILE, code, reference.org, reference.title, reference.year)
        return reference


def read_source_code(context: ParseContext, node: YamlNode) -> str:
    """Read a source's code where nothing but the code is written, and refer to it."""
    code = context.read_name(node, "a source", SOURCE_CODE_PATTERN, "S06")
    refer_to_source(context, node, code)
    return code


def refer_to_source(context: ParseContext, position: Position, code: str, *details: str) -> None:
    """Refer to source *code*; its *details* (organisation, title, year), where given, must be those of the list."""
    if code and all(details):
        context.refer(position, NameKind.SOURCE, SOURCES_FILE, code, *details)
