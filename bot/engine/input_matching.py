"""Matching of typed words with options, commands, terms and distress: generous about form, strict about meaning."""

import re
import unicodedata
from collections.abc import Collection, Iterable

from bot.model.bundle import BASE_LANGUAGE
from bot.model.content import Phrases, Term
from bot.model.flow import NOT_SURE, PREFER_NOT_TO_SAY, Option, Question

_IGNORED_CHARACTERS = "'`\u00b4\u2018\u2019\u02bc\u2032\uff07" + "\ufe0e\ufe0f"  # apostrophes; emoji selectors
_REMOVE_IGNORED = str.maketrans("", "", _IGNORED_CHARACTERS)
NO_OPTION = "no"
_WEEKS_AND_DAYS = re.compile(r"(\d{1,2})\s*[+\uff0b]\s*([0-6])(?!\d)")  # as in a maternity record
_DIGIT_LETTER_BOUNDARY = re.compile(r"(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)")  # between a number and a letter: "15yo"
OPTIONS_WITH_SYNONYMS = (
    "yes",
    "no",
    NOT_SURE,
    PREFER_NOT_TO_SAY,
)  # option ids whose everyday words are listed in the phrases


def normalize(text: str) -> str:
    """Return *text* without what does not matter for a match: case, accents' encoding, punctuation, extra spaces.

    Invisible characters go as well.
    """
    if text.isascii():
        return " ".join(text.translate(_ASCII_TABLE).split())
    folded = unicodedata.normalize("NFKC", text.translate(_REMOVE_IGNORED)).casefold()
    return " ".join("".join(map(_normalize_character, unicodedata.normalize("NFKC", folded))).split())


def _normalize_character(character: str) -> str:
    """Return what counts of *character*: letters with their accents, digits of any script as 0 to 9, else a space.

    Apostrophes and invisible characters give nothing.
    """
    category = unicodedata.category(character)
    if category in ("Cf", "Me") or character in _IGNORED_CHARACTERS:  # direction marks, joiners, emoji frames
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(character))
    return character if category[0] in "LMN" else " "


_ASCII_TABLE = {code: _normalize_character(chr(code).lower()) for code in range(128)}  # for speed


def option_names(question: Question, phrases: Phrases) -> Iterable[tuple[str, str]]:
    """Yield option id and name for all that names an option: its text, its label, words for yes and no.

    In English the id is a name too.
    """
    bare_no_option = _bare_no_option(question, phrases)
    for option in question.options:
        if phrases.language == BASE_LANGUAGE and _may_type_id(option, phrases):
            yield option.id, option.id
        yield option.id, option.text or phrases.texts[option.id]
        yield option.id, option.button
        list_name = NO_OPTION if option.id == bare_no_option else option.id
        if list_name in OPTIONS_WITH_SYNONYMS:
            yield from ((option.id, word) for word in phrases.words.get(list_name, ()))


def _bare_no_option(question: Question, phrases: Phrases) -> str:
    """Return the option that a bare "no" means without being called so, else an empty text.

    It is "None of these", where no other option is a no.
    """
    option_texts = {option.id: normalize(option.text) for option in question.options}
    none_options = [id for id, text in option_texts.items() if text in _word_list(phrases, "none_of_these")]
    no_options = [
        id
        for id, text in option_texts.items()
        if id == NO_OPTION or _starts_with_any(text, (NO_OPTION, *phrases.words.get(NO_OPTION, ())))
    ]
    return none_options[0] if len(none_options) == 1 and set(no_options) <= set(none_options) else ""


def _may_type_id(option: Option, phrases: Phrases) -> bool:
    """Whether the option's id may be typed: not "none" for an option such as "Yes, but none of these since"."""
    no = (NO_OPTION, *phrases.words.get(NO_OPTION, ()))
    return normalize(option.id) not in map(normalize, no) or _starts_with_any(normalize(option.text), no)


def _starts_with_any(text: str, words: Iterable[str]) -> bool:
    """Whether *text* begins with one of *words*."""
    return any(f"{text} ".startswith(f"{normalize(word)} ") for word in words)


def _word_list(phrases: Phrases, name: str) -> frozenset[str]:
    """Return the normalized words of the phrase list *name*."""
    return frozenset(map(normalize, phrases.words.get(name, ())))


def match_option(question: Question, text: str, phrases: Phrases) -> str | None:
    """Return the one option that *text* names, by key, label, id or number; None for no option, or more than one."""
    normalized = normalize(text)
    if (key := _possible_key(normalized, phrases)) in question.typed_keys:
        return question.displayed_options[question.typed_keys.index(key)].id
    matches = _options_named(question, normalized, phrases) or _options_named(
        question, _without_filler(normalized, phrases), phrases
    )
    matches |= _options_with_number(question, text, phrases)
    return matches.pop() if normalized and len(matches) == 1 else None


def _options_named(question: Question, normalized: str, phrases: Phrases) -> set[str]:
    """Return the options of which *normalized* is a name, but for words that add nothing.

    "no blood" is "No blood at all".
    """
    names = ((id, normalize(label)) for id, label in option_names(question, phrases) if label)
    return {id for id, label in names if normalized and normalized in (label, _strip_filler_suffix(label, phrases))}


def _without_filler(normalized: str, phrases: Phrases) -> str:
    """Return *normalized* without what adds nothing to it: "there is no pain, thanks" is "no pain"."""
    return _strip_prefix(_strip_filler_suffix(normalized, phrases), phrases, "there_is")


