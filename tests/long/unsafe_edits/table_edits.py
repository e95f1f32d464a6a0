"""Setting and taking away in a flow's tables, by path."""

from collections.abc import Callable
from typing import Any

from tests.long.unsafe_edits.flow_trees import Tree

Edit = tuple[str, Callable[[Tree], None]]  # what is done, in words, and how
FLOORS = ("", "routine", "soon 14 days", "soon 7 days", "soon 3 days", "same_day")  # "" is none at all


def put(path: tuple[Any, ...], values: Tree, tree: Tree) -> None:
    """In the table at *path* set what *values* says, and take away what it has nothing for."""
    table = at(tree, path)
    for key, value in values.items():
        if value:
            table[key] = value
        else:
            table.pop(key, None)


def at(tree: Tree, path: tuple[Any, ...]) -> Tree:
    for step in path:
        tree = tree[step]
    return tree


def option_path(name: str, id: str) -> tuple[str, ...]:
    return "states", name, "options", id


def take(path: tuple[Any, ...], key: Any, tree: Tree) -> None:
    """Take something out of the table or list at *path*."""
    at(tree, path).pop(key)
