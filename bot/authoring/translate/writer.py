"""Write a translation file; the same texts always give the same bytes.

What is not translated yet stands in it in English, as a comment, so that a translator finds everything in its place.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.authoring.localization.translation_file import UNTRANSLATED, UP_TO_DATE, TranslationFile
from bot.authoring.localization.traversal import collect_units, is_translatable_line
from bot.authoring.localization.units import DIGEST_KEYED_SECTIONS, TranslationUnit, UnitPath
from bot.authoring.sign import format_signature
from bot.authoring.translate.yaml_writer import (
    CompactValue,
    RawYaml,
    StaleText,
    UntranslatedText,
    join_lines,
    render_table,
)
from bot.model.content import Page
from bot.model.flow import Flow

CURRENT_ENGLISH_COMMENT, UNTRANSLATED_COMMENT = "<!-- now: {} -->", "<!-- {} -->"
YamlTree = dict[str, Any]


def render_translation(original: object, language: str, translation: TranslationFile) -> str:
    """Return the text of the file that holds the translation of *original*."""
    units_by_path = collect_units(original)
    header: YamlTree = {"flow": original.name} if isinstance(original, Flow) else {}
    header |= {"language": language} | _review_and_suppressions(translation)
    texts, digests = _text_tree(units_by_path, translation), _digest_tree(units_by_path, translation)
    if not isinstance(original, Page):
        return join_lines(render_table(header | texts | {"made_from": digests}))
    body = list(_body_lines(original, units_by_path, translation))
    digests["lines"] = CompactValue([digest for digest, _ in body if digest])
    return join_lines(
        ("---", *render_table(header | texts | {"made_from": digests}), "---", *(line for _, line in body))
    )


def _review_and_suppressions(translation: TranslationFile) -> YamlTree:
    """Return what people wrote beside the texts: the sign-off, and suppressions of lint rules."""
    tree: YamlTree = {}
    if review := translation.review:
        tree["review"] = RawYaml(format_signature(review))
    if translation.suppressions:
        tree["silence"] = [
            {"rule": suppression.rule, "words": suppression.words, "why": suppression.why}
            for suppression in translation.suppressions
        ]
    return tree


def _text_tree(units_by_path: Mapping[UnitPath, TranslationUnit], translation: TranslationFile) -> YamlTree:
    """Return all texts as a tree for the YAML writer."""
    tree: YamlTree = {}
    former_paths = translation.former_paths(units_by_path)
    for path, unit in units_by_path.items():
        if path[0] == "lines" or (unit.is_optional and path not in translation.texts):
            continue
        if old_path := former_paths.get(path):
            _set_path(tree, old_path, StaleText(translation.texts[old_path], unit.source_text))
        else:
            _set_path(tree, path, _unit_value(unit, translation))
    return _collapse_options(tree)


def _unit_value(unit: TranslationUnit, translation: TranslationFile) -> Any:
    """Return the value to write for *unit*: its translation, a stale text, or English as a comment."""
    state = translation.status_of(unit)
    text = unit.source_text if state == UNTRANSLATED else translation.texts[unit.path]
    value = text.split("\n") if unit.is_word_list else text
    return (
        value
        if state == UP_TO_DATE
        else UntranslatedText(value)
        if state == UNTRANSLATED
        else StaleText(value, unit.source_text)
    )


def _set_path(tree: YamlTree, path: UnitPath, value: Any) -> None:
    """Set *value* at *path* in *tree*, making the tables above it."""
    *parents, last = path
    for key in parents:
        tree = tree.setdefault(key, {})
    tree[last] = value


def _collapse_options(tree: YamlTree) -> YamlTree:
    """Replace each option that has only a text by that text; changes *tree* and returns it."""
    for state in tree.get("states", {}).values():
        options = state.get("options", {})
        options.update(
            {option_id: option["text"] for option_id, option in options.items() if option.keys() == {"text"}}
        )
    return tree


def _digest_tree(units_by_path: Mapping[UnitPath, TranslationUnit], translation: TranslationFile) -> YamlTree:
    """Return the digest of the English that each text was made from, or will be made from if not yet translated."""
    tree: YamlTree = {}
    for path, unit in units_by_path.items():
        if path[0] in DIGEST_KEYED_SECTIONS or (unit.is_optional and path not in translation.texts):
            continue
        digest = translation.source_digests.get(path, "") if path in translation.texts else unit.source_digest
        if digest:
            _set_path(tree, path, digest)
    _collapse_options(tree)
    return {key: _compact_nested(value) for key, value in tree.items()}


def _compact_nested(value: Any) -> Any:
    """Return *value* laid out on two levels; each deeper table stands on one line."""
    return (
        {key: CompactValue(nested) for key, nested in value.items()} if isinstance(value, dict) else CompactValue(value)
    )


def _body_lines(
    page: Page, units_by_path: Mapping[UnitPath, TranslationUnit], translation: TranslationFile
) -> Iterator[tuple[str, str]]:
    """Yield each line of a page's body with the digest of its English; "" if it needs none."""
    former_paths = translation.former_paths(units_by_path)
    for line in page.text.split("\n"):
        if not is_translatable_line(line):
            yield "", line
            continue
        path = next(path for path, unit in units_by_path.items() if path[0] == "lines" and unit.text == line)
        if path in translation.texts:
            yield path[1], translation.texts[path]
        elif path in former_paths:
            yield "", CURRENT_ENGLISH_COMMENT.format(line)
            yield former_paths[path][1], translation.texts[former_paths[path]]
        else:
            yield path[1], UNTRANSLATED_COMMENT.format(line)
