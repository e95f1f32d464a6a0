"""Reader of the clinics' file: as strict as for a flow.

A wrong number at the end of a chat is as bad as a wrong transition.
"""

import re
from collections.abc import Mapping
from datetime import tzinfo

from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.readers.emergency_numbers import COUNTRY_CODE_PATTERN, country_codes
from bot.authoring.parsing.readers.opening_hours import read_opening_hours, read_time_zone
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import YamlNode, YamlScalar, YamlTable, shorten
from bot.model.bundle import ContentBundle
from bot.model.clinic import MAX_CLINIC_ID_LENGTH, Clinic, Offer
from bot.model.content import EmergencyNumber
from bot.model.opening_hours import OpeningHours

MAX_CLINIC_NAME_LENGTH, MAX_GREETING_LENGTH, MAX_ADDRESS_LENGTH, MAX_MAP_LINK_LENGTH = 60, 120, 120, 150  # characters
COUNTRY_CODE_CORRECTIONS = {"UK": "GB", "EL": "GR"}  # codes in use that are not ISO 3166
BOT_USERNAME_PATTERN = re.compile(r"[A-Za-z][A-Za-z0-9_]{4,31}")
PHONE_PATTERN = re.compile(r"\+?[0-9](?:[ ().\-/]{0,2}[0-9]){1,19}")
MAX_PHONE_LENGTH = 2 + 19 * 3  # characters that match PHONE_PATTERN
EMERGENCY_NUMBER_PATTERN = re.compile(r"[0-9]{2,6}")
WEB_ADDRESS_PATTERN = re.compile(r"""https://[^\s"'<>{}\\^`|]{3,}""")


def read_clinics(context: ParseContext, bundle: ContentBundle) -> tuple[str, dict[str, Clinic]]:
    """Return the bot's username for links ("" where it is not given) and the clinics by id.

    Flows, languages and services that a clinic may name are those of *bundle*.
    """
    with TableReader(context, context.parse_root(), "the file") as top:
        bot_username = top.read_name("bot", BOT_USERNAME_PATTERN, "ConfidanteBot") if "bot" in top else ""
        with TableReader(context, top.require("clinics"), "'clinics'") as clinics:
            found = [
                _ClinicReader(context, bundle, key, value).read_clinic() for key, value in clinics.take_remaining()
            ]
    return bot_username, {clinic.id: clinic for clinic in found}


