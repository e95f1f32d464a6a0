"""Reader of a flow file: its head and its rules; `states` reads its states."""

from collections.abc import Iterator

from bot.authoring.parsing.parse_context import Kind, Reading
from bot.authoring.parsing.readers.effects import effect, goto_of, learn
from bot.authoring.parsing.readers.guards import NEVER, guard
from bot.authoring.parsing.readers.signoffs import review
from bot.authoring.parsing.readers.sources import source_code
from bot.authoring.parsing.readers.states import states
from bot.authoring.parsing.readers.suppressions import silences
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import shortened
from bot.model.bundle import BASE
from bot.model.flow import Flow, Return, Rule

DOES = ("goto", "at_least", "learn", "advise")


def read_flow(reading: Reading) -> Flow:
    """Read the flow in the file.

    Where something could not be read the flow is incomplete, and `context.diagnostics` says why.
    """
    with Fields(reading, reading.root(), "the flow") as top:
        silences(top, reading.id)
        flow = Flow(
            name=_own_name(top),
            title=top.text("title", ()),
            version=top.text("version", ()),
            start=goto_of(top, "start", needed=True),
            states={state.name: state for state in states(top)},
            rules=tuple(_rules(top)),
            language=base_language(top),
            checked=top.day("checked"),
            sources=_sources(top),
            review=review(top),
            information=learn(top, "information"),
        )
        _stands_alone(top, flow)
        return flow


def _stands_alone(top: Fields, flow: Flow) -> None:
    """Report a flow for information that returns to other flows.

    What those compute cannot rest on a part that asks nothing.
    """
    if flow.information and any(isinstance(state, Return) for state in flow.states.values()):
        message = "a flow that hands back to others cannot be for information"
        top.reading.fault(
            top.key("information"), "information-part", message, "write it in the flows that run this one"
        )


def base_language(top: Fields) -> str:
    """Check that the file's language, if it names one, is the one that all others are translated from."""
    return own_language(top, BASE)


def own_language(top: Fields, language: str) -> str:
    """Report a file that names another language than *language*, and return *language*."""
    node = top.get("language")
    if node and (word := top.reading.raw(node, top.what("language"))) != language:
        top.reading.fault(node, "language", f"this folder is written in '{language}', not in '{word}'")
    return language


def _own_name(top: Fields) -> str:
    """Return the flow's name, which is the file's name.

    The file says it once more, so that a copy cannot pass for its original.
    """
    own, typed = top.reading.id, top.name("flow")
    top.reading.declare(top.key("flow"), own)
    if typed and typed != own:
        message = f"the flow '{shortened(typed)}' stands in a file of another name"
        top.reading.fault(top.value("flow"), "name", message, f"call the file {shortened(typed)}.yaml")
    return own


def _sources(top: Fields) -> tuple[str, ...]:
    """Read the codes of the flow's sources."""
    top.need("sources")
    return tuple(source_code(top.reading, item) for item in top.items("sources"))


def _rules(top: Fields) -> Iterator[Rule]:
    """Read the rules of the flow, and declare each by its index from 0."""
    for index, node in enumerate(top.items("rules")):
        with Fields(top.reading, node, "the rule") as it:
            top.reading.declare(it.at, top.reading.id, "rule", index)
            yield _rule(it)


def _rule(it: Fields) -> Rule:
    """Read one rule; report one without an effect."""
    when = it.need("when")
    if it.readable and not any(key in it for key in DOES):
        it.reading.fault(it.at, "idle", "the rule does nothing", f"give it one of: {', '.join(DOES)}")
    return Rule(
        when=guard(it.reading, when, it.what("when"), it.reading.id) if when else NEVER,
        goto=goto_of(it, kind=Kind.ENDING),
        effect=effect(it),
        why=it.text("why"),
    )
