"""A small YAML writer with one layout for each value, so that unchanged values stay the same to the byte."""

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.authoring.parsing.yaml_nodes import YamlScalar, YamlTable, compose_yaml

BARE_WORD = re.compile(r"\w+(-\w+)*")
# What other YAML parsers convert to a number, a boolean or null.
CONVERTED_WORD = re.compile(r"(?i)(yes|no|true|false|on|off|null|y|n|[-+.\d][-+.:_\d]*)")
MAX_LINE_WIDTH = 116


@dataclass(frozen=True, slots=True)
class UntranslatedText:
    """An English text that is not translated yet; it is written as a comment."""

    text: Any


@dataclass(frozen=True, slots=True)
class StaleText:
    """A translation of older English; a comment above it says what the English is *now*."""

    text: Any
    now: str


@dataclass(frozen=True, slots=True)
class RawYaml:
    """A line of YAML that is written as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class CompactValue:
    """A table or list of words for programs; it takes as few lines as possible."""

    value: Any


def render_table(table: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """Yield *table* as lines of YAML."""
    for key, value in table.items():
        yield from _render_key(f"{indent}{render_word(key)}:", value, indent)


def _render_key(head: str, value: Any, indent: str) -> Iterator[str]:
    """Yield the lines of one key with its *value*; *head* is the indented key with its colon."""
    match value:
        case Mapping():
            nested = list(render_table(value, f"{indent}  "))
            has_content = not all(line.lstrip().startswith("#") for line in nested)
            yield from (head if has_content else _comment_out(head), *nested)
        case list():
            yield from (head, *(f"{indent}  - {_render_item(item)}" for item in value))
        case UntranslatedText(text=english):
            yield from map(_comment_out, _render_key(head, english, indent))
        case StaleText(text=old, now=now):
            yield from (f"{indent}# The English is now: {line}" for line in now.split("\n"))
            yield from _render_key(head, old, indent)
        case RawYaml(text=line):
            yield f"{head} {line}"
        case CompactValue(value=compact):
            yield from textwrap.wrap(
                f"{head} {render_inline(compact)}", MAX_LINE_WIDTH, subsequent_indent=f"{indent}  ", **WRAP_OPTIONS
            )
        case str() if "\n" in value:
            yield from (f"{head} |-", *(f"{indent}  {line}".rstrip() for line in value.split("\n")))
        case _:
            yield f"{head} {render_text(value)}"


def _render_item(item: Any) -> str:
    """Return a list item on one line."""
    return render_text(item) if isinstance(item, str) else render_inline(item)


WRAP_OPTIONS: dict[str, Any] = {"break_long_words": False, "break_on_hyphens": False}


def _comment_out(line: str) -> str:
    """Return *line* as a comment; a line that is one stays as it is."""
    stripped = line.lstrip()
    return line if stripped.startswith("# ") else f"{line[: len(line) - len(stripped)]}# {stripped}"


def render_text(value: str) -> str:
    """Return a scalar of one line, in quotes only if it needs them."""
    is_plain = not CONVERTED_WORD.fullmatch(value) and "\n" not in value and _reads_back_unchanged(value)
    return value if is_plain else json.dumps(value, ensure_ascii=False)


def _reads_back_unchanged(value: str) -> bool:
    """Whether our YAML parser reads *value* without quotes as the same text."""
    faults: list[object] = []
    node = compose_yaml(f"k: {value}\n", lambda *details: faults.append(details))
    pair = node.pairs.get("k") if isinstance(node, YamlTable) and len(node.pairs) == 1 else None
    return not faults and pair is not None and isinstance(pair[1], YamlScalar) and pair[1].value == value


def render_word(key: str) -> str:
    """Return a key or word, in quotes only if it needs them."""
    return key if BARE_WORD.fullmatch(key) else json.dumps(key, ensure_ascii=False)


def render_inline(value: Any) -> str:
    """Return *value* on one line."""
    match value:
        case Mapping():
            return f"{{{', '.join(f'{render_word(key)}: {render_inline(nested)}' for key, nested in value.items())}}}"
        case list():
            return f"[{', '.join(map(render_inline, value))}]"
    return render_word(str(value))


def join_lines(lines: Iterable[str]) -> str:
    """Return *lines* as one text, each ended by a line feed."""
    return "".join(f"{line}\n" for line in lines)
