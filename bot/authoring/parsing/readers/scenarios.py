"""Reader of the scenarios beside the flows, `flows/tests/*.yaml`: what is tapped, and what is expected of it."""

from collections.abc import Iterator

from bot.authoring.parsing.parse_context import NameKind, ParseContext
from bot.authoring.parsing.readers.guards import read_floor
from bot.authoring.parsing.readers.shared_fields import page_key
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import Position, YamlNode, YamlScalar
from bot.model.bundle import CHOOSER_FLOW
from bot.model.scenario import Expectation, LocatedName, Scenario

EXPECTATION_KEYS = ("comes", "ends_at", "right_after", "pages", "no_pages", "asked", "not_asked")


def read_scenarios(context: ParseContext) -> tuple[Scenario, ...]:
    """Read all scenarios of one file."""
    with TableReader(context, context.parse_root(), "the list of chats") as top:
        entry_flow = _read_entry_flow(top)
        default_answers = tuple(_read_answers(top, "otherwise"))
        with TableReader(context, top.require("chats"), "'chats'") as chats:
            return tuple(
                _read_scenario(context, key, value, entry_flow, default_answers)
                for key, value in chats.take_remaining()
            )


def _read_scenario(
    context: ParseContext,
    key: YamlScalar,
    value: YamlNode,
    default_entry_flow: LocatedName | None,
    default_answers: tuple[LocatedName, ...],
) -> Scenario:
    """Read one scenario; report one that expects nothing."""
    context.read_text(key, "a chat's name", ())
    with TableReader(context, value, f"the chat '{key.value}'", key) as table:
        entry_flow = _read_entry_flow(table) or default_entry_flow
        answers = tuple(_read_answers(table, "taps"))
        if table.is_table and not any(name in table for name in EXPECTATION_KEYS):
            hint = f"give it one of: {', '.join(EXPECTATION_KEYS)}"
            context.report(key, "idle", f"{table.display_name} does not say what must come of it", hint)
        return Scenario(
            key.value,
            context.location_of(key),
            entry_flow or _located_name(context, CHOOSER_FLOW, key),
            answers,
            default_answers,
            _read_expectation(table),
        )


def _read_entry_flow(table: TableReader) -> LocatedName | None:
    """Read the flow that a scenario starts in, as a link would, or None where it is not written."""
    if not (node := table.get("begin")) or not (flow := table.context.read_name(node, table.display_name_of("begin"))):
        return None
    table.context.refer(node, NameKind.FLOW, flow)
    return _located_name(table.context, flow, node)


def _read_answers(parent: TableReader, key: str) -> Iterator[LocatedName]:
    """Read a table of questions and the option chosen for each."""
    if (node := parent.get(key)) is None:
        return
    with TableReader(parent.context, node, parent.display_name_of(key)) as table:
        for name, value in table.take_remaining():
            answer = parent.context.read_text(value, f"the answer to '{name.value}'", None)
            if _refer_to_state(parent.context, name, name.value):
                yield _located_name(parent.context, name.value, value, answer)


def _read_expectation(table: TableReader) -> Expectation:
    """Read what is expected: the urgency, the outcome, the pages and the questions asked."""
    comes = table.get("comes")
    return Expectation(
        floor=read_floor(table.context, comes, table.display_name_of("comes")) if comes else None,
        ends_at=next(_read_states(table, "ends_at", NameKind.STATE), None),
        ends_right_after=next(_read_states(table, "right_after"), None),
        offered_pages=tuple(_read_pages(table, "pages")),
        absent_pages=tuple(_read_pages(table, "no_pages")),
        asked_questions=tuple(_read_states(table, "asked")),
        skipped_questions=tuple(_read_states(table, "not_asked")),
    )


def _read_pages(table: TableReader, key: str) -> Iterator[LocatedName]:
    """Read the names of pages under *key*."""
    for item in table.read_items(key, allow_single=True):
        if page := table.context.read_name(item, "a page"):
            table.context.refer(item, NameKind.PAGE, page_key(page))
            yield _located_name(table.context, page, item)


def _read_states(table: TableReader, key: str, kind: NameKind = NameKind.QUESTION) -> Iterator[LocatedName]:
    """Read the names under *key*, each a flow and one of its states."""
    for item in table.read_items(key, allow_single=True):
        name = table.context.read_text(item, table.display_name_of(key), ())
        if name and _refer_to_state(table.context, item, name, kind):
            yield _located_name(table.context, name, item)


def _refer_to_state(context: ParseContext, position: Position, name: str, kind: NameKind = NameKind.QUESTION) -> bool:
    """Refer to *name* and return whether it has the form `flow.question`; whether both exist is checked later."""
    flow, dot, state = name.partition(".")
    if not dot:
        context.report(position, "unqualified", f"'{name}' needs its flow", "such as safety.blood_now")
        return False
    context.refer(position, kind, flow, state)
    return True


def _located_name(context: ParseContext, name: str, position: Position, answer: str = "") -> LocatedName:
    """Return *name* with its source location and the answer given to it."""
    return LocatedName(name, context.location_of(position), answer)
