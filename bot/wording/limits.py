"""What fits: on a button, in a sentence, in a question, and in one message when every placeholder is filled."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property

from bot.content import Page
from bot.endings import MOST_PAGES
from bot.flow import Flow, Option, Outcome, Question, Statement
from bot.library import Library, filed
from bot.reading.options import LABEL
from bot.session import Session
from bot.urgency import EMERGENCY
from bot.voice import Voice
from bot.wording.patterns import sentences
from bot.wording.strings import Said

MESSAGE = 4096  # characters that Telegram takes at once
DATA = 48  # bytes of a button's own data; the session's tag and the turn take the rest of Telegram's 64
WORD = re.compile(r"[^\W_]")
NAMES = (
    "emergency_number",
    "crisis_line",
    "assault_line",
    "child_line",
    "warning_signs",
    "clinic_name",
    "clinic_phone",
)
ROOM = {
    "days": "14",
    "checked": "2026-11-22",
    "country": "m" * LABEL,
    "clinic_name": "m" * 60,
    "clinic_phone": "1" * 20,
}


def long_sentences(said: Said, most: int) -> Iterator[tuple[int, str, int]]:
    """Each sentence of more than *most* words: where it begins, its first words, and how many there are."""
    at = 0
    for line in said.text.split("\n"):
        for start, sentence in sentences(line):
            words = [word for word in sentence.split() if WORD.search(word)]
            if len(words) > most:
                yield at + start, sentence, len(words)
        at += len(line) + 1


def lines_of_question(said: Said) -> int:
    """The lines of a question besides the list that hangs from it."""
    return sum(not line.startswith("- ") for line in said.text.split("\n"))


def same_labels(question: Question) -> Iterator[Option]:
    """Options that nobody could tell apart by what their buttons say."""
    labels = Counter(option.label.casefold() for option in question.options if option.label)
    return (option for option in question.options if labels[option.label.casefold()] > 1)


def data_of_buttons(library: Library, language: str) -> Iterator[tuple[str, str]]:
    """The data of every button that is not an option, with what it is filed under."""
    for page in library.pages.get(language, {}).values():
        yield filed(f"{page.id}.md", language), f"!page:{page.id}"
    for flow in library.flows.get(language, {}).values():
        yield from ((filed(flow.name, language), f"!change:{flow.at(question.name)}") for question in flow.questions())


class Longest:
    """The longest that each message of one language can become, whichever country and answers come together."""

    def __init__(self, library: Library, language: str) -> None:
        self.library, self.language = library, language
        voices = [Voice(library, Session(language=language, country=place)) for place in ("", *library.places.numbers)]
        self.voice = voices[0]
        wide = {name: _longest(voice.fill(f"{{{name}}}") for voice in voices) for name in NAMES}
        self.values = wide | ROOM
        self.help = len(_longest(voice.number_help() for voice in voices))

    def fill(self, text: str) -> int:
        return len(self.voice.fill(text, self.values))

    def phrase(self, *names: str) -> int:
        """The length of the longest of these phrases."""
        texts = self.voice.phrases.texts
        return max((self.fill(texts[name]) for name in names if name in texts), default=0)

    def page(self, page: Page) -> int:
        orgs = "; ".join(dict.fromkeys(source.org for source in page.sources))
        signed = 80 * 2  # a reviewer's name and role
        return (
            len(page.title) + self.fill(page.text) + self.phrase("page_sources", "page_reviewed") + len(orgs) + signed
        )

    def emergency(self, outcome: Outcome) -> int:
        return self.fill(outcome.say) + self.help

    def question(self, question: Question) -> int:
        """With everything that could have been said on the way to it: one option's words and every statement."""
        return self.spoken + self.fill(question.ask)

    @cached_property
    def spoken(self) -> int:
        states = [state for flow in self._flows for state in flow.states.values()]
        says = sum(self.fill(state.say) for state in states if isinstance(state, Statement))
        return says + max((self.fill(option.say) for flow in self._flows for option in _options(flow)), default=0)

    def ending(self, outcome: Outcome) -> int:
        """With all advice that one conversation could collect."""
        actions = [name for name in self.voice.phrases.texts if name.startswith("action_")]
        lines = sorted((len(page.title) + len(page.gist) for page in self._pages), reverse=True)[:MOST_PAGES]
        said = [self.fill(outcome.say), self.fill(outcome.safety_net), self.advice, sum(lines)]
        always = ("lifted", "reading", "warning_signs", "reminder", "limits", "written", "draft")
        return self.phrase(*actions) + sum(said) + sum(self.phrase(name) for name in always) + 30

    @cached_property
    def advice(self) -> int:
        """One answer to each question, and everything that comes without a question."""
        return sum(max((self.fill(text) for text in texts), default=0) for texts in self._advice())

    def _advice(self) -> Iterator[list[str]]:
        for flow in self._flows:
            yield from ([rule.effect.advise] for rule in flow.rules)
            for state in flow.states.values():
                match state:
                    case Question():
                        yield [option.effect.advise for option in state.options]
                    case Statement() | Outcome():
                        yield [state.effect.advise]

    @property
    def _flows(self) -> list[Flow]:
        return list(self.library.flows.get(self.language, {}).values())

    @property
    def _pages(self) -> list[Page]:
        return list(self.library.pages.get(self.language, {}).values())


def _longest(texts: Iterator[str]) -> str:
    """The longest of *texts*; of what needs a phrase that is not there, next to nothing."""
    try:
        return max(texts, key=len)
    except KeyError:
        return "-"


def _options(flow: Flow) -> Iterator[Option]:
    for question in flow.questions():
        yield from question.options


def long_messages(library: Library, language: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """What a message of more than MESSAGE characters is filed under, and how long it can become."""
    longest = Longest(library, language)
    for scope, length in _lengths(longest):
        if length > MESSAGE:
            yield scope, length


def _lengths(longest: Longest) -> Iterator[tuple[tuple[str, ...], int]]:
    for page in longest._pages:
        yield (filed(f"{page.id}.md", longest.language),), longest.page(page)
    for name in longest.voice.phrases.texts:
        yield (filed("phrases.yaml", longest.language), name), longest.phrase(name)
    for flow in longest._flows:
        for state in flow.states.values():
            match state:
                case Question():
                    yield (filed(flow.name, longest.language), state.name), longest.question(state)
                case Outcome(floor=floor):
                    length: Callable[[Outcome], int] = longest.emergency if floor == EMERGENCY else longest.ending
                    yield (filed(flow.name, longest.language), state.name), length(state)
