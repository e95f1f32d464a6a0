"""The single traversal of every translatable text: it copies content with each text as *translate_unit* returns it.

Because one traversal collects, checks and translates, these three can never differ.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import singledispatch
from typing import Any

from bot.authoring.localization.units import Path, Unit, digest
from bot.model.content import Helpline, Page, Phrases, Places, Term
from bot.model.flow import Effect, Flow, Option, Outcome, Question, Rule, State, Statement

Tell = Callable[[Unit], str]
LABEL, TITLE, GIST, MEANING = 24, 60, 100, 160  # characters
ALWAYS_HEARD = ("alarm", "help_now", "stop", "language")  # in danger people use any language


def units(thing: object) -> dict[Path, Unit]:
    """Return every translation unit of *content*, by its path."""
    found: dict[Path, Unit] = {}

    def note(unit: Unit) -> str:
        """Collect *unit* and leave its text as it is."""
        found[unit.path] = unit
        return unit.text

    say_in(thing, note)
    return found


@singledispatch
def say_in(thing: Any, tell: Tell) -> Any:  # noqa: ARG001
    """Return a copy of *content* in which *translate_unit* has replaced each text."""
    raise TypeError(type(thing).__name__)


def _text(tell: Tell, path: Path, text: str, most: int = 0) -> str:
    """Return the translation of one text; an empty text stays empty."""
    return tell(Unit(path, text, most)) if text else ""


def _labelled(tell: Tell, at: Path, text: str, button: str, most: int = 0, name: str = "text") -> tuple[str, str]:
    """Return the translations of a text and of its button; long words may need a button where English has none."""
    if not text:
        return "", ""
    label = Unit((*at, "button"), button, LABEL, spare=not button, beside=text)
    return tell(Unit((*at, name), text, most)), tell(label)


# ---- flows


@say_in.register
def _(flow: Flow, tell: Tell) -> Flow:
    """Return the flow with all its texts translated."""
    return replace(
        flow,
        title=_text(tell, ("title",), flow.title),
        rules=tuple(_rule(rule, tell) for rule in flow.rules),
        states={name: _state(state, ("states", name), tell) for name, state in flow.states.items()},
    )


def _rule(rule: Rule, tell: Tell) -> Rule:
    """Return the rule with its advice translated."""
    advise = rule.effect.advise
    return replace(rule, effect=replace(rule.effect, advise=_text(tell, ("rules", digest(advise)), advise)))


def _state(state: State, at: Path, tell: Tell) -> State:
    """Return the state with all its texts translated."""
    match state:
        case Question(ask=ask, why=why, explain=explain):
            return replace(
                state,
                ask=_text(tell, (*at, "ask"), ask),
                why=_text(tell, (*at, "why"), why),
                explain=_text(tell, (*at, "explain"), explain),
                options=tuple(_option(option, (*at, "options", option.id), tell) for option in state.options),
            )
        case Statement(say=say, effect=effect):
            return replace(state, say=_text(tell, (*at, "say"), say), effect=_effect(effect, at, tell))
        case Outcome(say=say, safety_net=net, effect=effect):
            said, net = _text(tell, (*at, "say"), say), _text(tell, (*at, "safety_net"), net)
            return replace(state, say=said, safety_net=net, effect=_effect(effect, at, tell))
    return state


def _option(option: Option, at: Path, tell: Tell) -> Option:
    """Return the option with its text, button, reply and advice translated."""
    text, button = _labelled(tell, at, option.text, option.button)
    said, effect = _text(tell, (*at, "say"), option.say), _effect(option.effect, at, tell)
    return replace(option, text=text, button=button, say=said, effect=effect)


def _effect(effect: Effect, at: Path, tell: Tell) -> Effect:
    """Return the effect with its advice translated."""
    return replace(effect, advise=_text(tell, (*at, "advise"), effect.advise))


# ---- all other content


@say_in.register
def _(page: Page, tell: Tell) -> Page:
    """Return the page with its title, button, gist and each line of text translated."""
    title, button = _labelled(tell, (), page.title, page.button, TITLE, "title")
    gist = _text(tell, ("gist",), page.gist, GIST)
    lines = [tell(Unit(("lines", digest(line)), line)) if is_said(line) else line for line in page.text.split("\n")]
    return replace(page, title=title, button=button, gist=gist, text="\n".join(lines))


def is_said(line: str) -> bool:
    """Whether a page's *line* has words in it; else it is empty, or one placeholder alone."""
    return bool(line) and not (line.startswith("{") and line.endswith("}") and " " not in line)


@say_in.register
def _(phrases: Phrases, tell: Tell) -> Phrases:
    """Return the phrases and word lists translated; some lists keep their English words as well."""
    texts = {name: _text(tell, ("texts", name), text) for name, text in phrases.texts.items()}
    heard = {name: _words(tell, ("words", name), words) for name, words in phrases.words.items()}
    for name in heard.keys() & set(ALWAYS_HEARD):
        heard[name] = tuple(dict.fromkeys((*heard[name], *phrases.words[name])))
    return replace(phrases, texts=texts, words=heard)


def _words(tell: Tell, path: Path, words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the translation of a list of words that the bot listens for."""
    return tuple(tell(Unit(path, "\n".join(words), heard=True)).split("\n")) if words else ()


@say_in.register(Mapping)
def _(glossary: Mapping[str, Term], tell: Tell) -> dict[str, Term]:
    """Return the glossary with all its terms translated."""
    return {id: _term(term, ("terms", id), tell) for id, term in glossary.items()}


def _term(term: Term, at: Path, tell: Tell) -> Term:
    """Return the term with its name, explanation and other names translated.

    The other names belong to the language itself: those in English say nothing about them.
    """
    named, text = _text(tell, (*at, "term"), term.term, LABEL), _text(tell, (*at, "text"), term.text, MEANING)
    also = tell(Unit((*at, "also"), "", heard=True, spare=True, beside=term.term))
    return replace(term, term=named, text=text, also=tuple(filter(None, also.split("\n"))))


@say_in.register
def _(places: Places, tell: Tell) -> Places:
    """Return the countries and helplines with translated names; no translation can change a number."""
    numbers = {
        code: replace(one, name=_text(tell, ("countries", code), one.name)) for code, one in places.numbers.items()
    }
    fallback, *lines = _lines((places.fallback, *places.helplines), tell)
    return replace(places, numbers=numbers, helplines=tuple(lines), fallback=fallback)


def _lines(lines: tuple[Helpline, ...], tell: Tell) -> Iterator[Helpline]:
    """Return the helplines with translated names."""
    return (replace(line, name=_text(tell, ("helplines", line.name), line.name)) for line in lines)
