"""Information mode: the same signs of danger for everybody, then pages to choose from. Nothing is asked or computed.

One flow is in it when its file says so (`information: [page, …]`); it then comes to its one ending at once. The whole
bot is in it when its operator says so (`INFORMATION=yes`): no conversation begins, so there is nothing to keep either.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from bot.flow import Call, Effect, Flow, Outcome
from bot.library import BASE, Library
from bot.machine import rule_book
from bot.session import Session
from bot.signing import signed
from bot.urgency import LOWEST

ENDING = "information"  # the one state of a flow that is for information


def as_met(flow: Flow) -> Flow:
    """*flow* as people meet it: where it is for information, one ending in the place of all its states and rules."""
    if not flow.information:
        return flow
    ending = Outcome(ENDING, LOWEST, "{information}", effect=Effect(learn=flow.information))
    return replace(flow, start=ENDING, states={ENDING: ending}, rules=())


def resting(flows: Mapping[str, Flow]) -> frozenset[str]:
    """The flows that are for information, and every flow that they would run: some of it may not be met any more."""
    todo = [flow.name for flow in flows.values() if flow.information]
    found: set[str] = set()
    while todo:
        name = todo.pop()
        if name in flows and name not in found:
            found.add(name)
            todo += [state.run for state in flows[name].states.values() if isinstance(state, Call)]
    return frozenset(found)


def informing(library: Library, today: str) -> Library:
    """*library* for a bot that is for information as a whole: no flow of it asks anything, and none needs a signature.

    Its flows keep their names, so that links into them still lead here.
    """
    flows = {
        language: {name: as_met(replace(flow, information=_pages(library))) for name, flow in told.items()}
        for language, told in library.flows.items()
    }
    machines = {name: rule_book(flow) for name, flow in flows[BASE].items()}
    return signed(replace(library, information=True, flows=flows, machines=machines), today)


def _pages(library: Library) -> tuple[str, ...]:
    return tuple(library.pages[BASE])


def unasked(session: Session) -> Session:
    """*session* without anything that was answered: what an information bot makes of one that began before it was."""
    kept = MappingProxyType[str, str]({})
    return replace(session, flow="", answers=kept, agreed=False, changing="", shown_emergency=False)
