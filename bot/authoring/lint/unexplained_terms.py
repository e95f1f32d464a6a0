"""The rule on difficult terms: each is explained where it is first used, or in the glossary."""

import re
from collections.abc import Iterator
from functools import cache

from bot.authoring.lint.texts import Said
from bot.model.bundle import Library
from bot.model.style_guide import Jargon


class Strange:
    """The checker for the terms of one *language* that need an explanation and are not in its glossary."""

    def __init__(self, library: Library, language: str) -> None:
        names = [name.casefold() for term in library.terms(language).values() for name in term.names]
        terms = library.manners[language].terms
        self.terms = tuple(term for term in terms if not any(_word(term).fullmatch(name) for name in names))

    def unexplained(self, said: Said) -> Iterator[tuple[int, str]]:
        """Yield each term in the text that nothing explains: its first offset, and the word."""
        for jargon in self.terms if self.terms and _any_word(self.terms).search(said.text) else ():
            found = _word(jargon).search(said.text)
            if found and not _explained(jargon, f"{said.text}\n{said.beside}"):
                yield found.start(), found.group()


def _explained(jargon: Jargon, text: str) -> bool:
    """Whether *text* explains the term."""
    return any(way.search(text) for way in _ways(jargon))


@cache
def _word(jargon: Jargon) -> re.Pattern[str]:
    """Return the pattern for one term as a whole word."""
    return re.compile(rf"\b{jargon.word}\b", re.IGNORECASE)


@cache
def _any_word(terms: tuple[Jargon, ...]) -> re.Pattern[str]:
    """Return one pattern for all terms: a quick test, as most texts have none."""
    return re.compile(rf"\b(?:{'|'.join(jargon.word for jargon in terms)})\b", re.IGNORECASE)


@cache
def _ways(jargon: Jargon) -> tuple[re.Pattern[str], ...]:
    """Return the patterns for the ways in which a text may explain the term."""
    return tuple(re.compile(way, re.IGNORECASE) for way in jargon.explained)
