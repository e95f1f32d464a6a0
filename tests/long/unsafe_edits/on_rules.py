"""What can be done to guards, rules and endings."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from tests.long.unsafe_edits.flow_trees import Tree, choices, lists, rules
from tests.long.unsafe_edits.table_edits import FLOORS, Edit, at, put

NET = "Come back if it gets worse."


def _without(path: tuple[Any, ...], number: int, option: str, tree: Tree) -> None:
    table, key = list(lists(at(tree, path)))[number]
    table[key].remove(option)


def _fewer(path: tuple[Any, ...], guard: Tree) -> Iterator[Edit]:
    for number, (table, key) in enumerate(lists(guard)):
        for option in table[key]:
            yield f"{key} without {option}", partial(_without, path, number, option)


def narrowed_rules(tree: Tree) -> Iterator[Edit]:
    """A rule's guard names one answer less."""
    for number, rule in enumerate(rules(tree)):
        for what, edit in _fewer(("rules", number, "when"), rule["when"]):
            yield f"rule {number + 1}, {what}", edit


def narrowed_states(tree: Tree) -> Iterator[Edit]:
    """The `only_if` of a question or an ending names one answer less."""
    for name, state in tree["states"].items():
        for what, edit in _fewer(("states", name, "only_if"), state.get("only_if", {})):
            yield f"{name}, {what}", edit


def stricter_rules(tree: Tree) -> Iterator[Edit]:
    """A rule wants all of what was enough alone, or one thing more."""

    def all_of(number: int, which: int, tree: Tree) -> None:
        table, key = list(choices(tree["rules"][number]["when"]))[which]
        table["all of"] = table.pop(key)

    def more(number: int, tree: Tree) -> None:
        tree["rules"][number]["when"]["safety.age"] = ["age_18_29", "age_30_44"]

    for number, rule in enumerate(rules(tree)):
        for which, _ in enumerate(choices(rule["when"])):
            yield f"rule {number + 1}, all of {which + 1}", partial(all_of, number, which)
        if not {"age", "safety.age"} & rule["when"].keys():
            yield f"rule {number + 1}, and aged 18 to 44", partial(more, number)


def dropped_rules(tree: Tree) -> Iterator[Edit]:
    def drop(number: int, tree: Tree) -> None:
        tree["rules"].pop(number)
        if not tree["rules"]:
            del tree["rules"]

    for number, rule in enumerate(rules(tree)):
        if rule.get("goto") or rule.get("at_least"):
            yield f"rule {number + 1}", partial(drop, number)


def softer_rules(tree: Tree) -> Iterator[Edit]:
    """A rule raises the floor less, or only raises the floor where it led to an emergency screen."""
    for number, rule in enumerate(rules(tree)):
        path = "rules", number
        if rule.get("goto"):
            yield f"rule {number + 1} leads nowhere", partial(put, path, {"goto": "", "at_least": "same_day"})
        elif floor := rule.get("at_least"):
            for lower in FLOORS[1 : FLOORS.index(floor)]:
                yield f"rule {number + 1} at least {lower}", partial(put, path, {"at_least": lower})


def calmer_endings(tree: Tree) -> Iterator[Edit]:
    order = ("self_care", "routine", "same_day", "emergency")
    for name, state in tree["states"].items():
        if state.get("outcome") in order[1:]:
            for lower in order[: order.index(state["outcome"])]:
                net = state.get("safety_net") or NET
                yield f"{name} is {lower}", partial(put, ("states", name), {"outcome": lower, "safety_net": net})
