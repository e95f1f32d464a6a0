"""Reader of the promises about every conversation: what must never happen, exemptions with reasons, and bounds."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from bot.authoring.parsing.parse_context import NameKind, ParseContext
from bot.authoring.parsing.readers.guards import NEVER_HOLDS, read_floor, read_guard, urgency
from bot.authoring.parsing.readers.red_flags import RED_FLAG_ID_PATTERN as RED_FLAG
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import YamlScalar
from bot.model.flow import NOT_SURE, PREFER_NOT_TO_SAY
from bot.model.guards import AnswerIs, Guard
from bot.model.promises import (
    CoverageTarget,
    ForbiddenEnding,
    LengthBound,
    Promises,
    RedFlagExemption,
    SeparatePath,
    UncertaintyFloors,
)
from bot.model.urgency import LOWEST_FLOOR, Floor

PROMISES_FILE = "promises.yaml"  # the first part of a promise's source key
BOUND_COUNTS = ("questions", "safety", "red_flags")
MAX_BOUND = 999
T = TypeVar("T")


def read_promises(context: ParseContext) -> Promises:
    """Read all promises."""
    with TableReader(context, context.parse_root(), "the list") as top:
        return Promises(
            forbidden_endings=(
                *_read_each(top, "never", _read_forbidden_ending),
                *(_read_each(top, "least", _read_lowest_floor) if "least" in top else ()),
            ),
            exemptions=tuple(_read_each(top, "excused", _read_red_flag_exemption)),
            uncertainty_floors=_read_uncertainty_floors(top),
            separate_paths=tuple(_read_separate_paths(top)),
            length_bounds=tuple(_read_each(top, "bounds", _read_length_bound)),
            coverage_target=_read_coverage_target(top),
        )


def _read_each(top: TableReader, key: str, read_one: Callable[[TableReader, str], T]) -> Iterator[T]:
    """Declare each named table under *key* and return what *read_one* makes of it."""
    with TableReader(top.context, top.require(key), f"'{key}'") as table:
        for name, value in table.take_remaining():
            top.context.declare(name, PROMISES_FILE, top.context.read_name(name, f"a name under '{key}'"))
            with TableReader(top.context, value, f"'{name.value}'", name) as entry_table:
                for field in filter(entry_table.pairs.__contains__, ("when", "most")):
                    top.context.declare(entry_table.key_position(field), PROMISES_FILE, name.value, "", field)
                yield read_one(entry_table, name.value)


def _read_forbidden_ending(table: TableReader, name: str) -> ForbiddenEnding:
    """Read a promise that certain urgencies never follow from certain answers."""
    items = table.read_items("never", allow_single=True) if table.require("never") else ()
    urgencies = frozenset(urgency(table.context, item, table.display_name_of("never")) for item in items)
    return ForbiddenEnding(name, urgencies, _read_when(table), table.read_text("why", ()))


def _read_lowest_floor(table: TableReader, name: str) -> ForbiddenEnding:
    """Read a promise that certain answers lead to at least a certain floor."""
    return ForbiddenEnding(
        name, frozenset(), _read_when(table), table.read_text("why", ()), _read_floor(table, "at_least")
    )


def _read_red_flag_exemption(table: TableReader, name: str) -> RedFlagExemption:
    """Read an exemption: where and why a promise need not hold, and for which red flags."""
    flags, still = (frozenset(_read_red_flag_ids(table, key)) for key in ("flags", "still"))
    return RedFlagExemption(
        name, _read_when(table), table.read_text("why", ()), table.read_flag("shows_signs"), flags, still
    )


def _read_red_flag_ids(table: TableReader, key: str) -> Iterator[str]:
    """Read names of red flags; whether each exists is checked by the proof."""
    for item in table.read_items(key, allow_single=True):
        if flag := table.context.read_name(item, table.display_name_of(key), RED_FLAG, "R01"):
            yield flag


def _read_when(table: TableReader) -> Guard:
    """Read the required guard `when`."""
    node = table.require("when")
    return read_guard(table.context, node, table.display_name_of("when")) if node else NEVER_HOLDS


def _read_uncertainty_floors(top: TableReader) -> UncertaintyFloors:
    """Read what an answer of uncertainty must lead to: the usual floor, that of two, and exceptions."""
    with TableReader(top.context, top.require("unsure"), "'unsure'") as table:
        default_floor, two_unsure_floor = _read_floor(table, "usual"), _read_floor(table, "two")
        exceptions: dict[tuple[str, str], Floor] = {}
        with TableReader(top.context, table.require("instead"), "'instead'") as questions:
            for question, value in questions.take_remaining():
                exceptions |= _read_floor_exceptions(
                    top.context, question, TableReader(top.context, value, f"'{question.value}'", question)
                )
    return UncertaintyFloors(default_floor, two_unsure_floor, exceptions)


def _read_floor_exceptions(
    context: ParseContext, question: YamlScalar, question_table: TableReader
) -> dict[tuple[str, str], Floor]:
    """Read the floors of one question that replace the usual floor of uncertain answers."""
    flow, _, name = question.value.partition(".")
    context.refer(question, NameKind.QUESTION, flow, name)
    context.declare(question, PROMISES_FILE, question.value)
    with question_table as floors:
        floors.read_text("why", ())
        return {
            (question.value, option): _read_floor(floors, option)
            for option in (NOT_SURE, PREFER_NOT_TO_SAY)
            if option in floors
        }


def _read_separate_paths(top: TableReader) -> Iterator[SeparatePath]:
    """Read a table of questions, each with the options that lead to questions of their own."""
    context = top.context
    with TableReader(context, top.require("own_ways"), "'own_ways'") as questions:
        for key, value in questions.take_remaining():
            flow, _, name = key.value.partition(".")
            context.refer(key, NameKind.QUESTION, flow, name)
            with TableReader(context, value, f"'{key.value}'", key) as table:
                options = {
                    context.read_raw(item, table.display_name_of("options")): item
                    for item in table.read_items("options", allow_single=True)
                }
                for option, item in options.items():
                    context.refer(item, NameKind.OPTION, flow, name, option)
                yield SeparatePath(key.value, frozenset(options), table.read_text("why", ()))


def _read_floor(table: TableReader, key: str) -> Floor:
    """Read a required floor; the lowest where it is missing."""
    node = table.require(key)
    return read_floor(table.context, node, table.display_name_of(key)) if node else LOWEST_FLOOR


def _read_length_bound(bound_table: TableReader, name: str) -> LengthBound:
    """Read a bound on the length of the conversations that `given` and `without` select."""
    given = bound_table.get("given")
    given_guard = read_guard(bound_table.context, given, bound_table.display_name_of("given")) if given else NEVER_HOLDS
    parts = (given_guard,) if isinstance(given_guard, AnswerIs) else getattr(given_guard, "parts", ())
    without = frozenset(
        bound_table.context.read_raw(item, bound_table.display_name_of("without"))
        for item in bound_table.read_items("without", allow_single=True)
    )
    return LengthBound(
        name=name,
        max_questions=_read_number(bound_table, "most"),
        why=bound_table.read_text("why", ()),
        counted_questions=bound_table.read_choice("counts", BOUND_COUNTS)
        if "counts" in bound_table
        else BOUND_COUNTS[0],
        given_answers={part.question: part.options for part in parts if isinstance(part, AnswerIs)},
        excluded_options=without,
    )


def _read_coverage_target(top: TableReader) -> CoverageTarget:
    """Read how much the scenarios must cover, in percent; nothing, where it is not written."""
    if (node := top.get("tried")) is None:
        return CoverageTarget()
    with TableReader(top.context, node, "'tried'", top.key_position("tried")) as table:
        return CoverageTarget(
            _read_number(table, "options", 100), _read_number(table, "endings", 100), table.read_text("why", ())
        )


def _read_number(table: TableReader, key: str, maximum: int = MAX_BOUND) -> int:
    """Read a whole number from 1 to *maximum*."""
    node = table.require(key)
    word = table.context.read_raw(node, table.display_name_of(key)) if node else ""
    if word.isascii() and word.isdigit() and 0 < int(word[:4]) <= maximum:
        return int(word)
    if isinstance(node, YamlScalar):
        table.context.report(node, "count", f"{table.display_name_of(key)} should be a number from 1 to {maximum}")
    return maximum
