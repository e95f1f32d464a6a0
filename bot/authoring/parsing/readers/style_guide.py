"""Reader of the style guide of one language: patterns, where they hold, and when their words are exempt."""

import re
from collections.abc import Mapping

from bot.authoring.parsing.parse_context import Reading
from bot.authoring.parsing.readers.flows import own_language
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Node, Scalar
from bot.model.bundle import BASE
from bot.model.style_guide import ANY_GRADE, Grade, Jargon, Leave, Manners, Patterns, Rule

SLUG = re.compile(r"[a-z]+(-[a-z]+)*")
LISTED = re.compile(r"<([a-z]+)>")
Lists = Mapping[str, str]


def read_manners(reading: Reading, language: str = BASE) -> Manners:
    """Read the style guide of *language*."""
    with Fields(reading, reading.root(), "the file") as top:
        own_language(top, language)
        with Fields(reading, top.need("lists"), "'lists'") as it:
            lists = {key.value: _any_of(it, key.value) for key, _ in list(it.pairs.values())}
        with Fields(reading, top.need("rules"), "'rules'") as rules:
            read = [_rule(reading, key, value, lists) for key, value in rules.rest()]
        grades = tuple(_grade(reading, item) for item in top.items("grades"))
        return Manners(
            language=language,
            rules=tuple(read),
            terms=_terms(top, lists),
            sentence=_number(top, "sentence"),
            lines=_number(top, "lines"),
            grades=grades,
            labels=tuple(f"phrase:{name}" for name in _texts(top, "labels")),
        )


def _rule(reading: Reading, key: Scalar, value: Node, lists: Lists) -> Rule:
    """Read one style rule; report one without `never` and `always`."""
    slug = reading.name(key, "a rule", SLUG, "no-net")
    with Fields(reading, value, f"rule '{key.value}'", key) as it:
        if it.readable and not {"never", "always"} & it.pairs.keys():
            reading.fault(key, "idle", f"{it.who} asks for nothing", "give it 'never' or 'always'")
        return Rule(
            slug=slug,
            why=it.text("why", ()),
            say=it.blank_text("say"),
            on=_texts(it, "on"),
            never=_patterns(it, "never", lists),
            always=_patterns(it, "always", lists),
            unless=tuple(_leave(reading, item, lists) for item in it.items("unless")),
        )


def _leave(reading: Reading, node: Node, lists: Lists) -> Leave:
    """Read one exemption from a style rule."""
    with Fields(reading, node, "'unless'") as it:
        on, not_on = _texts(it, "on"), _texts(it, "not_on")
        return Leave(on, not_on, _patterns(it, "with", lists), _patterns(it, "without", lists))


def _grade(reading: Reading, node: Node) -> Grade:
    """Read the reading level that certain texts must not exceed."""
    with Fields(reading, node, "'grades'") as it:
        median = _number(it, "median") if "median" in it else ANY_GRADE
        return Grade(_texts(it, "on"), _number(it, "most"), median)


def _terms(top: Fields, lists: Lists) -> tuple[Jargon, ...]:
    """Read each word that must be explained, with the patterns of `explained` made for it.

    The patterns are tried out here and compiled later.
    """
    ways = _texts(top, "explained")
    for item, way in zip(top.items("explained"), ways, strict=True):
        _pattern(top.reading, item, way, {**lists, "term": "word"})
    found = []
    for item in top.items("terms"):
        word = f"(?:{top.reading.raw(item, 'a term')})"
        _pattern(top.reading, item, word, {})
        found.append(Jargon(word, tuple(way.replace("<term>", word) for way in ways)))
    return tuple(found)


def _texts(it: Fields, key: str) -> tuple[str, ...]:
    """Read the texts of the list *key* as they were typed."""
    return tuple(it.reading.raw(item, it.what(key)) for item in it.items(key))


def _any_of(it: Fields, key: str) -> str:
    """Return a regular expression that matches any item of the list *key*."""
    return f"(?:{'|'.join(_texts(it, key))})"


def _patterns(it: Fields, key: str, lists: Lists) -> Patterns:
    """Read and compile the patterns of the list *key*."""
    return tuple(_pattern(it.reading, item, it.reading.raw(item, it.what(key)), lists) for item in it.items(key))


def _pattern(reading: Reading, node: Node, words: str, lists: Lists) -> re.Pattern[str]:
    """Compile *words*, with its lists written out and case ignored; a bad one is reported and matches nothing."""
    try:
        return re.compile(LISTED.sub(lambda found: lists[found[1]], words), re.IGNORECASE)
    except KeyError as error:
        reading.fault(node, "pattern", f"no list is called {error}", reading.guess(str(error), lists))
    except re.error as error:
        reading.fault(node, "pattern", f"this is no pattern: {error.msg}")
    return re.compile(r"(?!)")


def _number(it: Fields, key: str) -> int:
    """Read a required whole number; report anything else and return 0."""
    word = it.text(key, ())
    if word and not word.isdecimal():
        it.reading.fault(it.value(key), "count", f"{it.what(key)} should be a number: '{word}'")
    return int(word) if word.isdecimal() else 0
