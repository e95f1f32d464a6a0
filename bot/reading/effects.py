"""What options, statements, outcomes and rules share: where they lead, what they raise, collect and say."""

from bot.flow import Effect
from bot.reading.fields import Fields
from bot.reading.guards import floor, guard
from bot.reading.nodes import Scalar
from bot.reading.reading import Kind
from bot.urgency import Urgency
from bot.when import When


def goto_of(it: Fields, key: str = "goto", *, needed: bool = False, kind: Kind = Kind.STATE) -> str:
    """The name of a state of this flow, or "" where none is written."""
    node = it.need(key) if needed else it.get(key)
    name = it.reading.raw(node, it.what(key)) if node else ""
    if isinstance(node, Scalar):
        it.reading.mention(node, kind, it.reading.id, name)
    return name


def only_if(it: Fields) -> When | None:
    """What must hold for a state not to be passed over."""
    if (node := it.get("only_if")) is None:
        return None
    if "goto" not in it:
        message = f"{it.who} needs a 'goto', for when its 'only_if' does not hold"
        it.reading.fault(it.key("only_if"), "missing", message)
    return guard(it.reading, node, it.what("only_if"), it.reading.id)


def effect(it: Fields) -> Effect:
    node = it.get("at_least")
    least = floor(it.reading, node, it.what("at_least")) if node else None
    if node and least and least.urgency is Urgency.EMERGENCY:
        hint = "use 'goto' and an outcome, so that it is shown at once"
        it.reading.fault(node, "floor-emergency", "an emergency cannot be an 'at_least'", hint)
    return Effect(least, learn(it), it.spare_text("advise"))


def learn(it: Fields, key: str = "learn") -> tuple[str, ...]:
    """The pages that *it* adds to what there is to read."""
    pages = []
    for item in it.items(key, lone=True):
        if page := it.reading.name(item, "a page"):
            it.reading.mention(item, Kind.PAGE, page_key(page))
            pages.append(page)
    return tuple(pages)


def page_key(page: str) -> str:
    """What a page is filed under: its file's name, so that a flow may be called the same."""
    return f"{page}.md"
