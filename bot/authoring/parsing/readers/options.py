"""Reader of the options of a question."""

import re
from collections.abc import Iterator

from bot.authoring.parsing.readers.effects import effect, goto_of
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Node, Scalar, Spot, shortened
from bot.model.flow import PRIVATE, UNSURE, Option

LABEL = 24  # characters that a phone shows on a button
DATA = 60  # bytes of flow, question and option in callback data
NUMBERS = re.compile(r"(\d{1,3})-(\d{1,3})?")
MOST = 150  # years of age; all else that is counted is less
WORDLESS = (UNSURE, PRIVATE)  # required on every question; the bot has its own texts for them


def options(question: Fields, name: str) -> Iterator[Option]:
    """Read the options of the question that is called *question_name*."""
    if (node := question.need("options")) is None:
        return
    with Fields(question.reading, node, question.what("options")) as table:
        for key, value in table.rest():
            yield _option(question, name, key, value)
    if table.readable:
        _complete(question, table)


def _complete(question: Fields, table: Fields) -> None:
    """Report a question without answers of its own, or without one of the standard options."""
    at = question.key("options")
    if table.pairs.keys() <= set(WORDLESS):
        question.reading.fault(at, "missing", f"{question.who} needs at least one answer to choose")
    for one in WORDLESS:
        if one not in table:
            question.reading.fault(at, "unsure", f"{question.who} lacks the option '{one}'", f"add {one}: {{}}")


def _option(question: Fields, name: str, key: Scalar, value: Node) -> Option:
    """Read one option, written as a text alone or as a table."""
    reading = question.reading
    id = reading.name(key, "an option's name")
    reading.declare(key, reading.id, name, key.value)
    if len(f"{reading.id}.{name}{id}".encode()) > DATA:
        message = f"'{reading.id}.{name}' and '{id}' are longer than {DATA} bytes together"
        reading.fault(key, "too-long", message, "a button holds no more")
    who = f"option '{shortened(key.value)}'"
    shared = goto_of(question)
    homeless = "" if "goto" in question else f"{who} needs a 'goto', its own or the question's"
    if isinstance(value, Scalar):
        if homeless:
            reading.fault(key, "missing", homeless)
        text = reading.text(value, who) if value.value or id not in WORDLESS else ""
        return _labelled(question, value, Option(id, text, shared))
    with Fields(reading, value, who, key) as it:
        text = it.spare_text("text") if id in WORDLESS else it.text("text")
        own = goto_of(it)
        if homeless and "goto" not in it:
            it.miss("goto", homeless)
        button, say = it.spare_text("button"), it.spare_text("say")
        option = Option(id, text, own or shared, button, say, effect(it), _numbers(it))
        return _labelled(question, it.get("button") or it.get("text") or key, option)


def _numbers(option: Fields) -> range | None:
    """Read the numbers that mean this option when they are typed: `13-15`, or `60-` for that and above."""
    if "numbers" not in option:
        return None
    word = option.text("numbers")
    match = NUMBERS.fullmatch(word)
    first, last = (int(match[1]), int(match[2] or MOST)) if match else (1, 0)
    if first > last:
        message = f"'{shortened(word)}' is no row of numbers"
        option.reading.fault(
            option.get("numbers") or option.key("numbers"), "numbers", message, "such as 13-15, or 60-"
        )
    return range(first, last + 1)


def _labelled(question: Fields, spot: Spot, option: Option) -> Option:
    """Report an option whose label is too long for a button, and return the option."""
    if len(option.label) > LABEL:
        which, mend = ("button", "shorten it") if option.button else ("text", "add a shorter 'button'")
        message = f"the {which} of option '{option.id}' has {len(option.label)} characters, and a phone shows {LABEL}"
        question.reading.fault(spot, "long-button", message, mend)
    return option
