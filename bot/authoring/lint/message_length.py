"""The longest that each message can become: in every language, country and clinic, whatever the answers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, timedelta
from functools import cache, cached_property

from bot.authoring.parsing.readers.clinics import ADDRESS, LINE, MAP, NAME, PHONE_MOST
from bot.authoring.parsing.readers.options import LABEL
from bot.engine.presenters.clinic_services import MOST, signposts
from bot.engine.presenters.ending import MOST_PAGES
from bot.engine.presenters.question import opening
from bot.engine.presenters.texts import Voice
from bot.engine.session import Session
from bot.model.bundle import Library, filed
from bot.model.clinic import Clinic, Offer, Outside, Service
from bot.model.content import Page
from bot.model.flow import Flow, Option, Outcome, Question, Rule, Statement
from bot.model.opening_hours import FARTHEST, Hours, Span
from bot.model.urgency import EMERGENCY, Floor, Urgency
from bot.proof.context import Case
from bot.proof.max_weight import heaviest
from bot.proof.state_space.reachability import Here

MESSAGE = 4096  # characters that Telegram takes at once, as UTF-16 has them
GAP = 2  # characters of the empty line between two paragraphs
Scope = tuple[str, ...]
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
    "clinic_name": "m" * NAME,
    "clinic_phone": "1" * PHONE_MOST,
}
FLOORS = tuple(
    Floor(urgency, 3 if urgency is Urgency.SOON else 0) for urgency in Urgency if urgency < Urgency.EMERGENCY
)
SUNDAY = 1_798_369_200.0  # 2026-12-27 at 11:00, in UTC
EVERY_DAY = (((9 * 60, 17 * 60),),) * 7
SHUT: dict[str, tuple[Span, ...]] = {
    (date(2026, 12, 27) + timedelta(days=ahead)).isoformat(): () for ahead in range(FARTHEST - 1)
}


class Longest:
    """Upper bounds on the length of each message of one language, over all countries, clinics and answers.

    Lengths are in characters as Telegram counts them (UTF-16).
    """

    def __init__(self, library: Library, language: str) -> None:
        self.library, self.language = library, language
        voices = [Voice(library, Session(language=language, country=place)) for place in ("", *library.places.numbers)]
        self.voice = voices[0]
        wide = {name: _longest(voice.fill(f"{{{name}}}") for voice in voices) for name in NAMES}
        self.values = wide | ROOM
        self.help = _size(_longest(voice.number_help() for voice in voices))

    def fill(self, text: str) -> int:
        """Return the length of *text* with every placeholder filled with its longest value."""
        return _size(self.voice.fill(text, self.values)) if text else 0

    def phrase(self, *names: str) -> int:
        """Return the length of the longest of these phrases."""
        texts = self.voice.phrases.texts
        return max((self.fill(texts[name]) for name in names if name in texts), default=0)

    def page(self, page: Page) -> int:
        """Return the longest that an information page can become, with its sources and reviewer."""
        orgs = "; ".join(dict.fromkeys(source.org for source in page.sources))
        signed = 80 * 2  # a reviewer's name and role
        return (
            len(page.title) + self.fill(page.text) + self.phrase("page_sources", "page_reviewed") + len(orgs) + signed
        )

    def emergency(self, outcome: Outcome) -> int:
        """Return the longest that an emergency message can become."""
        return self.fill(outcome.say) + self.help + GAP

    def question(self, question: Question) -> int:
        """Return the longest that a question can become.

        It counts everything that could be said on the way to it (one option's words and every statement), and its
        options written out in full.
        """
        options = sum(_size(option.text) + len("1. \n") for option in question.options)
        lead = self.phrase("progress_many", "progress_more", "progress_some", "progress_one", "progress_last") + GAP
        return lead + self.spoken + self.fill(question.ask) + options

    @cached_property
    def spoken(self) -> int:
        """The length of every statement of the language, and of the longest words that an option says."""
        states = [state for flow in self.flows for state in flow.states.values()]
        says = sum(self.fill(state.say) + GAP for state in states if isinstance(state, Statement))
        options = (option for flow in self.flows for question in flow.questions() for option in question.options)
        return says + max((self.fill(option.say) + GAP for option in options), default=0)

    def ending(self, outcome: Outcome, collected: int) -> int:
        """Return the longest that an ending can become, with so much collected advice and the clinic services."""
        actions = [name for name in self.voice.phrases.texts if name.startswith("action_")]
        lines = sorted((len(page.title) + len(page.gist) for page in self.pages), reverse=True)[:MOST_PAGES]
        own = (outcome.say, outcome.effect.advise, outcome.safety_net)
        always = ("lifted", "reading", "warning_signs", "reminder", "limits", "written", "draft")
        said = [self.fill(text) for text in own] + [self.phrase(*actions), *map(self.phrase, always)]
        return sum(said) + len(said) * GAP + sum(lines) + MOST_PAGES * len("\n- . ") + self.doors + collected

    @cached_property
    def doors(self) -> int:
        """The length of the longest text on clinic services: all services, opening too late, on a day with its date."""
        texts = (signposts(self.at_a_clinic, floor, ()) for floor in FLOORS)
        return max(map(_size, texts)) + GAP

    @cached_property
    def opening(self) -> int:
        """The length of the first message."""
        return _size(opening(self.at_a_clinic, "").text)

    @cached_property
    def at_a_clinic(self) -> Voice:
        """Texts for a session at a clinic that has everything, each field as long as its reader allows."""
        names = [name for name in self.voice.phrases.texts if name.startswith("service_") and name != "service_line"]
        longest = sorted(names, key=lambda name: self.phrase(name), reverse=True)[:MOST]
        services = [Service(name.removeprefix("service_"), tuple(Urgency)) for name in longest]
        hours, phone = Hours(UTC, EVERY_DAY, SHUT), "1" * PHONE_MOST
        clinic = Clinic(
            id="m",
            name="m" * NAME,
            languages=(self.language,),
            country=max(
                self.library.places.numbers, key=lambda code: len(self.library.places.numbers[code].name), default=""
            ),
            phone=phone,
            hours=hours,
            emergency_number="1 or 2",
            urgent_line=phone,
            address="m" * ADDRESS,
            map="m" * MAP,
            offers=tuple(Offer(service.id, phone, hours) for service in services),
            greeting={self.language: "m" * LINE},
        )
        outside = Outside({"m": clinic}, SUNDAY, counting=True)
        library = replace(self.library, outside=outside, services={service.id: service for service in services})
        return Voice(library, Session(language=self.language, clinic="m"))

    @property
    def flows(self) -> list[Flow]:
        """The flows of the language."""
        return list(self.library.flows.get(self.language, {}).values())

    @property
    def pages(self) -> list[Page]:
        """The information pages of the language."""
        return list(self.library.pages.get(self.language, {}).values())


def _size(text: str) -> int:
    """Return the length of *text* as Telegram counts it: characters beyond the first plane count twice."""
    return len(text.encode("utf-16-le")) // 2


def _longest(texts: Iterator[str]) -> str:
    """Return the longest of *texts*, or "-" when a phrase that one needs does not exist."""
    try:
        return max(texts, key=len)
    except KeyError:
        return "-"


# ---- what does not fit


def long_messages(library: Library) -> Iterator[tuple[Scope, int]]:
    """Yield what can become longer than a message may be: what it is filed under, and its length.

    Endings are not among them: `overlong_endings` needs the proof to know which texts can come together.
    """
    for language in library.spoken:
        longest = Longest(library, language)
        yield from ((scope, length) for scope, length in _lengths(longest) if length > MESSAGE)


def _lengths(longest: Longest) -> Iterator[tuple[Scope, int]]:
    """Yield the greatest length of each page, phrase, question and emergency, with what it is filed under."""
    for page in longest.pages:
        yield (filed(f"{page.id}.md", longest.language),), longest.page(page)
    for name in longest.voice.phrases.texts:
        yield (filed("phrases.yaml", longest.language), name), longest.phrase(name)
    if "hello" in longest.voice.phrases.texts:
        yield (filed("phrases.yaml", longest.language), "hello"), longest.opening
    for flow in longest.flows:
        for state in flow.states.values():
            if isinstance(state, Question):
                yield (filed(flow.name, longest.language), state.name), longest.question(state)
            elif isinstance(state, Outcome) and state.floor == EMERGENCY:
                yield (filed(flow.name, longest.language), state.name), longest.emergency(state)


def long_endings(case: Case) -> Iterator[tuple[Scope, int]]:
    """Yield the endings below an emergency that some conversation makes longer than a message may be."""
    for language in case.library.spoken:
        yield from ((scope, length) for scope, length in ending_lengths(case, language) if length > MESSAGE)


def ending_lengths(case: Case, language: str) -> Iterator[tuple[Scope, int]]:
    """Yield the greatest length of each ending below an emergency, with what it is filed under."""
    longest = Longest(case.library, language)
    by_rules = sum(longest.fill(rule.effect.advise) for flow in case.flows.values() for rule in _told(longest, flow))
    for at, collected in _collected(case, longest).items():
        flow, _, name = at.partition(".")
        outcome = case.library.flow(flow, language).states[name]
        if isinstance(outcome, Outcome) and outcome.floor < EMERGENCY:
            yield (filed(flow, language), name), longest.ending(outcome, collected + by_rules)


def _told(longest: Longest, flow: Flow) -> tuple[Rule, ...]:
    """Return the rules of *flow* in the language of *max_lengths*: any of them may hold at once."""
    return longest.library.flow(flow.name, longest.language).rules


def _collected(case: Case, longest: Longest) -> dict[str, int]:
    """Return for each outcome the most advice collected on the way to it, with what is said after the last answer."""

    def option(at: str, id: str) -> Option:
        """Return an option of the question *full_name* (`flow.state`), in the language."""
        flow, _, name = at.partition(".")
        question = longest.library.flow(flow, longest.language).states[name]
        assert isinstance(question, Question)
        return next(option for option in question.options if option.id == id)

    def statements(heard: tuple[Here, ...]) -> list[Statement]:
        """Return the statements among these states, in the language."""
        states = (longest.library.flow(flow, longest.language).states[name] for flow, name in heard)
        return [state for state in states if isinstance(state, Statement)]

    def size(text: str) -> int:
        """Return the length of a paragraph with the gap after it; 0 for an empty text."""
        return longest.fill(text) + GAP if text else 0

    return heaviest(
        case,
        answer=lambda at, id: size(option(at, id).effect.advise),
        said=cache(lambda heard: sum(size(state.effect.advise) for state in statements(heard))),
        last=lambda at, id: size(option(at, id).say),
        last_said=cache(lambda heard: sum(size(state.say) for state in statements(heard))),
    )
