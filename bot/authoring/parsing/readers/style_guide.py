"""Reader of the style guide of one language: patterns, where they hold, and when their words are exempt."""

import re
from collections.abc import Mapping

from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.readers.flows import check_language
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import YamlNode, YamlScalar
from bot.model.bundle import BASE_LANGUAGE
from bot.model.style_guide import (
    NO_GRADE_LIMIT,
    Jargon,
    Patterns,
    ReadingGradeLimit,
    StyleExemption,
    StyleGuide,
    StyleRule,
)

RULE_SLUG_PATTERN = re.compile(r"[a-z]+(-[a-z]+)*")
LIST_REFERENCE_PATTERN = re.compile(r"<([a-z]+)>")
WordLists = Mapping[str, str]


def read_style_guide(context: ParseContext, language: str = BASE_LANGUAGE) -> StyleGuide:
    """Read the style guide of *language*."""
    with TableReader(context, context.parse_root(), "the file") as top:
        check_language(top, language)
        with TableReader(context, top.require("lists"), "'lists'") as table:
            lists = {key.value: _read_alternatives(table, key.value) for key, _ in list(table.pairs.values())}
        with TableReader(context, top.require("rules"), "'rules'") as rules:
            style_rules = [_read_rule(context, key, value, lists) for key, value in rules.take_remaining()]
        grades = tuple(_read_grade_limit(context, item) for item in top.read_items("grades"))
        return StyleGuide(
            language=language,
            rules=tuple(style_rules),
            jargon=_read_jargon(top, lists),
            max_sentence_words=_read_number(top, "sentence"),
            max_question_lines=_read_number(top, "lines"),
            grade_limits=grades,
            button_texts=tuple(f"phrase:{name}" for name in _read_raw_texts(top, "labels")),
        )


def _read_rule(context: ParseContext, key: YamlScalar, value: YamlNode, lists: WordLists) -> StyleRule:
    """Read one style rule; report one without `never` and `always`."""
    code = context.read_name(key, "a rule", RULE_SLUG_PATTERN, "no-net")
    with TableReader(context, value, f"rule '{key.value}'", key) as table:
        if table.is_table and not {"never", "always"} & table.pairs.keys():
            context.report(key, "idle", f"{table.display_name} asks for nothing", "give it 'never' or 'always'")
        return StyleRule(
            code=code,
            why=table.read_text("why", ()),
            suggestion=table.read_text_or_blank("say"),
            applies_to=_read_raw_texts(table, "on"),
            forbidden_patterns=_read_patterns(table, "never", lists),
            required_patterns=_read_patterns(table, "always", lists),
            exemptions=tuple(_read_exemption(context, item, lists) for item in table.read_items("unless")),
        )


def _read_exemption(context: ParseContext, node: YamlNode, lists: WordLists) -> StyleExemption:
    """Read one exemption from a style rule."""
    with TableReader(context, node, "'unless'") as table:
        on, not_on = _read_raw_texts(table, "on"), _read_raw_texts(table, "not_on")
        return StyleExemption(on, not_on, _read_patterns(table, "with", lists), _read_patterns(table, "without", lists))


def _read_grade_limit(context: ParseContext, node: YamlNode) -> ReadingGradeLimit:
    """Read the reading level that certain texts must not exceed."""
    with TableReader(context, node, "'grades'") as table:
        median = _read_number(table, "median") if "median" in table else NO_GRADE_LIMIT
        return ReadingGradeLimit(_read_raw_texts(table, "on"), _read_number(table, "most"), median)


def _read_jargon(top: TableReader, lists: WordLists) -> tuple[Jargon, ...]:
    """Read each word that must be explained, with the patterns of `explained` made for it.

    The patterns are tried out here and compiled later.
    """
    explanation_patterns = _read_raw_texts(top, "explained")
    for item, explanation_pattern in zip(top.read_items("explained"), explanation_patterns, strict=True):
        _compile_pattern(top.context, item, explanation_pattern, {**lists, "term": "word"})
    found = []
    for item in top.read_items("terms"):
        word = f"(?:{top.context.read_raw(item, 'a term')})"
        _compile_pattern(top.context, item, word, {})
        found.append(
            Jargon(
                word, tuple(explanation_pattern.replace("<term>", word) for explanation_pattern in explanation_patterns)
            )
        )
    return tuple(found)


def _read_raw_texts(table: TableReader, key: str) -> tuple[str, ...]:
    """Read the texts of the list *key* as they were typed."""
    return tuple(table.context.read_raw(item, table.display_name_of(key)) for item in table.read_items(key))


def _read_alternatives(table: TableReader, key: str) -> str:
    """Return a regular expression that matches any item of the list *key*."""
    return f"(?:{'|'.join(_read_raw_texts(table, key))})"


def _read_patterns(table: TableReader, key: str, lists: WordLists) -> Patterns:
    """Read and compile the patterns of the list *key*."""
    return tuple(
        _compile_pattern(table.context, item, table.context.read_raw(item, table.display_name_of(key)), lists)
        for item in table.read_items(key)
    )


def _compile_pattern(context: ParseContext, node: YamlNode, words: str, lists: WordLists) -> re.Pattern[str]:
    """Compile *words*, with its lists written out and case ignored; a bad one is reported and matches nothing."""
    try:
        return re.compile(LIST_REFERENCE_PATTERN.sub(lambda found: lists[found[1]], words), re.IGNORECASE)
    except KeyError as error:
        context.report(node, "pattern", f"no list is called {error}", context.suggest(str(error), lists))
    except re.error as error:
        context.report(node, "pattern", f"this is no pattern: {error.msg}")
    return re.compile(r"(?!)")


def _read_number(table: TableReader, key: str) -> int:
    """Read a required whole number; report anything else and return 0."""
    word = table.read_text(key, ())
    if word and not word.isdecimal():
        table.context.report(table.value_of(key), "count", f"{table.display_name_of(key)} should be a number: '{word}'")
    return int(word) if word.isdecimal() else 0
