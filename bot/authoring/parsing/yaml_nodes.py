"""YAML as three kinds of node, built from the parser's events alone: no value is converted or resolved.

Every scalar is the text that was typed, so that `no`, `22:30` and `1.10` stay what they are. Depth and number are
counted while the events stream in, so that a bomb of brackets is refused at its 41st, not after its last.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import yaml

YAML_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # only its parser is used
MAX_NESTING_DEPTH = 40
MAX_NODES_PER_FILE = 8_000  # the longest flow we have has 2,000
DIRECTIVE_PATTERN = re.compile(r"^%", re.MULTILINE)  # refused at once: libyaml takes 12 s over a megabyte of %TAG
TAB_INDENT_PATTERN = re.compile(r" *\t")


@dataclass(slots=True)
class SourceSpan:
    """A stretch of a line that is no node; lines and columns count from 1, here and in every node."""

    line: int
    column: int
    width: int = 1


@dataclass(slots=True)
class YamlScalar:
    """A YAML text, as it was typed."""

    line: int
    column: int
    last_line: int  # the line on which it ends
    value: str
    width: int = 1


@dataclass(slots=True)
class YamlList:
    """A YAML list with its items."""

    line: int
    column: int
    items: list["YamlNode"] = field(default_factory=list)
    width: int = 1


@dataclass(slots=True)
class YamlTable:
    """A YAML table: keys with their values, in the order they were typed; *is_inline* is `{…}`."""

    line: int
    column: int
    is_inline: bool = False
    pairs: dict[str, tuple[YamlScalar, "YamlNode"]] = field(default_factory=dict)
    width: int = 1


YamlNode = YamlScalar | YamlList | YamlTable
Position = YamlNode | SourceSpan  # where a diagnostic points
ReportFunction = Callable[[Position, str, str, str], None]  # position, code, message, hint


class PyYamlPosition(Protocol):
    """A position as PyYAML counts it, from 0."""

    line: int
    column: int


class UnreadableYamlError(Exception):
    """The rest of the file cannot be read; its diagnostic has been reported."""


def compose_yaml(text: str, report: ReportFunction) -> YamlNode | None:
    """Return the one node that *text* holds, or None when it cannot be read.

    Faults are reported, never raised.
    """
    if directive := DIRECTIVE_PATTERN.search(text):
        line = text.count("\n", 0, directive.start()) + 1
        report(SourceSpan(line, 1), "tag", "a line cannot begin with '%'", "put the text in quotes")
        return None
    try:
        return _YamlComposer(report).compose_events(yaml.parse(text, Loader=YAML_LOADER))
    except yaml.MarkedYAMLError as error:
        report(*_explain_syntax_error(error, text))
    except yaml.YAMLError:
        report(SourceSpan(1, 1), "not-yaml", "this file cannot be read as YAML", "")
    except UnreadableYamlError:
        pass
    return None


class _YamlComposer:
    """Composer of YAML events: a stack of open tables and lists, each with the nodes it holds so far."""

    def __init__(self, report: ReportFunction) -> None:
        self.report = report
        self.open_collections: list[tuple[YamlTable | YamlList, list[YamlNode]]] = []
        self.node_count = 0
        self.root: YamlNode | None = None

    def compose_events(self, events: Iterator[yaml.Event]) -> YamlNode | None:
        """Build the root node from all *events*, or report an empty file and return None."""
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                self._begin_node(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._end_collection()
            elif isinstance(event, yaml.DocumentStartEvent) and self.root:
                self._abort(
                    event, "documents", "a second document begins here: a file holds one", "delete the line ---"
                )
        if self.root is None or (isinstance(self.root, YamlScalar) and not self.root.value):
            self.report(SourceSpan(1, 1), "empty", "this file is empty", "")
            return None
        return self.root

    def _begin_node(self, event: yaml.NodeEvent) -> None:
        """Add the node that *event* begins to its parent, and open it if it is a table or a list."""
        self.node_count += 1
        if self.node_count > MAX_NODES_PER_FILE:
            self._abort(event, "too-large", "this file has more parts than anybody could review", "split it")
        node = self._build_node(event)
        if self.open_collections:
            self.open_collections[-1][1].append(node)
        else:
            self.root = node
        if not isinstance(node, YamlScalar):
            if len(self.open_collections) == MAX_NESTING_DEPTH:
                self._abort(event, "too-deep", f"this is nested more than {MAX_NESTING_DEPTH} deep", "")
            self.open_collections.append((node, []))

    def _build_node(self, event: yaml.NodeEvent) -> YamlNode:
        """Build the node that *event* begins; report anchors, aliases and tags."""
        if type(event) is yaml.ScalarEvent and event.anchor is None and event.tag is None:
            return _build_scalar(event)  # nearly every node
        start = _span_at(event.start_mark)
        start.width = _event_width(event)
        if isinstance(event, yaml.AliasEvent):
            alias = YamlScalar(start.line, start.column, start.line, f"*{event.anchor}", start.width)
            self.report(alias, "anchor", "an alias (*) points somewhere else", "write it out here, or put it in quotes")
            return alias
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)
        if event.anchor is not None:
            self.report(start, "anchor", "an anchor (&) cannot be used here", "delete it, or put it in quotes")
        if event.tag is not None:
            self.report(start, "tag", "a tag (!) cannot be used here", "delete it, or put the text in quotes")
        if isinstance(event, yaml.ScalarEvent):
            return _build_scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return YamlList(start.line, start.column)
        return YamlTable(start.line, start.column, bool(event.flow_style))

    def _end_collection(self) -> None:
        """Close the innermost open table or list and fill in its children."""
        node, children = self.open_collections.pop()
        if isinstance(node, YamlList):
            node.items = children
            return
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, YamlScalar):
                self.report(key, "not-text", "a key is a word, not a table or a list", "")
            elif key.value in node.pairs:
                first = node.pairs[key.value][0].line
                self.report(key, "twice", f"'{shorten(key.value)}' is written twice", f"the first is on line {first}")
            else:
                node.pairs[key.value] = key, value

    def _abort(self, event: yaml.Event, code: str, message: str, hint: str) -> None:
        """Report a diagnostic at *event* and stop reading by raising UnreadableYamlError."""
        self.report(_span_at(event.start_mark), code, message, hint)
        raise UnreadableYamlError


def _build_scalar(event: yaml.ScalarEvent) -> YamlScalar:
    """Build the scalar node that *event* describes."""
    start, end = event.start_mark, event.end_mark
    assert start
    assert end
    return YamlScalar(start.line + 1, start.column + 1, end.line + 1, event.value, _event_width(event))


def _event_width(event: yaml.NodeEvent) -> int:
    """Return how many characters the node takes on the line on which it begins."""
    start, end = event.start_mark, event.end_mark
    assert start
    assert end
    return max(1, end.column - start.column) if end.line == start.line else 1


def _span_at(yaml_position: PyYamlPosition | None) -> SourceSpan:
    """Return the position of a PyYAML mark, counted from 1; the first character where there is no mark."""
    return SourceSpan(yaml_position.line + 1, yaml_position.column + 1) if yaml_position else SourceSpan(1, 1)


def shorten(text: str, max_length: int = 40) -> str:
    """Return *text* as it is quoted in a sentence: one line of at most *max_length* characters."""
    text = " ".join(text.split())
    return text if len(text) <= max_length else text[: max_length - 1] + "…"


# libyaml's words, whether to report at the start of the broken construct (else at the error), our message, our hint.
SYNTAX_ERROR_MESSAGES = (
    ("unexpected end of stream", True, "a quotation mark is opened here and never closed", ""),
    ("expected ',' or ']'", True, "the bracket '[' that is opened here is not closed where it should be", ""),
    ("expected ',' or '}'", True, "the brace '{' that is opened here is not closed where it should be", ""),
    ("cannot start any token", False, "a text cannot begin with this character", "put the text in quotes"),
    ("mapping values are not allowed", False, "a ':' stands inside a text here", "put the text in quotes"),
    ("expected key", False, "this does not fit the lines above it", "look at the indentation, and at the line above"),
    ("expected ':'", False, "this line is no 'key: value'", "a ':' and a space belong after the key"),
    ("expected '-'", False, "this does not fit the list above it", "look at the indentation"),
    ("escape", False, 'a backslash inside "…" means something else in YAML', "use '…' instead"),
    ("unexpected document indicator", True, "a quotation mark is opened here and never closed", ""),
)


def _explain_syntax_error(error: yaml.MarkedYAMLError, text: str) -> tuple[Position, str, str, str]:
    """Return position, code, message and hint of a syntax error in plain words, where its author would look for it."""
    span = _span_at(error.problem_mark or error.context_mark)
    typed_lines = text.splitlines()[span.line - 1 : span.line]
    if typed_lines and (tab_match := TAB_INDENT_PATTERN.match(typed_lines[0])):
        return (
            SourceSpan(span.line, tab_match.end()),
            "tab",
            "a tab stands where spaces belong",
            "use two spaces for each step",
        )
    for libyaml_words, is_at_start, message, hint in SYNTAX_ERROR_MESSAGES:
        if libyaml_words in (error.problem or ""):
            return _span_at(error.context_mark) if is_at_start else span, "not-yaml", message, hint
    return span, "not-yaml", "something does not fit together here", "look at quotes, brackets, indentation"
