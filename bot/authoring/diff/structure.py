"""The changes of structure between two versions: new and removed ways in, flows, questions, answers, endings."""

from collections.abc import Iterator

from bot.model.bundle import BASE, Library
from bot.model.flow import Outcome


def structure(old: Library, new: Library) -> Iterator[str]:
    """Yield one sentence for each part that is new or gone."""
    before, after = _parts(old), _parts(new)
    for kind in before:
        yield from (f"New {kind}: {name}." for name in sorted(after[kind] - before[kind]))
        yield from (f"Gone {kind}: {name}." for name in sorted(before[kind] - after[kind]))


def _parts(library: Library) -> dict[str, set[str]]:
    """Return the names of all parts of a bundle by their kind."""
    flows = library.flows[BASE].values()
    return {
        "way in": set(library.entrances),
        "flow": {flow.name for flow in flows},
        "question": {flow.at(question.name) for flow in flows for question in flow.questions()},
        "answer": {
            f"{flow.at(q.name)}: {option.id}" for flow in flows for q in flow.questions() for option in q.options
        },
        "ending": {
            flow.at(name) for flow in flows for name, state in flow.states.items() if isinstance(state, Outcome)
        },
    }
