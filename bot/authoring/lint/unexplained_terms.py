"""The rule on difficult terms: each is explained where it is first used, or in the glossary."""

import re
from collections.abc import Iterator
from functools import cache

from bot.authoring.lint.readable_text import ReadableText
from bot.model.bundle import ContentBundle
from bot.model.style_guide import Jargon


class TermChecker:
    """The checker for the terms of one *language* that need an explanation and are not in its glossary."""

    def __init__(self, bundle: ContentBundle, language: str) -> None:
        names = [name.casefold() for term in bundle.terms(language).values() for name in term.names]
        terms = bundle.style_guides[language].jargon
        self.terms = tuple(term for term in terms if not any(_word_pattern(term).fullmatch(name) for name in names))

    def unexplained(self, readable: ReadableText) -> Iterator[tuple[int, str]]:
        """Yield each term in the text that nothing explains: its first offset, and the word."""
        for term_rule in self.terms if self.terms and _any_word_pattern(self.terms).search(readable.text) else ():
            match = _word_pattern(term_rule).search(readable.text)
            if match and not _is_explained(term_rule, f"{readable.text}\n{readable.context}"):
                yield match.start(), match.group()


def _is_explained(term_rule: Jargon, text: str) -> bool:
    """Whether *text* explains the term."""
    return any(pattern.search(text) for pattern in _explanation_patterns(term_rule))


@cache
def _word_pattern(term_rule: Jargon) -> re.Pattern[str]:
    """Return the pattern for one term as a whole word."""
    return re.compile(rf"\b{term_rule.pattern}\b", re.IGNORECASE)


@cache
def _any_word_pattern(terms: tuple[Jargon, ...]) -> re.Pattern[str]:
    """Return one pattern for all terms: a quick test, as most texts have none."""
    return re.compile(rf"\b(?:{'|'.join(term_rule.pattern for term_rule in terms)})\b", re.IGNORECASE)


@cache
def _explanation_patterns(term_rule: Jargon) -> tuple[re.Pattern[str], ...]:
    """Return the patterns for the ways in which a text may explain the term."""
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in term_rule.explanation_patterns)
