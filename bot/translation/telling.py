"""The one walk over every text of a thing: it says the thing again, each text in the words that *tell* has for it.

So what can be translated, what a translation may hold and what is put in its place can never differ.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import singledispatch
from typing import Any

from bot.content import Helpline, Page, Phrases, Places, Term
from bot.flow import Effect, Flow, Option, Outcome, Question, Rule, State, Statement
from bot.translation.units import Path, Unit, digest

Tell = Callable[[Unit], str]
LABEL, TITLE, GIST, MEANING = 24, 60, 100, 160  # the most characters of each
ALWAYS_HEARD = ("alarm", "help_now", "stop", "language")  # in English too: nobody in danger minds their language


def units(thing: object) -> dict[Path, Unit]:
    """Every text of *thing*."""
    found: dict[Path, Unit] = {}

    def note(unit: Unit) -> str:
        found[unit.path] = unit
        return unit.text

    say_in(thing, note)
    return found


@singledispatch
def say_in(thing: Any, tell: Tell) -> Any:  # noqa: ARG001
    """*thing* again, in the words that *tell* has for each of its texts."""
    raise TypeError(type(thing).__name__)


def _text(tell: Tell, path: Path, text: str, most: int = 0) -> str:
    return tell(Unit(path, text, most)) if text else ""


def _labelled(tell: Tell, at: Path, text: str, button: str, most: int = 0, name: str = "text") -> tuple[str, str]:
    """A text with its button. A language of long words may need one where English has none."""
    if not text:
        return "", ""
    label = Unit((*at, "button"), button, LABEL, spare=not button, beside=text)
    return tell(Unit((*at, name), text, most)), tell(label)


# ---- flows


@say_in.register
def _(flow: Flow, tell: Tell) -> Flow:
    return replace(
        flow,
        title=_text(tell, ("title",), flow.title),
        rules=tuple(_rule(rule, tell) for rule in flow.rules),
        states={name: _state(state, ("states", name), tell) for name, state in flow.states.items()},
    )


def _rule(rule: Rule, tell: Tell) -> Rule:
    advise = rule.effect.advise
    return replace(rule, effect=replace(rule.effect, advise=_text(tell, ("rules", digest(advise)), advise)))


def _state(state: State, at: Path, tell: Tell) -> State:
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
    text, button = _labelled(tell, at, option.text, option.button)
    said, effect = _text(tell, (*at, "say"), option.say), _effect(option.effect, at, tell)
    return replace(option, text=text, button=button, say=said, effect=effect)


def _effect(effect: Effect, at: Path, tell: Tell) -> Effect:
    return replace(effect, advise=_text(tell, (*at, "advise"), effect.advise))


# ---- what stands beside the flows


@say_in.register
def _(page: Page, tell: Tell) -> Page:
    title, button = _labelled(tell, (), page.title, page.button, TITLE, "title")
    gist = _text(tell, ("gist",), page.gist, GIST)
    lines = [tell(Unit(("lines", digest(line)), line)) if is_said(line) else line for line in page.text.split("\n")]
    return replace(page, title=title, button=button, gist=gist, text="\n".join(lines))


def is_said(line: str) -> bool:
    """Whether a page's *line* has words in it; else it is empty, or one placeholder alone."""
    return bool(line) and not (line.startswith("{") and line.endswith("}") and " " not in line)


@say_in.register
def _(phrases: Phrases, tell: Tell) -> Phrases:
    texts = {name: _text(tell, ("texts", name), text) for name, text in phrases.texts.items()}
    heard = {name: _words(tell, ("words", name), words) for name, words in phrases.words.items()}
    for name in heard.keys() & set(ALWAYS_HEARD):
        heard[name] = tuple(dict.fromkeys((*heard[name], *phrases.words[name])))
    return replace(phrases, texts=texts, words=heard)


def _words(tell: Tell, path: Path, words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(tell(Unit(path, "\n".join(words), heard=True)).split("\n")) if words else ()


@say_in.register(Mapping)
def _(glossary: Mapping[str, Term], tell: Tell) -> dict[str, Term]:
    return {id: _term(term, ("terms", id), tell) for id, term in glossary.items()}


def _term(term: Term, at: Path, tell: Tell) -> Term:
    """Its other names are another language's own: those it has in English say nothing about them."""
    named, text = _text(tell, (*at, "term"), term.term, LABEL), _text(tell, (*at, "text"), term.text, MEANING)
    also = tell(Unit((*at, "also"), "", heard=True, spare=True, beside=term.term))
    return replace(term, term=named, text=text, also=tuple(filter(None, also.split("\n"))))


@say_in.register
def _(places: Places, tell: Tell) -> Places:
    """Names alone. No translation can change a number."""
    numbers = {
        code: replace(one, name=_text(tell, ("countries", code), one.name)) for code, one in places.numbers.items()
    }
    fallback, *lines = _lines((places.fallback, *places.helplines), tell)
    return replace(places, numbers=numbers, helplines=tuple(lines), fallback=fallback)


def _lines(lines: tuple[Helpline, ...], tell: Tell) -> Iterator[Helpline]:
    return (replace(line, name=_text(tell, ("helplines", line.name), line.name)) for line in lines)
