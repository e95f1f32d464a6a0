"""The house stays clean: imports go down only, the core touches nothing outside, files and functions stay short."""

import ast
from collections.abc import Collection, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

BOT = Path(__file__).resolve().parent.parent / "bot"
MOST_LINES, LONGEST_FUNCTION = 250, 35

FLOORS = (  # from the ground up: a room may import from the floors below its own, never beside it or above
    "canonical crew",
    "hours languages manners problem remaining review sealing settings shapes steady urgency",
    "clinics hazard session stores trial when",
    "content flow journal kept last_resort promises",
    "deeds guests library machine metrics sharing translation",
    "archive claims hearing links live reading signing voice walker",
    "countries draft_links information keeping proof registry schema signposts speaking tongues tripwire",
    "calling",
    "endings loading moving proved trying",
    "shelves",
    "asides chats comparing diagram safety sign talk wording",
    "counts doings drafts translating",
    "engine office reception",
    "booklet browsing releases transcript",
    "checking",
    "conversation",
    "adapters",
    "__main__",
)
PURE = frozenset(
    (
        *("urgency", "when", "flow", "content", "session", "machine", "library", "hearing", "walker", "tripwire"),
        *(
            "voice",
            "remaining",
            "calling",
            "speaking",
            "signposts",
            "endings",
            "asides",
            "talk",
            "doings",
            "engine",
            "proof",
            "information",
            "shelves",
        ),
    )
)
OUTSIDE = {
    "asyncio",
    "os",
    "pathlib",
    "random",
    "secrets",
    "socket",
    "sqlite3",
    "subprocess",
    "time",
    "yaml",
    "telegram",
}
FILES = sorted(BOT.rglob("*.py"))
LEVELS = {room: level for level, rooms in enumerate(FLOORS) for room in rooms.split()}


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room(path: Path) -> str:
    return path.relative_to(BOT).with_suffix("").parts[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(BOT)))
def test_imports_go_down(path: Path) -> None:
    here = room(path)
    for name in imported(path):
        package, *rest = name.split(".")
        if package == "bot" and rest and rest[0] in LEVELS and rest[0] != here:
            assert LEVELS[rest[0]] < LEVELS[here], f"{here} may not import {rest[0]}"


def test_no_file_imports_what_imports_it() -> None:
    """Inside a package as well: what two files need of each other has a file of its own."""
    files = {".".join(path.relative_to(BOT.parent).with_suffix("").parts): path for path in FILES}
    needs = {name: {other for said in imported(path) for other in _files(said, files)} for name, path in files.items()}
    TopologicalSorter({name: others - {name} for name, others in needs.items()}).prepare()


def _files(said: str, files: Collection[str]) -> list[str]:
    """The file that an import means: the module itself, or the one that holds the name."""
    return [name for name in (said, said.rpartition(".")[0]) if name in files][:1]


def test_every_room_has_its_floor() -> None:
    assert {room(path) for path in FILES} - {"__init__"} == set(LEVELS)


@pytest.mark.parametrize("name", sorted(PURE))
def test_the_core_touches_nothing_outside(name: str) -> None:
    for path in FILES:
        if room(path) == name:
            assert OUTSIDE.isdisjoint(part.split(".")[0] for part in imported(path)), path.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(BOT)))
def test_files_and_functions_stay_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= MOST_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, node.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(BOT)))
def test_the_first_line_says_what_a_file_is(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert said, "a file begins with the sentence that says what it is"
