"""A small YAML writer with one layout for each value, so that unchanged values stay the same to the byte."""

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.authoring.parsing.yaml_nodes import Scalar, Table, compose

WORD = re.compile(r"\w+(-\w+)*")
# What other YAML parsers convert to a number, a boolean or null.
OTHERWISE = re.compile(r"(?i)(yes|no|true|false|on|off|null|y|n|[-+.\d][-+.:_\d]*)")
WIDTH = 116


@dataclass(frozen=True, slots=True)
class Due:
    """An English text that is not translated yet; it is written as a comment."""

    text: Any


@dataclass(frozen=True, slots=True)
class Dated:
    """A translation of older English; a comment above it says what the English is *now*."""

    text: Any
    now: str


@dataclass(frozen=True, slots=True)
class Written:
    """A line of YAML that is written as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Marks:
    """A table or list of words for programs; it takes as few lines as possible."""

    value: Any


def lines(table: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """Yield *table* as lines of YAML."""
    for key, value in table.items():
        yield from _entry(f"{indent}{word(key)}:", value, indent)


def _entry(head: str, value: Any, indent: str) -> Iterator[str]:
    """Yield the lines of one key with its *value*; *head* is the indented key with its colon."""
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
    """Return a list item on one line."""
    return text(item) if isinstance(item, str) else inline(item)


UNBROKEN: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}


def _comment(line: str) -> str:
    """Return *line* as a comment; a line that is one stays as it is."""
    bare = line.lstrip()
    return line if bare.startswith("# ") else f"{line[: len(line) - len(bare)]}# {bare}"


def text(value: str) -> str:
    """Return a scalar of one line, in quotes only if it needs them."""
    plain = not OTHERWISE.fullmatch(value) and "\n" not in value and _reads_back(value)
    return value if plain else json.dumps(value, ensure_ascii=False)


def _reads_back(value: str) -> bool:
    """Whether our YAML parser reads *value* without quotes as the same text."""
    told: list[object] = []
    node = compose(f"k: {value}\n", lambda *fault: told.append(fault))
    read = node.pairs.get("k") if isinstance(node, Table) and len(node.pairs) == 1 else None
    return not told and read is not None and isinstance(read[1], Scalar) and read[1].value == value


def word(key: str) -> str:
    """Return a key or word, in quotes only if it needs them."""
    return key if WORD.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def inline(value: Any) -> str:
    """Return *value* on one line."""
    match value:
        case Mapping():
            return f"{{{', '.join(f'{word(key)}: {inline(inside)}' for key, inside in value.items())}}}"
        case list():
            return f"[{', '.join(map(inline, value))}]"
    return word(str(value))


def joined(every: Iterable[str]) -> str:
    """Return *lines* as one text, each ended by a line feed."""
    return "".join(f"{line}\n" for line in every)
