"""Texts of the bot for one session: its phrases, in the person's language, with every placeholder filled."""

import re
from collections.abc import Mapping

from bot.engine.session import Session
from bot.model.bundle import BASE, Library
from bot.model.clinic import Clinic
from bot.model.content import Helpline, Places, Term
from bot.model.flow import Question

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_GROUPED = re.compile(r"\u2066?(\+?\d+(?:[ -]\d+)+)\u2069?")  # a number in groups, perhaps isolated already
_KEPT_IN_ORDER = "\u2066{}\u2069"  # else right-to-left text shows the groups from last to first
HELPLINES = {"crisis_line": "crisis", "assault_line": "assault", "child_line": "child"}


class Voice:
    """Fills texts from the session's language, country and clinic. Nothing in a text is ever evaluated."""

    def __init__(self, library: Library, session: Session) -> None:
        self.library, self.session = library, session
        self.phrases = library.voice(session.language)

    def __call__(self, phrase: str, **more: str) -> str:
        """One of the bot's own phrases."""
        return self.fill(self.library.text(phrase, self.session.language), more)

    def fill(self, text: str, more: Mapping[str, str] = {}) -> str:
        """Return *text* with its placeholders filled from *values* and the session.

        A placeholder may hold others, one level deep. In a language that is written from right to left, numbers in
        groups are isolated so that their groups stay in order.
        """
        for _ in range(2 * ("{" in text)):
            text = _PLACEHOLDER.sub(lambda found: more.get(found[1]) or self._value(found[1]), text)
        if self.library.rightward(self.session.language):
            return text
        return _GROUPED.sub(lambda found: _KEPT_IN_ORDER.format(found[1]), text)

    @property
    def places(self) -> Places:
        """The emergency numbers and helplines of all countries, named in the person's language."""
        return self.library.places_in(self.session.language)

    @property
    def terms(self) -> tuple[Term, ...]:
        """The glossary in the person's language."""
        return tuple(self.library.terms(self.session.language).values())

    @property
    def draft(self) -> bool:
        """Whether the language is a draft: no reviewer has signed all of its texts."""
        return self.session.language not in self.library.reviewed

    @property
    def clinic(self) -> Clinic | None:
        """The clinic whose link this person came by, unless they left it."""
        return self.library.outside.clinics.get(self.session.clinic)

    @property
    def place(self) -> str:
        """The code of the country that was picked, else the clinic's: a person knows where they are, a poster does not.

        A clinic's link that is opened later takes the pick back (see `bot.engine.commands`): the last act tells most.
        """
        return self.session.country or (self.clinic.country if self.clinic else "")

    @property
    def country(self) -> str:
        """The name of that country, or an empty text."""
        number = self.places.numbers.get(self.place)
        return number.name if number else ""

    @property
    def numbers(self) -> list[str]:
        """The emergency numbers: the clinic's own in its country, else the country's; none where none is certain."""
        if self.clinic and self.clinic.country == self.place:
            return self.clinic.emergency_number.split(" or ")
        known = self.places.numbers.get(self.place)
        return known.number.split(" or ") if known and known.number else []

    @property
    def number(self) -> str:
        """The emergency numbers in words, such as "112 or 999"."""
        return self._in_words(" or ".join(self.numbers))

    def _in_words(self, numbers: str) -> str:
        """Return *numbers* with the word "or" between them in the person's language."""
        return f" {self.library.text('or', self.session.language)} ".join(numbers.split(" or "))

    def _value(self, name: str) -> str:
        """Return the value of the placeholder *name*; empty for an unknown one."""
        match name:
            case "emergency_number":
                return self.number or self.library.text("any_number", self.session.language)
            case "country":
                return self.country
            case "clinic_name" | "clinic_phone":
                return self._of_clinic(name)
            case "warning_signs" | "information":
                return self.library.text(name, self.session.language)
            case _ if name in HELPLINES:
                return self._helpline(self.places.helpline(HELPLINES[name], self.place))
        return ""

    def _of_clinic(self, name: str) -> str:
        """Return the clinic's name or phone; without a clinic, words that a sentence can go on with."""
        if self.clinic:
            return self.clinic.name if name == "clinic_name" else self.clinic.phone
        return self.library.text("any_clinic" if name == "clinic_name" else "any_clinic_phone", self.session.language)

    def _helpline(self, line: Helpline) -> str:
        """Return the helpline as words: its name and its numbers or its contact."""
        phrase = "helpline_with_number" if line.number else "helpline_with_contact"
        if line.number and line.international:
            phrase = "helpline_with_both"
        return self(phrase, name=line.name, number=line.number, international=line.international, contact=line.contact)

    def question_at(self, at: str) -> Question | None:
        """Return the question *state_id* ("flow.state") in the person's language, if there is one."""
        flow, _, name = at.partition(".")
        known = flow in self.library.flows[BASE]
        state = self.library.flow(flow, self.session.language).states.get(name) if known else None
        return state if isinstance(state, Question) else None

    def number_help(self) -> str:
        """Return what to do where the number is not known; where it is, that it is, and the ambulance's own number."""
        known = self.places.numbers.get(self.place)
        if not self.number or not known:
            return self("number_here" if self.number else "number_unknown")
        ambulance = self._in_words(known.ambulance)
        second = self("number_ambulance", ambulance=ambulance) if ambulance not in ("", self.number) else ""
        return " ".join(filter(None, (self("number_known"), second)))
