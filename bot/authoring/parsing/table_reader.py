"""Reader of a table key by key, so that each reader function looks like the format it reads."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from difflib import get_close_matches
from types import TracebackType
from typing import Self

from bot.authoring.parsing.parse_context import EXAMPLE_NAME, KNOWN_PLACEHOLDERS, NAME_PATTERN, ParseContext
from bot.authoring.parsing.yaml_nodes import Position, SourceSpan, YamlNode, YamlScalar, YamlTable, shorten


class TableReader(AbstractContextManager["TableReader"]):
    """Reader of a table: asking for a key makes it known; a key that is never asked for is reported at the end."""

    def __init__(
        self, context: ParseContext, node: YamlNode | None, display_name: str, position: Position | None = None
    ) -> None:
        """Begin to read *node*; *display_name* is how messages call it, *position* where a missing key is reported."""
        self.context = context
        self.display_name = display_name  # in messages
        self.position = position or node or SourceSpan(1, 1)  # where a missing key is reported
        self.is_table = isinstance(node, YamlTable)
        self.is_inline = isinstance(node, YamlTable) and node.is_inline
        self.pairs: Mapping[str, tuple[YamlScalar, YamlNode]] = node.pairs if isinstance(node, YamlTable) else {}
        self.known_keys: dict[str, None] = {}
        self.missing_keys: dict[str, tuple[Position, str, str, str]] = {}
        if node is not None and not self.is_table:
            context.report(node, "not-a-table", f"{display_name} should be a table of 'key: value' lines")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Report unknown keys and missing keys, unless an exception is on its way."""
        if kind is None:
            unknown_keys = [name for name in self.pairs if name not in self.known_keys]
            for name in unknown_keys:
                self._report_unknown_key(name)
            for key, diagnostic in self.missing_keys.items():
                if not get_close_matches(key, unknown_keys[:10]):  # else it is misspelt, and was reported
                    self.context.report(*diagnostic)

    def _report_unknown_key(self, name: str) -> None:
        """Report a key that this table does not have."""
        key, value = self.pairs[name]
        is_cut_at_comma = self.is_inline and isinstance(value, YamlScalar) and not value.value
        hint = self.context.suggest(name, [key for key in self.known_keys if key not in self.pairs])
        hint = "a text with a comma needs quotes here" if is_cut_at_comma else hint
        self.context.report(key, "unknown-key", f"{self.display_name} has no '{shorten(name)}'", hint)

    def __contains__(self, key: str) -> bool:
        return key in self.pairs

    def display_name_of(self, key: str) -> str:
        """Return how messages call the value of *key*."""
        return f"'{key}' of {self.display_name}"

    def key_position(self, key: str) -> Position:
        """Return where *key* is written, or where a missing key is reported."""
        return self.pairs[key][0] if key in self.pairs else self.position

    def value_of(self, key: str) -> YamlNode:
        """Return the value of a key that is known to be there."""
        self.known_keys[key] = None
        return self.pairs[key][1]

    def take_remaining(self) -> Iterator[tuple[YamlScalar, YamlNode]]:
        """Return every key that was not asked for yet, with its value, and make these keys known."""
        for name, pair in self.pairs.items():
            if name not in self.known_keys:
                self.known_keys[name] = None
                yield pair

    def get(self, key: str) -> YamlNode | None:
        """Return the value of a key that may be left out, or None."""
        self.known_keys[key] = None
        return self.pairs[key][1] if key in self.pairs else None

    def require(self, key: str, hint: str = "") -> YamlNode | None:
        """Return the value of a key that must be there; report it as missing otherwise."""
        if (node := self.get(key)) is None:
            self.report_missing(key, f"{self.display_name} needs '{key}'", hint)
        return node

    def report_missing(self, key: str, message: str, hint: str = "", code: str = "missing") -> None:
        """Report at the end that *key* is missing, unless an unknown key looks like *key* misspelt."""
        if self.is_table:
            self.missing_keys[key] = self.position, code, message, hint

    def read_text(self, key: str, allowed_placeholders: Collection[str] | None = KNOWN_PLACEHOLDERS) -> str:
        """Read a required text that is not empty."""
        node = self.require(key)
        return self.context.read_text(node, self.display_name_of(key), allowed_placeholders) if node else ""

    def read_optional_text(self, key: str, allowed_placeholders: Collection[str] | None = KNOWN_PLACEHOLDERS) -> str:
        """Read a text that may be left out; a key that is written needs a text all the same."""
        node = self.get(key)
        return self.context.read_text(node, self.display_name_of(key), allowed_placeholders) if node else ""

    def read_short_text(self, key: str, max_length: int) -> str:
        """Read a required text without placeholders of at most *max_length* characters."""
        text = self.read_text(key, ())
        if len(text) > max_length:
            message = f"{self.display_name_of(key)} has {len(text)} characters; there is room for {max_length}"
            self.context.report(self.value_of(key), "too-long", message)
        return text

    def read_text_or_blank(self, key: str) -> str:
        """Read a text that may be left out or left empty."""
        node = self.get(key)
        return self.context.read_raw(node, self.display_name_of(key)).strip() if node else ""

    def read_name(self, key: str, pattern: re.Pattern[str] = NAME_PATTERN, example: str = EXAMPLE_NAME) -> str:
        """Read a required name that matches *pattern*."""
        node = self.require(key)
        return self.context.read_name(node, self.display_name_of(key), pattern, example) if node else ""

    def read_date(self, key: str) -> str:
        """Read a required date (YYYY-MM-DD)."""
        node = self.require(key)
        return self.context.read_date(node, self.display_name_of(key)) if node else ""

    def read_flag(self, key: str) -> bool:
        """Read a flag that is no unless it is written."""
        node = self.get(key)
        return self.context.read_flag(node, self.display_name_of(key)) if node else False

    def read_choice(self, key: str, choices: Sequence[str]) -> str:
        """Read a required word that must be one of *choices*."""
        node = self.require(key)
        word = self.context.read_raw(node, self.display_name_of(key)) if node else ""
        if isinstance(node, YamlScalar) and word not in choices:
            hint = self.context.suggest(word, choices)
            self.context.report(node, "unknown-word", f"{self.display_name_of(key)} cannot be '{shorten(word)}'", hint)
        return word

    def read_items(self, key: str, allow_single: bool = False) -> Sequence[YamlNode]:
        """Read a list that may be left out."""
        node = self.get(key)
        return self.context.read_items(node, self.display_name_of(key), allow_single) if node else ()
