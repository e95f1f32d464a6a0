"""The packages stay clean: imports run one way, files and functions stay short, and one word has one meaning."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.support.paths import ROOT

BOT = ROOT / "bot"
MAX_FILE_LINES, MAX_FUNCTION_LINES = 400, 35
PACKAGES = ("adapters", "authoring", "clinics", "engine", "model", "operations", "proof", "sessions")
FILES = sorted(BOT.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
RETIRED_WORDS = frozenset(
    [
        "door",
        "lane",
        "lanes",
        "herald",
        "heralds",
        "hush",
        "parcel",
        "parcels",
        "rung",
        "rings",
        "deed",
        "deeds",
        "guest",
        "guests",
        "shelf",
        "shelves",
        "tongue",
        "tongues",
        "kept",
        "desk",
        "crew",
        "steady",
        "tripwire",
        "tripped",
        "walker",
        "trial",
        "trials",
        "hope",
        "manners",
        "talk",
        "voice",
        "premises",
        "reception",
        "atlas",
        "sheet",
        "sheets",
        "lefts",
        "givers",
        "twin",
        "twins",
        "swift",
        "carrier",
        "pen",
        "brushed",
        "stands",
        "place",
        "places",
        "doings",
        "asides",
        "signposts",
    ]
)
# Names that are not ours to choose, or in which the word has its plain meaning.
RETIRED_WORDS_ALLOWED = frozenset[str]()
BARE_CONSTANTS = frozenset(
    [
        "MOST",
        "LONGEST",
        "PATIENCE",
        "ROOM",
        "FILE",
        "SOME",
        "FEW",
        "MANY",
        "QUIET",
        "TOGETHER",
        "LOOK",
        "TRIES",
        "ROUNDS",
        "FREE",
        "IDLE",
        "RECENT",
        "PAUSE",
        "LEAST",
        "SHORT",
        "LONG",
        "LIMIT",
        "MAX",
        "MIN",
        "TIMEOUT",
        "SIZE",
        "COUNT",
        "HOME",
        "NAME",
    ]
)
RIDDLES = re.compile(
    r"\b(doors?|lanes?|heralds?|hush|parcels?|rungs?|deeds?|guests?|shel(?:f|ves)|tongues?|whoever|somebody|nobody)\b",
    re.I,
)


def relative(path: Path) -> str:
    return path.relative_to(BOT).as_posix()


def test_there_are_eight_packages_and_the_commands() -> None:
    assert sorted(path.name for path in BOT.iterdir() if path.is_dir() and path.name != "__pycache__") == list(PACKAGES)
    assert sorted(path.name for path in BOT.glob("*.py")) == ["__init__.py", "__main__.py"]


def test_imports_run_one_way_and_in_no_circle(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The contracts stand in pyproject.toml, [tool.importlinter]."""
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS, capsys.readouterr().out


