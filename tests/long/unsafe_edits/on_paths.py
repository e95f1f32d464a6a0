"""What can be done to the path: questions dropped, passed, moved, or asked of fewer people."""

from collections.abc import Iterator
from functools import partial

from tests.long.unsafe_edits.flow_trees import Tree, arrows_to, asked, past
from tests.long.unsafe_edits.table_edits import Edit

OTHERWISE: tuple[Tree, ...] = (
    {"urgency": ["self_care", "routine"]},
    {"safety.blood_now": "none"},
    {"safety.signs": "no"},
)


def skipped(tree: Tree) -> Iterator[Edit]:
    """A question, or a whole flow that is run, lies on no path any more."""

    def skip(name: str, tree: Tree) -> None:
        for table, key in arrows_to(tree, name):
            table[key] = past(tree["states"][name])

    for name, state in tree["states"].items():
        if "ask" in state or "run" in state:
            yield name, partial(skip, name)


def passed_once(tree: Tree) -> Iterator[Edit]:
    """One arrow leads past a question, others still lead to it."""

    def leap(name: str, number: int, tree: Tree) -> None:
        table, key = arrows_to(tree, name)[number]
        table[key] = past(tree["states"][name])

    for name, state in tree["states"].items():
        if "ask" in state or "run" in state:
            arrows = arrows_to(tree, name)
            for number in range(len(arrows) if len(arrows) > 1 else 0):
                yield f"{name}, arrow {number + 1}", partial(leap, name, number)


def moved(tree: Tree) -> Iterator[Edit]:
    """A safety question is asked later."""

    def move(name: str, behind: str, tree: Tree) -> None:
        state, other = tree["states"][name], tree["states"][behind]
        for table, key in arrows_to(tree, name):
            table[key] = state["goto"]
        state["goto"], other["goto"] = other["goto"], name

    chain = [name for name, state in asked(tree) if state.get("goto")]
    for number, name in enumerate(chain):
        if tree["states"][name].get("safety") == "yes":
            for behind in chain[number + 1 :: 4]:
                yield f"{name} behind {behind}", partial(move, name, behind)


def skipped_for_some(tree: Tree) -> Iterator[Edit]:
    """A safety question is asked only if something else holds, too."""

    def guard(name: str, also: Tree, tree: Tree) -> None:
        state = tree["states"][name]
        state["only_if"] = {**state.get("only_if", {}), **also}

    for name, state in asked(tree):
        if state.get("safety") == "yes" and state.get("goto"):
            for also in OTHERWISE:
                line = next(iter(also))
                if line not in state.get("only_if", {}) and line != f"{tree['flow']}.{name}":
                    yield f"{name} only if {line}", partial(guard, name, also)
