"""The changes of structure between two versions: new and removed ways in, flows, questions, answers, endings."""

from collections.abc import Iterator

from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.flow import Outcome


def structural_changes(old: ContentBundle, new: ContentBundle) -> Iterator[str]:
    """Yield one sentence for each part that is new or gone."""
    before, after = _names_by_kind(old), _names_by_kind(new)
    for kind in before:
        yield from (f"New {kind}: {name}." for name in sorted(after[kind] - before[kind]))
        yield from (f"Gone {kind}: {name}." for name in sorted(before[kind] - after[kind]))


def _names_by_kind(bundle: ContentBundle) -> dict[str, set[str]]:
    """Return the names of all parts of a bundle by their kind."""
    flows = bundle.flows[BASE_LANGUAGE].values()
    return {
        "way in": set(bundle.entry_flows),
        "flow": {flow.name for flow in flows},
        "question": {flow.full_name(question.name) for flow in flows for question in flow.questions()},
        "answer": {
            f"{flow.full_name(asked.name)}: {option.id}"
            for flow in flows
            for asked in flow.questions()
            for option in asked.options
        },
        "ending": {
            flow.full_name(name) for flow in flows for name, state in flow.states.items() if isinstance(state, Outcome)
        },
    }
