"""Reader of a flow file: its head and its rules; `states` reads its states."""

from collections.abc import Iterator

from bot.authoring.parsing.parse_context import NameKind, ParseContext
from bot.authoring.parsing.readers.annotations import read_review, read_suppressions
from bot.authoring.parsing.readers.guards import NEVER_HOLDS, read_guard
from bot.authoring.parsing.readers.shared_fields import read_effect, read_goto, read_learn_pages
from bot.authoring.parsing.readers.sources import read_source_code
from bot.authoring.parsing.readers.states import read_states
from bot.authoring.parsing.readers.word_lists import read_word_list
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import shorten
from bot.model.bundle import BASE_LANGUAGE
from bot.model.flow import Flow, Return, Rule

RULE_EFFECT_KEYS = ("goto", "at_least", "learn", "advise")


def read_flow(context: ParseContext) -> Flow:
    """Read the flow in the file.

    Where something could not be read the flow is incomplete, and `context.diagnostics` says why.
    """
    with TableReader(context, context.parse_root(), "the flow") as top:
        read_suppressions(top, context.file_stem)
        flow = Flow(
            name=_read_flow_name(top),
            title=top.read_text("title", ()),
            version=top.read_text("version", ()),
            start=read_goto(top, "start", required=True),
            states={state.name: state for state in read_states(top)},
            rules=tuple(_read_rules(top)),
            language=read_base_language(top),
            checked=top.read_date("checked"),
            sources=_read_sources(top),
            review=read_review(top),
            information=read_learn_pages(top, "information"),
            asked=read_word_list(context, top.get("asked"), "'asked'"),
        )
        _check_information_flow(top, flow)
        return flow


def _check_information_flow(top: TableReader, flow: Flow) -> None:
    """Report a flow for information that returns to other flows.

    What those compute cannot rest on a part that asks nothing.
    """
    if flow.information and any(isinstance(state, Return) for state in flow.states.values()):
        message = "a flow that hands back to others cannot be for information"
        top.context.report(
            top.key_position("information"), "information-part", message, "write it in the flows that run this one"
        )


def read_base_language(top: TableReader) -> str:
    """Check that the file's language, if it names one, is the one that all others are translated from."""
    return check_language(top, BASE_LANGUAGE)


def check_language(top: TableReader, language: str) -> str:
    """Report a file that names another language than *language*, and return *language*."""
    node = top.get("language")
    if node and (written_language := top.context.read_raw(node, top.display_name_of("language"))) != language:
        top.context.report(node, "language", f"this folder is written in '{language}', not in '{written_language}'")
    return language


def _read_flow_name(top: TableReader) -> str:
    """Return the flow's name, which is the file's name.

    The file says it once more, so that a copy cannot pass for its original.
    """
    file_name, written_name = top.context.file_stem, top.read_name("flow")
    top.context.declare(top.key_position("flow"), file_name)
    if written_name and written_name != file_name:
        message = f"the flow '{shorten(written_name)}' stands in a file of another name"
        top.context.report(top.value_of("flow"), "name", message, f"call the file {shorten(written_name)}.yaml")
    return file_name


def _read_sources(top: TableReader) -> tuple[str, ...]:
    """Read the codes of the flow's sources."""
    top.require("sources")
    return tuple(read_source_code(top.context, item) for item in top.read_items("sources"))


def _read_rules(top: TableReader) -> Iterator[Rule]:
    """Read the rules of the flow, and declare each by its index from 0."""
    for index, node in enumerate(top.read_items("rules")):
        with TableReader(top.context, node, "the rule") as table:
            top.context.declare(table.position, top.context.file_stem, "rule", index)
            yield _read_rule(table)


def _read_rule(table: TableReader) -> Rule:
    """Read one rule; report one without an effect."""
    guard_node = table.require("when")
    if table.is_table and not any(key in table for key in RULE_EFFECT_KEYS):
        table.context.report(
            table.position, "idle", "the rule does nothing", f"give it one of: {', '.join(RULE_EFFECT_KEYS)}"
        )
    return Rule(
        when=read_guard(table.context, guard_node, table.display_name_of("when"), table.context.file_stem)
        if guard_node
        else NEVER_HOLDS,
        goto=read_goto(table, kind=NameKind.OUTCOME),
        effect=read_effect(table),
        why=table.read_text("why"),
    )
