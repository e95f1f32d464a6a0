"""The longest that each message can become: in every language, country and clinic, whatever the answers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, timedelta
from functools import cache, cached_property

from bot.authoring.parsing.readers.clinics import (
    MAX_ADDRESS_LENGTH,
    MAX_CLINIC_NAME_LENGTH,
    MAX_GREETING_LENGTH,
    MAX_MAP_LINK_LENGTH,
    MAX_PHONE_LENGTH,
)
from bot.engine.presenters.clinic_services import MAX_SERVICES_SHOWN, services_text
from bot.engine.presenters.ending import MAX_PAGES_SHOWN
from bot.engine.presenters.opening import opening_message
from bot.engine.presenters.texts import Texts
from bot.engine.session import Session
from bot.model.bundle import ContentBundle, content_key
from bot.model.clinic import Clinic, ClinicService, Environment, Offer
from bot.model.content import Page
from bot.model.flow import Flow, Option, Outcome, Question, Rule, Statement
from bot.model.opening_hours import LOOKAHEAD_DAYS, MinuteSpan, OpeningHours
from bot.model.text_limits import MAX_LABEL_LENGTH
from bot.model.urgency import EMERGENCY_FLOOR, Floor, Urgency
from bot.proof.context import ProofContext
from bot.proof.max_weight import max_weight_by_outcome
from bot.proof.state_space.reachability import StateRef

MAX_MESSAGE_CHARS = 4096  # characters that Telegram takes at once, as UTF-16 has them
PARAGRAPH_GAP_CHARS = 2  # characters of the empty line between two paragraphs
Scope = tuple[str, ...]
PLACEHOLDER_NAMES = (
    "emergency_number",
    "crisis_line",
    "assault_line",
    "child_line",
    "warning_signs",
    "clinic_name",
    "clinic_phone",
)
LONGEST_VALUES = {
    "days": "14",
    "checked": "2026-11-22",
    "country": "m" * MAX_LABEL_LENGTH,
    "clinic_name": "m" * MAX_CLINIC_NAME_LENGTH,
    "clinic_phone": "1" * MAX_PHONE_LENGTH,
}
FLOORS_BELOW_EMERGENCY = tuple(
    Floor(urgency, 3 if urgency is Urgency.SOON else 0) for urgency in Urgency if urgency < Urgency.EMERGENCY
)
SUNDAY_TIMESTAMP = 1_798_369_200.0  # 2026-12-27 at 11:00, in UTC
OPEN_EVERY_DAY = (((9 * 60, 17 * 60),),) * 7
CLOSED_DATES: dict[str, tuple[MinuteSpan, ...]] = {
    (date(2026, 12, 27) + timedelta(days=ahead)).isoformat(): () for ahead in range(LOOKAHEAD_DAYS - 1)
}


class MaxLengths:
    """Upper bounds on the length of each message of one language, over all countries, clinics and answers.

    Lengths are in characters as Telegram counts them (UTF-16).
    """

    def __init__(self, bundle: ContentBundle, language: str) -> None:
        self.bundle, self.language = bundle, language
        texts_by_country = [
            Texts(bundle, Session(language=language, country=country))
            for country in ("", *bundle.phone_directory.emergency_numbers)
        ]
        self.texts = texts_by_country[0]
        longest_by_name = {
            name: _longest_text(texts.fill(f"{{{name}}}") for texts in texts_by_country) for name in PLACEHOLDER_NAMES
        }
        self.longest_values = longest_by_name | LONGEST_VALUES
        self.number_help_length = _utf16_length(
            _longest_text(texts.emergency_number_help() for texts in texts_by_country)
        )

    def filled_length(self, text: str) -> int:
        """Return the length of *text* with every placeholder filled with its longest value."""
        return _utf16_length(self.texts.fill(text, self.longest_values)) if text else 0

    def phrase_length(self, *names: str) -> int:
        """Return the length of the longest of these phrases."""
        texts = self.texts.phrases.texts
        return max((self.filled_length(texts[name]) for name in names if name in texts), default=0)

    def page_length(self, page: Page) -> int:
        """Return the longest that an information page can become, with its sources and reviewer."""
        organisations = "; ".join(dict.fromkeys(source.org for source in page.sources))
        signature_length = 80 * 2  # a reviewer's name and role
        return (
            len(page.title)
            + self.filled_length(page.text)
            + self.phrase_length("page_sources", "page_reviewed")
            + len(organisations)
            + signature_length
        )

    def emergency_length(self, outcome: Outcome) -> int:
        """Return the longest that an emergency message can become."""
        return self.filled_length(outcome.say) + self.number_help_length + PARAGRAPH_GAP_CHARS

    def question_length(self, question: Question) -> int:
        """Return the longest that a question can become.

        It counts everything that could be said on the way to it (one option's words and every statement), and its
        options written out in full.
        """
        options_length = sum(_utf16_length(option.text) + len("1. \n") for option in question.options)
        progress_length = (
            self.phrase_length("progress_many", "progress_more", "progress_some", "progress_one", "progress_last")
            + PARAGRAPH_GAP_CHARS
        )
        return progress_length + self.statements_length + self.filled_length(question.ask) + options_length

    @cached_property
    def statements_length(self) -> int:
        """The length of every statement of the language, and of the longest words that an option says."""
        states = [state for flow in self.flows for state in flow.states.values()]
        statement_chars = sum(
            self.filled_length(state.say) + PARAGRAPH_GAP_CHARS for state in states if isinstance(state, Statement)
        )
        options = (option for flow in self.flows for question in flow.questions() for option in question.options)
        return statement_chars + max(
            (self.filled_length(option.say) + PARAGRAPH_GAP_CHARS for option in options), default=0
        )

    def ending_length(self, outcome: Outcome, advice_length: int) -> int:
        """Return the longest that an ending can become, with so much collected advice and the clinic services."""
        actions = [name for name in self.texts.phrases.texts if name.startswith("action_")]
        page_lines = sorted((len(page.title) + len(page.gist) for page in self.pages), reverse=True)[:MAX_PAGES_SHOWN]
        outcome_texts = (outcome.say, outcome.effect.advise, outcome.safety_net)
        phrase_names = ("lifted", "reading", "warning_signs", "reminder", "limits", "written", "draft")
        paragraph_lengths = [self.filled_length(text) for text in outcome_texts] + [
            self.phrase_length(*actions),
            *map(self.phrase_length, phrase_names),
        ]
        return (
            sum(paragraph_lengths)
            + len(paragraph_lengths) * PARAGRAPH_GAP_CHARS
            + sum(page_lines)
            + MAX_PAGES_SHOWN * len("\n- . ")
            + self.clinic_services_length
            + advice_length
        )

    @cached_property
    def clinic_services_length(self) -> int:
        """The length of the longest text on clinic services: all services, opening too late, on a day with its date."""
        service_texts = (services_text(self.largest_clinic_texts, floor, ()) for floor in FLOORS_BELOW_EMERGENCY)
        return max(map(_utf16_length, service_texts)) + PARAGRAPH_GAP_CHARS

    @cached_property
    def opening_length(self) -> int:
        """The length of the first message."""
        return _utf16_length(opening_message(self.largest_clinic_texts, "").text)

    @cached_property
    def largest_clinic_texts(self) -> Texts:
        """Texts for a session at a clinic that has everything, each field as long as its reader allows."""
        names = [name for name in self.texts.phrases.texts if name.startswith("service_") and name != "service_line"]
        longest_names = sorted(names, key=lambda name: self.phrase_length(name), reverse=True)[:MAX_SERVICES_SHOWN]
        services = [ClinicService(name.removeprefix("service_"), tuple(Urgency)) for name in longest_names]
        hours, phone = OpeningHours(UTC, OPEN_EVERY_DAY, CLOSED_DATES), "1" * MAX_PHONE_LENGTH
        clinic = Clinic(
            id="m",
            name="m" * MAX_CLINIC_NAME_LENGTH,
            languages=(self.language,),
            country=max(
                self.bundle.phone_directory.emergency_numbers,
                key=lambda code: len(self.bundle.phone_directory.emergency_numbers[code].name),
                default="",
            ),
            phone=phone,
            hours=hours,
            emergency_number="1 or 2",
            urgent_phone=phone,
            address="m" * MAX_ADDRESS_LENGTH,
            map_url="m" * MAX_MAP_LINK_LENGTH,
            offers=tuple(Offer(service.id, phone, hours) for service in services),
            greeting={self.language: "m" * MAX_GREETING_LENGTH},
        )
        environment = Environment({"m": clinic}, SUNDAY_TIMESTAMP, statistics_enabled=True)
        bundle = replace(self.bundle, environment=environment, services={service.id: service for service in services})
        return Texts(bundle, Session(language=self.language, clinic="m"))

    @property
    def flows(self) -> list[Flow]:
        """The flows of the language."""
        return list(self.bundle.flows.get(self.language, {}).values())

    @property
    def pages(self) -> list[Page]:
        """The information pages of the language."""
        return list(self.bundle.pages.get(self.language, {}).values())


def _utf16_length(text: str) -> int:
    """Return the length of *text* as Telegram counts it: characters beyond the first plane count twice."""
    return len(text.encode("utf-16-le")) // 2


def _longest_text(texts: Iterator[str]) -> str:
    """Return the longest of *texts*, or "-" when a phrase that one needs does not exist."""
    try:
        return max(texts, key=len)
    except KeyError:
        return "-"


# ---- what does not fit


def overlong_messages(bundle: ContentBundle) -> Iterator[tuple[Scope, int]]:
    """Yield what can become longer than a message may be: what it is filed under, and its length.

    Endings are not among them: `overlong_endings` needs the proof to know which texts can come together.
    """
    for language in bundle.all_languages:
        max_lengths = MaxLengths(bundle, language)
        yield from ((scope, length) for scope, length in _message_lengths(max_lengths) if length > MAX_MESSAGE_CHARS)


def _message_lengths(max_lengths: MaxLengths) -> Iterator[tuple[Scope, int]]:
    """Yield the greatest length of each page, phrase, question and emergency, with what it is filed under."""
    for page in max_lengths.pages:
        yield (content_key(f"{page.id}.md", max_lengths.language),), max_lengths.page_length(page)
    for name in max_lengths.texts.phrases.texts:
        yield (content_key("phrases.yaml", max_lengths.language), name), max_lengths.phrase_length(name)
    if "hello" in max_lengths.texts.phrases.texts:
        yield (content_key("phrases.yaml", max_lengths.language), "hello"), max_lengths.opening_length
    for flow in max_lengths.flows:
        for state in flow.states.values():
            if isinstance(state, Question):
                yield (content_key(flow.name, max_lengths.language), state.name), max_lengths.question_length(state)
            elif isinstance(state, Outcome) and state.floor == EMERGENCY_FLOOR:
                yield (content_key(flow.name, max_lengths.language), state.name), max_lengths.emergency_length(state)


def overlong_endings(context: ProofContext) -> Iterator[tuple[Scope, int]]:
    """Yield the endings below an emergency that some conversation makes longer than a message may be."""
    for language in context.bundle.all_languages:
        yield from (
            (scope, length) for scope, length in ending_lengths(context, language) if length > MAX_MESSAGE_CHARS
        )


def ending_lengths(context: ProofContext, language: str) -> Iterator[tuple[Scope, int]]:
    """Yield the greatest length of each ending below an emergency, with what it is filed under."""
    max_lengths = MaxLengths(context.bundle, language)
    rule_advice_length = sum(
        max_lengths.filled_length(rule.effect.advise)
        for flow in context.flows.values()
        for rule in _rules_of(max_lengths, flow)
    )
    for full_name, advice_length in _advice_lengths(context, max_lengths).items():
        flow, _, name = full_name.partition(".")
        outcome = context.bundle.flow(flow, language).states[name]
        if isinstance(outcome, Outcome) and outcome.floor < EMERGENCY_FLOOR:
            yield (
                (content_key(flow, language), name),
                max_lengths.ending_length(outcome, advice_length + rule_advice_length),
            )


def _rules_of(max_lengths: MaxLengths, flow: Flow) -> tuple[Rule, ...]:
    """Return the rules of *flow* in the language of *max_lengths*: any of them may hold at once."""
    return max_lengths.bundle.flow(flow.name, max_lengths.language).rules


def _advice_lengths(context: ProofContext, max_lengths: MaxLengths) -> dict[str, int]:
    """Return for each outcome the most advice collected on the way to it, with what is said after the last answer."""

    def option(full_name: str, option_id: str) -> Option:
        """Return an option of the question *full_name* (`flow.state`), in the language."""
        flow, _, name = full_name.partition(".")
        question = max_lengths.bundle.flow(flow, max_lengths.language).states[name]
        assert isinstance(question, Question)
        return next(option for option in question.options if option.id == option_id)

    def statements(passed_states: tuple[StateRef, ...]) -> list[Statement]:
        """Return the statements among these states, in the language."""
        states = (max_lengths.bundle.flow(flow, max_lengths.language).states[name] for flow, name in passed_states)
        return [state for state in states if isinstance(state, Statement)]

    def paragraph_length(text: str) -> int:
        """Return the length of a paragraph with the gap after it; 0 for an empty text."""
        return max_lengths.filled_length(text) + PARAGRAPH_GAP_CHARS if text else 0

    return max_weight_by_outcome(
        context,
        answer_weight=lambda full_name, id: paragraph_length(option(full_name, id).effect.advise),
        statements_weight=cache(
            lambda heard: sum(paragraph_length(state.effect.advise) for state in statements(heard))
        ),
        last_answer_weight=lambda full_name, id: paragraph_length(option(full_name, id).say),
        last_statements_weight=cache(lambda heard: sum(paragraph_length(state.say) for state in statements(heard))),
    )