@pytest.mark.parametrize("path", [path for path in FILES if path.name == "__init__.py"], ids=relative)
def test_a_package_file_holds_no_code(path: Path) -> None:
    """An import there would hide a circle, so it has at most the package's face: imports, __all__ and the version."""
    for node in TREES[path].body:
        match node:
            case ast.Expr(value=ast.Constant()) | ast.ImportFrom():
                continue
            case ast.Assign(targets=[ast.Name(id="__all__" | "__version__")]):
                continue
        raise AssertionError(f"{relative(path)}:{node.lineno} is code")


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_files_and_functions_stay_short(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= MAX_FILE_LINES
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < MAX_FUNCTION_LINES, node.name


# ---- one meaning a word


def classes() -> Iterator[tuple[Path, ast.ClassDef]]:
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                yield path, node


def test_no_two_public_classes_have_one_name() -> None:
    counted = Counter(node.name for _, node in classes() if not node.name.startswith("_"))
    assert [name for name, times in counted.items() if times > 1] == []


def test_every_exception_is_called_an_error() -> None:
    """ruff's N818 knows only what derives from Exception by name; this follows our own classes as well."""
    bases = {node.name: [ast.unparse(base).rpartition(".")[2] for base in node.bases] for _, node in classes()}
    found = {name for name in bases if _is_exception(name, bases)}
    assert found, "the bot has errors of its own"
    assert sorted(name for name in found if not name.endswith("Error")) == []


def _is_exception(name: str, bases: dict[str, list[str]]) -> bool:
    ours = bases.get(name, [])
    return any(base.endswith(("Error", "Exception")) or _is_exception(base, bases) for base in ours)


def test_a_constant_says_of_what() -> None:
    for path, tree in TREES.items():
        for node in tree.body:
            targets = (
                node.targets
                if isinstance(node, ast.Assign)
                else [node.target]
                if isinstance(node, ast.AnnAssign)
                else []
            )
            names = {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
            assert not names & BARE_CONSTANTS, f"{relative(path)}:{node.lineno}"


def identifiers(path: Path) -> Iterator[tuple[str, int]]:
    """The names of the module, its classes, functions, parameters, constants and fields."""
    yield from ((part, 1) for part in path.relative_to(BOT).with_suffix("").parts)
    for node in ast.walk(TREES[path]):
        match node:
            case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.name, node.lineno
            case ast.arg():
                yield node.arg, node.lineno
    for holder in [TREES[path], *(node for node in ast.walk(TREES[path]) if isinstance(node, ast.ClassDef))]:
        for node in holder.body:
            for target in node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]:
                yield from (
                    ((one.id, node.lineno) for one in ast.walk(target) if isinstance(one, ast.Name)) if target else ()
                )


def words(name: str) -> set[str]:
    return {part.lower() for part in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_no_name_has_a_retired_word(path: Path) -> None:
    found = [f"{name} (line {line})" for name, line in identifiers(path) if name not in RETIRED_WORDS_ALLOWED
             and words(name) & RETIRED_WORDS]  # fmt: skip
    assert found == []


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_the_first_line_of_a_docstring_is_a_plain_sentence(path: Path) -> None:
    assert ast.get_docstring(TREES[path]), "a file begins with the sentence that says what it is"
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = (ast.get_docstring(node) or "").partition("\n")[0]
            assert not RIDDLES.search(first), f"line {getattr(node, 'lineno', 1)}: {first}"


# ---- the emergency is found at once


def test_an_emergency_is_worded_in_one_file() -> None:
    """Only presenters/emergency.py makes a message of the kind EMERGENCY."""
    makers = {
        relative(path)
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and any(
            ast.unparse(given) == "MessageKind.EMERGENCY"
            for given in [*node.args, *(word.value for word in node.keywords)]
        )
    }
    assert makers == {"engine/presenters/emergency.py"}


@pytest.mark.parametrize(
    "file",
    [
        "engine/red_flag_monitor.py",
        "engine/presenters/emergency.py",
        "adapters/telegram_bot/delivery/emergency_sender.py",
        "sessions/outbox.py",
        "sessions/service.py",
        "adapters/telegram_bot/delivery/dispatcher.py",
        "adapters/telegram_bot/receiving/rate_limit.py",
    ],
)
def test_what_a_newcomer_looks_for_has_a_file_of_its_name(file: str) -> None:
    assert (BOT / file).is_file()


# ---- written once


def test_an_exit_code_stands_in_one_table() -> None:
    """A command imports its exit codes; a number of its own could mean another thing than everywhere else."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=int())):
                    is_exit_code = name.startswith("EXIT_") or name.endswith("BAD_USAGE")
                    assert not is_exit_code or relative(path) == "operations/exit_codes.py", f"{relative(path)}: {name}"
                case ast.FunctionDef(name="run" | "main", body=body):
                    returned = [one.value for part in body for one in ast.walk(part) if isinstance(one, ast.Return)]
                    numbers = [one for value in returned if value for one in ast.walk(value)
                               if isinstance(one, ast.Constant) and isinstance(one.value, int)]  # fmt: skip
                    assert not numbers, f"{relative(path)}:{node.lineno}"


def test_no_message_names_a_file_of_ours() -> None:
    """A person can mend a file of theirs. Where a file of ours is at fault, a sentence says what to do instead."""
    for path, tree in TREES.items():
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                assert not re.search(r"\bbot/|\w\.py\b", node.value), f"{relative(path)}:{node.lineno}"


# ---- the glossary


def glossary() -> dict[str, str]:
    """The table "Words" of bot/README.md: word -> the identifier or file that carries it, where one does."""
    text = (BOT / "README.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in text.partition("## Words")[2].splitlines() if line.startswith("| ")]
    return {row[0].strip(): row[2].strip() for row in rows[1:] if len(row) > 2}


def test_the_glossary_names_each_package_in_a_sentence() -> None:
    text = (BOT / "README.md").read_text(encoding="utf-8")
    assert tuple(sorted(re.findall(r"^\| `(\w+)/` \|", text, re.M))) == PACKAGES


def test_what_the_glossary_points_to_is_there() -> None:
    words_told = glossary()
    assert len(words_told) > 20
    for word, carriers in words_told.items():
        for where, name in re.findall(r"`([\w/]+\.py)(?::(\w+))?`", carriers):
            assert (BOT / where).is_file(), word
            assert not name or re.search(
                rf"^(class|def|async def) {name}\b|^{name}\b", (BOT / where).read_text(), re.M
            ), word
