"""Reader of the clinics' file: as strict as for a flow.

A wrong number at the end of a chat is as bad as a wrong transition.
"""

import re
from collections.abc import Mapping
from datetime import tzinfo

from bot.authoring.parsing.parse_context import Reading
from bot.authoring.parsing.readers.emergency_numbers import COUNTRY, countries
from bot.authoring.parsing.readers.opening_hours import opening_hours, time_zone
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Node, Scalar, Table, shortened
from bot.model.bundle import Library
from bot.model.clinic import LONGEST_ID, Clinic, Offer
from bot.model.content import EmergencyNumber
from bot.model.opening_hours import Hours

NAME, LINE, ADDRESS, MAP = 60, 120, 120, 150  # characters
MEANT = {"UK": "GB", "EL": "GR"}  # codes in use that are not ISO 3166
BOT = re.compile(r"[A-Za-z][A-Za-z0-9_]{4,31}")
PHONE = re.compile(r"\+?[0-9](?:[ ().\-/]{0,2}[0-9]){1,19}")
PHONE_MOST = 2 + 19 * 3  # characters that match PHONE_PATTERN
SHORT_NUMBER = re.compile(r"[0-9]{2,6}")
WEB = re.compile(r"""https://[^\s"'<>{}\\^`|]{3,}""")


def read_clinics(reading: Reading, library: Library) -> tuple[str, dict[str, Clinic]]:
    """Return the bot's username for links ("" where it is not given) and the clinics by id.

    Flows, languages and services that a clinic may name are those of *bundle*.
    """
    with Fields(reading, reading.root(), "the file") as top:
        bot = top.name("bot", BOT, "ConfidanteBot") if "bot" in top else ""
        with Fields(reading, top.need("clinics"), "'clinics'") as clinics:
            found = [_Reader(reading, library, key, value).clinic() for key, value in clinics.rest()]
    return bot, {clinic.id: clinic for clinic in found}


