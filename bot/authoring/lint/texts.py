"""Every text that people can read, and where it is written: one generator that all the rules share."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache

from bot.model.bundle import Library, filed
from bot.model.content import Page
from bot.model.diagnostics import Place
from bot.model.flow import Flow, Option, Outcome, Question, State, Statement
from bot.model.urgency import EMERGENCY

Atlas = Mapping[tuple[str | int, ...], Place]
NUMBERS, HELPLINES = "content/numbers.yaml", "content/helplines.yaml"


@dataclass(frozen=True, slots=True)
class Said:
    """One text that people can read, with its location.

    *tags* say what it is (`ask`, `page:coil`), *scope* is what it is filed under, *context* is what is shown with it
    and explains it. *occurrence* counts equal texts of one file, so that each is found where it is written.
    """

    text: str
    tags: tuple[str, ...]
    scope: tuple[str, ...]
    language: str
    beside: str = ""
    file: str = ""
    time: int = 0

    def has(self, *tags: str) -> bool:
        """Whether the text has one of *tags*; `phrase:action_*` matches many."""
        return _any_of(self.tags, tags)

    def place(self, atlas: Atlas, at: int = 0, words: str = "") -> Place:
        """Return the source location of *words*, which begin at the character *offset* of the text."""
        line = self.text.count("\n", 0, at)
        column = at - (self.text.rfind("\n", 0, at) + 1)
        whole = atlas.get((self.file, self.text, self.time, line)) or self._near(atlas)
        found = whole.source.find(words, whole.column - 1 + column) if words else -1
        if found < 0:
            found = whole.source.find(words, whole.column - 1) if words else -1
        return whole if found < 0 else replace(whole, column=found + 1, width=len(words))

    def _near(self, atlas: Atlas) -> Place:
        """Return the location of the nearest thing that is filed; a bundle built in a test has no locations at all."""
        for length in range(len(self.scope), 0, -1):
            if place := atlas.get(self.scope[:length]):
                return place
        return Place(self.file or "/".join(self.scope), 1, 1)


@cache
def _any_of(tags: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether one of *tags* matches one of the patterns *wanted*."""
    return any(fnmatchcase(tag, one) for one in wanted for tag in tags)


def strings(library: Library, atlas: Atlas) -> Iterator[Said]:
    """Yield every text of every language, with its file and occurrence."""
    times: Counter[tuple[str, str]] = Counter()
    for said in _strings(library):
        near = said._near(atlas)
        file = said.file or near.file
        yield replace(said, file=file, time=times[file, said.text])
        times[file, said.text] += 1


def _strings(library: Library) -> Iterator[Said]:
    """Yield every text of every language: flows, pages, phrases, glossary, names of numbers and helplines."""
    for language in library.spoken:
        for flow in library.flows.get(language, {}).values():
            yield from _flow(flow, language)
        for page in library.pages.get(language, {}).values():
            yield from _page(page, language)
        phrases = library.phrases.get(language)
        for name, text in phrases.texts.items() if phrases else ():
            yield Said(text, ("phrase", f"phrase:{name}"), (filed("phrases.yaml", language), name), language)
        for term in library.glossary.get(language, {}).values():
            yield Said(term.term, ("term",), (filed("glossary.yaml", language), term.id), language, term.text)
            yield Said(term.text, ("meaning",), (filed("glossary.yaml", language), term.id), language, term.term)
    for number in library.places.numbers.values():
        yield Said(number.name, ("name", "label"), (number.country,), "", file=NUMBERS)
    for line in library.places.helplines:
        yield Said(line.name, ("name",), (line.country,), "", file=HELPLINES)


def _flow(flow: Flow, language: str) -> Iterator[Said]:
    """Yield the texts of a flow: title, advice of its rules, states."""
    if flow.title:
        yield Said(flow.title, ("title",), (filed(flow.name, language),), language)
    for index, rule in enumerate(flow.rules):
        if rule.effect.advise:
            yield Said(rule.effect.advise, ("advise",), (filed(flow.name, language), "rule", str(index)), language)
    for state in flow.states.values():
        for text, kind, *inside in _state(state):
            tags = (kind, "safety") if isinstance(state, Question) and state.safety else (kind,)
            beside = f"{state.explain}\n{state.ask}" if isinstance(state, Question) else ""
            if text:
                yield Said(text, tags, (filed(flow.name, language), state.name, *inside), language, beside)


def _state(state: State) -> Iterator[tuple[str, ...]]:
    """Yield each text of a state with its tag and, for an option, the id of that option."""
    match state:
        case Question():
            yield from ((state.ask, "ask"), (state.why, "why"), (state.explain, "explain"))
            for option in state.options:
                yield from ((text, kind, option.id) for text, kind in _option(option))
        case Statement():
            yield from ((state.say, "say"), (state.effect.advise, "advise"))
        case Outcome():
            yield state.say, "emergency" if state.floor == EMERGENCY else "ending"
            yield from ((state.safety_net, "safety_net"), (state.effect.advise, "advise"))


def _option(option: Option) -> Iterator[tuple[str, str]]:
    """Yield each text of an option with its tag."""
    yield from ((option.text, "option"), (option.button, "button"), (option.say, "say"))
    yield option.effect.advise, "advise"


def _page(page: Page, language: str) -> Iterator[Said]:
    """Yield the texts of an information page."""
    scope, own = (filed(f"{page.id}.md", language),), f"page:{page.id}"
    yield Said(page.title, ("title", own) if page.button else ("title", "label", own), scope, language, page.text)
    if page.button:
        yield Said(page.button, ("button", own), scope, language, page.text)
    yield Said(page.gist, ("gist", own), scope, language, page.text)
    yield Said(page.text, ("page", own), scope, language)
