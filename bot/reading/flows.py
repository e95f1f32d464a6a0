"""A flow file: its head, its rules, and (in `states`) its states."""

from collections.abc import Iterator

from bot.flow import Flow, Return, Rule
from bot.library import BASE
from bot.reading.effects import effect, goto_of, learn
from bot.reading.fields import Fields
from bot.reading.guards import NEVER, guard
from bot.reading.nodes import shortened
from bot.reading.reading import Kind, Reading
from bot.reading.reviews import review
from bot.reading.silences import silences
from bot.reading.sources import source_code
from bot.reading.states import states

DOES = ("goto", "at_least", "learn", "advise")


def read_flow(reading: Reading) -> Flow:
    """The flow on the sheet. Where something could not be read it is a torso, and `reading.problems` says why."""
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
    """A flow that hands back is a part of others: what they compute cannot rest on a part that asks nothing."""
    if flow.information and any(isinstance(state, Return) for state in flow.states.values()):
        message = "a flow that hands back to others cannot be for information"
        top.reading.fault(
            top.key("information"), "information-part", message, "write it in the flows that run this one"
        )


def base_language(top: Fields) -> str:
    """A file may name its language, which here is the one that all others are translated from."""
    return own_language(top, BASE)


def own_language(top: Fields, language: str) -> str:
    node = top.get("language")
    if node and (word := top.reading.raw(node, top.what("language"))) != language:
        top.reading.fault(node, "language", f"this folder is written in '{language}', not in '{word}'")
    return language


def _own_name(top: Fields) -> str:
    """The file's name is the flow's; the file says it once more, so that a copy cannot pass for its original."""
    own, typed = top.reading.id, top.name("flow")
    top.reading.declare(top.key("flow"), own)
    if typed and typed != own:
        message = f"the flow '{shortened(typed)}' stands in a file of another name"
        top.reading.fault(top.value("flow"), "name", message, f"call the file {shortened(typed)}.yaml")
    return own


def _sources(top: Fields) -> tuple[str, ...]:
    top.need("sources")
    return tuple(source_code(top.reading, item) for item in top.items("sources"))


def _rules(top: Fields) -> Iterator[Rule]:
    for index, node in enumerate(top.items("rules")):
        with Fields(top.reading, node, "the rule") as it:
            top.reading.declare(it.at, top.reading.id, "rule", index)
            yield _rule(it)


def _rule(it: Fields) -> Rule:
    when = it.need("when")
    if it.readable and not any(key in it for key in DOES):
        it.reading.fault(it.at, "idle", "the rule does nothing", f"give it one of: {', '.join(DOES)}")
    return Rule(
        when=guard(it.reading, when, it.what("when"), it.reading.id) if when else NEVER,
        goto=goto_of(it, kind=Kind.ENDING),
        effect=effect(it),
        why=it.text("why"),
    )