class _ClinicReader:
    """Reader of one clinic."""

    def __init__(self, context: ParseContext, bundle: ContentBundle, key: YamlScalar, value: YamlNode) -> None:
        self.context, self.bundle, self.key, self.value = context, bundle, key, value
        self.id = context.read_name(key, "a clinic", example="northside")

    def read_clinic(self) -> Clinic:
        """Read the whole clinic."""
        if len(self.id) > MAX_CLINIC_ID_LENGTH:
            message = f"a clinic's id has room for {MAX_CLINIC_ID_LENGTH} characters, as links hold it"
            self.context.report(self.key, "too-long", message)
        with TableReader(self.context, self.value, f"'{shorten(self.key.value)}'", self.key) as table:
            country = self._read_country(table)
            zone = read_time_zone(self.context, table)
            phone, hours = self._read_phone(table, "phone"), read_opening_hours(self.context, table, zone)
            languages = self._read_languages(table)
            return Clinic(
                id=self.id,
                name=table.read_short_text("name", MAX_CLINIC_NAME_LENGTH),
                languages=languages,
                country=country,
                phone=phone,
                hours=hours,
                emergency_number=self._read_emergency_number(table, country),
                urgent_phone=self._read_phone(table, "urgent_line") if "urgent_line" in table else "",
                address=table.read_short_text("address", MAX_ADDRESS_LENGTH) if "address" in table else "",
                map_url=self._read_map_link(table),
                offers=self._read_offers(table, phone, hours, zone),
                flows=tuple(self._read_flow_name(item) for item in table.read_items("flows")),
                greeting=self._read_greeting(table, languages),
            )

    def _read_country(self, table: TableReader) -> str:
        """Read the country code; report one that no country has, as its emergency numbers would be unknown."""
        code = table.read_name("country", COUNTRY_CODE_PATTERN, "GB")
        if code and code not in country_codes():
            hint = (
                f"did you mean '{COUNTRY_CODE_CORRECTIONS[code]}'?"
                if code in COUNTRY_CODE_CORRECTIONS
                else "such as GB, IE or DE"
            )
            self.context.report(table.value_of("country"), "country", f"no country has the code '{code}'", hint)
        return code

    def _read_phone(self, table: TableReader, key: str) -> str:
        """Read a phone number; report one that cannot be dialled."""
        text = table.read_text(key, ())
        if text and not PHONE_PATTERN.fullmatch(text):
            message = f"{table.display_name_of(key)} is no number to dial: '{shorten(text)}'"
            self.context.report(table.value_of(key), "phone", message, "such as +44 20 7946 0000")
        return text

    def _read_emergency_number(self, table: TableReader, country: str) -> str:
        """Read the emergency number of the clinic's own country.

        Where content/numbers.yaml knows that country, it must be one of its numbers.
        """
        text = table.read_text("emergency_number", ())
        known: EmergencyNumber | None = self.bundle.phone_directory.emergency_numbers.get(country)
        if text and not EMERGENCY_NUMBER_PATTERN.fullmatch(text):
            message = f"no emergency number looks like '{shorten(text)}'"
            self.context.report(table.value_of("emergency_number"), "phone", message)
        elif text and known and known.number and text not in _numbers_that_reach_help(known):
            message = f"content/numbers.yaml gives {known.number} for {known.name}, not {text}"
            self.context.report(table.value_of("emergency_number"), "emergency-number", message)
        return text

    def _read_map_link(self, table: TableReader) -> str:
        """Read the optional link to a map; report one that is too long or not https."""
        link = table.read_optional_text("map", ())
        if link and not (WEB_ADDRESS_PATTERN.fullmatch(link) and len(link) <= MAX_MAP_LINK_LENGTH):
            message = f"a map's address has at most {MAX_MAP_LINK_LENGTH} characters and begins with https://"
            self.context.report(table.value_of("map"), "link", message)
        return link

    def _read_languages(self, table: TableReader) -> tuple[str, ...]:
        """Read the list of languages in which the clinic can be shown."""
        table.require("languages")
        return tuple(self._read_language(item) for item in table.read_items("languages"))

    def _read_language(self, node: YamlNode) -> str:
        """Read one language code; report a language that the bot does not speak."""
        code = self.context.read_raw(node, "a language")
        if isinstance(node, YamlScalar) and code not in self.bundle.phrases:
            hint = self.context.suggest(code, self.bundle.phrases.keys())
            if hint.startswith("known") and all(language.shipped for language in self.bundle.languages.values()):
                hint = f"{hint}; a draft translation is spoken only with --draft"
            self.context.report(node, "language", f"the bot does not speak '{shorten(code)}'", hint)
        return code

    def _read_flow_name(self, node: YamlNode) -> str:
        """Read the name of a flow; report one with which no conversation can begin."""
        name = self.context.read_raw(node, "a flow")
        if isinstance(node, YamlScalar) and name not in self.bundle.entry_flows:
            hint = self.context.suggest(name, self.bundle.entry_flows)
            self.context.report(node, "unknown-flow", f"no conversation can begin with '{shorten(name)}'", hint)
        return name

    def _read_offers(self, table: TableReader, phone: str, hours: OpeningHours, zone: tzinfo) -> tuple[Offer, ...]:
        """Read the optional table of services that the clinic offers."""
        if "services" not in table:
            return ()
        with TableReader(self.context, table.get("services"), table.display_name_of("services")) as services:
            return tuple(self._read_offer(key, value, phone, hours, zone) for key, value in services.take_remaining())

    def _read_offer(self, key: YamlScalar, value: YamlNode, phone: str, hours: OpeningHours, zone: tzinfo) -> Offer:
        """Read one service; its phone and hours are the clinic's unless it has its own, so its value may be empty."""
        if key.value not in self.bundle.services:
            hint = self.context.suggest(key.value, self.bundle.services.keys())
            self.context.report(key, "unknown-word", f"no service is called '{shorten(key.value)}'", hint)
        table_node = YamlTable(key.line, key.column) if isinstance(value, YamlScalar) and not value.value else value
        with TableReader(self.context, table_node, f"'{key.value}'", key) as table:
            own_hours = (
                read_opening_hours(self.context, table, zone) if "hours" in table or "exceptions" in table else hours
            )
            return Offer(key.value, self._read_phone(table, "phone") if "phone" in table else phone, own_hours)

    def _read_greeting(self, clinic_table: TableReader, languages: tuple[str, ...]) -> Mapping[str, str]:
        """Read the optional greeting by language: one line, or a table of one line for each language."""
        node = clinic_table.get("greeting")
        if node is None:
            return {}
        if isinstance(node, YamlScalar):
            return {languages[0] if languages else "": self._read_greeting_line(node)}
        with TableReader(self.context, node, clinic_table.display_name_of("greeting")) as table:
            return {self._read_language(key): self._read_greeting_line(value) for key, value in table.take_remaining()}

    def _read_greeting_line(self, node: YamlNode) -> str:
        """Read one line of greeting; report one that is too long."""
        text = self.context.read_text(node, "a greeting", ())
        if len(text) > MAX_GREETING_LENGTH or "\n" in text:
            self.context.report(node, "too-long", f"a greeting is one line of at most {MAX_GREETING_LENGTH} characters")
        return text


def _numbers_that_reach_help(known: EmergencyNumber) -> set[str]:
    """Return the numbers that reach help in that country; the police is not one of them."""
    return {*re.findall(r"\d+", f"{known.number} {known.ambulance}"), *re.findall(r"\b112\b", known.other_numbers)}
