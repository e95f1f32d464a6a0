"""Matching of typed words with options, commands, terms and distress: generous about form, strict about meaning."""

import re
import unicodedata
from collections.abc import Collection, Iterable

from bot.model.bundle import BASE
from bot.model.content import Phrases, Term
from bot.model.flow import PRIVATE, UNSURE, Option, Question

_SILENT = "'`\u00b4\u2018\u2019\u02bc\u2032\uff07" + "\ufe0e\ufe0f"  # apostrophes; emoji selectors
_TO_NOTHING = str.maketrans("", "", _SILENT)
NO = "no"
_DAYS = re.compile(r"(\d{1,2})\s*[+\uff0b]\s*([0-6])(?!\d)")  # as in a maternity record
_PARTED = re.compile(r"(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)")  # between a number and a letter: "15yo"
LISTENED = ("yes", "no", UNSURE, PRIVATE)  # option ids whose everyday words are listed in the phrases


def plain(text: str) -> str:
    """Return *text* without what does not matter for a match: case, accents' encoding, punctuation, extra spaces.

    Invisible characters go as well.
    """
    if text.isascii():
        return " ".join(text.translate(_ASCII).split())
    folded = unicodedata.normalize("NFKC", text.translate(_TO_NOTHING)).casefold()
    return " ".join("".join(map(_heard, unicodedata.normalize("NFKC", folded))).split())


def _heard(character: str) -> str:
    """Return what counts of *character*: letters with their accents, digits of any script as 0 to 9, else a space.

    Apostrophes and invisible characters give nothing.
    """
    kind = unicodedata.category(character)
    if kind in ("Cf", "Me") or character in _SILENT:  # direction marks, joiners, emoji frames
        return ""
    if kind == "Nd":
        return str(unicodedata.decimal(character))
    return character if kind[0] in "LMN" else " "


_ASCII = {code: _heard(chr(code).lower()) for code in range(128)}  # for speed


def labels(question: Question, phrases: Phrases) -> Iterable[tuple[str, str]]:
    """Yield option id and name for all that names an option: its text, its label, words for yes and no.

    In English the id is a name too.
    """
    refusing = _refusing(question, phrases)
    for option in question.options:
        if phrases.language == BASE and _says_so(option, phrases):
            yield option.id, option.id
        yield option.id, option.text or phrases.texts[option.id]
        yield option.id, option.button
        meant = NO if option.id == refusing else option.id
        if meant in LISTENED:
            yield from ((option.id, word) for word in phrases.words.get(meant, ()))


def _refusing(question: Question, phrases: Phrases) -> str:
    """Return the option that a bare "no" means without being called so, else an empty text.

    It is "None of these", where no other option is a no.
    """
    said = {option.id: plain(option.text) for option in question.options}
    wholly = [id for id, text in said.items() if text in _listed(phrases, "none_of_these")]
    noes = [id for id, text in said.items() if id == NO or _begins(text, (NO, *phrases.words.get(NO, ())))]
    return wholly[0] if len(wholly) == 1 and set(noes) <= set(wholly) else ""


def _says_so(option: Option, phrases: Phrases) -> bool:
    """Whether the option's id may be typed: not "none" for an option such as "Yes, but none of these since"."""
    no = (NO, *phrases.words.get(NO, ()))
    return plain(option.id) not in map(plain, no) or _begins(plain(option.text), no)


def _begins(text: str, words: Iterable[str]) -> bool:
    """Whether *text* begins with one of *words*."""
    return any(f"{text} ".startswith(f"{plain(word)} ") for word in words)


def _listed(phrases: Phrases, name: str) -> frozenset[str]:
    """Return the normalized words of the phrase list *name*."""
    return frozenset(map(plain, phrases.words.get(name, ())))


def understand(question: Question, text: str, phrases: Phrases) -> str | None:
    """Return the one option that *text* names, by key, label, id or number; None for no option, or more than one."""
    heard = plain(text)
    if (key := _key(heard, phrases)) in question.keys:
        return question.shown[question.keys.index(key)].id
    named = _named(question, heard, phrases) or _named(question, _bare(heard, phrases), phrases)
    named |= _counted(question, text, phrases)
    return named.pop() if heard and len(named) == 1 else None


def _named(question: Question, heard: str, phrases: Phrases) -> set[str]:
    """Return the options of which *normalized* is a name, but for words that add nothing.

    "no blood" is "No blood at all".
    """
    told = ((id, plain(label)) for id, label in labels(question, phrases) if label)
    return {id for id, label in told if heard and heard in (label, _without_after(label, phrases))}


def _bare(heard: str, phrases: Phrases) -> str:
    """Return *normalized* without what adds nothing to it: "there is no pain, thanks" is "no pain"."""
    return _without_before(_without_after(heard, phrases), phrases, "there_is")


