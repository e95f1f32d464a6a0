"""Readers of what options, statements, outcomes and rules share: goto, guard, floor, pages and advice."""

from bot.authoring.parsing.parse_context import NameKind
from bot.authoring.parsing.readers.guards import read_floor, read_guard
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import YamlScalar
from bot.model.flow import Effect
from bot.model.guards import Guard
from bot.model.urgency import Urgency


def read_goto(table: TableReader, key: str = "goto", *, required: bool = False, kind: NameKind = NameKind.STATE) -> str:
    """Read the name of the state of this flow that *key* leads to, or "" where none is written."""
    node = table.require(key) if required else table.get(key)
    name = table.context.read_raw(node, table.display_name_of(key)) if node else ""
    if isinstance(node, YamlScalar):
        table.context.refer(node, kind, table.context.file_stem, name)
    return name


def read_only_if(table: TableReader) -> Guard | None:
    """Read the guard that must hold for a state to be visited, or None."""
    if (node := table.get("only_if")) is None:
        return None
    if "goto" not in table:
        message = f"{table.display_name} needs a 'goto', for when its 'only_if' does not hold"
        table.context.report(table.key_position("only_if"), "missing", message)
    return read_guard(table.context, node, table.display_name_of("only_if"), table.context.file_stem)


def read_effect(table: TableReader) -> Effect:
    """Read the effect in *table*: its floor, pages to read and advice."""
    node = table.get("at_least")
    at_least = read_floor(table.context, node, table.display_name_of("at_least")) if node else None
    if node and at_least and at_least.urgency is Urgency.EMERGENCY:
        hint = "use 'goto' and an outcome, so that it is shown at once"
        table.context.report(node, "floor-emergency", "an emergency cannot be an 'at_least'", hint)
    return Effect(at_least, read_learn_pages(table), table.read_optional_text("advise"))


def read_learn_pages(table: TableReader, key: str = "learn") -> tuple[str, ...]:
    """Read the names of the pages that *table* adds to the list of reading."""
    pages = []
    for item in table.read_items(key, allow_single=True):
        if page := table.context.read_name(item, "a page"):
            table.context.refer(item, NameKind.PAGE, page_key(page))
            pages.append(page)
    return tuple(pages)


def page_key(page: str) -> str:
    """Return the source key of a page: its file name, so that a flow may have the same name."""
    return f"{page}.md"
