"""Readers of guards and urgencies: the tables by which answers decide."""

import re

from bot.authoring.parsing.parse_context import Kind, Reading
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Node, Scalar, shortened
from bot.model.diagnostics import guess
from bot.model.guards import AtLeast, Is, Not, Reached, When
from bot.model.urgency import MOST_DAYS, Floor, Urgency

WORDS = {urgency.word: urgency for urgency in Urgency}
SOON = re.compile(r"soon(?: (\d{1,2}) days?)?")
SEVERAL = re.compile(r"any of|all of|at least (\d{1,2}) of")
NEVER = AtLeast(1, ())  # stands in for a guard that could not be read


def floor(reading: Reading, node: Node, what: str) -> Floor:
    """Read an urgency as an outcome or an `at_least` has it: `soon` says within how many days."""
    word = reading.raw(node, what)
    if match := SOON.fullmatch(word):
        days = int(match[1] or 0)
        if 1 <= days <= MOST_DAYS:
            return Floor(Urgency.SOON, days)
        message = f"'{word}' needs its days, 1 to {MOST_DAYS}"
        reading.fault(node, "unknown-urgency", message, f"such as soon {MOST_DAYS} days")
    elif word in WORDS:
        return Floor(WORDS[word])
    elif isinstance(node, Scalar):
        _no_urgency(reading, node)
    return Floor(Urgency.SELF_CARE)


def urgency(reading: Reading, node: Node, what: str) -> Urgency:
    """Read one of the five urgency words, without days."""
    word = reading.raw(node, what)
    if word not in WORDS and isinstance(node, Scalar):
        _no_urgency(reading, node)
    return WORDS.get(word, Urgency.SELF_CARE)


def _no_urgency(reading: Reading, node: Scalar) -> None:
    """Report a word that is no urgency."""
    message = f"'{shortened(node.value)}' is no urgency"
    reading.fault(node, "unknown-urgency", message, guess(node.value[:60], WORDS))


def guard(reading: Reading, node: Node, what: str, flow: str = "") -> When:
    """Read a guard: a table in which every line must hold.

    Questions without a flow's name belong to *own_flow*.
    """
    with Fields(reading, node, what) as table:
        parts = tuple(_line(reading, table, key, value, flow) for key, value in table.rest())
    if table.readable and not parts:
        reading.fault(node, "empty", f"{what} is empty")
    return parts[0] if len(parts) == 1 else AtLeast(len(parts), parts) if parts else NEVER


def _line(reading: Reading, table: Fields, key: Scalar, value: Node, flow: str) -> When:
    """Read one line of a guard: a counted group, `not`, `urgency`, or a question with its options."""
    word = key.value
    what = f"'{shortened(word)}' of {table.who}"
    if match := SEVERAL.fullmatch(word):
        return _several(reading, key, value, what, flow, match[1])
    if word == "not":
        return Not(guard(reading, value, what, flow))
    if word == "urgency" and flow:
        return Reached(frozenset(urgency(reading, item, what) for item in reading.items(value, what, lone=True)))
    return _is(reading, key, value, what, flow)


def _several(reading: Reading, key: Scalar, value: Node, what: str, flow: str, number: str | None) -> When:
    """Read `any of`, `all of` or `at least N of` with its list of guards."""
    parts = tuple(guard(reading, item, f"a line of {what}", flow) for item in reading.items(value, what))
    count = int(number) if number else 1 if key.value == "any of" else len(parts)
    if parts and not 1 <= count <= len(parts):
        reading.fault(key, "count", f"'{key.value}' has {len(parts)} lines to count")
    return AtLeast(count, parts)


def _is(reading: Reading, key: Scalar, value: Node, what: str, flow: str) -> When:
    """Read a question with the options of which one must be its answer."""
    where, dot, question = key.value.rpartition(".")
    if not dot and not flow:
        reading.fault(key, "unqualified", f"'{shortened(key.value)}' needs its flow", "such as start.bleeding")
        return NEVER
    where = where or flow
    reading.mention(key, Kind.QUESTION, where, question)
    options = [(item, reading.raw(item, what)) for item in reading.items(value, what, lone=True)]
    for item, option in options:
        reading.mention(item, Kind.OPTION, where, question, option)
    return Is(f"{where}.{question}", frozenset(option for _, option in options))