def _without_before(heard: str, phrases: Phrases, name: str) -> str:
    """Return *normalized* without the longest prefix that the phrase list *list_name* has for it."""
    before = sorted(_listed(phrases, name), key=len, reverse=True)
    return next((heard.removeprefix(f"{words} ") for words in before if heard.startswith(f"{words} ")), heard)


def _without_after(heard: str, phrases: Phrases) -> str:
    """Return *normalized* without the longest suffix that adds nothing to it."""
    after = sorted(_listed(phrases, "adds_nothing"), key=len, reverse=True)
    return next((heard.removesuffix(f" {words}") for words in after if heard.endswith(f" {words}")), heard)


def _counted(question: Question, text: str, phrases: Phrases) -> set[str]:
    """Return the options that hold the typed number: "im 15", "15 years old"; "38+2" where weeks are asked for."""
    in_weeks = any(_listed(phrases, "weeks").intersection(plain(option.text).split()) for option in question.options)
    heard = _PARTED.sub(" ", plain(_DAYS.sub(_in_words(phrases), text) if in_weeks else text))
    number, _, unit = _without_before(_without_after(heard, phrases), phrases, "i_am").partition(" ")
    if not re.fullmatch(r"\d{1,3}", number) or not _fits(unit, phrases, "weeks" if in_weeks else "years"):
        return set()
    return {option.id for option in question.options if option.numbers and int(number) in option.numbers}


def _fits(unit: str, phrases: Phrases, asked: str) -> bool:
    """Whether *unit*, the words after a number, fit *unit_name* (years or weeks); behind weeks there may be days."""
    units = _listed(phrases, asked)
    if unit in units or not unit:
        return True
    found = re.fullmatch(r"(\w+) (?:(?P<joint>\w+) )?[0-6] (?P<days>.+)", unit)
    if asked != "weeks" or not found or found[1] not in units or found["days"] not in _listed(phrases, "days"):
        return False
    return found["joint"] in (None, *_listed(phrases, "joint"))


def _in_words(phrases: Phrases) -> str:
    """Return the substitution template that writes "38+2" as weeks and days in words."""
    weeks, days = (next(iter(phrases.words.get(name, ())), "") for name in ("weeks", "days"))
    return rf"\1 {weeks} \2 {days}"


def _key(heard: str, phrases: Phrases) -> str:
    """Return what may be the key of an option: *normalized* without a word such as "number" before it."""
    before = (f"{plain(word)} " for word in phrases.words.get("number", ()))
    return next((heard.removeprefix(word) for word in before if heard.startswith(word)), heard)


def means(text: str, key: str, phrases: Phrases) -> bool:
    """Whether *text* is just one of the words in the phrase list *list_name*."""
    return plain(text) in {plain(word) for word in phrases.words.get(key, ())}


def term_asked(text: str, terms: Collection[Term], phrases: Phrases) -> Term | None:
    """Return the term that *text* asks about: the term alone, or "what is", "what does" and "mean" around it."""
    heard = f"{plain(text)} "
    before = ["", *(f"{plain(words)} " for words in phrases.words.get("what_is", ()))]
    after = [" ", *(f" {plain(words)} " for words in phrases.words.get("means", ()))]
    fitting = ((one, other) for one in before for other in after if heard.startswith(one) and heard.endswith(other))
    asked = {heard[len(one) : -len(other)] for one, other in fitting}
    return next((term for term in terms if asked.intersection(map(plain, term.names))), None)


def about(text: str, phrases: Phrases) -> list[str]:
    """Return the words of *text* that say what it is about: without "what is" before them, and without small words."""
    heard = f"{plain(text)} "
    before = sorted((f"{plain(words)} " for words in phrases.words.get("what_is", ())), key=len, reverse=True)
    heard = next((heard.removeprefix(words) for words in before if heard.startswith(words)), heard)
    small = {plain(word) for word in phrases.words.get("small", ())}
    return [word for word in heard.split() if word not in small]


def terms_in(text: str, terms: Collection[Term]) -> tuple[Term, ...]:
    """Return the terms that occur in *text* as whole words, in the order in which they first do."""
    heard = f" {plain(text)} "
    first = {term.id: [at for name in term.names if (at := heard.find(f" {plain(name)} ")) >= 0] for term in terms}
    return tuple(sorted((term for term in terms if first[term.id]), key=lambda term: min(first[term.id])))


def is_alarm(text: str, phrases: Phrases) -> bool:
    """Whether *text* has words of danger anywhere, as whole words. It offers help; it decides nothing."""
    return holds(text, "alarm", phrases)


def holds(text: str, key: str, phrases: Phrases) -> bool:
    """Whether *text* has one of the words in the phrase list *list_name* anywhere, as whole words."""
    heard = f" {plain(text)} "
    return any(f" {plain(word)} " in heard for word in phrases.words.get(key, ()))
