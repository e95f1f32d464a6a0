"""Index of all phrases of danger, in every language, so that one pass over a message finds them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from bot.engine.understanding.folding import fold
from bot.model.content import EmergencyNumber
from bot.model.understanding import DangerWords, HeardLanguage, IndexedPhrase, PhraseIndex, PhraseNode

MIN_MISSPELT_LETTERS = 4  # letters of each word of a phrase that may be misspelt
MIN_MISSPELT_LETTERS_ALONE = 6  # the same where the phrase is one word
MIN_EMERGENCY_DIGITS = 3  # a shorter number is also an age or an amount
_NUMBER = re.compile(r"\d+")


def build_phrase_index(
    danger: Iterable[DangerWords], heard: Iterable[HeardLanguage], numbers: Iterable[EmergencyNumber]
) -> PhraseIndex:
    """Return the index of the words of danger of all languages, and of the emergency numbers."""
    danger, heard = list(danger), list(heard)
    phrases = list(_indexed_phrases(danger, heard))
    return PhraseIndex(
        tree=_build_tree(phrases),
        misspellings=_misspellings({word for phrase in phrases for word in _words_that_may_be_misspelt(phrase)}),
        together=tuple(dict.fromkeys(pair for words in danger for pair in words.together)),
        negated=frozenset(fold(word) for words in danger for word in words.negated),
        between=frozenset(fold(word) for words in danger for word in words.between),
        emergency_numbers=frozenset(
            number
            for country in numbers
            for number in _NUMBER.findall(f"{country.number} {country.ambulance}")
            if len(number) >= MIN_EMERGENCY_DIGITS
        ),
    )


def _build_tree(phrases: Iterable[IndexedPhrase]) -> PhraseNode:
    """Return the tree of *phrases*, word by word."""
    root = PhraseNode()
    for phrase in phrases:
        node = root
        for word in phrase.words:
            node = node.following.setdefault(word, PhraseNode())
        node.phrases.append(phrase)
    return root


def _indexed_phrases(danger: Iterable[DangerWords], heard: Iterable[HeardLanguage]) -> Iterator[IndexedPhrase]:
    """Yield each phrase and each sign once; a phrase that says nothing once it is folded is left out."""
    seen = set[tuple[tuple[str, ...], str]]()
    lists = [(words.language, words.kinds, False) for words in danger]
    lists += [(words.language, words.signs, True) for words in danger]
    lists += [(language.code, language.danger, False) for language in heard]
    for language, by_meaning, is_sign in lists:
        for meaning, phrases in by_meaning.items():
            for phrase in phrases:
                words = tuple(fold(phrase).split())
                if words and (words, meaning) not in seen:
                    seen.add((words, meaning))
                    yield IndexedPhrase(words, meaning, language, is_sign)


def _words_that_may_be_misspelt(phrase: IndexedPhrase) -> tuple[str, ...]:
    """Return the words of *phrase* that are also heard with one letter wrong: long ones that are hard to confuse."""
    shortest = MIN_MISSPELT_LETTERS if len(phrase.words) > 1 else MIN_MISSPELT_LETTERS_ALONE
    may_be = not phrase.is_sign and all(len(word) >= shortest for word in phrase.words)
    return phrase.words if may_be else ()


def _misspellings(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return each word by each of its forms with one letter less, and by itself."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words):
        for form in letters_less(word):
            found[form].append(word)
    return {form: tuple(known) for form, known in found.items()}


def letters_less(word: str) -> dict[str, None]:
    """Return *word* and its forms with one letter less; the first letter always stays."""
    return dict.fromkeys((word, *(word[:i] + word[i + 1 :] for i in range(1, len(word)))))
