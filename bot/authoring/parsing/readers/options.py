"""Reader of the options of a question."""

import re
from collections.abc import Iterator

from bot.authoring.parsing.readers.shared_fields import read_effect, read_goto
from bot.authoring.parsing.readers.word_lists import read_word_list
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import Position, YamlNode, YamlScalar, shorten
from bot.model.flow import NOT_SURE, PREFER_NOT_TO_SAY, Option
from bot.model.text_limits import MAX_LABEL_LENGTH

MAX_ANSWER_DATA_BYTES = 60  # bytes of flow, question and option in callback data
NUMBER_RANGE_PATTERN = re.compile(r"(\d{1,3})-(\d{1,3})?")
MAX_TYPED_NUMBER = 110  # years of age
MAX_TYPED_NUMBERS = {"days_ago": 36_500}
STANDARD_OPTIONS = (NOT_SURE, PREFER_NOT_TO_SAY)  # required on every question; the bot has its own texts for them


def read_options(question_table: TableReader, question_name: str, counted: str) -> Iterator[Option]:
    """Read the options of the question *question_name*, where a typed number may mean what is *counted*."""
    if (node := question_table.require("options")) is None:
        return
    with TableReader(question_table.context, node, question_table.display_name_of("options")) as table:
        for key, value in table.take_remaining():
            yield _read_option(question_table, question_name, counted, key, value)
    if table.is_table:
        _check_required_options(question_table, table)


def _check_required_options(question_table: TableReader, table: TableReader) -> None:
    """Report a question without answers of its own, or without one of the standard options."""
    position = question_table.key_position("options")
    if table.pairs.keys() <= set(STANDARD_OPTIONS):
        question_table.context.report(
            position, "missing", f"{question_table.display_name} needs at least one answer to choose"
        )
    for option in STANDARD_OPTIONS:
        if option not in table:
            question_table.context.report(
                position, "unsure", f"{question_table.display_name} lacks the option '{option}'", f"add {option}: {{}}"
            )


def _read_option(
    question_table: TableReader, question_name: str, counted: str, key: YamlScalar, value: YamlNode
) -> Option:
    """Read one option, written as a text alone or as a table."""
    context = question_table.context
    id = context.read_name(key, "an option's name")
    context.declare(key, context.file_stem, question_name, key.value)
    if len(f"{context.file_stem}.{question_name}{id}".encode()) > MAX_ANSWER_DATA_BYTES:
        message = (
            f"'{context.file_stem}.{question_name}' and '{id}' are longer than {MAX_ANSWER_DATA_BYTES} bytes together"
        )
        context.report(key, "too-long", message, "a button holds no more")
    display_name = f"option '{shorten(key.value)}'"
    question_goto = read_goto(question_table)
    missing_goto_message = (
        "" if "goto" in question_table else f"{display_name} needs a 'goto', its own or the question's"
    )
    if isinstance(value, YamlScalar):
        if missing_goto_message:
            context.report(key, "missing", missing_goto_message)
        text = context.read_text(value, display_name) if value.value or id not in STANDARD_OPTIONS else ""
        return _check_label_length(question_table, value, Option(id, text, question_goto))
    with TableReader(context, value, display_name, key) as table:
        text = table.read_optional_text("text") if id in STANDARD_OPTIONS else table.read_text("text")
        own_goto = read_goto(table)
        if missing_goto_message and "goto" not in table:
            table.report_missing("goto", missing_goto_message)
        button, say = table.read_optional_text("button"), table.read_optional_text("say")
        numbers = _read_number_range(table, MAX_TYPED_NUMBERS.get(counted, MAX_TYPED_NUMBER))
        also = read_word_list(context, table.get("also"), table.display_name_of("also"))
        option = Option(id, text, own_goto or question_goto, button, say, read_effect(table), numbers, also)
        return _check_label_length(question_table, table.get("button") or table.get("text") or key, option)


def _read_number_range(option_table: TableReader, largest: int) -> range | None:
    """Read the numbers that mean this option when they are typed: `13-15`, or `60-` for that and above."""
    if "numbers" not in option_table:
        return None
    word = option_table.read_text("numbers")
    match = NUMBER_RANGE_PATTERN.fullmatch(word)
    first, last = (int(match[1]), int(match[2] or largest)) if match else (1, 0)
    if first > last:
        message = f"'{shorten(word)}' is no row of numbers"
        option_table.context.report(
            option_table.get("numbers") or option_table.key_position("numbers"),
            "numbers",
            message,
            "such as 13-15, or 60-",
        )
    return range(first, last + 1)


def _check_label_length(question_table: TableReader, position: Position, option: Option) -> Option:
    """Report an option whose label is too long for a button, and return the option."""
    if len(option.button_label) > MAX_LABEL_LENGTH:
        which, hint = ("button", "shorten it") if option.button else ("text", "add a shorter 'button'")
        length = len(option.button_label)
        message = f"the {which} of option '{option.id}' has {length} characters, and a phone shows {MAX_LABEL_LENGTH}"
        question_table.context.report(position, "long-button", message, hint)
    return option
