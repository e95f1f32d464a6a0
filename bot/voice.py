"""The bot's voice in one conversation: its phrases, in the person's language, with every placeholder filled."""

import re
from collections.abc import Mapping

from bot.clinics import Clinic
from bot.content import Helpline, Places, Term
from bot.flow import Question
from bot.library import BASE, Library
from bot.session import Session

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_GROUPED = re.compile(r"\u2066?(\+?\d+(?:[ -]\d+)+)\u2069?")  # a number in groups, perhaps marked already
_KEPT_IN_ORDER = "\u2066{}\u2069"  # else a text from right to left would show the groups from last to first
HELPLINES = {"crisis_line": "crisis", "assault_line": "assault", "child_line": "child"}


class Voice:
    """Fills texts from the session's country and clinic. Nothing in a text is ever evaluated."""

    def __init__(self, library: Library, session: Session) -> None:
        self.library, self.session = library, session
        self.phrases = library.voice(session.language)

    def __call__(self, phrase: str, **more: str) -> str:
        """One of the bot's own phrases."""
        return self.fill(self.library.text(phrase, self.session.language), more)

    def fill(self, text: str, more: Mapping[str, str] = {}) -> str:
        """*text* with its placeholders filled; a placeholder may hold others, one level deep."""
        for _ in range(2 * ("{" in text)):
            text = _PLACEHOLDER.sub(lambda found: more.get(found[1]) or self._value(found[1]), text)
        if self.library.rightward(self.session.language):
            return text
        return _GROUPED.sub(lambda found: _KEPT_IN_ORDER.format(found[1]), text)

    @property
    def places(self) -> Places:
        """Every place, named in the person's language."""
        return self.library.places_in(self.session.language)

    @property
    def terms(self) -> tuple[Term, ...]:
        """The glossary in the person's language."""
        return tuple(self.library.terms(self.session.language).values())

    @property
    def draft(self) -> bool:
        """Whether anything that this person reads has no reviewer's name under it."""
        return self.session.language not in self.library.reviewed

    @property
    def clinic(self) -> Clinic | None:
        """The clinic whose link this person came by, unless they left it behind."""
        return self.library.outside.clinics.get(self.session.clinic)

    @property
    def place(self) -> str:
        """The country that was picked, else the clinic's: a person knows better where they are than a poster does.

        A clinic's link that is opened later takes the pick back (see `bot.doings`): what somebody did last tells most.
        """
        return self.session.country or (self.clinic.country if self.clinic else "")

    @property
    def country(self) -> str:
        """The name of that country, or nothing."""
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
        """The same, as words."""
        return self._in_words(" or ".join(self.numbers))

    def _in_words(self, numbers: str) -> str:
        """Two numbers to choose from, such as "112 or 999"."""
        return f" {self.library.text('or', self.session.language)} ".join(numbers.split(" or "))

    def _value(self, name: str) -> str:
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
        """The clinic's name or phone; without a clinic, words that a sentence can go on with."""
        if self.clinic:
            return self.clinic.name if name == "clinic_name" else self.clinic.phone
        return self.library.text("any_clinic" if name == "clinic_name" else "any_clinic_phone", self.session.language)

    def _helpline(self, line: Helpline) -> str:
        phrase = "helpline_with_number" if line.number else "helpline_with_contact"
        if line.number and line.international:
            phrase = "helpline_with_both"
        return self(phrase, name=line.name, number=line.number, international=line.international, contact=line.contact)

    def question_at(self, at: str) -> Question | None:
        """The question called *at* ("flow.state"), in the person's language, if there is one."""
        flow, _, name = at.partition(".")
        known = flow in self.library.flows[BASE]
        state = self.library.flow(flow, self.session.language).states.get(name) if known else None
        return state if isinstance(state, Question) else None

    def number_help(self) -> str:
        """What to do where the number is not known, or the second number where it is."""
        known = self.places.numbers.get(self.place)
        if not self.number or not known:
            return self("number_here" if self.number else "number_unknown")
        ambulance = self._in_words(known.ambulance)
        second = self("number_ambulance", ambulance=ambulance) if ambulance not in ("", self.number) else ""
        return " ".join(filter(None, (self("number_known"), second)))
