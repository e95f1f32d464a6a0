"""Reader of the scenarios beside the flows, `flows/tests/*.yaml`: what is tapped, and what is expected of it."""

from collections.abc import Iterator

from bot.authoring.parsing.parse_context import Kind, Reading
from bot.authoring.parsing.readers.effects import page_key
from bot.authoring.parsing.readers.guards import floor
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Node, Scalar, Spot
from bot.model.bundle import CHOOSER
from bot.model.scenario import Hope, Trial, Word

HOPES = ("comes", "ends_at", "right_after", "pages", "no_pages", "asked", "not_asked")


def read_trials(reading: Reading) -> tuple[Trial, ...]:
    """Read all scenarios of one file."""
    with Fields(reading, reading.root(), "the list of chats") as top:
        begin = _begin(top)
        otherwise = tuple(_answers(top, "otherwise"))
        with Fields(reading, top.need("chats"), "'chats'") as chats:
            return tuple(_trial(reading, key, value, begin, otherwise) for key, value in chats.rest())


def _trial(reading: Reading, key: Scalar, value: Node, begin: Word | None, otherwise: tuple[Word, ...]) -> Trial:
    """Read one scenario; report one that expects nothing."""
    reading.text(key, "a chat's name", ())
    with Fields(reading, value, f"the chat '{key.value}'", key) as it:
        own = _begin(it) or begin
        taps = tuple(_answers(it, "taps"))
        if it.readable and not any(name in it for name in HOPES):
            hint = f"give it one of: {', '.join(HOPES)}"
            reading.fault(key, "idle", f"{it.who} does not say what must come of it", hint)
        return Trial(key.value, reading.place(key), own or _word(reading, CHOOSER, key), taps, otherwise, _hope(it))


def _begin(it: Fields) -> Word | None:
    """Read the flow that a scenario starts in, as a link would, or None where it is not written."""
    if not (node := it.get("begin")) or not (flow := it.reading.name(node, it.what("begin"))):
        return None
    it.reading.mention(node, Kind.FLOW, flow)
    return _word(it.reading, flow, node)


def _answers(it: Fields, key: str) -> Iterator[Word]:
    """Read a table of questions and the option chosen for each."""
    if (node := it.get(key)) is None:
        return
    with Fields(it.reading, node, it.what(key)) as table:
        for name, value in table.rest():
            answer = it.reading.text(value, f"the answer to '{name.value}'", None)
            if _question(it.reading, name, name.value):
                yield _word(it.reading, name.value, value, answer)


def _hope(it: Fields) -> Hope:
    """Read what is expected: the urgency, the outcome, the pages and the questions asked."""
    comes = it.get("comes")
    return Hope(
        comes=floor(it.reading, comes, it.what("comes")) if comes else None,
        ends_at=next(_states(it, "ends_at", Kind.STATE), None),
        right_after=next(_states(it, "right_after"), None),
        pages=tuple(_pages(it, "pages")),
        no_pages=tuple(_pages(it, "no_pages")),
        asked=tuple(_states(it, "asked")),
        not_asked=tuple(_states(it, "not_asked")),
    )


def _pages(it: Fields, key: str) -> Iterator[Word]:
    """Read the names of pages under *key*."""
    for item in it.items(key, lone=True):
        if page := it.reading.name(item, "a page"):
            it.reading.mention(item, Kind.PAGE, page_key(page))
            yield _word(it.reading, page, item)


def _states(it: Fields, key: str, kind: Kind = Kind.QUESTION) -> Iterator[Word]:
    """Read the names under *key*, each a flow and one of its states."""
    for item in it.items(key, lone=True):
        name = it.reading.text(item, it.what(key), ())
        if name and _question(it.reading, item, name, kind):
            yield _word(it.reading, name, item)


def _question(reading: Reading, spot: Spot, name: str, kind: Kind = Kind.QUESTION) -> bool:
    """Refer to *name* and return whether it has the form `flow.question`; whether both exist is checked later."""
    flow, dot, state = name.partition(".")
    if not dot:
        reading.fault(spot, "unqualified", f"'{name}' needs its flow", "such as safety.blood_now")
        return False
    reading.mention(spot, kind, flow, state)
    return True


def _word(reading: Reading, name: str, spot: Spot, answer: str = "") -> Word:
    """Return *name* with its source location and the answer given to it."""
    return Word(name, reading.place(spot), answer)
