"""A small writer of YAML: one way to lay out each thing, so that what was not changed stays the same to the byte."""

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.reading.nodes import Scalar, Table, compose

WORD = re.compile(r"\w+(-\w+)*")
OTHERWISE = re.compile(r"(?i)(yes|no|true|false|on|off|null|y|n|[-+.\d][-+.:_\d]*)")  # what other readers would convert
WIDTH = 116


@dataclass(frozen=True, slots=True)
class Due:
    """An English text that waits for its translation: it is written as a comment."""

    text: Any


@dataclass(frozen=True, slots=True)
class Dated:
    """A translation of older words, below a comment that says what the English is *now*."""

    text: Any
    now: str


@dataclass(frozen=True, slots=True)
class Written:
    """What stands there as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Marks:
    """A table, or a list of words, that is for programs: it takes as few lines as it can."""

    value: Any


def lines(table: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """*table* as lines."""
    for key, value in table.items():
        yield from _entry(f"{indent}{word(key)}:", value, indent)


def _entry(head: str, value: Any, indent: str) -> Iterator[str]:
    match value:
        case Mapping():
            inside = list(lines(value, f"{indent}  "))
            alive = not all(line.lstrip().startswith("#") for line in inside)
            yield from (head if alive else _comment(head), *inside)
        case list():
            yield from (head, *(f"{indent}  - {_item(item)}" for item in value))
        case Due(text=english):
            yield from map(_comment, _entry(head, english, indent))
        case Dated(text=old, now=now):
            yield from (f"{indent}# The English is now: {line}" for line in now.split("\n"))
            yield from _entry(head, old, indent)
        case Written(text=line):
            yield f"{head} {line}"
        case Marks(value=marks):
            yield from textwrap.wrap(f"{head} {inline(marks)}", WIDTH, subsequent_indent=f"{indent}  ", **UNBROKEN)
        case str() if "\n" in value:
            yield from (f"{head} |-", *(f"{indent}  {line}".rstrip() for line in value.split("\n")))
        case _:
            yield f"{head} {text(value)}"


def _item(item: Any) -> str:
    return text(item) if isinstance(item, str) else inline(item)


UNBROKEN: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}


def _comment(line: str) -> str:
    bare = line.lstrip()
    return line if bare.startswith("# ") else f"{line[: len(line) - len(bare)]}# {bare}"


def text(value: str) -> str:
    """A text of one line, in quotes only where it needs them."""
    plain = not OTHERWISE.fullmatch(value) and "\n" not in value and _reads_back(value)
    return value if plain else json.dumps(value, ensure_ascii=False)


def _reads_back(value: str) -> bool:
    told: list[object] = []
    node = compose(f"k: {value}\n", lambda *fault: told.append(fault))
    read = node.pairs.get("k") if isinstance(node, Table) and len(node.pairs) == 1 else None
    return not told and read is not None and isinstance(read[1], Scalar) and read[1].value == value


def word(key: str) -> str:
    return key if WORD.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def inline(value: Any) -> str:
    """*value* on one line."""
    match value:
        case Mapping():
            return f"{{{', '.join(f'{word(key)}: {inline(inside)}' for key, inside in value.items())}}}"
        case list():
            return f"[{', '.join(map(inline, value))}]"
    return word(str(value))


def joined(every: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in every)
