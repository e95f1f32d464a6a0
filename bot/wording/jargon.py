"""Words that not everybody knows: each is explained beside its first use, or in the glossary."""

import re
from collections.abc import Iterator
from functools import cache

from bot.library import Library
from bot.manners import Jargon
from bot.wording.strings import Said


def unexplained(library: Library, said: Said) -> Iterator[tuple[int, str]]:
    """Each word of *said* that nothing explains, where it first stands."""
    terms = library.manners[said.language].terms
    for jargon in terms if terms and _any_word(terms).search(said.text) else ():
        found = _word(jargon).search(said.text)
        if found and not _in_glossary(jargon, library, said) and not _explained(jargon, f"{said.text}\n{said.beside}"):
            yield found.start(), found.group()


def _in_glossary(jargon: Jargon, library: Library, said: Said) -> bool:
    names = (name.casefold() for term in library.terms(said.language).values() for name in term.names)
    return any(_word(jargon).fullmatch(name) for name in names)


def _explained(jargon: Jargon, text: str) -> bool:
    return any(way.search(text) for way in _ways(jargon))


@cache
def _word(jargon: Jargon) -> re.Pattern[str]:
    return re.compile(rf"\b{jargon.word}\b", re.IGNORECASE)


@cache
def _any_word(terms: tuple[Jargon, ...]) -> re.Pattern[str]:
    """One look for all of them: most texts have none."""
    return re.compile(rf"\b(?:{'|'.join(jargon.word for jargon in terms)})\b", re.IGNORECASE)


@cache
def _ways(jargon: Jargon) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(way, re.IGNORECASE) for way in jargon.explained)
