"""Reader of the promises about every conversation: what must never happen, exemptions with reasons, and bounds."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from bot.authoring.parsing.parse_context import Kind, Reading
from bot.authoring.parsing.readers.guards import NEVER, floor, guard, urgency
from bot.authoring.parsing.readers.red_flags import ID as RED_FLAG
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Scalar
from bot.model.flow import PRIVATE, UNSURE
from bot.model.guards import Is, When
from bot.model.promises import Bound, Excuse, Never, OwnWay, Promises, Tried, Unsure
from bot.model.urgency import LOWEST, Floor

PROMISES = "promises.yaml"  # the first part of a promise's source key
COUNTS = ("questions", "safety", "red_flags")
MOST = 999
T = TypeVar("T")


def read_promises(reading: Reading) -> Promises:
    """Read all promises."""
    with Fields(reading, reading.root(), "the list") as top:
        return Promises(
            never=(*_each(top, "never", _never), *(_each(top, "least", _least) if "least" in top else ())),
            excuses=tuple(_each(top, "excused", _excuse)),
            unsure=_unsure(top),
            own_ways=tuple(_own_ways(top)),
            bounds=tuple(_each(top, "bounds", _bound)),
            tried=_tried(top),
        )


def _each(top: Fields, key: str, read: Callable[[Fields, str], T]) -> Iterator[T]:
    """Declare each named table under *key* and return what *read_one* makes of it."""
    with Fields(top.reading, top.need(key), f"'{key}'") as table:
        for name, value in table.rest():
            top.reading.declare(name, PROMISES, top.reading.name(name, f"a name under '{key}'"))
            with Fields(top.reading, value, f"'{name.value}'", name) as it:
                for field in filter(it.pairs.__contains__, ("when", "most")):
                    top.reading.declare(it.key(field), PROMISES, name.value, "", field)
                yield read(it, name.value)


def _never(it: Fields, name: str) -> Never:
    """Read a promise that certain urgencies never follow from certain answers."""
    items = it.items("never", lone=True) if it.need("never") else ()
    urgencies = frozenset(urgency(it.reading, item, it.what("never")) for item in items)
    return Never(name, urgencies, _when(it), it.text("why", ()))


def _least(it: Fields, name: str) -> Never:
    """Read a promise that certain answers lead to at least a certain floor."""
    return Never(name, frozenset(), _when(it), it.text("why", ()), _floor(it, "at_least"))


def _excuse(it: Fields, name: str) -> Excuse:
    """Read an exemption: where and why a promise need not hold, and for which red flags."""
    flags, still = (frozenset(_flags(it, key)) for key in ("flags", "still"))
    return Excuse(name, _when(it), it.text("why", ()), it.flag("shows_signs"), flags, still)


def _flags(it: Fields, key: str) -> Iterator[str]:
    """Read names of red flags; whether each exists is checked by the proof."""
    for item in it.items(key, lone=True):
        if flag := it.reading.name(item, it.what(key), RED_FLAG, "R01"):
            yield flag


def _when(it: Fields) -> When:
    """Read the required guard `when`."""
    node = it.need("when")
    return guard(it.reading, node, it.what("when")) if node else NEVER


def _unsure(top: Fields) -> Unsure:
    """Read what an answer of uncertainty must lead to: the usual floor, that of two, and exceptions."""
    with Fields(top.reading, top.need("unsure"), "'unsure'") as it:
        usual, two = _floor(it, "usual"), _floor(it, "two")
        instead: dict[tuple[str, str], Floor] = {}
        with Fields(top.reading, it.need("instead"), "'instead'") as questions:
            for question, value in questions.rest():
                instead |= _instead(top.reading, question, Fields(top.reading, value, f"'{question.value}'", question))
    return Unsure(usual, two, instead)


def _instead(reading: Reading, question: Scalar, table: Fields) -> dict[tuple[str, str], Floor]:
    """Read the floors of one question that replace the usual floor of uncertain answers."""
    flow, _, name = question.value.partition(".")
    reading.mention(question, Kind.QUESTION, flow, name)
    reading.declare(question, PROMISES, question.value)
    with table as it:
        it.text("why", ())
        return {(question.value, option): _floor(it, option) for option in (UNSURE, PRIVATE) if option in it}


def _own_ways(top: Fields) -> Iterator[OwnWay]:
    """Read a table of questions, each with the options that lead to questions of their own."""
    reading = top.reading
    with Fields(reading, top.need("own_ways"), "'own_ways'") as questions:
        for key, value in questions.rest():
            flow, _, name = key.value.partition(".")
            reading.mention(key, Kind.QUESTION, flow, name)
            with Fields(reading, value, f"'{key.value}'", key) as it:
                options = {reading.raw(item, it.what("options")): item for item in it.items("options", lone=True)}
                for option, item in options.items():
                    reading.mention(item, Kind.OPTION, flow, name, option)
                yield OwnWay(key.value, frozenset(options), it.text("why", ()))


def _floor(it: Fields, key: str) -> Floor:
    """Read a required floor; the lowest where it is missing."""
    node = it.need(key)
    return floor(it.reading, node, it.what(key)) if node else LOWEST


def _bound(it: Fields, name: str) -> Bound:
    """Read a bound on the length of the conversations that `given` and `without` select."""
    given = it.get("given")
    table = guard(it.reading, given, it.what("given")) if given else NEVER
    parts = (table,) if isinstance(table, Is) else getattr(table, "parts", ())
    without = frozenset(it.reading.raw(item, it.what("without")) for item in it.items("without", lone=True))
    return Bound(
        name=name,
        most=_number(it, "most"),
        why=it.text("why", ()),
        counts=it.word("counts", COUNTS) if "counts" in it else COUNTS[0],
        given={part.question: part.options for part in parts if isinstance(part, Is)},
        without=without,
    )


def _tried(top: Fields) -> Tried:
    """Read how much the scenarios must cover, in percent; nothing, where it is not written."""
    if (node := top.get("tried")) is None:
        return Tried()
    with Fields(top.reading, node, "'tried'", top.key("tried")) as it:
        return Tried(_number(it, "options", 100), _number(it, "endings", 100), it.text("why", ()))


def _number(it: Fields, key: str, most: int = MOST) -> int:
    """Read a whole number from 1 to *maximum*."""
    node = it.need(key)
    word = it.reading.raw(node, it.what(key)) if node else ""
    if word.isascii() and word.isdigit() and 0 < int(word[:4]) <= most:
        return int(word)
    if isinstance(node, Scalar):
        it.reading.fault(node, "count", f"{it.what(key)} should be a number from 1 to {most}")
    return most
