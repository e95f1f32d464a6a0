"""Readers of guards and urgencies: the tables by which answers decide."""

import re

from bot.authoring.parsing.parse_context import NameKind, ParseContext
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import YamlNode, YamlScalar, shorten
from bot.model.diagnostics import suggest
from bot.model.guards import AnswerIs, AtLeast, Guard, Not, UrgencyIs
from bot.model.urgency import MAX_SOON_DAYS, Floor, Urgency

URGENCY_BY_WORD = {read_urgency.slug: read_urgency for read_urgency in Urgency}
SOON_PATTERN = re.compile(r"soon(?: (\d{1,2}) days?)?")
COUNTED_GUARD_PATTERN = re.compile(r"any of|all of|at least (\d{1,2}) of")
NEVER_HOLDS = AtLeast(1, ())  # stands in for a guard that could not be read


def read_floor(context: ParseContext, node: YamlNode, display_name: str) -> Floor:
    """Read an urgency as an outcome or an `at_least` has it: `soon` says within how many days."""
    word = context.read_raw(node, display_name)
    if match := SOON_PATTERN.fullmatch(word):
        days = int(match[1] or 0)
        if 1 <= days <= MAX_SOON_DAYS:
            return Floor(Urgency.SOON, days)
        message = f"'{word}' needs its days, 1 to {MAX_SOON_DAYS}"
        context.report(node, "unknown-urgency", message, f"such as soon {MAX_SOON_DAYS} days")
    elif word in URGENCY_BY_WORD:
        return Floor(URGENCY_BY_WORD[word])
    elif isinstance(node, YamlScalar):
        _report_unknown_urgency(context, node)
    return Floor(Urgency.SELF_CARE)


def urgency(context: ParseContext, node: YamlNode, display_name: str) -> Urgency:
    """Read one of the five urgency words, without days."""
    word = context.read_raw(node, display_name)
    if word not in URGENCY_BY_WORD and isinstance(node, YamlScalar):
        _report_unknown_urgency(context, node)
    return URGENCY_BY_WORD.get(word, Urgency.SELF_CARE)


def _report_unknown_urgency(context: ParseContext, node: YamlScalar) -> None:
    """Report a word that is no urgency."""
    message = f"'{shorten(node.value)}' is no urgency"
    context.report(node, "unknown-urgency", message, suggest(node.value[:60], URGENCY_BY_WORD))


def read_guard(context: ParseContext, node: YamlNode, display_name: str, own_flow: str = "") -> Guard:
    """Read a guard: a table in which every line must hold.

    Questions without a flow's name belong to *own_flow*.
    """
    with TableReader(context, node, display_name) as table:
        parts = tuple(_read_guard_line(context, table, key, value, own_flow) for key, value in table.take_remaining())
    if table.is_table and not parts:
        context.report(node, "empty", f"{display_name} is empty")
    return parts[0] if len(parts) == 1 else AtLeast(len(parts), parts) if parts else NEVER_HOLDS


def _read_guard_line(
    context: ParseContext, table: TableReader, key: YamlScalar, value: YamlNode, own_flow: str
) -> Guard:
    """Read one line of a guard: a counted group, `not`, `urgency`, or a question with its options."""
    word = key.value
    display_name = f"'{shorten(word)}' of {table.display_name}"
    if match := COUNTED_GUARD_PATTERN.fullmatch(word):
        return _read_counted_guard(context, key, value, display_name, own_flow, match[1])
    if word == "not":
        return Not(read_guard(context, value, display_name, own_flow))
    if word == "urgency" and own_flow:
        return UrgencyIs(
            frozenset(
                urgency(context, item, display_name)
                for item in context.read_items(value, display_name, allow_single=True)
            )
        )
    return _read_answer_is(context, key, value, display_name, own_flow)


def _read_counted_guard(
    context: ParseContext, key: YamlScalar, value: YamlNode, display_name: str, own_flow: str, number: str | None
) -> Guard:
    """Read `any of`, `all of` or `at least N of` with its list of guards."""
    parts = tuple(
        read_guard(context, item, f"a line of {display_name}", own_flow)
        for item in context.read_items(value, display_name)
    )
    count = int(number) if number else 1 if key.value == "any of" else len(parts)
    if parts and not 1 <= count <= len(parts):
        context.report(key, "count", f"'{key.value}' has {len(parts)} lines to count")
    return AtLeast(count, parts)


def _read_answer_is(context: ParseContext, key: YamlScalar, value: YamlNode, display_name: str, own_flow: str) -> Guard:
    """Read a question with the options of which one must be its answer."""
    flow_name, dot, question = key.value.rpartition(".")
    if not dot and not own_flow:
        context.report(key, "unqualified", f"'{shorten(key.value)}' needs its flow", "such as start.bleeding")
        return NEVER_HOLDS
    flow_name = flow_name or own_flow
    context.refer(key, NameKind.QUESTION, flow_name, question)
    options = [
        (item, context.read_raw(item, display_name))
        for item in context.read_items(value, display_name, allow_single=True)
    ]
    for item, option in options:
        context.refer(item, NameKind.OPTION, flow_name, question, option)
    return AnswerIs(f"{flow_name}.{question}", frozenset(option for _, option in options))