class _Reader:
    """Reader of one clinic."""

    def __init__(self, reading: Reading, library: Library, key: Scalar, value: Node) -> None:
        self.reading, self.library, self.key, self.value = reading, library, key, value
        self.id = reading.name(key, "a clinic", like="northside")

    def clinic(self) -> Clinic:
        """Read the whole clinic."""
        if len(self.id) > LONGEST_ID:
            message = f"a clinic's id has room for {LONGEST_ID} characters, as links hold it"
            self.reading.fault(self.key, "too-long", message)
        with Fields(self.reading, self.value, f"'{shortened(self.key.value)}'", self.key) as it:
            country = self._country(it)
            zone = time_zone(self.reading, it)
            phone, hours = self._phone(it, "phone"), opening_hours(self.reading, it, zone)
            languages = self._languages(it)
            return Clinic(
                id=self.id,
                name=it.short("name", NAME),
                languages=languages,
                country=country,
                phone=phone,
                hours=hours,
                emergency_number=self._emergency_number(it, country),
                urgent_line=self._phone(it, "urgent_line") if "urgent_line" in it else "",
                address=it.short("address", ADDRESS) if "address" in it else "",
                map=self._map(it),
                offers=self._offers(it, phone, hours, zone),
                flows=tuple(self._flow(item) for item in it.items("flows")),
                greeting=self._greeting(it, languages),
            )

    def _country(self, it: Fields) -> str:
        """Read the country code; report one that no country has, as its emergency numbers would be unknown."""
        code = it.name("country", COUNTRY, "GB")
        if code and code not in countries():
            hint = f"did you mean '{MEANT[code]}'?" if code in MEANT else "such as GB, IE or DE"
            self.reading.fault(it.value("country"), "country", f"no country has the code '{code}'", hint)
        return code

    def _phone(self, it: Fields, key: str) -> str:
        """Read a phone number; report one that cannot be dialled."""
        text = it.text(key, ())
        if text and not PHONE.fullmatch(text):
            message = f"{it.what(key)} is no number to dial: '{shortened(text)}'"
            self.reading.fault(it.value(key), "phone", message, "such as +44 20 7946 0000")
        return text

    def _emergency_number(self, it: Fields, country: str) -> str:
        """Read the emergency number of the clinic's own country.

        Where content/numbers.yaml knows that country, it must be one of its numbers.
        """
        text = it.text("emergency_number", ())
        known: EmergencyNumber | None = self.library.places.numbers.get(country)
        if text and not SHORT_NUMBER.fullmatch(text):
            message = f"no emergency number looks like '{shortened(text)}'"
            self.reading.fault(it.value("emergency_number"), "phone", message)
        elif text and known and known.number and text not in _fitting(known):
            message = f"content/numbers.yaml gives {known.number} for {known.name}, not {text}"
            self.reading.fault(it.value("emergency_number"), "emergency-number", message)
        return text

    def _map(self, it: Fields) -> str:
        """Read the optional link to a map; report one that is too long or not https."""
        link = it.spare_text("map", ())
        if link and not (WEB.fullmatch(link) and len(link) <= MAP):
            message = f"a map's address has at most {MAP} characters and begins with https://"
            self.reading.fault(it.value("map"), "link", message)
        return link

    def _languages(self, it: Fields) -> tuple[str, ...]:
        """Read the list of languages in which the clinic can be shown."""
        it.need("languages")
        return tuple(self._language(item) for item in it.items("languages"))

    def _language(self, node: Node) -> str:
        """Read one language code; report a language that the bot does not speak."""
        code = self.reading.raw(node, "a language")
        if isinstance(node, Scalar) and code not in self.library.phrases:
            hint = self.reading.guess(code, self.library.phrases.keys())
            if hint.startswith("known") and all(one.shipped for one in self.library.languages.values()):
                hint = f"{hint}; a draft translation is spoken only with --draft"
            self.reading.fault(node, "language", f"the bot does not speak '{shortened(code)}'", hint)
        return code

    def _flow(self, node: Node) -> str:
        """Read the name of a flow; report one with which no conversation can begin."""
        name = self.reading.raw(node, "a flow")
        if isinstance(node, Scalar) and name not in self.library.entrances:
            hint = self.reading.guess(name, self.library.entrances)
            self.reading.fault(node, "unknown-flow", f"no conversation can begin with '{shortened(name)}'", hint)
        return name

    def _offers(self, it: Fields, phone: str, hours: Hours, zone: tzinfo) -> tuple[Offer, ...]:
        """Read the optional table of services that the clinic offers."""
        if "services" not in it:
            return ()
        with Fields(self.reading, it.get("services"), it.what("services")) as services:
            return tuple(self._offer(key, value, phone, hours, zone) for key, value in services.rest())

    def _offer(self, key: Scalar, value: Node, phone: str, hours: Hours, zone: tzinfo) -> Offer:
        """Read one service; its phone and hours are the clinic's unless it has its own, so its value may be empty."""
        if key.value not in self.library.services:
            hint = self.reading.guess(key.value, self.library.services.keys())
            self.reading.fault(key, "unknown-word", f"no service is called '{shortened(key.value)}'", hint)
        told = Table(key.line, key.column) if isinstance(value, Scalar) and not value.value else value
        with Fields(self.reading, told, f"'{key.value}'", key) as it:
            own = opening_hours(self.reading, it, zone) if "hours" in it or "exceptions" in it else hours
            return Offer(key.value, self._phone(it, "phone") if "phone" in it else phone, own)

    def _greeting(self, it: Fields, languages: tuple[str, ...]) -> Mapping[str, str]:
        """Read the optional greeting by language: one line, or a table of one line for each language."""
        node = it.get("greeting")
        if node is None:
            return {}
        if isinstance(node, Scalar):
            return {languages[0] if languages else "": self._line(node)}
        with Fields(self.reading, node, it.what("greeting")) as table:
            return {self._language(key): self._line(value) for key, value in table.rest()}

    def _line(self, node: Node) -> str:
        """Read one line of greeting; report one that is too long."""
        text = self.reading.text(node, "a greeting", ())
        if len(text) > LINE or "\n" in text:
            self.reading.fault(node, "too-long", f"a greeting is one line of at most {LINE} characters")
        return text


def _fitting(known: EmergencyNumber) -> set[str]:
    """Return the numbers that reach help in that country; the police is not one of them."""
    return {*re.findall(r"\d+", f"{known.number} {known.ambulance}"), *re.findall(r"\b112\b", known.also)}
