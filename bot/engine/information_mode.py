"""Information mode: the same signs of danger for all, then pages to choose from. Nothing is asked or computed.

One flow is in it when its file says so (`information: [page, …]`); it then comes to its one ending at once. The whole
bot is in it when its operator says so (`INFORMATION=yes`): no conversation begins, so there is nothing to store either.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from bot.engine.machine import rule_book
from bot.engine.session import Session
from bot.model.bundle import BASE, Library
from bot.model.flow import Call, Effect, Flow, Outcome
from bot.model.signoff import signed
from bot.model.urgency import LOWEST

ENDING = "information"  # the one state of a flow in information mode


def as_met(flow: Flow) -> Flow:
    """Return *flow* with one ending in place of its states and rules, if it is in information mode; else unchanged."""
    if not flow.information:
        return flow
    ending = Outcome(ENDING, LOWEST, "{information}", effect=Effect(learn=flow.information))
    return replace(flow, start=ENDING, states={ENDING: ending}, rules=())


def resting(flows: Mapping[str, Flow]) -> frozenset[str]:
    """Return the flows in information mode and every flow they would run: part of these may be unreachable."""
    todo = [flow.name for flow in flows.values() if flow.information]
    found: set[str] = set()
    while todo:
        name = todo.pop()
        if name in flows and name not in found:
            found.add(name)
            todo += [state.run for state in flows[name].states.values() if isinstance(state, Call)]
    return frozenset(found)


def informing(library: Library, today: str) -> Library:
    """Return *bundle* for a bot that only informs: no flow of it asks anything, and none needs a signature.

    Its flows keep their names, so that links into them still lead here.
    """
    flows = {
        language: {name: as_met(replace(flow, information=_pages(library))) for name, flow in told.items()}
        for language, told in library.flows.items()
    }
    machines = {name: rule_book(flow) for name, flow in flows[BASE].items()}
    return signed(replace(library, information=True, flows=flows, machines=machines), today)


def _pages(library: Library) -> tuple[str, ...]:
    """Return the ids of all pages of *bundle*."""
    return tuple(library.pages[BASE])


def unasked(session: Session) -> Session:
    """Return *session* without flow, answers and consent, for a bot that has changed to information mode."""
    kept = MappingProxyType[str, str]({})
    return replace(session, flow="", answers=kept, agreed=False, changing="", shown_emergency=False)
