"""Information mode: the same signs of danger for all, then pages to choose from. Nothing is asked or computed.

One flow is in it when its file says so (`information: [page, …]`); it then comes to its one ending at once. The whole
bot is in it when its operator says so (`INFORMATION=yes`): no conversation begins, so there is nothing to store either.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from bot.engine.machine import build_machine
from bot.engine.session import Session
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.flow import Call, Effect, Flow, Outcome
from bot.model.signoff import with_signoffs
from bot.model.urgency import LOWEST_FLOOR

INFORMATION_STATE = "information"  # the one state of a flow in information mode


def apply_information_mode(flow: Flow) -> Flow:
    """Return *flow* with one ending in place of its states and rules, if it is in information mode; else unchanged."""
    if not flow.information:
        return flow
    ending = Outcome(INFORMATION_STATE, LOWEST_FLOOR, "{information}", effect=Effect(learn=flow.information))
    return replace(flow, start=INFORMATION_STATE, states={INFORMATION_STATE: ending}, rules=())


def partly_unreachable_flows(flows: Mapping[str, Flow]) -> frozenset[str]:
    """Return the flows in information mode and every flow they would run: part of these may be unreachable."""
    todo = [flow.name for flow in flows.values() if flow.information]
    flow_names: set[str] = set()
    while todo:
        name = todo.pop()
        if name in flows and name not in flow_names:
            flow_names.add(name)
            todo += [state.run for state in flows[name].states.values() if isinstance(state, Call)]
    return frozenset(flow_names)


def information_bundle(bundle: ContentBundle, today: str) -> ContentBundle:
    """Return *bundle* for a bot that only informs: no flow of it asks anything, and none needs a signature.

    Its flows keep their names, so that links into them still lead here.
    """
    flows = {
        language: {
            name: apply_information_mode(replace(flow, information=_all_page_ids(bundle)))
            for name, flow in localized_flows.items()
        }
        for language, localized_flows in bundle.flows.items()
    }
    machines = {name: build_machine(flow) for name, flow in flows[BASE_LANGUAGE].items()}
    return with_signoffs(replace(bundle, information_only=True, flows=flows, machines=machines), today)


def _all_page_ids(bundle: ContentBundle) -> tuple[str, ...]:
    """Return the ids of all pages of *bundle*."""
    return tuple(bundle.pages[BASE_LANGUAGE])


def without_answers(session: Session) -> Session:
    """Return *session* without flow, answers and consent, for a bot that has changed to information mode."""
    no_answers = MappingProxyType[str, str]({})
    return session.with_changes(flow="", answers=no_answers, consented=False, changing="", shown_emergency=False)
