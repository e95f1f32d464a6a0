"""The single traversal of every translatable text: it copies content with each text as *translate_unit* returns it.

Because one traversal collects, checks and translates, these three can never differ.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import singledispatch
from typing import Any

from bot.authoring.localization.units import TranslationUnit, UnitPath, digest
from bot.model.content import Helpline, Page, PhoneDirectory, Phrases, Term
from bot.model.flow import Effect, Flow, Option, Outcome, Question, Rule, State, Statement
from bot.model.text_limits import MAX_DEFINITION_LENGTH, MAX_GIST_LENGTH, MAX_LABEL_LENGTH, MAX_TITLE_LENGTH

TranslateUnit = Callable[[TranslationUnit], str]
WORD_LISTS_ALSO_IN_ENGLISH = ("help_now", "stop", "language")  # in danger people use any language


def collect_units(content: object) -> dict[UnitPath, TranslationUnit]:
    """Return every translation unit of *content*, by its path."""
    found: dict[UnitPath, TranslationUnit] = {}

    def collect(unit: TranslationUnit) -> str:
        """Collect *unit* and leave its text as it is."""
        found[unit.path] = unit
        return unit.text

    translate(content, collect)
    return found


@singledispatch
def translate(content: Any, translate_unit: TranslateUnit) -> Any:  # noqa: ARG001
    """Return a copy of *content* in which *translate_unit* has replaced each text."""
    raise TypeError(type(content).__name__)


def _translate_text(translate_unit: TranslateUnit, path: UnitPath, text: str, max_length: int = 0) -> str:
    """Return the translation of one text; an empty text stays empty."""
    return translate_unit(TranslationUnit(path, text, max_length)) if text else ""


def _translate_labelled(
    translate_unit: TranslateUnit,
    parent_path: UnitPath,
    text: str,
    button: str,
    max_length: int = 0,
    text_key: str = "text",
) -> tuple[str, str]:
    """Return the translations of a text and of its button; long words may need a button where English has none."""
    if not text:
        return "", ""
    label = TranslationUnit(
        (*parent_path, "button"), button, MAX_LABEL_LENGTH, is_optional=not button, related_text=text
    )
    return translate_unit(TranslationUnit((*parent_path, text_key), text, max_length)), translate_unit(label)


def _translate_typed(translate_unit: TranslateUnit, path: UnitPath, related_text: str) -> tuple[str, ...]:
    """Return what people type for something in this language; what they type in English says nothing about it."""
    unit = TranslationUnit(path, "", is_word_list=True, is_optional=True, related_text=related_text)
    return tuple(filter(None, translate_unit(unit).split("\n")))


# ---- flows


@translate.register
def _(flow: Flow, translate_unit: TranslateUnit) -> Flow:
    """Return the flow with all its texts translated."""
    return replace(
        flow,
        title=_translate_text(translate_unit, ("title",), flow.title),
        asked=_translate_typed(translate_unit, ("asked",), flow.title),
        rules=tuple(_translate_rule(rule, translate_unit) for rule in flow.rules),
        states={name: _translate_state(state, ("states", name), translate_unit) for name, state in flow.states.items()},
    )


def _translate_rule(rule: Rule, translate_unit: TranslateUnit) -> Rule:
    """Return the rule with its advice translated."""
    advice = rule.effect.advise
    return replace(
        rule, effect=replace(rule.effect, advise=_translate_text(translate_unit, ("rules", digest(advice)), advice))
    )


def _translate_state(state: State, parent_path: UnitPath, translate_unit: TranslateUnit) -> State:
    """Return the state with all its texts translated."""
    match state:
        case Question(ask=ask, why=why, explain=explain):
            return replace(
                state,
                ask=_translate_text(translate_unit, (*parent_path, "ask"), ask),
                why=_translate_text(translate_unit, (*parent_path, "why"), why),
                explain=_translate_text(translate_unit, (*parent_path, "explain"), explain),
                options=tuple(
                    _translate_option(option, (*parent_path, "options", option.id), translate_unit)
                    for option in state.options
                ),
            )
        case Statement(say=say, effect=effect):
            return replace(
                state,
                say=_translate_text(translate_unit, (*parent_path, "say"), say),
                effect=_translate_effect(effect, parent_path, translate_unit),
            )
        case Outcome(say=say, safety_net=safety_net, effect=effect):
            translated_say, safety_net = (
                _translate_text(translate_unit, (*parent_path, "say"), say),
                _translate_text(translate_unit, (*parent_path, "safety_net"), safety_net),
            )
            return replace(
                state,
                say=translated_say,
                safety_net=safety_net,
                effect=_translate_effect(effect, parent_path, translate_unit),
            )
    return state


def _translate_option(option: Option, parent_path: UnitPath, translate_unit: TranslateUnit) -> Option:
    """Return the option with its text, button, reply and advice translated."""
    text, button = _translate_labelled(translate_unit, parent_path, option.text, option.button)
    say, effect = (
        _translate_text(translate_unit, (*parent_path, "say"), option.say),
        _translate_effect(option.effect, parent_path, translate_unit),
    )
    also = _translate_typed(translate_unit, (*parent_path, "also"), option.text or option.id)
    return replace(option, text=text, button=button, say=say, effect=effect, also=also)


def _translate_effect(effect: Effect, parent_path: UnitPath, translate_unit: TranslateUnit) -> Effect:
    """Return the effect with its advice translated."""
    return replace(effect, advise=_translate_text(translate_unit, (*parent_path, "advise"), effect.advise))


# ---- all other content


@translate.register
def _(page: Page, tell: TranslateUnit) -> Page:
    """Return the page with its title, button, gist and each line of text translated."""
    title, button = _translate_labelled(tell, (), page.title, page.button, MAX_TITLE_LENGTH, "title")
    gist = _translate_text(tell, ("gist",), page.gist, MAX_GIST_LENGTH)
    lines = [
        tell(TranslationUnit(("lines", digest(line)), line)) if is_translatable_line(line) else line
        for line in page.text.split("\n")
    ]
    asked = _translate_typed(tell, ("asked",), page.title)
    return replace(page, title=title, button=button, gist=gist, text="\n".join(lines), asked=asked)


def is_translatable_line(line: str) -> bool:
    """Whether a page's *line* has words in it; else it is empty, or one placeholder alone."""
    return bool(line) and not (line.startswith("{") and line.endswith("}") and " " not in line)


