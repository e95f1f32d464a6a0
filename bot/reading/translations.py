"""A translation file, held against the thing that it translates: texts alone, each where the English has one.

It can add no state and no arrow: what the English does not have is a fault, whatever it is called.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.reading.fields import Fields
from bot.reading.flows import own_language
from bot.reading.nodes import Mark, Node, Scalar, Spot, shortened
from bot.reading.options import LABEL
from bot.reading.pages import head
from bot.reading.reading import Reading
from bot.reading.reviews import review
from bot.reading.silences import silences
from bot.translation.made import FRESH, NEW, OLD, Made, differences
from bot.translation.telling import is_said
from bot.translation.units import KEYED, Path, Unit

HINTS = {NEW: "until it is, people read it in English", OLD: "until it is made anew, people read it in English"}
CHANGED = "the English words have changed since this was translated"
UNNOTED = "nobody noted which English words this was made from"
DUE, NOW = "<!--", "<!-- now:"  # a line that waits for its translation; what the English of the next line is now
Tree = dict[str, Any]  # keys as they nest in the file, with units for leaves
Gap = tuple[str, Spot, str]  # what is still to be done: its slug, where, and the sentence


class Translation:
    """*name* is what it is filed under: `es/safety`, `es/coil.md`. Faults are told to the reading, gaps kept here."""

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
        """Every text of *table*, as far as *tree* has a place for it."""
        for key, inside in tree.items():
            if node := table.get(key):
                self._one(table.key(key), node, inside, (*at, key), table.what(key))

    def _one(self, key: Spot, node: Node, inside: Tree | Unit, path: Path, what: str) -> None:
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
        """Rules have no names: each advice stands under the mark of its English, also when that has changed since."""
        with Fields(self.reading, node, what) as table:
            for key, value in table.rest():
                self.spots["rules", key.value] = value
                self.texts["rules", key.value] = self.reading.text(value, f"the advice {key.value}", None)

    def _file(self, key: Spot, path: Path) -> None:
        self.spots[path] = key
        if path[0] in ("states", "texts", "terms") and len(path) in (2, 4):
            self.reading.declare(key, self.name, *path[1::2])

    def _note(self, top: Fields, body: int) -> None:
        """The table at the end: it has the shape of the texts, each with a mark of the English it was made from."""
        with Fields(self.reading, top.get("made_from"), "'made_from'") as noted:
            if body:
                self._lines([self.reading.raw(item, "a mark") for item in noted.items("lines")], body)
            self._marks(noted, ())

    def _marks(self, table: Fields, at: Path) -> None:
        for key, value in table.rest():
            path = (*at, key.value)
            if isinstance(value, Scalar):
                self.of[path if path in self.units else (*path, "text")] = value.value
            else:
                with Fields(self.reading, value, f"'{key.value}'", key) as inside:
                    self._marks(inside, path)

    def _lines(self, marks: list[str], body: int) -> None:
        """A page's lines have no names: the marks stand in their order."""
        lines = [(number, line.rstrip()) for number, line in enumerate(self.reading.sheet.lines[body - 1 :], body)]
        said = [(number, line) for number, line in lines if is_said(line) and not line.startswith(NOW)]
        if len(said) != len(marks):
            message = f"the page has {len(said)} lines, and 'lines' of 'made_from' {len(marks)}"
            self.reading.fault(Mark(body, 1), "differs", message, "one mark for each line")
        for (number, line), mark in zip(said, marks, strict=False):
            self.spots["lines", mark] = Mark(number, 1, len(line))
            if not line.startswith(DUE):
                self.texts["lines", mark] = line

    # ---- holding it against the English

    def _gaps(self) -> Iterator[Gap]:
        """What is not translated yet, or from other words than today's."""
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
        """Where a text would stand: at the nearest key above it that is there."""
        return next((self.spots[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self.spots), Mark(1, 1))

    def _compare(self) -> None:
        for path, unit in self.units.items():
            if self.made.state(unit) == FRESH:
                self._fits(unit, self.texts[path], self.spots[path])
                for difference in differences(unit, self.texts[path]):
                    self.reading.fault(self.spots[path], "differs", f"{in_words(unit)} has {difference}")

    def _fits(self, unit: Unit, text: str, spot: Spot) -> None:
        if unit.most and len(text) > unit.most:
            message = f"{in_words(unit)} has {len(text)} characters; there is room for {unit.most}"
            self.reading.fault(spot, "too-long", message)
        label = (*unit.path[:-1], "button")
        if unit.path[-1] == "text" and label in self.units and len(self.texts.get(label, text)) > LABEL:
            message = f"{in_words(unit)} has {len(text)} characters, and a phone shows {LABEL}"
            self.reading.fault(spot, "long-button", message, "add a shorter 'button'")


def _own_name(top: Fields, language: str) -> None:
    """The file says whose words it holds, so that a copy cannot pass for another."""
    top.need("language")
    own_language(top, language)
    if top.reading.sheet.file.startswith("flows/") and (flow := top.name("flow")) and flow != top.reading.id:
        top.reading.fault(top.value("flow"), "name", f"'{flow}' is translated in a file of another name")


def _tree(units: Iterator[Unit]) -> Tree:
    """*units* as they nest in a file."""
    tree: Tree = {}
    for unit in units:
        *above, last = unit.path
        inside = tree
        for key in above:
            inside = inside.setdefault(key, {})
        inside[last] = unit
    return tree


def in_words(unit: Unit) -> str:
    """What a text is called: 'button' of 'yes' of 'signs'; or the beginning of its English."""
    path = unit.path
    if path[0] in KEYED:
        return f"'{shortened(unit.text)}'"
    names = list(path[1::2]) if len(path) % 2 == 0 else [*path[1:-1:2], path[-1]]
    return " of ".join(f"'{name}'" for name in reversed(names) if len(names) == 1 or name != "text")