def _strip_prefix(normalized: str, phrases: Phrases, list_name: str) -> str:
    """Return *normalized* without the longest prefix that the phrase list *list_name* has for it."""
    prefixes = sorted(_word_list(phrases, list_name), key=len, reverse=True)
    return next(
        (normalized.removeprefix(f"{words} ") for words in prefixes if normalized.startswith(f"{words} ")), normalized
    )


def _strip_filler_suffix(normalized: str, phrases: Phrases) -> str:
    """Return *normalized* without the longest suffix that adds nothing to it."""
    suffixes = sorted(_word_list(phrases, "adds_nothing"), key=len, reverse=True)
    return next(
        (normalized.removesuffix(f" {words}") for words in suffixes if normalized.endswith(f" {words}")), normalized
    )


def _options_with_number(question: Question, text: str, phrases: Phrases) -> set[str]:
    """Return the options that hold the typed number: "im 15", "15 years old"; "38+2" where weeks are asked for."""
    in_weeks = any(
        _word_list(phrases, "weeks").intersection(normalize(option.text).split()) for option in question.options
    )
    normalized = _DIGIT_LETTER_BOUNDARY.sub(
        " ", normalize(_WEEKS_AND_DAYS.sub(_weeks_and_days_template(phrases), text) if in_weeks else text)
    )
    number, _, unit = _strip_prefix(_strip_filler_suffix(normalized, phrases), phrases, "i_am").partition(" ")
    if not re.fullmatch(r"\d{1,3}", number) or not _is_unit_of(unit, phrases, "weeks" if in_weeks else "years"):
        return set()
    return {option.id for option in question.options if option.numbers and int(number) in option.numbers}


def _is_unit_of(unit: str, phrases: Phrases, unit_name: str) -> bool:
    """Whether *unit*, the words after a number, fit *unit_name* (years or weeks); behind weeks there may be days."""
    units = _word_list(phrases, unit_name)
    if unit in units or not unit:
        return True
    matched = re.fullmatch(r"(\w+) (?:(?P<joint>\w+) )?[0-6] (?P<days>.+)", unit)
    if (
        unit_name != "weeks"
        or not matched
        or matched[1] not in units
        or matched["days"] not in _word_list(phrases, "days")
    ):
        return False
    return matched["joint"] in (None, *_word_list(phrases, "joint"))


def _weeks_and_days_template(phrases: Phrases) -> str:
    """Return the substitution template that writes "38+2" as weeks and days in words."""
    weeks, days = (next(iter(phrases.words.get(name, ())), "") for name in ("weeks", "days"))
    return rf"\1 {weeks} \2 {days}"


def _possible_key(normalized: str, phrases: Phrases) -> str:
    """Return what may be the key of an option: *normalized* without a word such as "number" before it."""
    prefixes = (f"{normalize(word)} " for word in phrases.words.get("number", ()))
    return next((normalized.removeprefix(word) for word in prefixes if normalized.startswith(word)), normalized)


def is_phrase(text: str, list_name: str, phrases: Phrases) -> bool:
    """Whether *text* is just one of the words in the phrase list *list_name*."""
    return normalize(text) in {normalize(word) for word in phrases.words.get(list_name, ())}


def find_asked_term(text: str, terms: Collection[Term], phrases: Phrases) -> Term | None:
    """Return the term that *text* asks about: the term alone, or "what is", "what does" and "mean" around it."""
    normalized = f"{normalize(text)} "
    prefixes = ["", *(f"{normalize(words)} " for words in phrases.words.get("what_is", ()))]
    suffixes = [" ", *(f" {normalize(words)} " for words in phrases.words.get("means", ()))]
    matching_pairs = (
        (prefix, suffix)
        for prefix in prefixes
        for suffix in suffixes
        if normalized.startswith(prefix) and normalized.endswith(suffix)
    )
    candidates = {normalized[len(prefix) : -len(suffix)] for prefix, suffix in matching_pairs}
    return next((term for term in terms if candidates.intersection(map(normalize, term.names))), None)


def keywords(text: str, phrases: Phrases) -> list[str]:
    """Return the words of *text* that say what it is about: without "what is" before them, and without small words."""
    normalized = f"{normalize(text)} "
    prefixes = sorted((f"{normalize(words)} " for words in phrases.words.get("what_is", ())), key=len, reverse=True)
    normalized = next(
        (normalized.removeprefix(words) for words in prefixes if normalized.startswith(words)), normalized
    )
    small_words = {normalize(word) for word in phrases.words.get("small", ())}
    return [word for word in normalized.split() if word not in small_words]


def find_terms(text: str, terms: Collection[Term]) -> tuple[Term, ...]:
    """Return the terms that occur in *text* as whole words, in the order in which they first do."""
    normalized = f" {normalize(text)} "
    positions = {
        term.id: [position for name in term.names if (position := normalized.find(f" {normalize(name)} ")) >= 0]
        for term in terms
    }
    return tuple(sorted((term for term in terms if positions[term.id]), key=lambda term: min(positions[term.id])))


def is_distress(text: str, phrases: Phrases) -> bool:
    """Whether *text* has words of danger anywhere, as whole words. It offers help; it decides nothing."""
    return contains_phrase(text, "alarm", phrases)


def contains_phrase(text: str, list_name: str, phrases: Phrases) -> bool:
    """Whether *text* has one of the words in the phrase list *list_name* anywhere, as whole words."""
    normalized = f" {normalize(text)} "
    return any(f" {normalize(word)} " in normalized for word in phrases.words.get(list_name, ()))
