"""Matching of typed words, folded already, with words of the glossary and with what a page is about."""

from collections.abc import Collection

from bot.engine.understanding.folding import fold_authored
from bot.engine.understanding.phrase_lists import word_list
from bot.model.content import Phrases, Term


def find_asked_term(folded: str, terms: Collection[Term], phrases: Phrases) -> Term | None:
    """Return the term that *folded* asks about: the term alone, or "what is", "what does" and "mean" around it."""
    padded = f"{folded} "
    prefixes = ["", *(f"{words} " for words in word_list(phrases, "what_is"))]
    suffixes = [" ", *(f" {words} " for words in word_list(phrases, "means"))]
    candidates = {
        padded[len(prefix) : -len(suffix)]
        for prefix in prefixes
        if padded.startswith(prefix)
        for suffix in suffixes
        if padded.endswith(suffix)
    }
    return next((term for term in terms if candidates.intersection(map(fold_authored, term.names))), None)


def keywords(folded: str, phrases: Phrases) -> list[str]:
    """Return the words of *folded* that say what it is about: without "what is" before them and without small words."""
    prefixes = sorted((f"{words} " for words in word_list(phrases, "what_is")), key=len, reverse=True)
    padded = f"{folded} "
    padded = next((padded.removeprefix(words) for words in prefixes if padded.startswith(words)), padded)
    small_words = word_list(phrases, "small")
    return [word for word in padded.split() if word not in small_words]


def find_terms(authored: str, terms: Collection[Term]) -> tuple[Term, ...]:
    """Return the terms that occur in an author's text as whole words, in the order in which they first do."""
    padded = f" {fold_authored(authored)} "
    positions = {
        term.id: [position for name in term.names if (position := padded.find(f" {fold_authored(name)} ")) >= 0]
        for term in terms
    }
    return tuple(sorted((term for term in terms if positions[term.id]), key=lambda term: min(positions[term.id])))
