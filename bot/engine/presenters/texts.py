"""Texts of the bot for one session: its phrases, in the person's language, with every placeholder filled."""

import re
from collections.abc import Mapping

from bot.engine.session import Session
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.clinic import Clinic
from bot.model.content import Helpline, PhoneDirectory, Term
from bot.model.flow import Question

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_GROUPED_NUMBER = re.compile(r"\u2066?(\+?\d+(?:[ -]\d+)+)\u2069?")  # a number in groups, perhaps isolated already
_LEFT_TO_RIGHT_ISOLATE = "\u2066{}\u2069"  # else right-to-left text shows the groups from last to first
HELPLINE_PURPOSES = {"crisis_line": "crisis", "assault_line": "assault", "child_line": "child"}


class Texts:
    """Fills texts from the session's language, country and clinic. Nothing in a text is ever evaluated."""

    def __init__(self, bundle: ContentBundle, session: Session) -> None:
        self.bundle, self.session = bundle, session
        self.phrases = bundle.phrases_in(session.language)

    def __call__(self, phrase: str, **values: str) -> str:
        """One of the bot's own phrases."""
        return self.fill(self.bundle.text(phrase, self.session.language), values)

    def in_language(self, language: str) -> "Texts":
        """Return the texts of the same session in another language."""
        return Texts(self.bundle, self.session.with_changes(language=language))

    def fill(self, text: str, values: Mapping[str, str] = {}) -> str:
        """Return *text* with its placeholders filled from *values* and the session.

        A placeholder may hold others, one level deep. In a language that is written from right to left, numbers in
        groups are isolated so that their groups stay in order.
        """
        for _ in range(2 * ("{" in text)):
            text = _PLACEHOLDER.sub(lambda found: values.get(found[1]) or self._placeholder_value(found[1]), text)
        if self.bundle.is_left_to_right(self.session.language):
            return text
        return _GROUPED_NUMBER.sub(lambda found: _LEFT_TO_RIGHT_ISOLATE.format(found[1]), text)

    @property
    def phone_directory(self) -> PhoneDirectory:
        """The emergency numbers and helplines of all countries, named in the person's language."""
        return self.bundle.phone_directory_in(self.session.language)

    @property
    def terms(self) -> tuple[Term, ...]:
        """The glossary in the person's language."""
        return tuple(self.bundle.terms(self.session.language).values())

    @property
    def is_draft(self) -> bool:
        """Whether the language is a draft: no reviewer has signed all of its texts."""
        return self.session.language not in self.bundle.reviewed_languages

    @property
    def clinic(self) -> Clinic | None:
        """The clinic whose link this person came by, unless they left it."""
        return self.bundle.environment.clinics.get(self.session.clinic)

    @property
    def country_code(self) -> str:
        """The code of the country that was picked, else the clinic's: a person knows where they are, a poster does not.

        A clinic's link that is opened later takes the pick back (see `bot.engine.commands`): the last act tells most.
        """
        return self.session.country or (self.clinic.country if self.clinic else "")

    @property
    def country_name(self) -> str:
        """The name of that country, or an empty text."""
        number = self.phone_directory.emergency_numbers.get(self.country_code)
        return number.name if number else ""

    @property
    def local_emergency_numbers(self) -> list[str]:
        """The emergency numbers: the clinic's own in its country, else the country's; none where none is certain."""
        if self.clinic and self.clinic.country == self.country_code:
            return self.clinic.emergency_number.split(" or ")
        known = self.phone_directory.emergency_numbers.get(self.country_code)
        return known.number.split(" or ") if known and known.number else []

    @property
    def emergency_number(self) -> str:
        """The emergency numbers in words, such as "112 or 999"."""
        return self._join_numbers(" or ".join(self.local_emergency_numbers))

    def _join_numbers(self, numbers: str) -> str:
        """Return *numbers* with the word "or" between them in the person's language."""
        return f" {self.bundle.text('or', self.session.language)} ".join(numbers.split(" or "))

    def _placeholder_value(self, name: str) -> str:
        """Return the value of the placeholder *name*; empty for an unknown one."""
        match name:
            case "emergency_number":
                return self.emergency_number or self.bundle.text("any_number", self.session.language)
            case "country":
                return self.country_name
            case "clinic_name" | "clinic_phone":
                return self._clinic_value(name)
            case "warning_signs" | "information":
                return self.bundle.text(name, self.session.language)
            case _ if name in HELPLINE_PURPOSES:
                return self._helpline_text(
                    self.phone_directory.find_helpline(HELPLINE_PURPOSES[name], self.country_code)
                )
        return ""

    def _clinic_value(self, name: str) -> str:
        """Return the clinic's name or phone; without a clinic, words that a sentence can go on with."""
        if self.clinic:
            return self.clinic.name if name == "clinic_name" else self.clinic.phone
        return self.bundle.text("any_clinic" if name == "clinic_name" else "any_clinic_phone", self.session.language)

    def _helpline_text(self, helpline: Helpline) -> str:
        """Return the helpline as words: its name and its numbers or its contact."""
        phrase = "helpline_with_number" if helpline.number else "helpline_with_contact"
        if helpline.number and helpline.international_number:
            phrase = "helpline_with_both"
        return self(
            phrase,
            name=helpline.name,
            number=helpline.number,
            international=helpline.international_number,
            contact=helpline.contact,
        )

    def find_question(self, state_id: str) -> Question | None:
        """Return the question *state_id* ("flow.state") in the person's language, if there is one."""
        flow, _, name = state_id.partition(".")
        known = flow in self.bundle.flows[BASE_LANGUAGE]
        state = self.bundle.flow(flow, self.session.language).states.get(name) if known else None
        return state if isinstance(state, Question) else None

    def emergency_number_help(self) -> str:
        """Return what to do where the number is not known; where it is, that it is, and the ambulance's own number."""
        known = self.phone_directory.emergency_numbers.get(self.country_code)
        if not self.emergency_number or not known:
            return self("number_here" if self.emergency_number else "number_unknown")
        ambulance = self._join_numbers(known.ambulance)
        second = self("number_ambulance", ambulance=ambulance) if ambulance not in ("", self.emergency_number) else ""
        return " ".join(filter(None, (self("number_known"), second)))
