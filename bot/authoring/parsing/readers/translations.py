"""Reader of a translation file, compared with the English that it translates: a text only where the English has one.

It can add no state and no transition: what the English does not have is a diagnostic, whatever it is called.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.authoring.localization.texts import is_said
from bot.authoring.localization.translation_file import FRESH, NEW, OLD, Made, differences
from bot.authoring.localization.units import KEYED, Path, Unit
from bot.authoring.parsing.parse_context import Reading
from bot.authoring.parsing.readers.flows import own_language
from bot.authoring.parsing.readers.options import LABEL
from bot.authoring.parsing.readers.pages import head
from bot.authoring.parsing.readers.signoffs import review
from bot.authoring.parsing.readers.suppressions import silences
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Mark, Node, Scalar, Spot, shortened

HINTS = {NEW: "until it is, people read it in English", OLD: "until it is made anew, people read it in English"}
CHANGED = "the English words have changed since this was translated"
UNNOTED = "nobody noted which English words this was made from"
DUE, NOW = "<!--", "<!-- now:"  # waits for translation; the next line's English now
Tree = dict[str, Any]  # keys as they nest in the file, with units for leaves
Gap = tuple[str, Spot, str]  # code, position, message


class Translation:
    """Reader of one translation file; *name* is its source key: `es/safety`, `es/coil.md`.

    Faults go to the parse context; what is not translated goes to *gaps*.
    """

    def __init__(self, reading: Reading, language: str, name: str, units: Mapping[Path, Unit]) -> None:
        self.reading, self.name, self.units = reading, name, units
        self.texts: dict[Path, str] = {}
        self.spots: dict[Path, Spot] = {}
        self.of: dict[Path, str] = {}
        node, body = head(reading) if reading.sheet.file.endswith(".md") else (reading.root(), 0)
        reading.declare(Mark(1, 1), name)
        with Fields(reading, node, "the translation") as top:
            _own_name(top, language)
            silences(top, name)
            signed = review(top)
            self._tell(top, _tree(unit for unit in units.values() if unit.path[0] != "lines"), ())
            if "made_from" in top or body:
                self._note(top, body)
        self.made = Made(self.texts, self.of, signed, tuple(reading.silences))
        self.gaps = list(self._gaps())
        self._compare()

    # ---- reading

    def _tell(self, table: Fields, tree: Tree, at: Path) -> None:
        """Read every text of *table* that *tree* has an entry for."""
        for key, inside in tree.items():
            if node := table.get(key):
                self._one(table.key(key), node, inside, (*at, key), table.what(key))

    def _one(self, key: Spot, node: Node, inside: Tree | Unit, path: Path, what: str) -> None:
        """Read one value: the rules' advice, a table of more values, a word list or a text."""
        self._file(key, path)
        if path == ("rules",):
            self._advice(node, what)
            return
        if isinstance(inside, dict) and isinstance(node, Scalar) and "text" in inside:
            inside, path = inside["text"], (*path, "text")
        if isinstance(inside, dict):
            with Fields(self.reading, node, f"'{path[-1]}'", key) as table:
                self._tell(table, inside, path)
            return
        self.spots[path] = node
        if inside.heard:
            words = [self.reading.text(item, what, ()) for item in self.reading.items(node, what)]
            self.texts[path] = "\n".join(words)
        else:
            self.texts[path] = self.reading.text(node, what, None)

    def _advice(self, node: Node, what: str) -> None:
        """Read the advice of rules, each keyed by the digest of its English, also when that has changed since."""
        with Fields(self.reading, node, what) as table:
            for key, value in table.rest():
                self.spots["rules", key.value] = value
                self.texts["rules", key.value] = self.reading.text(value, f"the advice {key.value}", None)

    def _file(self, key: Spot, path: Path) -> None:
        """Record where *path* is written, and declare states, options, phrases and terms."""
        self.spots[path] = key
        if path[0] in ("states", "texts", "terms") and len(path) in (2, 4):
            self.reading.declare(key, self.name, *path[1::2])

    def _note(self, top: Fields, body: int) -> None:
        """Read the table at the end: in the shape of the texts, the digest of the English each was made from."""
        with Fields(self.reading, top.get("made_from"), "'made_from'") as noted:
            if body:
                self._lines([self.reading.raw(item, "a mark") for item in noted.items("lines")], body)
            self._marks(noted, ())

    def _marks(self, table: Fields, at: Path) -> None:
        """Read the digests of *table* and of the tables in it."""
        for key, value in table.rest():
            path = (*at, key.value)
            if isinstance(value, Scalar):
                self.of[path if path in self.units else (*path, "text")] = value.value
            else:
                with Fields(self.reading, value, f"'{key.value}'", key) as inside:
                    self._marks(inside, path)

    def _lines(self, marks: list[str], body: int) -> None:
        """Read a page's lines; they have no names, so the *digests* belong to them in their order."""
        lines = [(number, line.rstrip()) for number, line in enumerate(self.reading.sheet.lines[body - 1 :], body)]
        said = [(number, line) for number, line in lines if is_said(line) and not line.startswith(NOW)]
        if len(said) != len(marks):
            message = f"the page has {len(said)} lines, and 'lines' of 'made_from' {len(marks)}"
            self.reading.fault(Mark(body, 1), "differs", message, "one mark for each line")
        for (number, line), mark in zip(said, marks, strict=False):
            self.spots["lines", mark] = Mark(number, 1, len(line))
            if not line.startswith(DUE):
                self.texts["lines", mark] = line

    # ---- comparing with the English

    def _gaps(self) -> Iterator[Gap]:
        """Return what is not translated yet, or was made from older English."""
        former = self.made.former(self.units)
        for path in self.made.leftover(self.units):
            yield OLD, self.spots[path], CHANGED
        for path, unit in self.units.items():
            match self.made.state(unit):
                case "untranslated" if not unit.spare and path not in former:
                    yield NEW, self._near(path), f"{in_words(unit)} is not translated"
                case "stale":
                    yield OLD, self.spots[path], CHANGED if path in self.of else UNNOTED

    def _near(self, path: Path) -> Spot:
        """Return where a text would be written: at the nearest key above it that is there."""
        return next((self.spots[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self.spots), Mark(1, 1))

    def _compare(self) -> None:
        """Report texts, up to date ones only, that are too long or differ from the English in their facts."""
        for path, unit in self.units.items():
            if self.made.state(unit) == FRESH:
                self._fits(unit, self.texts[path], self.spots[path])
                for difference in differences(unit, self.texts[path]):
                    self.reading.fault(self.spots[path], "differs", f"{in_words(unit)} has {difference}")

    def _fits(self, unit: Unit, text: str, spot: Spot) -> None:
        """Report a text that is too long for its limit or for a button."""
        if unit.most and len(text) > unit.most:
            message = f"{in_words(unit)} has {len(text)} characters; there is room for {unit.most}"
            self.reading.fault(spot, "too-long", message)
        label = (*unit.path[:-1], "button")
        if unit.path[-1] == "text" and label in self.units and len(self.texts.get(label, text)) > LABEL:
            message = f"{in_words(unit)} has {len(text)} characters, and a phone shows {LABEL}"
            self.reading.fault(spot, "long-button", message, "add a shorter 'button'")


def _own_name(top: Fields, language: str) -> None:
    """Report a file of another language or flow than its name says: a copy cannot pass for another."""
    top.need("language")
    own_language(top, language)
    if top.reading.sheet.file.startswith("flows/") and (flow := top.name("flow")) and flow != top.reading.id:
        top.reading.fault(top.value("flow"), "name", f"'{flow}' is translated in a file of another name")


def _tree(units: Iterator[Unit]) -> Tree:
    """Return *units* nested by their paths, as they are in a file."""
    tree: Tree = {}
    for unit in units:
        *above, last = unit.path
        inside = tree
        for key in above:
            inside = inside.setdefault(key, {})
        inside[last] = unit
    return tree


def in_words(unit: Unit) -> str:
    """Return how messages call a text: 'button' of 'yes' of 'signs'; or the beginning of its English."""
    path = unit.path
    if path[0] in KEYED:
        return f"'{shortened(unit.text)}'"
    names = list(path[1::2]) if len(path) % 2 == 0 else [*path[1:-1:2], path[-1]]
    return " of ".join(f"'{name}'" for name in reversed(names) if len(names) == 1 or name != "text")
