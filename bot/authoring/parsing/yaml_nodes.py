"""YAML as three kinds of node, built from the parser's events alone: no value is converted or resolved.

Every scalar is the text that was typed, so that `no`, `22:30` and `1.10` stay what they are. Depth and number are
counted while the events stream in, so that a bomb of brackets is refused at its 41st, not after its last.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import yaml

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # only its parser is used
DEEPEST = 40
MOST_NODES = 8_000  # the longest flow we have has 2,000
DIRECTIVE = re.compile(r"^%", re.MULTILINE)  # refused at once: libyaml takes 12 s over a megabyte of %TAG
TABBED = re.compile(r" *\t")


@dataclass(slots=True)
class Mark:
    """A stretch of a line that is no node; lines and columns count from 1, here and in every node."""

    line: int
    column: int
    width: int = 1


@dataclass(slots=True)
class Scalar:
    """A YAML text, as it was typed."""

    line: int
    column: int
    last: int  # the line on which it ends
    value: str
    width: int = 1


@dataclass(slots=True)
class List:
    """A YAML list with its items."""

    line: int
    column: int
    items: list["Node"] = field(default_factory=list)
    width: int = 1


@dataclass(slots=True)
class Table:
    """A YAML table: keys with their values, in the order they were typed; *is_inline* is `{…}`."""

    line: int
    column: int
    inline: bool = False
    pairs: dict[str, tuple[Scalar, "Node"]] = field(default_factory=dict)
    width: int = 1


Node = Scalar | List | Table
Spot = Node | Mark  # where a diagnostic points
Fault = Callable[[Spot, str, str, str], None]  # position, code, message, hint


class Theirs(Protocol):
    """A position as PyYAML counts it, from 0."""

    line: int
    column: int


class Unread(Exception):
    """The rest of the file cannot be read; its diagnostic has been reported."""


def compose(text: str, fault: Fault) -> Node | None:
    """Return the one node that *text* holds, or None when it cannot be read.

    Faults are reported, never raised.
    """
    if directive := DIRECTIVE.search(text):
        line = text.count("\n", 0, directive.start()) + 1
        fault(Mark(line, 1), "tag", "a line cannot begin with '%'", "put the text in quotes")
        return None
    try:
        return _Composer(fault).compose(yaml.parse(text, Loader=LOADER))
    except yaml.MarkedYAMLError as error:
        fault(*_explained(error, text))
    except yaml.YAMLError:
        fault(Mark(1, 1), "not-yaml", "this file cannot be read as YAML", "")
    except Unread:
        pass
    return None


class _Composer:
    """Composer of YAML events: a stack of open tables and lists, each with the nodes it holds so far."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.open: list[tuple[Table | List, list[Node]]] = []
        self.nodes = 0
        self.root: Node | None = None

    def compose(self, events: Iterator[yaml.Event]) -> Node | None:
        """Build the root node from all *events*, or report an empty file and return None."""
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                self.begin(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.end()
            elif isinstance(event, yaml.DocumentStartEvent) and self.root:
                self.stop(event, "documents", "a second document begins here: a file holds one", "delete the line ---")
        if self.root is None or (isinstance(self.root, Scalar) and not self.root.value):
            self.fault(Mark(1, 1), "empty", "this file is empty", "")
            return None
        return self.root

    def begin(self, event: yaml.NodeEvent) -> None:
        """Add the node that *event* begins to its parent, and open it if it is a table or a list."""
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self.stop(event, "too-large", "this file has more parts than anybody could review", "split it")
        node = self.node(event)
        if self.open:
            self.open[-1][1].append(node)
        else:
            self.root = node
        if not isinstance(node, Scalar):
            if len(self.open) == DEEPEST:
                self.stop(event, "too-deep", f"this is nested more than {DEEPEST} deep", "")
            self.open.append((node, []))

    def node(self, event: yaml.NodeEvent) -> Node:
        """Build the node that *event* begins; report anchors, aliases and tags."""
        if type(event) is yaml.ScalarEvent and event.anchor is None and event.tag is None:
            return _scalar(event)  # nearly every node
        start = _mark(event.start_mark)
        start.width = _width(event)
        if isinstance(event, yaml.AliasEvent):
            alias = Scalar(start.line, start.column, start.line, f"*{event.anchor}", start.width)
            self.fault(alias, "anchor", "an alias (*) points somewhere else", "write it out here, or put it in quotes")
            return alias
        assert isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)
        if event.anchor is not None:
            self.fault(start, "anchor", "an anchor (&) cannot be used here", "delete it, or put it in quotes")
        if event.tag is not None:
            self.fault(start, "tag", "a tag (!) cannot be used here", "delete it, or put the text in quotes")
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return List(start.line, start.column)
        return Table(start.line, start.column, bool(event.flow_style))

    def end(self) -> None:
        """Close the innermost open table or list and fill in its children."""
        node, inside = self.open.pop()
        if isinstance(node, List):
            node.items = inside
            return
        for key, value in zip(inside[::2], inside[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.fault(key, "not-text", "a key is a word, not a table or a list", "")
            elif key.value in node.pairs:
                first = node.pairs[key.value][0].line
                self.fault(key, "twice", f"'{shortened(key.value)}' is written twice", f"the first is on line {first}")
            else:
                node.pairs[key.value] = key, value

    def stop(self, event: yaml.Event, slug: str, message: str, hint: str) -> None:
        """Report a diagnostic at *event* and stop reading by raising UnreadableYamlError."""
        self.fault(_mark(event.start_mark), slug, message, hint)
        raise Unread


def _scalar(event: yaml.ScalarEvent) -> Scalar:
    """Build the scalar node that *event* describes."""
    start, end = event.start_mark, event.end_mark
    assert start
    assert end
    return Scalar(start.line + 1, start.column + 1, end.line + 1, event.value, _width(event))


def _width(event: yaml.NodeEvent) -> int:
    """Return how many characters the node takes on the line on which it begins."""
    start, end = event.start_mark, event.end_mark
    assert start
    assert end
    return max(1, end.column - start.column) if end.line == start.line else 1


def _mark(mark: Theirs | None) -> Mark:
    """Return the position of a PyYAML mark, counted from 1; the first character where there is no mark."""
    return Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)


def shortened(text: str, most: int = 40) -> str:
    """Return *text* as it is quoted in a sentence: one line of at most *max_length* characters."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1] + "…"


# libyaml's words, whether to report at the start of the broken construct (else at the error), our message, our hint.
SENTENCES = (
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


def _explained(error: yaml.MarkedYAMLError, text: str) -> tuple[Spot, str, str, str]:
    """Return position, code, message and hint of a syntax error in plain words, where its author would look for it."""
    mark = _mark(error.problem_mark or error.context_mark)
    typed = text.splitlines()[mark.line - 1 : mark.line]
    if typed and (tabbed := TABBED.match(typed[0])):
        return Mark(mark.line, tabbed.end()), "tab", "a tab stands where spaces belong", "use two spaces for each step"
    for theirs, from_its_start, ours, hint in SENTENCES:
        if theirs in (error.problem or ""):
            return _mark(error.context_mark) if from_its_start else mark, "not-yaml", ours, hint
    return mark, "not-yaml", "something does not fit together here", "look at quotes, brackets, indentation"
