"""What can be done to single answers, and to the words beside them."""

from collections.abc import Iterator
from functools import partial
from itertools import combinations

from tests.long.unsafe_edits.flow_trees import Tree, asked, options, past, urgent
from tests.long.unsafe_edits.table_edits import FLOORS, Edit, option_path, put, take

DOES = ("goto", "at_least", "learn", "advise", "say")  # what an option does, beside its text


def retargets(tree: Tree) -> Iterator[Edit]:
    """An answer that leads to an emergency screen leads on instead, as milder ones do; or further on."""
    later = [name for name, state in tree["states"].items() if state.get("outcome", "") != "emergency"]
    for name, id, body in options(tree):
        if body.get("goto") in urgent(tree):
            state = tree["states"][name]
            goes = dict.fromkeys([past(state), *later[later.index(name) + 1 :][:40:13]])
            for to in goes:
                if to != body["goto"] and to not in urgent(tree):
                    yield f"{name}.{id} leads to {to}", partial(put, option_path(name, id), {"goto": to})


def lower_floors(tree: Tree) -> Iterator[Edit]:
    """An answer raises the floor less."""
    for name, id, body in options(tree):
        if floor := body.get("at_least"):
            for lower in FLOORS[1 : FLOORS.index(floor)]:
                yield f"{name}.{id} at least {lower}", partial(put, option_path(name, id), {"at_least": lower})


def dropped_floors(tree: Tree) -> Iterator[Edit]:
    """An answer raises the floor no more."""
    for name, id, body in options(tree):
        if body.get("at_least"):
            yield f"{name}.{id} has no floor", partial(put, option_path(name, id), {"at_least": ""})


def doubts_as_no(tree: Tree) -> Iterator[Edit]:
    """ "Not sure", or "prefer not to say", counts like the calmest answer."""
    for name, state in asked(tree):
        first = next(iter(state["options"].values()))
        for id in ("not_sure", "prefer_not_to_say"):
            body = state["options"][id]
            if (body.get("goto"), body.get("at_least")) != (first.get("goto"), first.get("at_least")):
                values = {"goto": first.get("goto"), "at_least": first.get("at_least")}
                yield f"{name}.{id} counts as the first", partial(put, option_path(name, id), values)


def swapped_options(tree: Tree) -> Iterator[Edit]:
    """Two answers do what the other should."""

    def swap(name: str, one: str, other: str, tree: Tree) -> None:
        table = tree["states"][name]["options"]
        values = [{key: table[id].get(key) for key in DOES} for id in (one, other)]
        put(option_path(name, one), values[1], tree)
        put(option_path(name, other), values[0], tree)

    for name, state in asked(tree):
        for one, other in combinations(state["options"], 2):
            bodies = state["options"][one], state["options"][other]
            if any(bodies[0].get(key) != bodies[1].get(key) for key in ("goto", "at_least")):
                yield f"{name}: {one} and {other}", partial(swap, name, one, other)


def lost_doubts(tree: Tree) -> Iterator[Edit]:
    """A question without "not sure", or without "prefer not to say"."""
    for name, state in asked(tree):
        for id in ("not_sure", "prefer_not_to_say"):
            if id in state["options"]:
                yield f"{name}.{id}", partial(take, ("states", name, "options"), id)


def lost_nets(tree: Tree) -> Iterator[Edit]:
    for name, state in tree["states"].items():
        if "safety_net" in state:
            yield name, partial(put, ("states", name), {"safety_net": ""})


def lost_numbers(tree: Tree) -> Iterator[Edit]:
    """An emergency screen that does not say whom to call."""

    def quiet(name: str, tree: Tree) -> None:
        state = tree["states"][name]
        state["say"] = state["say"].replace("{emergency_number}", "somebody")

    for name in urgent(tree):
        yield name, partial(quiet, name)


def lost_marks(tree: Tree) -> Iterator[Edit]:
    """A safety question that is not called one."""
    for name, state in asked(tree):
        if state.get("safety") == "yes":
            yield name, partial(put, ("states", name), {"safety": ""})
