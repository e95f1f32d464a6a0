"""Words that not everybody knows: each is explained beside its first use, or in the glossary."""

import re
from collections.abc import Iterator
from functools import cache

from bot.library import Library
from bot.manners import Jargon
from bot.wording.strings import Said


class Strange:
    """The words of one *language* that want explaining, but for those that its glossary explains to everybody."""

    def __init__(self, library: Library, language: str) -> None:
        names = [name.casefold() for term in library.terms(language).values() for name in term.names]
        terms = library.manners[language].terms
        self.terms = tuple(term for term in terms if not any(_word(term).fullmatch(name) for name in names))

    def unexplained(self, said: Said) -> Iterator[tuple[int, str]]:
        """Each word of *said* that nothing explains, where it first stands."""
        for jargon in self.terms if self.terms and _any_word(self.terms).search(said.text) else ():
            found = _word(jargon).search(said.text)
            if found and not _explained(jargon, f"{said.text}\n{said.beside}"):
                yield found.start(), found.group()


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
