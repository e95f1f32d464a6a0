"""Reader of a table key by key, so that each reader function looks like the format it reads."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from difflib import get_close_matches
from types import TracebackType
from typing import Self

from bot.authoring.parsing.parse_context import LIKE, NAME, PLACEHOLDERS, Reading
from bot.authoring.parsing.yaml_nodes import Mark, Node, Scalar, Spot, Table, shortened


class Fields(AbstractContextManager["Fields"]):
    """Reader of a table: asking for a key makes it known; a key that is never asked for is reported at the end."""

    def __init__(self, reading: Reading, node: Node | None, who: str, at: Spot | None = None) -> None:
        """Begin to read *node*; *display_name* is how messages call it, *position* where a missing key is reported."""
        self.reading = reading
        self.who = who  # in messages
        self.at = at or node or Mark(1, 1)  # where a missing key is reported
        self.readable = isinstance(node, Table)
        self.inline = isinstance(node, Table) and node.inline
        self.pairs: Mapping[str, tuple[Scalar, Node]] = node.pairs if isinstance(node, Table) else {}
        self.asked: dict[str, None] = {}
        self.missed: dict[str, tuple[Spot, str, str, str]] = {}
        if node is not None and not self.readable:
            reading.fault(node, "not-a-table", f"{who} should be a table of 'key: value' lines")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Report unknown keys and missing keys, unless an exception is on its way."""
        if kind is None:
            strange = [name for name in self.pairs if name not in self.asked]
            for name in strange:
                self._strange(name)
            for key, fault in self.missed.items():
                if not get_close_matches(key, strange[:10]):  # else it is misspelt, and was reported
                    self.reading.fault(*fault)

    def _strange(self, name: str) -> None:
        """Report a key that this table does not have."""
        key, value = self.pairs[name]
        cut = self.inline and isinstance(value, Scalar) and not value.value
        hint = self.reading.guess(name, [key for key in self.asked if key not in self.pairs])
        hint = "a text with a comma needs quotes here" if cut else hint
        self.reading.fault(key, "unknown-key", f"{self.who} has no '{shortened(name)}'", hint)

    def __contains__(self, key: str) -> bool:
        return key in self.pairs

    def what(self, key: str) -> str:
        """Return how messages call the value of *key*."""
        return f"'{key}' of {self.who}"

    def key(self, key: str) -> Spot:
        """Return where *key* is written, or where a missing key is reported."""
        return self.pairs[key][0] if key in self.pairs else self.at

    def value(self, key: str) -> Node:
        """Return the value of a key that is known to be there."""
        self.asked[key] = None
        return self.pairs[key][1]

    def rest(self) -> Iterator[tuple[Scalar, Node]]:
        """Return every key that was not asked for yet, with its value, and make these keys known."""
        for name, pair in self.pairs.items():
            if name not in self.asked:
                self.asked[name] = None
                yield pair

    def get(self, key: str) -> Node | None:
        """Return the value of a key that may be left out, or None."""
        self.asked[key] = None
        return self.pairs[key][1] if key in self.pairs else None

    def need(self, key: str, hint: str = "") -> Node | None:
        """Return the value of a key that must be there; report it as missing otherwise."""
        if (node := self.get(key)) is None:
            self.miss(key, f"{self.who} needs '{key}'", hint)
        return node

    def miss(self, key: str, message: str, hint: str = "", slug: str = "missing") -> None:
        """Report at the end that *key* is missing, unless an unknown key looks like *key* misspelt."""
        if self.readable:
            self.missed[key] = self.at, slug, message, hint

    def text(self, key: str, known: Collection[str] | None = PLACEHOLDERS) -> str:
        """Read a required text that is not empty."""
        node = self.need(key)
        return self.reading.text(node, self.what(key), known) if node else ""

    def spare_text(self, key: str, known: Collection[str] | None = PLACEHOLDERS) -> str:
        """Read a text that may be left out; a key that is written needs a text all the same."""
        node = self.get(key)
        return self.reading.text(node, self.what(key), known) if node else ""

    def short(self, key: str, most: int) -> str:
        """Read a required text without placeholders of at most *max_length* characters."""
        text = self.text(key, ())
        if len(text) > most:
            message = f"{self.what(key)} has {len(text)} characters; there is room for {most}"
            self.reading.fault(self.value(key), "too-long", message)
        return text

    def blank_text(self, key: str) -> str:
        """Read a text that may be left out or left empty."""
        node = self.get(key)
        return self.reading.raw(node, self.what(key)).strip() if node else ""

    def name(self, key: str, form: re.Pattern[str] = NAME, like: str = LIKE) -> str:
        """Read a required name that matches *pattern*."""
        node = self.need(key)
        return self.reading.name(node, self.what(key), form, like) if node else ""

    def day(self, key: str) -> str:
        """Read a required date (YYYY-MM-DD)."""
        node = self.need(key)
        return self.reading.day(node, self.what(key)) if node else ""

    def flag(self, key: str) -> bool:
        """Read a flag that is no unless it is written."""
        node = self.get(key)
        return self.reading.flag(node, self.what(key)) if node else False

    def word(self, key: str, known: Sequence[str]) -> str:
        """Read a required word that must be one of *choices*."""
        node = self.need(key)
        word = self.reading.raw(node, self.what(key)) if node else ""
        if isinstance(node, Scalar) and word not in known:
            hint = self.reading.guess(word, known)
            self.reading.fault(node, "unknown-word", f"{self.what(key)} cannot be '{shortened(word)}'", hint)
        return word

    def items(self, key: str, lone: bool = False) -> Sequence[Node]:
        """Read a list that may be left out."""
        node = self.get(key)
        return self.reading.items(node, self.what(key), lone) if node else ()
