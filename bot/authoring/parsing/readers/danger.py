"""Reader of the words of danger in one language: phrases by kind, single signs, and which signs together are danger."""

from collections.abc import Mapping

from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.readers.annotations import read_suppressions
from bot.authoring.parsing.readers.flows import check_language
from bot.authoring.parsing.readers.word_lists import read_word_list
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import YamlNode, shorten
from bot.model.bundle import BASE_LANGUAGE
from bot.model.understanding import DANGER_KINDS, DangerWords, SignCombination

DANGER_FILE = "danger.yaml"
MIN_SIGNS_TOGETHER = 2


def read_danger(context: ParseContext, language: str = BASE_LANGUAGE) -> DangerWords:
    """Read the words of danger in *language*."""
    with TableReader(context, context.parse_root(), "the file") as top:
        check_language(top, language)
        read_suppressions(top, DANGER_FILE)
        kinds = read_danger_kinds(context, top.require("kinds"), "'kinds'")
        signs = _read_signs(context, top)
        return DangerWords(
            language=language,
            kinds=kinds,
            signs=signs,
            together=tuple(_read_combination(context, item, signs) for item in top.read_items("together")),
            negated=read_word_list(context, top.get("negated"), "'negated'"),
            between=read_word_list(context, top.get("between"), "'between'"),
        )


def read_danger_kinds(context: ParseContext, node: YamlNode | None, display_name: str) -> Mapping[str, tuple[str, ...]]:
    """Read phrases by kind of danger; report a kind that there is not."""
    found = {}
    with TableReader(context, node, display_name) as table:
        for kind in DANGER_KINDS:
            if (phrases := table.get(kind)) is not None:
                found[kind] = read_word_list(context, phrases, f"'{kind}'")
    return found


def _read_signs(context: ParseContext, top: TableReader) -> Mapping[str, tuple[str, ...]]:
    """Read the signs that are harmless alone."""
    if (node := top.get("signs")) is None:
        return {}
    with TableReader(context, node, "'signs'") as table:
        return {
            context.read_name(key, "a sign", example="fever"): read_word_list(context, value, f"'{key.value}'")
            for key, value in table.take_remaining()
        }


def _read_combination(context: ParseContext, node: YamlNode, signs: Mapping[str, tuple[str, ...]]) -> SignCombination:
    """Read which signs together are danger, and of which kind."""
    with TableReader(context, node, "the combination") as table:
        names = []
        for item in table.read_items("signs"):
            if (name := context.read_name(item, "a sign", example="fever")) and name not in signs:
                hint = context.suggest(name, signs)
                context.report(item, "unknown-word", f"there is no sign '{shorten(name)}'", hint)
            names.append(name)
        if table.is_table and "signs" in table and len(names) < MIN_SIGNS_TOGETHER:
            context.report(table.key_position("signs"), "count", "one sign alone is no combination")
        elif table.is_table and "signs" not in table:
            table.report_missing("signs", "the combination needs 'signs'")
        return SignCombination(tuple(names), table.read_choice("kind", DANGER_KINDS))
