"""The clinics' file: read as strictly as a flow, for a wrong number at the end of a chat is as bad as a wrong arrow."""

import re
from collections.abc import Mapping
from datetime import tzinfo

from bot.clinics import LONGEST_ID, Clinic, Offer
from bot.content import EmergencyNumber
from bot.hours import Hours
from bot.library import Library
from bot.reading.fields import Fields
from bot.reading.hours import opening_hours, time_zone
from bot.reading.nodes import Node, Scalar, Table, shortened
from bot.reading.places import COUNTRY, countries
from bot.reading.reading import Reading

NAME, LINE, ADDRESS, MAP = 60, 120, 120, 150  # the most characters of each
MEANT = {"UK": "GB", "EL": "GR"}  # codes that are used and are no country's
BOT = re.compile(r"[A-Za-z][A-Za-z0-9_]{4,31}")
PHONE = re.compile(r"\+?[0-9](?:[ ().\-/]{0,2}[0-9]){1,19}")
PHONE_MOST = 2 + 19 * 3  # characters of it
SHORT_NUMBER = re.compile(r"[0-9]{2,6}")
WEB = re.compile(r"""https://[^\s"'<>{}\\^`|]{3,}""")


def read_clinics(reading: Reading, library: Library) -> tuple[str, dict[str, Clinic]]:
    """The bot's name for links, where it is told, and the clinics. Flows, languages and services are *library*'s."""
    with Fields(reading, reading.root(), "the file") as top:
        bot = top.name("bot", BOT, "ConfidanteBot") if "bot" in top else ""
        with Fields(reading, top.need("clinics"), "'clinics'") as clinics:
            found = [_Reader(reading, library, key, value).clinic() for key, value in clinics.rest()]
    return bot, {clinic.id: clinic for clinic in found}


class _Reader:
    """One clinic being read."""

    def __init__(self, reading: Reading, library: Library, key: Scalar, value: Node) -> None:
        self.reading, self.library, self.key, self.value = reading, library, key, value
        self.id = reading.name(key, "a clinic", like="northside")

    def clinic(self) -> Clinic:
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
        """A code that a country has: else nothing would be known of its numbers, and nobody would notice."""
        code = it.name("country", COUNTRY, "GB")
        if code and code not in countries():
            hint = f"did you mean '{MEANT[code]}'?" if code in MEANT else "such as GB, IE or DE"
            self.reading.fault(it.value("country"), "country", f"no country has the code '{code}'", hint)
        return code

    def _phone(self, it: Fields, key: str) -> str:
        text = it.text(key, ())
        if text and not PHONE.fullmatch(text):
            message = f"{it.what(key)} is no number to dial: '{shortened(text)}'"
            self.reading.fault(it.value(key), "phone", message, "such as +44 20 7946 0000")
        return text

    def _emergency_number(self, it: Fields, country: str) -> str:
        """The number of the clinic's own country. Where our list has one, it must be one of that."""
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
        link = it.spare_text("map", ())
        if link and not (WEB.fullmatch(link) and len(link) <= MAP):
            message = f"a map's address has at most {MAP} characters and begins with https://"
            self.reading.fault(it.value("map"), "link", message)
        return link

    def _languages(self, it: Fields) -> tuple[str, ...]:
        it.need("languages")
        return tuple(self._language(item) for item in it.items("languages"))

    def _language(self, node: Node) -> str:
        code = self.reading.raw(node, "a language")
        if isinstance(node, Scalar) and code not in self.library.phrases:
            hint = self.reading.guess(code, self.library.phrases.keys())
            if hint.startswith("known") and all(one.shipped for one in self.library.languages.values()):
                hint = f"{hint}; a draft translation is spoken only with --draft"
            self.reading.fault(node, "language", f"the bot does not speak '{shortened(code)}'", hint)
        return code

    def _flow(self, node: Node) -> str:
        name = self.reading.raw(node, "a flow")
        if isinstance(node, Scalar) and name not in self.library.entrances:
            hint = self.reading.guess(name, self.library.entrances)
            self.reading.fault(node, "unknown-flow", f"no conversation can begin with '{shortened(name)}'", hint)
        return name

    def _offers(self, it: Fields, phone: str, hours: Hours, zone: tzinfo) -> tuple[Offer, ...]:
        if "services" not in it:
            return ()
        with Fields(self.reading, it.get("services"), it.what("services")) as services:
            return tuple(self._offer(key, value, phone, hours, zone) for key, value in services.rest())

    def _offer(self, key: Scalar, value: Node, phone: str, hours: Hours, zone: tzinfo) -> Offer:
        """A service; its phone and hours are the clinic's unless it has its own: then nothing need stand there."""
        if key.value not in self.library.services:
            hint = self.reading.guess(key.value, self.library.services.keys())
            self.reading.fault(key, "unknown-word", f"no service is called '{shortened(key.value)}'", hint)
        told = Table(key.line, key.column) if isinstance(value, Scalar) and not value.value else value
        with Fields(self.reading, told, f"'{key.value}'", key) as it:
            own = opening_hours(self.reading, it, zone) if "hours" in it or "exceptions" in it else hours
            return Offer(key.value, self._phone(it, "phone") if "phone" in it else phone, own)

    def _greeting(self, it: Fields, languages: tuple[str, ...]) -> Mapping[str, str]:
        """One line, or a table of one line for each language."""
        node = it.get("greeting")
        if node is None:
            return {}
        if isinstance(node, Scalar):
            return {languages[0] if languages else "": self._line(node)}
        with Fields(self.reading, node, it.what("greeting")) as table:
            return {self._language(key): self._line(value) for key, value in table.rest()}

    def _line(self, node: Node) -> str:
        text = self.reading.text(node, "a greeting", ())
        if len(text) > LINE or "\n" in text:
            self.reading.fault(node, "too-long", f"a greeting is one line of at most {LINE} characters")
        return text


def _fitting(known: EmergencyNumber) -> set[str]:
    """The numbers that reach help in that country; the police is not one of them."""
    return {*re.findall(r"\d+", f"{known.number} {known.ambulance}"), *re.findall(r"\b112\b", known.also)}
