"""Recognition of danger in typed words, by phrases and by signs together. It offers help and decides nothing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.engine.understanding.folding import TypedWords
from bot.engine.understanding.phrase_index import letters_less
from bot.model.understanding import DANGER_KINDS, IndexedPhrase, PhraseIndex, PhraseNode

LONGEST_MISSPELT_WORD = 20  # letters: a longer word is not held against others
MAX_WORDS_BETWEEN = 2  # between a "not" and the phrase that it takes back
_REPEATED_LETTER = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True, slots=True)
class Danger:
    """A sign of danger that was heard: its kind, the authors' phrase that it was heard by, and that one's language."""

    kind: str
    phrase: str
    language: str = ""


def find_danger(index: PhraseIndex, typed: TypedWords) -> Danger | None:
    """Return the danger that *typed* names; where it names several, the one whose words matter most."""
    if typed.folded in index.emergency_numbers:
        return Danger("help", typed.folded)
    found = list(find_phrases(index, typed))
    dangers = [Danger(one.meaning, " ".join(one.words), one.language) for one in found if not one.is_sign]
    signs = {one.meaning: one for one in found if one.is_sign}
    for combination in index.together:
        if signs.keys() >= set(combination.signs):
            heard = [signs[sign] for sign in combination.signs]
            phrase = " + ".join(" ".join(one.words) for one in heard)
            dangers.append(Danger(combination.kind, phrase, heard[0].language))
    return min(dangers, key=lambda danger: DANGER_KINDS.index(danger.kind), default=None)


def find_phrases(index: PhraseIndex, typed: TypedWords) -> Iterator[IndexedPhrase]:
    """Yield every phrase and sign that stands in *typed*, and is not taken back by a word such as "no" before it.

    Misspelt words are heard only in the part that is also classified.
    """
    words = typed.folded.split()
    alternatives: Sequence[Mapping[str, bool]] = [{word: False} for word in words]
    if typed.classified == typed.folded:
        corrected = {word: _corrections(index, word) for word in set(words)}
        alternatives = [corrected[word] for word in words]
    for position in range(len(words)):
        for phrase in _phrases_from(index.tree, alternatives, position):
            if not _is_negated(index, words, position):
                yield phrase


def _phrases_from(
    node: PhraseNode, alternatives: Sequence[Mapping[str, bool]], position: int, has_mistake: bool = False
) -> Iterator[IndexedPhrase]:
    """Yield the phrases that end at *node*, and those that the words from *position* on lead to: one misspelt."""
    yield from node.phrases
    if position < len(alternatives):
        for form, is_mistake in alternatives[position].items():
            following = None if has_mistake and is_mistake else node.following.get(form)
            if following:
                yield from _phrases_from(following, alternatives, position + 1, has_mistake or is_mistake)


def _corrections(index: PhraseIndex, word: str) -> Mapping[str, bool]:
    """Return *word* and the words of phrases that it may be meant for, each with whether a letter of it is wrong.

    That is one letter wrong, missing or too many. A letter that is written three times or more counts once.
    """
    squeezed = _REPEATED_LETTER.sub(r"\1", word)
    if len(word) > LONGEST_MISSPELT_WORD or word in index.tree.following:
        return {word: False}
    forms = letters_less(squeezed) if len(squeezed) > 2 else {squeezed: None}
    near = (known for form in forms for known in index.misspellings.get(form, ()))
    return {**dict.fromkeys(near, True), word: False, squeezed: False}


def _is_negated(index: PhraseIndex, words: Sequence[str], position: int) -> bool:
    """Whether a word such as "no" stands before the phrase at *position*, with little words between at the most."""
    for before in range(position - 1, max(-1, position - 2 - MAX_WORDS_BETWEEN), -1):
        if words[before] in index.negated:
            return True
        if words[before] not in index.between:
            return False
    return False
