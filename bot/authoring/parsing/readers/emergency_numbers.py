"""Reader of what depends on the country: emergency numbers and helplines, each with the strength of its evidence."""

import re
from functools import cache
from importlib.resources import files

from bot.authoring.parsing.parse_context import Reading
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Node, Scalar
from bot.model.content import EmergencyNumber, Helpline, Places

COUNTRY = re.compile(r"[A-Z]{2}")
WHERE = re.compile(r"[A-Z]{2}|other")
PURPOSES = ("assault", "crisis", "child")
STATUS = ("agree", "one_source", "in_part", "general_knowledge", "conflict")


@cache
def countries() -> frozenset[str]:
    """Return the codes of all countries (ISO 3166), as listed with the time zones, and Kosovo's, which is in use."""
    listed = (files("tzdata.zoneinfo") / "iso3166.tab").read_text(encoding="utf-8")
    return frozenset(line[:2] for line in listed.splitlines() if COUNTRY.match(line)) | {"XK"}


def read_numbers(reading: Reading) -> dict[str, EmergencyNumber]:
    """Read the list of emergency numbers and return them by country."""
    with Fields(reading, reading.root(), "the list of numbers") as top:
        top.day("checked")
        top.blank_text("owner")
        for item in top.items("sources"):
            with Fields(reading, item, "a source") as source:
                source.text("code", ())
                source.text("what", ())
        with Fields(reading, top.need("places"), "'places'") as places:
            numbers = [_number(reading, key, value) for key, value in places.rest()]
    return {number.country: number for number in numbers}


def _number(reading: Reading, key: Scalar, value: Node) -> EmergencyNumber:
    """Read the emergency numbers of one country."""
    country = reading.name(key, "a country", COUNTRY, "GB")
    with Fields(reading, value, f"'{key.value}'", key) as it:
        _borne_out(it)
        it.need("number", "empty where the sources disagree")
        return EmergencyNumber(
            country=country,
            name=it.text("name", ()),
            number=it.blank_text("number"),
            ambulance=it.blank_text("ambulance"),
            status=it.word("status", STATUS),
            also=it.blank_text("also"),
        )


def _borne_out(it: Fields) -> None:
    """Check the source of an entry; it is written for those who re-check the entry, and is not stored."""
    it.text("source", ())
    it.blank_text("why")


def read_helplines(reading: Reading) -> Places:
    """Read the helplines, the fallback for all others, and the EU's countries; without emergency numbers."""
    with Fields(reading, reading.root(), "the list of helplines") as top:
        top.day("checked")
        with Fields(reading, top.need("fallback"), "'fallback'") as it:
            fallback = Helpline("", "", it.text("name", ()), it.blank_text("number"), it.text("contact", ()))
            _borne_out(it)
        eu = frozenset(reading.name(item, "a country", COUNTRY, "FR") for item in top.items("eu"))
        top.need("lines")
        return Places({}, tuple(_line(reading, item) for item in top.items("lines")), fallback, eu)


def _line(reading: Reading, node: Node) -> Helpline:
    """Read one helpline."""
    with Fields(reading, node, "the helpline") as it:
        _borne_out(it)
        it.blank_text("languages")
        it.flag("text")
        return Helpline(
            purpose=it.word("for", PURPOSES),
            country=it.name("country", WHERE, "GB, EU or other"),
            name=it.text("name", ()),
            number=it.blank_text("number"),
            contact=it.blank_text("contact"),
            hours=it.blank_text("hours"),
            status=it.word("status", STATUS),
            international=it.blank_text("international"),
        )
