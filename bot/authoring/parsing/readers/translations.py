"""Reader of a translation file, compared with the English that it translates: a text only where the English has one.

It can add no state and no transition: what the English does not have is a diagnostic, whatever it is called.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.authoring.localization.translation_file import (
    STALE,
    UNTRANSLATED,
    UP_TO_DATE,
    TranslationFile,
    find_differences,
)
from bot.authoring.localization.traversal import is_translatable_line
from bot.authoring.localization.units import DIGEST_KEYED_SECTIONS, TranslationUnit, UnitPath
from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.readers.annotations import read_review, read_suppressions
from bot.authoring.parsing.readers.flows import check_language
from bot.authoring.parsing.readers.pages import read_front_matter
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import Position, SourceSpan, YamlNode, YamlScalar, shorten
from bot.model.text_limits import MAX_LABEL_LENGTH

HINTS_BY_CODE = {
    UNTRANSLATED: "until it is, people read it in English",
    STALE: "until it is made anew, people read it in English",
}
ENGLISH_CHANGED = "the English words have changed since this was translated"
ENGLISH_NOT_RECORDED = "nobody noted which English words this was made from"
PENDING_LINE_PREFIX, CURRENT_ENGLISH_PREFIX = "<!--", "<!-- now:"  # waits for translation; the next line's English now
UnitTree = dict[str, Any]  # keys as they nest in the file, with units for leaves
TranslationGap = tuple[str, Position, str]  # code, position, message


class TranslationReader:
    """Reader of one translation file; *name* is its source key: `es/safety`, `es/coil.md`.

    Faults go to the parse context; what is not translated goes to *gaps*.
    """

    def __init__(
        self, context: ParseContext, language: str, name: str, units: Mapping[UnitPath, TranslationUnit]
    ) -> None:
        self.context, self.name, self.units = context, name, units
        self.texts: dict[UnitPath, str] = {}
        self.positions: dict[UnitPath, Position] = {}
        self.source_digests: dict[UnitPath, str] = {}
        node, first_body_line = (
            read_front_matter(context) if context.source_file.file.endswith(".md") else (context.parse_root(), 0)
        )
        context.declare(SourceSpan(1, 1), name)
        with TableReader(context, node, "the translation") as top:
            _check_own_name(top, language)
            read_suppressions(top, name)
            sign_off = read_review(top)
            self._read_table(top, _build_tree(unit for unit in units.values() if unit.path[0] != "lines"), ())
            if "made_from" in top or first_body_line:
                self._read_made_from(top, first_body_line)
        self.translation_file = TranslationFile(self.texts, self.source_digests, sign_off, tuple(context.suppressions))
        self.gaps = list(self._find_gaps())
        self._check_against_english()

    # ---- reading

    def _read_table(self, table: TableReader, tree: UnitTree, parent_path: UnitPath) -> None:
        """Read every text of *table* that *tree* has an entry for."""
        for key, expected in tree.items():
            if node := table.get(key):
                self._read_value(
                    table.key_position(key), node, expected, (*parent_path, key), table.display_name_of(key)
                )

    def _read_value(
        self, key: Position, node: YamlNode, expected: UnitTree | TranslationUnit, path: UnitPath, display_name: str
    ) -> None:
        """Read one value: the rules' advice, a table of more values, a word list or a text."""
        self._record_position(key, path)
        if path == ("rules",):
            self._read_advice(node, display_name)
            return
        if isinstance(expected, dict) and isinstance(node, YamlScalar) and "text" in expected:
            expected, path = expected["text"], (*path, "text")
        if isinstance(expected, dict):
            with TableReader(self.context, node, f"'{path[-1]}'", key) as table:
                self._read_table(table, expected, path)
            return
        self.positions[path] = node
        if expected.is_word_list:
            words = [
                self.context.read_text(item, display_name, ()) for item in self.context.read_items(node, display_name)
            ]
            self.texts[path] = "\n".join(words)
        else:
            self.texts[path] = self.context.read_text(node, display_name, None)

    def _read_advice(self, node: YamlNode, display_name: str) -> None:
        """Read the advice of rules, each keyed by the digest of its English, also when that has changed since."""
        with TableReader(self.context, node, display_name) as table:
            for key, value in table.take_remaining():
                self.positions["rules", key.value] = value
                self.texts["rules", key.value] = self.context.read_text(value, f"the advice {key.value}", None)

    def _record_position(self, key: Position, path: UnitPath) -> None:
        """Record where *path* is written, and declare states, options, phrases and terms."""
        self.positions[path] = key
        if path[0] in ("states", "texts", "terms") and len(path) in (2, 4):
            self.context.declare(key, self.name, *path[1::2])

    def _read_made_from(self, top: TableReader, first_body_line: int) -> None:
        """Read the table at the end: in the shape of the texts, the digest of the English each was made from."""
        with TableReader(self.context, top.get("made_from"), "'made_from'") as made_from:
            if first_body_line:
                self._read_page_lines(
                    [self.context.read_raw(item, "a mark") for item in made_from.read_items("lines")], first_body_line
                )
            self._read_digests(made_from, ())

    def _read_digests(self, table: TableReader, parent_path: UnitPath) -> None:
        """Read the digests of *table* and of the tables in it."""
        for key, value in table.take_remaining():
            path = (*parent_path, key.value)
            if isinstance(value, YamlScalar):
                self.source_digests[path if path in self.units else (*path, "text")] = value.value
            else:
                with TableReader(self.context, value, f"'{key.value}'", key) as inner_table:
                    self._read_digests(inner_table, path)

    def _read_page_lines(self, digests: list[str], first_body_line: int) -> None:
        """Read a page's lines; they have no names, so the *digests* belong to them in their order."""
        lines = [
            (number, line.rstrip())
            for number, line in enumerate(self.context.source_file.lines[first_body_line - 1 :], first_body_line)
        ]
        text_lines = [
            (number, line)
            for number, line in lines
            if is_translatable_line(line) and not line.startswith(CURRENT_ENGLISH_PREFIX)
        ]
        if len(text_lines) != len(digests):
            message = f"the page has {len(text_lines)} lines, and 'lines' of 'made_from' {len(digests)}"
            self.context.report(SourceSpan(first_body_line, 1), "differs", message, "one mark for each line")
        for (number, line), source_digest in zip(text_lines, digests, strict=False):
            self.positions["lines", source_digest] = SourceSpan(number, 1, len(line))
            if not line.startswith(PENDING_LINE_PREFIX):
                self.texts["lines", source_digest] = line

    # ---- comparing with the English

    def _find_gaps(self) -> Iterator[TranslationGap]:
        """Return what is not translated yet, or was made from older English."""
        former_paths = self.translation_file.former_paths(self.units)
        for path in self.translation_file.leftover_paths(self.units):
            yield STALE, self.positions[path], ENGLISH_CHANGED
        for path, unit in self.units.items():
            match self.translation_file.status_of(unit):
                case "untranslated" if not unit.is_optional and path not in former_paths:
                    yield UNTRANSLATED, self._nearest_position(path), f"{describe_unit(unit)} is not translated"
                case "stale":
                    yield (
                        STALE,
                        self.positions[path],
                        ENGLISH_CHANGED if path in self.source_digests else ENGLISH_NOT_RECORDED,
                    )

    def _nearest_position(self, path: UnitPath) -> Position:
        """Return where a text would be written: at the nearest key above it that is there."""
        return next(
            (self.positions[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self.positions),
            SourceSpan(1, 1),
        )

    def _check_against_english(self) -> None:
        """Report texts that are too long, and up-to-date ones that differ from the English in their facts."""
        for path, unit in self.units.items():
            if path not in self.texts:
                continue
            text, position = self.texts[path], self.positions[path]
            if unit.max_length and len(text) > unit.max_length:  # in an older translation, or a spare button, as well
                message = f"{describe_unit(unit)} has {len(text)} characters; there is room for {unit.max_length}"
                self.context.report(position, "too-long", message)
            if self.translation_file.status_of(unit) == UP_TO_DATE:
                self._check_label(unit, text, position)
                for difference in find_differences(unit, text):
                    self.context.report(position, "differs", f"{describe_unit(unit)} has {difference}")

    def _check_label(self, unit: TranslationUnit, text: str, position: Position) -> None:
        """Report an option's text that is too long for a button and has no shorter one beside it."""
        button_path = (*unit.path[:-1], "button")
        if (
            unit.path[-1] == "text"
            and button_path in self.units
            and len(self.texts.get(button_path, text)) > MAX_LABEL_LENGTH
        ):
            message = f"{describe_unit(unit)} has {len(text)} characters, and a phone shows {MAX_LABEL_LENGTH}"
            self.context.report(position, "long-button", message, "add a shorter 'button'")


def _check_own_name(top: TableReader, language: str) -> None:
    """Report a file of another language or flow than its name says: a copy cannot pass for another."""
    top.require("language")
    check_language(top, language)
    if (
        top.context.source_file.file.startswith("flows/")
        and (flow := top.read_name("flow"))
        and flow != top.context.file_stem
    ):
        top.context.report(top.value_of("flow"), "name", f"'{flow}' is translated in a file of another name")


def _build_tree(units: Iterator[TranslationUnit]) -> UnitTree:
    """Return *units* nested by their paths, as they are in a file."""
    tree: UnitTree = {}
    for unit in units:
        *above, last = unit.path
        branch = tree
        for key in above:
            branch = branch.setdefault(key, {})
        branch[last] = unit
    return tree


def describe_unit(unit: TranslationUnit) -> str:
    """Return how messages call a text: 'button' of 'yes' of 'signs'; or the beginning of its English."""
    path = unit.path
    if path[0] in DIGEST_KEYED_SECTIONS:
        return f"'{shorten(unit.text)}'"
    names = list(path[1::2]) if len(path) % 2 == 0 else [*path[1:-1:2], path[-1]]
    return " of ".join(f"'{name}'" for name in reversed(names) if len(names) == 1 or name != "text")
