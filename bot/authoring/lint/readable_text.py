"""Every text that people can read, and where it is written: one generator that all the rules share."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache

from bot.model.bundle import ContentBundle, content_key
from bot.model.content import Page
from bot.model.diagnostics import SourceLocation, SourceMap
from bot.model.flow import Flow, Option, Outcome, Question, State, Statement
from bot.model.urgency import EMERGENCY_FLOOR

NUMBERS_FILE, HELPLINES_FILE = "content/numbers.yaml", "content/helplines.yaml"


@dataclass(frozen=True, slots=True)
class ReadableText:
    """One text that people can read, with its location.

    *tags* say what it is (`ask`, `page:coil`), *scope* is what it is filed under, *context* is what is shown with it
    and explains it. *occurrence* counts equal texts of one file, so that each is found where it is written.
    """

    text: str
    tags: tuple[str, ...]
    scope: tuple[str, ...]
    language: str
    context: str = ""
    file: str = ""
    occurrence: int = 0

    def has_tag(self, *tags: str) -> bool:
        """Whether the text has one of *tags*; `phrase:action_*` matches many."""
        return _matches_any(self.tags, tags)

    def locate(self, source_map: SourceMap, offset: int = 0, words: str = "") -> SourceLocation:
        """Return the source location of *words*, which begin at the character *offset* of the text."""
        line = self.text.count("\n", 0, offset)
        column = offset - (self.text.rfind("\n", 0, offset) + 1)
        line_location = source_map.get((self.file, self.text, self.occurrence, line)) or self._nearest_location(
            source_map
        )
        found = line_location.source_line.find(words, line_location.column - 1 + column) if words else -1
        if found < 0:
            found = line_location.source_line.find(words, line_location.column - 1) if words else -1
        return line_location if found < 0 else replace(line_location, column=found + 1, width=len(words))

    def _nearest_location(self, source_map: SourceMap) -> SourceLocation:
        """Return the location of the nearest thing that is filed; a bundle built in a test has no locations at all."""
        for length in range(len(self.scope), 0, -1):
            if location := source_map.get(self.scope[:length]):
                return location
        return SourceLocation(self.file or "/".join(self.scope), 1, 1)


@cache
def _matches_any(tags: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether one of *tags* matches one of the patterns *wanted*."""
    return any(fnmatchcase(tag, pattern) for pattern in wanted for tag in tags)


def readable_texts(bundle: ContentBundle, source_map: SourceMap) -> Iterator[ReadableText]:
    """Yield every text of every language, with its file and occurrence."""
    occurrences: Counter[tuple[str, str]] = Counter()
    for readable in _all_texts(bundle):
        nearest = readable._nearest_location(source_map)
        file = readable.file or nearest.file
        yield replace(readable, file=file, occurrence=occurrences[file, readable.text])
        occurrences[file, readable.text] += 1


def _all_texts(bundle: ContentBundle) -> Iterator[ReadableText]:
    """Yield every text of every language: flows, pages, phrases, glossary, names of numbers and helplines."""
    for language in bundle.all_languages:
        for flow in bundle.flows.get(language, {}).values():
            yield from _flow_texts(flow, language)
        for page in bundle.pages.get(language, {}).values():
            yield from _page_texts(page, language)
        phrases = bundle.phrases.get(language)
        for name, text in phrases.texts.items() if phrases else ():
            yield ReadableText(
                text, ("phrase", f"phrase:{name}"), (content_key("phrases.yaml", language), name), language
            )
        for term in bundle.glossary.get(language, {}).values():
            yield ReadableText(
                term.term, ("term",), (content_key("glossary.yaml", language), term.id), language, term.text
            )
            yield ReadableText(
                term.text, ("meaning",), (content_key("glossary.yaml", language), term.id), language, term.term
            )
    for number in bundle.phone_directory.emergency_numbers.values():
        yield ReadableText(number.name, ("name", "label"), (number.country,), "", file=NUMBERS_FILE)
    for line in bundle.phone_directory.helplines:
        yield ReadableText(line.name, ("name",), (line.country,), "", file=HELPLINES_FILE)


def _flow_texts(flow: Flow, language: str) -> Iterator[ReadableText]:
    """Yield the texts of a flow: title, advice of its rules, states."""
    if flow.title:
        yield ReadableText(flow.title, ("title",), (content_key(flow.name, language),), language)
    for index, rule in enumerate(flow.rules):
        if rule.effect.advise:
            yield ReadableText(
                rule.effect.advise, ("advise",), (content_key(flow.name, language), "rule", str(index)), language
            )
    for state in flow.states.values():
        for text, tag, *option_id in _state_texts(state):
            tags = (tag, "safety") if isinstance(state, Question) and state.safety else (tag,)
            context = f"{state.explain}\n{state.ask}" if isinstance(state, Question) else ""
            if text:
                yield ReadableText(
                    text, tags, (content_key(flow.name, language), state.name, *option_id), language, context
                )


def _state_texts(state: State) -> Iterator[tuple[str, ...]]:
    """Yield each text of a state with its tag and, for an option, the id of that option."""
    match state:
        case Question():
            yield from ((state.ask, "ask"), (state.why, "why"), (state.explain, "explain"))
            for option in state.options:
                yield from ((text, tag, option.id) for text, tag in _option_texts(option))
        case Statement():
            yield from ((state.say, "say"), (state.effect.advise, "advise"))
        case Outcome():
            yield state.say, "emergency" if state.floor == EMERGENCY_FLOOR else "ending"
            yield from ((state.safety_net, "safety_net"), (state.effect.advise, "advise"))


def _option_texts(option: Option) -> Iterator[tuple[str, str]]:
    """Yield each text of an option with its tag."""
    yield from ((option.text, "option"), (option.button, "button"), (option.say, "say"))
    yield option.effect.advise, "advise"


def _page_texts(page: Page, language: str) -> Iterator[ReadableText]:
    """Yield the texts of an information page."""
    scope, page_tag = (content_key(f"{page.id}.md", language),), f"page:{page.id}"
    yield ReadableText(
        page.title, ("title", page_tag) if page.button else ("title", "label", page_tag), scope, language, page.text
    )
    if page.button:
        yield ReadableText(page.button, ("button", page_tag), scope, language, page.text)
    yield ReadableText(page.gist, ("gist", page_tag), scope, language, page.text)
    yield ReadableText(page.text, ("page", page_tag), scope, language)
