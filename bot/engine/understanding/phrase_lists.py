"""The lists of words that the phrases have: whether typed words are one of a list, begin with one, or hold one.

All typed words that come in here are folded already.
"""

from collections.abc import Iterable
from functools import lru_cache

from bot.engine.understanding.folding import fold_authored
from bot.model.content import Phrases


@lru_cache(maxsize=2000)
def folded_set(words: tuple[str, ...]) -> frozenset[str]:
    """Return the folded *words* of an author."""
    return frozenset(filter(None, map(fold_authored, words)))


@lru_cache(maxsize=2000)
def _longest_first(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folded *words* of an author, the longest first."""
    return tuple(sorted(folded_set(words), key=lambda word: (-len(word), word)))


def word_list(phrases: Phrases, name: str) -> frozenset[str]:
    """Return the folded words of the phrase list *name*."""
    return folded_set(phrases.words.get(name, ()))


def is_phrase(folded: str, list_name: str, phrases: Phrases) -> bool:
    """Whether *folded* is just one of the words in the phrase list *list_name*."""
    return folded in word_list(phrases, list_name)


def contains_phrase(folded: str, list_name: str, phrases: Phrases) -> bool:
    """Whether *folded* has one of the words in the phrase list *list_name* anywhere, as whole words."""
    padded = f" {folded} "
    return any(f" {word} " in padded for word in word_list(phrases, list_name))


def without_prefix(folded: str, list_name: str, phrases: Phrases) -> str:
    """Return *folded* without the longest prefix that the phrase list *list_name* has for it."""
    prefixes = (f"{words} " for words in _longest_first(phrases.words.get(list_name, ())))
    return next((folded.removeprefix(words) for words in prefixes if folded.startswith(words)), folded)


def without_suffix(folded: str, list_name: str, phrases: Phrases) -> str:
    """Return *folded* without the longest suffix that the phrase list *list_name* has for it."""
    suffixes = (f" {words}" for words in _longest_first(phrases.words.get(list_name, ())))
    return next((folded.removesuffix(words) for words in suffixes if folded.endswith(words)), folded)


def starts_with_any(folded: str, words: Iterable[str]) -> bool:
    """Whether *folded* begins with one of *words*, which are folded already."""
    return any(f"{folded} ".startswith(f"{word} ") for word in words)
