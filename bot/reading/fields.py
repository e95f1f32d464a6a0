"""A table being read key by key, so that each reader reads like the format it reads."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from difflib import get_close_matches
from types import TracebackType
from typing import Self

from bot.reading.nodes import Mark, Node, Scalar, Spot, Table, shortened
from bot.reading.reading import LIKE, NAME, PLACEHOLDERS, Reading


class Fields(AbstractContextManager["Fields"]):
    """A table read key by key. Asking for a key makes it known; what nobody asked for by the end is a fault."""

    def __init__(self, reading: Reading, node: Node | None, who: str, at: Spot | None = None) -> None:
        self.reading = reading
        self.who = who  # as it is named in sentences
        self.at = at or node or Mark(1, 1)  # where a missing key is told
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
        if kind is None:
            strange = [name for name in self.pairs if name not in self.asked]
            for name in strange:
                self._strange(name)
            for key, fault in self.missed.items():
                if not get_close_matches(key, strange[:10]):  # else it is there, misspelt, and that was told
                    self.reading.fault(*fault)

    def _strange(self, name: str) -> None:
        key, value = self.pairs[name]
        cut = self.inline and isinstance(value, Scalar) and not value.value
        hint = self.reading.guess(name, [key for key in self.asked if key not in self.pairs])
        hint = "a text with a comma needs quotes here" if cut else hint
        self.reading.fault(key, "unknown-key", f"{self.who} has no '{shortened(name)}'", hint)

    def __contains__(self, key: str) -> bool:
        return key in self.pairs

    def what(self, key: str) -> str:
        return f"'{key}' of {self.who}"

    def key(self, key: str) -> Spot:
        """Where *key* is written."""
        return self.pairs[key][0] if key in self.pairs else self.at

    def value(self, key: str) -> Node:
        """The value of a key that is known to be there."""
        self.asked[key] = None
        return self.pairs[key][1]

    def rest(self) -> Iterator[tuple[Scalar, Node]]:
        """Every key that was not asked for yet, with its value."""
        for name, pair in self.pairs.items():
            if name not in self.asked:
                self.asked[name] = None
                yield pair

    def get(self, key: str) -> Node | None:
        """The value of a key that may be left out."""
        self.asked[key] = None
        return self.pairs[key][1] if key in self.pairs else None

    def need(self, key: str, hint: str = "") -> Node | None:
        """The value of a key that must be there."""
        if (node := self.get(key)) is None:
            self.miss(key, f"{self.who} needs '{key}'", hint)
        return node

    def miss(self, key: str, message: str, hint: str = "", slug: str = "missing") -> None:
        """Tell in the end that *key* is not there, unless some other key is *key* misspelt."""
        if self.readable:
            self.missed[key] = self.at, slug, message, hint

    def text(self, key: str, known: Collection[str] | None = PLACEHOLDERS) -> str:
        node = self.need(key)
        return self.reading.text(node, self.what(key), known) if node else ""

    def spare_text(self, key: str, known: Collection[str] | None = PLACEHOLDERS) -> str:
        """A text that may be left out; a key that is written wants its text all the same."""
        node = self.get(key)
        return self.reading.text(node, self.what(key), known) if node else ""

    def short(self, key: str, most: int) -> str:
        """A text without placeholders that fits into *most* characters."""
        text = self.text(key, ())
        if len(text) > most:
            message = f"{self.what(key)} has {len(text)} characters; there is room for {most}"
            self.reading.fault(self.value(key), "too-long", message)
        return text

    def blank_text(self, key: str) -> str:
        """A text that may be left out or left empty."""
        node = self.get(key)
        return self.reading.raw(node, self.what(key)).strip() if node else ""

    def name(self, key: str, form: re.Pattern[str] = NAME, like: str = LIKE) -> str:
        node = self.need(key)
        return self.reading.name(node, self.what(key), form, like) if node else ""

    def day(self, key: str) -> str:
        node = self.need(key)
        return self.reading.day(node, self.what(key)) if node else ""

    def flag(self, key: str) -> bool:
        """A flag that is no unless it is written."""
        node = self.get(key)
        return self.reading.flag(node, self.what(key)) if node else False

    def word(self, key: str, known: Sequence[str]) -> str:
        """One of a few known words."""
        node = self.need(key)
        word = self.reading.raw(node, self.what(key)) if node else ""
        if isinstance(node, Scalar) and word not in known:
            hint = self.reading.guess(word, known)
            self.reading.fault(node, "unknown-word", f"{self.what(key)} cannot be '{shortened(word)}'", hint)
        return word

    def items(self, key: str, lone: bool = False) -> Sequence[Node]:
        """A list that may be left out."""
        node = self.get(key)
        return self.reading.items(node, self.what(key), lone) if node else ()
