"""Presenter of the country list: in parts that a small screen can hold, and found by a typed name."""

from collections.abc import Iterator
from itertools import groupby

from bot.engine.input_matching import plain
from bot.engine.interpreter import Walker
from bot.engine.presenters.texts import Voice
from bot.engine.session import Button, Kind, Message
from bot.model.content import EmergencyNumber

MOST = 12  # countries listed at once


def countries(voice: Voice, _: Walker, words: str) -> Message:
    """Return the country list as letter ranges, or one part of it by its number.

    *argument* is that number; behind a colon comes the flow of a link.
    """
    part, __, flow = words.partition(":")
    parts = list(_parts(sorted(voice.places.numbers.values(), key=lambda place: plain(place.name))))
    if not part.isdecimal() or int(part) >= len(parts):
        letters = tuple(
            Button(f"!countries:{number}:{flow}".rstrip(":"), _letters(part)) for number, part in enumerate(parts)
        )
        return Message(voice("countries_letters"), Kind.LIST, (), letters)
    listed = tuple(Button(f"!country:{place.country}:{flow}".rstrip(":"), place.name) for place in parts[int(part)])
    others = Button(f"!countries::{flow}".rstrip(":"), voice("countries_others"))
    return Message(voice("countries_intro"), Kind.LIST, (), (*listed, others))


def _parts(places: list[EmergencyNumber]) -> Iterator[list[EmergencyNumber]]:
    """Yield the countries in groups for one screen; all that begin with one letter stay together."""
    part: list[EmergencyNumber] = []
    for _, some in groupby(places, key=_letter):
        more = [*some]
        if part and len(part) + len(more) > MOST:
            yield part
            part = []
        part += more
    yield part


def _letter(place: EmergencyNumber) -> str:
    """Return the first letter of the country's name."""
    return plain(place.name)[:1].upper()


def _letters(part: list[EmergencyNumber]) -> str:
    """Return the first letters that a group covers, such as "A – C"."""
    return " – ".join(dict.fromkeys((_letter(part[0]), _letter(part[-1]))))


def country_named(voice: Voice, words: str) -> str:
    """Return the code of the country that *words* name, by its code or its name; empty when there is none."""
    wanted, codes = plain(words), voice.places.numbers
    if words in codes:
        return words
    for code, place in codes.items():
        if wanted in (plain(code), plain(place.name), plain(voice.library.places.numbers[code].name)):
            return code
    return ""
