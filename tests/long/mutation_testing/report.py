"""What came of it: how many faults were noticed, and each that was not, as the lines that it changed."""

import difflib
import re
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.long.mutation_testing.run_history import function_of

SQL = re.compile(
    r"\b(select|insert|update|delete|pragma|begin|where|journal_mode|synchronous|secure_delete|vacuum)\b", re.I
)
UNNOTICED = ("lives", "no test")


def lines_of(folder: Path, name: str) -> list[str]:
    """The lines that a fault takes away and puts in, in the copy of *folder*."""
    module, _, fault = name.rpartition(".")
    path = folder / Path(*module.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    source = file.read_text(encoding="utf-8")
    before, after = (_body(source, one) for one in (f"{function_of(fault)}__mutmut_orig", fault))
    return [line for line in difflib.unified_diff(before, after, n=0, lineterm="") if line[:3] not in ("---", "+++")]


def _body(source: str, function: str) -> list[str]:
    """The lines of a function, up to the next that stands no further in; only the bracket after its arguments may."""
    begin = re.search(rf"^( *)(async )?def {re.escape(function)}\(", source, re.MULTILINE)
    if not begin:
        return []
    end = re.compile(rf"^ {{0,{len(begin[1])}}}[^\s)]", re.MULTILINE).search(source, begin.end())
    written = source[begin.start() : end.start() if end else None].replace(function, "it")
    return textwrap.dedent(written).rstrip().splitlines()


def is_same_sql(lines: list[str]) -> bool:
    """Whether a fault only changes SQL into other letters, capital or small, which a database does not see."""
    out, into = ([line[1:].strip() for line in lines if line[0] == sign] for sign in "-+")
    told = "".join(out)
    return bool(SQL.search(told)) and told != "".join(into) and told.casefold() == "".join(into).casefold()


def shown(folder: Path, verdicts: dict[str, str]) -> Iterator[str]:
    same = {name for name, verdict in verdicts.items() if verdict in UNNOTICED and is_same_sql(lines_of(folder, name))}
    real = Counter(verdict for name, verdict in verdicts.items() if name not in same)
    noticed = sum(many for verdict, many in real.items() if verdict not in UNNOTICED)
    yield f"{len(verdicts)} tried, {len(same)} of them SQL in other letters; of {real.total()} noticed: {noticed}"
    yield f"{100 * noticed / max(1, real.total()):.1f} %"
    for name, verdict in sorted(verdicts.items()):
        if verdict in UNNOTICED and name not in same:
            yield f"{name} ({verdict})"
            yield from (f"    {line}" for line in lines_of(folder, name) if line[0] in "+-" and "mutmut" not in line)
