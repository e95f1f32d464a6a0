"""What a person's words mean: generous about form, strict about meaning."""

import re
import unicodedata
from collections.abc import Collection, Iterable

from bot.content import Phrases, Term
from bot.flow import PRIVATE, UNSURE, Question
from bot.library import BASE

_SILENT = "'`\u00b4\u2018\u2019\u02bc\u2032\uff07" + "\ufe0e\ufe0f"  # apostrophes; what makes a character an emoji
_TO_NOTHING = str.maketrans("", "", _SILENT)
LISTENED = ("yes", "no", UNSURE, PRIVATE)  # option ids whose everyday words are listed in the phrases


def plain(text: str) -> str:
    """*text* without what does not matter: case, accents' encoding, punctuation, invisible marks, how many spaces."""
    folded = unicodedata.normalize("NFKC", text.translate(_TO_NOTHING)).casefold()
    return " ".join("".join(map(_heard, unicodedata.normalize("NFKC", folded))).split())


def _heard(character: str) -> str:
    """What is heard of a character: letters with their marks, any script's digits as 0 to 9; the rest parts words."""
    kind = unicodedata.category(character)
    if kind in ("Cf", "Me") or character in _SILENT:  # direction marks and joiners, the frames of emoji
        return ""
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    return character if kind[0] in "LMN" else " "


def labels(question: Question, phrases: Phrases) -> Iterable[tuple[str, str]]:
    """Everything that names an option: its text, its label, everyday words for yes and no; its id, in English."""
    for option in question.options:
        if phrases.language == BASE:
            yield option.id, option.id
        yield option.id, option.text or phrases.texts[option.id]
        yield option.id, option.button
        if option.id in LISTENED:
            yield from ((option.id, word) for word in phrases.words.get(option.id, ()))


def understand(question: Question, text: str, phrases: Phrases) -> str | None:
    """The one option that *text* names, by its key, label or id; None when it names none, or more than one."""
    heard = plain(text)
    if (key := _key(heard, phrases)) in question.keys:
        return question.shown[question.keys.index(key)].id
    named = {id for id, label in labels(question, phrases) if label and plain(label) == heard}
    named |= _counted(question, heard, phrases)
    return named.pop() if heard and len(named) == 1 else None


def _counted(question: Question, heard: str, phrases: Phrases) -> set[str]:
    """The option that holds the number which was *heard*, alone or with a word for years or weeks behind it."""
    number, _, unit = heard.partition(" ")
    if not re.fullmatch(r"\d{1,3}", number) or unit not in {"", *map(plain, phrases.words.get("units", ()))}:
        return set()
    return {option.id for option in question.options if option.numbers and int(number) in option.numbers}


def _key(heard: str, phrases: Phrases) -> str:
    """What may be the key of an option: what was *heard*, without a word such as "number" before it."""
    before = (f"{plain(word)} " for word in phrases.words.get("number", ()))
    return next((heard.removeprefix(word) for word in before if heard.startswith(word)), heard)


def means(text: str, key: str, phrases: Phrases) -> bool:
    """Whether *text* is just one of the words listed under *key*."""
    return plain(text) in {plain(word) for word in phrases.words.get(key, ())}


def term_asked(text: str, terms: Collection[Term], phrases: Phrases) -> Term | None:
    """The term that *text* asks about: the term alone, or "what is", "what does" and "mean" around it."""
    heard = f"{plain(text)} "
    before = ["", *(f"{plain(words)} " for words in phrases.words.get("what_is", ()))]
    after = [" ", *(f" {plain(words)} " for words in phrases.words.get("means", ()))]
    fitting = ((one, other) for one in before for other in after if heard.startswith(one) and heard.endswith(other))
    asked = {heard[len(one) : -len(other)] for one, other in fitting}
    return next((term for term in terms if asked.intersection(map(plain, term.names))), None)


def about(text: str, phrases: Phrases) -> list[str]:
    """The words of *text* that say what it is about: without "what is" before them, and without small words."""
    heard = f"{plain(text)} "
    before = sorted((f"{plain(words)} " for words in phrases.words.get("what_is", ())), key=len, reverse=True)
    heard = next((heard.removeprefix(words) for words in before if heard.startswith(words)), heard)
    small = {plain(word) for word in phrases.words.get("small", ())}
    return [word for word in heard.split() if word not in small]


def terms_in(text: str, terms: Collection[Term]) -> tuple[Term, ...]:
    """The terms that occur in *text* as whole words, in the order in which they first do."""
    heard = f" {plain(text)} "
    first = {term.id: [at for name in term.names if (at := heard.find(f" {plain(name)} ")) >= 0] for term in terms}
    return tuple(sorted((term for term in terms if first[term.id]), key=lambda term: min(first[term.id])))


def is_alarm(text: str, phrases: Phrases) -> bool:
    """Whether words of danger stand anywhere in *text*, as whole words. It offers help; it decides nothing."""
    heard = f" {plain(text)} "
    return any(f" {plain(word)} " in heard for word in phrases.words.get("alarm", ()))
