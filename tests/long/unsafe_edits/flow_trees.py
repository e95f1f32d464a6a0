"""A flow file as plain tables and lists, to be edited and written again as a file."""

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from typing import Any

import yaml

from bot.authoring.loader import content_root
from bot.authoring.parsing.content_folder import ContentFolder

Tree = dict[str, Any]
Arrow = tuple[Tree, str]  # a table and its key that names a state

GUARD_WORDS = ("any of", "all of", "not", "urgency")


@cache
def files() -> dict[str, bytes]:
    """Everything that ships, by its name."""
    return ContentFolder(content_root()).files


@cache
def shipped() -> dict[str, Tree]:
    """The shipped flows. Whoever edits one edits a copy: see `copy`."""
    trees = {file: yaml.load(data, Loader=yaml.BaseLoader) for file, data in files().items() if _is_flow(file)}
    return {tree["flow"]: tree for tree in trees.values() if "flow" in tree}


def _is_flow(file: str) -> bool:
    return file.startswith("flows/") and file.count("/") == 1


def copy(flow: str) -> Tree:
    """A flow of one's own. Options that are only a text become tables, so that all look alike."""
    tree = deepcopy(shipped()[flow])
    for _, state in asked(tree):
        for id, body in state["options"].items():
            if isinstance(body, str):
                state["options"][id] = {"text": body}
    return tree


def written(tree: Tree) -> bytes:
    """The file again. Every text is quoted, so that a "no" stays a word."""
    return yaml.safe_dump(tree, default_style='"', sort_keys=False, width=10**6, allow_unicode=True).encode()


# ---- looking around


def asked(tree: Tree) -> Iterator[tuple[str, Tree]]:
    return ((name, state) for name, state in tree["states"].items() if "ask" in state)


def options(tree: Tree) -> Iterator[tuple[str, str, Tree]]:
    for name, state in asked(tree):
        for id, body in state["options"].items():
            yield name, id, body


def rules(tree: Tree) -> list[Tree]:
    found: list[Tree] = tree.get("rules", [])
    return found


def urgent(tree: Tree) -> list[str]:
    """The emergency screens."""
    return [name for name, state in tree["states"].items() if state.get("outcome") == "emergency"]


def past(state: Tree) -> str:
    """Where one comes who is not asked: the question's own `goto`, else where its calmest answer leads."""
    return str(state.get("goto") or next(body["goto"] for body in state["options"].values() if body.get("goto")))


def arrows_to(tree: Tree, name: str) -> list[Arrow]:
    """Every arrow that leads to a state, but for the state's own."""
    found: list[Arrow] = [(tree, "start")] if tree["start"] == name else []
    for other, state in tree["states"].items():
        if other != name:
            tables = [state, *state.get("options", {}).values()]
            found += [(table, "goto") for table in tables if isinstance(table, dict) and table.get("goto") == name]
    return found


def lists(guard: Tree) -> Iterator[tuple[Tree, str]]:
    """Every line of a guard that names several answers."""
    for key, value in guard.items():
        if key.startswith("at least ") or key in ("any of", "all of"):
            for part in value:
                yield from lists(part)
        elif key == "not":
            yield from lists(value)
        elif isinstance(value, list) and len(value) > 1:
            yield guard, key


def choices(guard: Tree) -> Iterator[tuple[Tree, str]]:
    """Every "any of" in a guard."""
    for key, value in guard.items():
        if key == "any of":
            yield guard, key
        if key.startswith("at least ") or key in ("any of", "all of"):
            for part in value:
                yield from choices(part)
        elif key == "not":
            yield from choices(value)
