"""Recognition of the language that a person writes in, or asks for."""

from collections.abc import Iterable

from bot.engine.understanding.classifier import language_grams, probabilities
from bot.engine.understanding.folding import TypedWords, fold_authored
from bot.engine.understanding.phrase_lists import folded_set, without_prefix, without_suffix
from bot.model.bundle import ContentBundle

LEAST_LETTERS, LEAST_WORDS = 8, 2  # what is shorter tells no language
LEAST_PROBABILITY, MOST_OF_THE_PRESENT = 0.6, 0.12  # of another language; of the one that is spoken now


def find_asked_language(bundle: ContentBundle, folded: str) -> str:
    """Return the code of the language that *folded* asks for, spoken or only recognised; empty where it asks for none.

    "Spanish" and "do you speak Spanish" ask for it, in any language that the bot speaks.
    """
    for core in _without_asking(bundle, folded):
        if found := _language_called(bundle, core):
            return found
    return ""


def _without_asking(bundle: ContentBundle, folded: str) -> Iterable[str]:
    """Yield *folded*, then without words such as "do you speak" before it, and "please" behind it."""
    yield folded
    for phrases in bundle.phrases.values():
        core = without_suffix(folded, "adds_nothing", phrases)
        yield without_suffix(without_prefix(core, "speaking", phrases), "speaking", phrases)


def _language_called(bundle: ContentBundle, name: str) -> str:
    """Return the code of the language that is called *name*, or whose code it is."""
    for code, language in bundle.languages.items():
        if name in (code, fold_authored(language.name)) or name in folded_set(language.called):
            return code
    for code, heard in bundle.vocabulary.heard.items():
        if name == fold_authored(heard.name) or name in folded_set(heard.called):
            return code
    return ""


def find_written_language(bundle: ContentBundle, typed: TypedWords, present: str) -> str:
    """Return the code of the language that *typed* is written in, where it is surely another than the *present* one."""
    model, folded = bundle.vocabulary.model, typed.classified
    words = folded.split()
    if model is None or len("".join(words)) < LEAST_LETTERS or (folded.isascii() and len(words) < LEAST_WORDS):
        return ""
    found = probabilities(model.languages, language_grams(folded))
    best = max(found, key=lambda code: found[code])
    if best == present or found[best] < LEAST_PROBABILITY or found.get(present, 0.0) > MOST_OF_THE_PRESENT:
        return ""
    return best if best in bundle.languages or best in bundle.vocabulary.heard else ""
