"""Numbers and times that people type: an age, weeks, how long ago. What could mean two things is no match."""

import re

from bot.engine.understanding.folding import TypedWords, fold, fold_authored
from bot.engine.understanding.phrase_lists import is_phrase, without_prefix, without_suffix, word_list
from bot.model.content import Phrases
from bot.model.flow import Question

DAYS_OF_UNIT = {"hours": 0, "days": 1, "weeks": 7, "months": 30, "years": 365}
DAYS_OF_WORDS = {"today": 0, "yesterday": 1, "before_yesterday": 2, "last_week": 7}  # the lists of words, in days ago
LARGEST_AGE = 110  # what is more is no age
UNITS_COUNTED = {"years": "years", "weeks": "weeks"}
_WEEKS_AND_DAYS = re.compile(r"(\d{1,2})\s*[+\uff0b]\s*([0-6])(?!\d)")  # as in a maternity record
_DIGIT_LETTER_BOUNDARY = re.compile(r"(?<=\d)(?=[^\W\d])|(?<=[^\W\d])(?=\d)")  # between a number and a letter: "15yo"
_WITHIN_A_NUMBER = re.compile(r"[-\u2212]\s*\d|\d\s*[-\u2013.,/:%]\s*\d|\d\s*%")  # -5, 1.5, 10/10: no plain number


def find_counted_options(question: Question, typed: TypedWords, phrases: Phrases) -> set[str]:
    """Return the options that hold the typed number: "im 15", "15 years old"; "38+2" for weeks; "yesterday"."""
    if _WITHIN_A_NUMBER.search(typed.raw):
        return set()
    if question.counts == "days_ago":
        days = days_ago(typed.answer, phrases)
        return set() if days is None else options_holding(question, days)
    unit = "weeks" if _asks_for_weeks(question, phrases) else "years"
    number = _number_of(unit, typed, phrases)
    return set() if number is None else options_holding(question, number)


def options_holding(question: Question, number: int) -> set[str]:
    """Return the options whose numbers have *number*."""
    return {option.id for option in question.options if option.numbers and number in option.numbers}


def _asks_for_weeks(question: Question, phrases: Phrases) -> bool:
    """Whether weeks are asked for: then a bare number is weeks, and else years."""
    if question.counts in UNITS_COUNTED:
        return question.counts == "weeks"
    weeks = word_list(phrases, "weeks")
    return any(weeks.intersection(fold_authored(option.text).split()) for option in question.options)


def _number_of(unit: str, typed: TypedWords, phrases: Phrases) -> int | None:
    """Return the number of *unit* that was typed, with or without the unit; None for anything else."""
    text = typed.answer
    if unit == "weeks" and _WEEKS_AND_DAYS.search(typed.raw):
        text = fold(_WEEKS_AND_DAYS.sub(_weeks_and_days_template(phrases), typed.raw))
    separated = _DIGIT_LETTER_BOUNDARY.sub(" ", text)
    stripped = without_prefix(without_suffix(separated, "adds_nothing", phrases), "i_am", phrases)
    number, _, rest = stripped.partition(" ")
    if not re.fullmatch(r"\d{1,3}", number) or not _is_unit_of(rest, phrases, unit):
        return None
    return int(number)


def _is_unit_of(unit: str, phrases: Phrases, unit_name: str) -> bool:
    """Whether *unit*, the words after a number, fit *unit_name* (years or weeks); behind weeks there may be days."""
    units = word_list(phrases, unit_name)
    if unit in units or not unit:
        return True
    matched = re.fullmatch(r"(\w+) (?:(?P<joint>\w+) )?[0-6] (?P<days>.+)", unit)
    if unit_name != "weeks" or not matched or matched[1] not in units:
        return False
    return matched["days"] in word_list(phrases, "days") and matched["joint"] in (None, *word_list(phrases, "joint"))


def _weeks_and_days_template(phrases: Phrases) -> str:
    """Return the substitution template that writes "38+2" as weeks and days in words."""
    weeks, days = (next(iter(phrases.words.get(name, ())), "") for name in ("weeks", "days"))
    return rf"\1 {weeks} \2 {days}"


def days_ago(folded: str, phrases: Phrases) -> int | None:
    """Return how many days ago *folded* says: "yesterday", "last night", "2 days ago"; None where it says no time."""
    core = without_suffix(folded, "adds_nothing", phrases)
    for name, days in DAYS_OF_WORDS.items():
        if is_phrase(core, name, phrases):
            return days
    core = without_prefix(without_suffix(core, "ago", phrases), "ago", phrases)
    number, _, unit = _DIGIT_LETTER_BOUNDARY.sub(" ", core).partition(" ")
    count = _counted(number, phrases)
    found = [days for name, days in DAYS_OF_UNIT.items() if unit and is_phrase(unit, name, phrases)]
    if count is None or len(found) != 1:
        return None
    return count * found[0] if found[0] else count // 24


def _counted(word: str, phrases: Phrases) -> int | None:
    """Return the number that *word* is, in digits or as one of the words "one", "two"; "a" is one."""
    if re.fullmatch(r"\d{1,3}", word):
        return int(word)
    if is_phrase(word, "single", phrases):
        return 1
    counting = list(map(fold_authored, phrases.words.get("counting", ())))
    return counting.index(word) + 1 if word in counting else None


# ---- numbers that are no answer


def number_note(question: Question, typed: TypedWords, phrases: Phrases) -> str:
    """Return the phrase that asks again what a typed number means; empty where no number is meant."""
    match question.counts:
        case "years" if (number := _number_of("years", typed, phrases)) is not None and not _is_odd(typed):
            return "is_that_the_age" if number <= LARGEST_AGE else "no_such_age"
        case "years" if _is_odd(typed) or _bare_number(typed) is not None:
            return "no_such_age"
        case "days_ago" if _bare_number(typed) is not None:
            return "which_unit"
        case "score" if typed.answer[:1].isdecimal():
            return "pain_score"
        case _ if question.counts and typed.answer[:1].isdecimal():
            return "number_unclear"
    return ""


def _bare_number(typed: TypedWords) -> int | None:
    """Return the number that was typed alone, however large."""
    return int(typed.answer[:9]) if typed.answer.isdecimal() else None


def _is_odd(typed: TypedWords) -> bool:
    """Whether something like a number was typed that is none to count with: -5, 1.5, 10/10, 50%."""
    without_numbers = re.sub(r"\d", "", typed.answer).strip()
    return bool(_WITHIN_A_NUMBER.search(typed.raw)) and not without_numbers