@translate.register
def _(phrases: Phrases, tell: TranslateUnit) -> Phrases:
    """Return the phrases and word lists translated; some lists keep their English words as well."""
    texts = {name: _translate_text(tell, ("texts", name), text) for name, text in phrases.texts.items()}
    word_lists = {name: _translate_words(tell, ("words", name), words) for name, words in phrases.words.items()}
    for name in word_lists.keys() & set(WORD_LISTS_ALSO_IN_ENGLISH):
        word_lists[name] = tuple(dict.fromkeys((*word_lists[name], *phrases.words[name])))
    return replace(phrases, texts=texts, words=word_lists)


def _translate_words(translate_unit: TranslateUnit, path: UnitPath, words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the translation of a list of words that the bot listens for."""
    return (
        tuple(translate_unit(TranslationUnit(path, "\n".join(words), is_word_list=True)).split("\n")) if words else ()
    )


@translate.register(Mapping)
def _(glossary: Mapping[str, Term], tell: TranslateUnit) -> dict[str, Term]:
    """Return the glossary with all its terms translated."""
    return {id: _translate_term(term, ("terms", id), tell) for id, term in glossary.items()}


def _translate_term(term: Term, parent_path: UnitPath, translate_unit: TranslateUnit) -> Term:
    """Return the term with its name, explanation and other names translated.

    The other names belong to the language itself: those in English say nothing about them.
    """
    name, text = (
        _translate_text(translate_unit, (*parent_path, "term"), term.term, MAX_LABEL_LENGTH),
        _translate_text(translate_unit, (*parent_path, "text"), term.text, MAX_DEFINITION_LENGTH),
    )
    return replace(
        term, term=name, text=text, other_names=_translate_typed(translate_unit, (*parent_path, "also"), term.term)
    )


@translate.register
def _(directory: PhoneDirectory, tell: TranslateUnit) -> PhoneDirectory:
    """Return the countries and helplines with translated names; no translation can change a number."""
    numbers = {
        code: replace(country, name=_translate_text(tell, ("countries", code), country.name))
        for code, country in directory.emergency_numbers.items()
    }
    fallback, *lines = _translate_helplines((directory.fallback, *directory.helplines), tell)
    return replace(directory, emergency_numbers=numbers, helplines=tuple(lines), fallback=fallback)


def _translate_helplines(helplines: tuple[Helpline, ...], translate_unit: TranslateUnit) -> Iterator[Helpline]:
    """Return the helplines with translated names."""
    return (
        replace(helpline, name=_translate_text(translate_unit, ("helplines", helpline.name), helpline.name))
        for helpline in helplines
    )
