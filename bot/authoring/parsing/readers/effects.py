"""Readers of what options, statements, outcomes and rules share: goto, guard, floor, pages and advice."""

from bot.authoring.parsing.parse_context import Kind
from bot.authoring.parsing.readers.guards import floor, guard
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Scalar
from bot.model.flow import Effect
from bot.model.guards import When
from bot.model.urgency import Urgency


def goto_of(it: Fields, key: str = "goto", *, needed: bool = False, kind: Kind = Kind.STATE) -> str:
    """Read the name of the state of this flow that *key* leads to, or "" where none is written."""
    node = it.need(key) if needed else it.get(key)
    name = it.reading.raw(node, it.what(key)) if node else ""
    if isinstance(node, Scalar):
        it.reading.mention(node, kind, it.reading.id, name)
    return name


def only_if(it: Fields) -> When | None:
    """Read the guard that must hold for a state to be visited, or None."""
    if (node := it.get("only_if")) is None:
        return None
    if "goto" not in it:
        message = f"{it.who} needs a 'goto', for when its 'only_if' does not hold"
        it.reading.fault(it.key("only_if"), "missing", message)
    return guard(it.reading, node, it.what("only_if"), it.reading.id)


def effect(it: Fields) -> Effect:
    """Read the effect in *table*: its floor, pages to read and advice."""
    node = it.get("at_least")
    least = floor(it.reading, node, it.what("at_least")) if node else None
    if node and least and least.urgency is Urgency.EMERGENCY:
        hint = "use 'goto' and an outcome, so that it is shown at once"
        it.reading.fault(node, "floor-emergency", "an emergency cannot be an 'at_least'", hint)
    return Effect(least, learn(it), it.spare_text("advise"))


def learn(it: Fields, key: str = "learn") -> tuple[str, ...]:
    """Read the names of the pages that *table* adds to the list of reading."""
    pages = []
    for item in it.items(key, lone=True):
        if page := it.reading.name(item, "a page"):
            it.reading.mention(item, Kind.PAGE, page_key(page))
            pages.append(page)
    return tuple(pages)


def page_key(page: str) -> str:
    """Return the source key of a page: its file name, so that a flow may have the same name."""
    return f"{page}.md"
