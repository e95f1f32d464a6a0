"""Presenter of the country list: in parts that a small screen can hold, and found by a typed name."""

from collections.abc import Iterator
from itertools import groupby

from bot.engine.interpreter import Interpreter
from bot.engine.presenters.texts import Texts
from bot.engine.session import Button, Message, MessageKind
from bot.engine.understanding.folding import fold, fold_authored
from bot.model.content import EmergencyNumber

MAX_COUNTRIES_LISTED = 12  # countries listed at once


def countries_message(texts: Texts, _: Interpreter, argument: str) -> Message:
    """Return the country list as letter ranges, or one part of it by its number.

    *argument* is that number; behind a colon comes the flow of a link.
    """
    part, __, flow = argument.partition(":")
    groups = list(
        _groups_by_letter(
            sorted(texts.phone_directory.emergency_numbers.values(), key=lambda country: fold_authored(country.name))
        )
    )
    if not part.isdecimal() or int(part) >= len(groups):
        letters = tuple(
            Button(f"!countries:{number}:{flow}".rstrip(":"), _letter_range(part)) for number, part in enumerate(groups)
        )
        return Message(texts("countries_letters"), MessageKind.LIST, (), letters)
    listed = tuple(
        Button(f"!country:{country.country}:{flow}".rstrip(":"), country.name) for country in groups[int(part)]
    )
    others = Button(f"!countries::{flow}".rstrip(":"), texts("countries_others"))
    return Message(texts("countries_intro"), MessageKind.LIST, (), (*listed, others))


def _groups_by_letter(countries: list[EmergencyNumber]) -> Iterator[list[EmergencyNumber]]:
    """Yield the countries in groups for one screen; all that begin with one letter stay together."""
    group: list[EmergencyNumber] = []
    for _, some in groupby(countries, key=_first_letter):
        more = [*some]
        if group and len(group) + len(more) > MAX_COUNTRIES_LISTED:
            yield group
            group = []
        group += more
    yield group


def _first_letter(country: EmergencyNumber) -> str:
    """Return the first letter of the country's name."""
    return fold_authored(country.name)[:1].upper()


def _letter_range(group: list[EmergencyNumber]) -> str:
    """Return the first letters that a group covers, such as "A – C"."""
    return " – ".join(dict.fromkeys((_first_letter(group[0]), _first_letter(group[-1]))))


def find_country(texts: Texts, words: str) -> str:
    """Return the code of the country that *words* name, by its code or its name; empty when there is none."""
    normalized, codes = fold(words), texts.phone_directory.emergency_numbers
    if words in codes:
        return words
    for code, country in codes.items():
        if normalized in (
            fold_authored(code),
            fold_authored(country.name),
            fold_authored(texts.bundle.phone_directory.emergency_numbers[code].name),
        ):
            return code
    return ""
