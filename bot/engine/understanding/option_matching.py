"""Matching of typed words with the options of a question: generous about form, strict about meaning.

What could mean two things, or says less than the option does, is no match: then the person is asked again.
"""

from collections.abc import Collection, Iterable

from bot.engine.understanding.folding import TypedWords, fold_authored, read_typed
from bot.engine.understanding.phrase_lists import (
    folded_set,
    is_phrase,
    starts_with_any,
    without_prefix,
    without_suffix,
    word_list,
)
from bot.engine.understanding.quantities import find_counted_options
from bot.model.bundle import BASE_LANGUAGE
from bot.model.content import Phrases
from bot.model.flow import NOT_SURE, PREFER_NOT_TO_SAY, Option, Question

YES_OPTION, NO_OPTION = "yes", "no"
OPTIONS_WITH_SYNONYMS = (YES_OPTION, NO_OPTION, NOT_SURE, PREFER_NOT_TO_SAY)  # the phrases list their everyday words


def match_option(question: Question, text: str, phrases: Phrases) -> str | None:
    """Return the one option that *text* names; None for no option, or more than one."""
    return option_for(question, read_typed(text), phrases, tuple(option.id for option in question.options))


def option_for(question: Question, typed: TypedWords, phrases: Phrases, with_keys: Collection[str] = ()) -> str | None:
    """Return the one option that is named by its key, label, number or other words; None for none, or more than one.

    A question is no answer, but for one such as "not sure?". A key counts only for the options *with_keys* beside them.
    """
    folded = typed.answer
    if not folded:
        return None
    if (option := _option_with_key(question, folded, phrases)) and option.id in with_keys:
        return None if typed.is_question else option.id
    matches = _options_named(question, folded, phrases) or _options_named(
        question, _without_filler(folded, phrases), phrases
    )
    matches |= find_counted_options(question, typed, phrases)
    found = matches.pop() if len(matches) == 1 else None
    return None if typed.is_question and found not in (NOT_SURE, PREFER_NOT_TO_SAY) else found


def _option_with_key(question: Question, folded: str, phrases: Phrases) -> Option | None:
    """Return the option whose key *folded* is, perhaps with a word such as "number" before it; "number two" as well."""
    key = without_prefix(folded, "number", phrases)
    counted = phrases.words.get("counting", ())  # one, two, three
    if key != folded and key in folded_set(counted):
        key = str(list(map(fold_authored, counted)).index(key) + 1)
    keys = question.typed_keys
    return question.displayed_options[keys.index(key)] if key in keys else None


def option_names(question: Question, phrases: Phrases) -> Iterable[tuple[str, str]]:
    """Yield option id and name for all that names an option: text, label, other words, everyday yes and no."""
    bare_no_option = _bare_no_option(question, phrases)
    for option in question.options:
        text = option.text or phrases.texts[option.id]
        yield option.id, text
        yield option.id, option.button
        yield from ((option.id, words) for words in option.also)
        if phrases.language == BASE_LANGUAGE and option.is_standard:
            yield option.id, option.id
        list_name = NO_OPTION if option.id == bare_no_option else option.id
        if list_name in OPTIONS_WITH_SYNONYMS:
            yield from _everyday_names(question, option, list_name, phrases)


def _everyday_names(question: Question, option: Option, list_name: str, phrases: Phrases) -> Iterable[tuple[str, str]]:
    """Yield the everyday words for *option*, and every other option that begins with one: "none" is both then."""
    for word in phrases.words.get(list_name, ()):
        yield option.id, word
        if word != list_name:
            others = (other for other in question.options if other.id != option.id)
            yield from (
                (one.id, word) for one in others if starts_with_any(fold_authored(one.text), [fold_authored(word)])
            )


def _bare_no_option(question: Question, phrases: Phrases) -> str:
    """Return the option that a bare "no" means without being called so, else an empty text.

    It is "None of these", where no other option is a no.
    """
    option_texts = {option.id: fold_authored(option.text) for option in question.options}
    noes = (NO_OPTION, *word_list(phrases, NO_OPTION))
    none_options = [id for id, text in option_texts.items() if text in word_list(phrases, "none_of_these")]
    no_options = [id for id, text in option_texts.items() if id == NO_OPTION or starts_with_any(text, noes)]
    return none_options[0] if len(none_options) == 1 and set(no_options) <= set(none_options) else ""


def _options_named(question: Question, folded: str, phrases: Phrases) -> set[str]:
    """Return the options of which *folded* is a name, but for words that add nothing.

    "no blood" is "No blood at all". A bare no with thanks may also be meant for the whole question.
    """
    names = ((id, fold_authored(label)) for id, label in option_names(question, phrases) if label)
    return {id for id, label in names if folded and folded in (label, without_suffix(label, "adds_nothing", phrases))}


def _without_filler(folded: str, phrases: Phrases) -> str:
    """Return *folded* without what adds nothing to it: "there is no pain, thanks" is "no pain".

    A bare "no thanks" stays as it is: it may decline the question.
    """
    stripped = without_suffix(folded, "adds_nothing", phrases)
    if stripped != folded and is_phrase(stripped, NO_OPTION, phrases):
        return folded
    return without_prefix(stripped, "there_is", phrases)
