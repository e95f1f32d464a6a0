"""Whose emergency numbers are shown: the countries in parts that a small screen can hold, and what somebody typed."""

from collections.abc import Iterator
from itertools import groupby

from bot.content import EmergencyNumber
from bot.hearing import plain
from bot.session import Button, Kind, Message
from bot.voice import Voice
from bot.walker import Walker

MOST = 12  # countries listed at once


def countries(voice: Voice, _: Walker, words: str) -> Message:
    """The first letters there are; or one part of the list, by its number. Behind a colon stands a link's flow."""
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
    """All that begin with one letter stand together."""
    part: list[EmergencyNumber] = []
    for _, some in groupby(places, key=_letter):
        more = [*some]
        if part and len(part) + len(more) > MOST:
            yield part
            part = []
        part += more
    yield part


def _letter(place: EmergencyNumber) -> str:
    return plain(place.name)[:1].upper()


def _letters(part: list[EmergencyNumber]) -> str:
    return " – ".join(dict.fromkeys((_letter(part[0]), _letter(part[-1]))))


def country_named(voice: Voice, words: str) -> str:
    """The code of the country that *words* name, by its code or its name; nothing when there is none."""
    wanted, codes = plain(words), voice.places.numbers
    if words in codes:
        return words
    for code, place in codes.items():
        if wanted in (plain(code), plain(place.name), plain(voice.library.places.numbers[code].name)):
            return code
    return ""
