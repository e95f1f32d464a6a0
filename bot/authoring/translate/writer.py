"""Write a translation file; the same texts always give the same bytes.

What is not translated yet stands in it in English, as a comment, so that a translator finds everything in its place.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.authoring.localization.texts import is_said, units
from bot.authoring.localization.translation_file import FRESH, NEW, Made
from bot.authoring.localization.units import KEYED, Path, Unit
from bot.authoring.sign import signature
from bot.authoring.translate.yaml_writer import Dated, Due, Marks, Written, joined, lines
from bot.model.content import Page
from bot.model.flow import Flow

NOW, DUE = "<!-- now: {} -->", "<!-- {} -->"
Tree = dict[str, Any]


def written(thing: object, language: str, made: Made) -> str:
    """Return the text of the file that holds the translation of *original*."""
    wanted = units(thing)
    head: Tree = {"flow": thing.name} if isinstance(thing, Flow) else {}
    head |= {"language": language} | _standing(made)
    texts, marks = _texts(wanted, made), _marks(wanted, made)
    if not isinstance(thing, Page):
        return joined(lines(head | texts | {"made_from": marks}))
    body = list(_body(thing, wanted, made))
    marks["lines"] = Marks([mark for mark, _ in body if mark])
    return joined(("---", *lines(head | texts | {"made_from": marks}), "---", *(line for _, line in body)))


def _standing(made: Made) -> Tree:
    """Return what people wrote beside the texts: the sign-off, and suppressions of lint rules."""
    kept: Tree = {}
    if review := made.review:
        kept["review"] = Written(signature(review))
    if made.silences:
        kept["silence"] = [{"rule": one.rule, "words": one.words, "why": one.why} for one in made.silences]
    return kept


def _texts(wanted: Mapping[Path, Unit], made: Made) -> Tree:
    """Return all texts as a tree for the YAML writer."""
    tree: Tree = {}
    former = made.former(wanted)
    for path, unit in wanted.items():
        if path[0] == "lines" or (unit.spare and path not in made.texts):
            continue
        if old := former.get(path):
            _put(tree, old, Dated(made.texts[old], unit.source))
        else:
            _put(tree, path, _value(unit, made))
    return _shortened(tree)


def _value(unit: Unit, made: Made) -> Any:
    """Return the value to write for *unit*: its translation, a stale text, or English as a comment."""
    state = made.state(unit)
    told = unit.source if state == NEW else made.texts[unit.path]
    value = told.split("\n") if unit.heard else told
    return value if state == FRESH else Due(value) if state == NEW else Dated(value, unit.source)


def _put(tree: Tree, path: Path, value: Any) -> None:
    """Set *value* at *path* in *tree*, making the tables above it."""
    *above, last = path
    for key in above:
        tree = tree.setdefault(key, {})
    tree[last] = value


def _shortened(tree: Tree) -> Tree:
    """Replace each option that has only a text by that text; changes *tree* and returns it."""
    for state in tree.get("states", {}).values():
        options = state.get("options", {})
        options.update({id: option["text"] for id, option in options.items() if option.keys() == {"text"}})
    return tree


def _marks(wanted: Mapping[Path, Unit], made: Made) -> Tree:
    """Return the digest of the English that each text was made from, or will be made from if not yet translated."""
    tree: Tree = {}
    for path, unit in wanted.items():
        if path[0] in KEYED or (unit.spare and path not in made.texts):
            continue
        mark = made.of.get(path, "") if path in made.texts else unit.of
        if mark:
            _put(tree, path, mark)
    _shortened(tree)
    return {key: _flat(value) for key, value in tree.items()}


def _flat(value: Any) -> Any:
    """Return *value* laid out on two levels; each deeper table stands on one line."""
    return {key: Marks(inside) for key, inside in value.items()} if isinstance(value, dict) else Marks(value)


def _body(page: Page, wanted: Mapping[Path, Unit], made: Made) -> Iterator[tuple[str, str]]:
    """Yield each line of a page's body with the digest of its English; "" if it needs none."""
    former = made.former(wanted)
    for line in page.text.split("\n"):
        if not is_said(line):
            yield "", line
            continue
        path = next(path for path, unit in wanted.items() if path[0] == "lines" and unit.text == line)
        if path in made.texts:
            yield path[1], made.texts[path]
        elif path in former:
            yield "", NOW.format(line)
            yield former[path][1], made.texts[former[path]]
        else:
            yield path[1], DUE.format(line)
