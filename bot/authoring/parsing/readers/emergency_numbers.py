"""Reader of what depends on the country: emergency numbers and helplines, each with the strength of its evidence."""

import re
from functools import cache
from importlib.resources import files

from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import YamlNode, YamlScalar
from bot.model.content import EmergencyNumber, Helpline, PhoneDirectory

COUNTRY_CODE_PATTERN = re.compile(r"[A-Z]{2}")
REGION_PATTERN = re.compile(r"[A-Z]{2}|other")
HELPLINE_PURPOSES = ("assault", "crisis", "child")
EVIDENCE_STATUSES = ("agree", "one_source", "in_part", "general_knowledge", "conflict")


@cache
def country_codes() -> frozenset[str]:
    """Return the codes of all countries (ISO 3166), as listed with the time zones, and Kosovo's, which is in use."""
    listed = (files("tzdata.zoneinfo") / "iso3166.tab").read_text(encoding="utf-8")
    return frozenset(line[:2] for line in listed.splitlines() if COUNTRY_CODE_PATTERN.match(line)) | {"XK"}


def read_numbers(context: ParseContext) -> dict[str, EmergencyNumber]:
    """Read the list of emergency numbers and return them by country."""
    with TableReader(context, context.parse_root(), "the list of numbers") as top:
        top.read_date("checked")
        top.read_text_or_blank("owner")
        for item in top.read_items("sources"):
            with TableReader(context, item, "a source") as source:
                source.read_text("code", ())
                source.read_text("what", ())
        with TableReader(context, top.require("places"), "'places'") as places:
            numbers = [_read_number(context, key, value) for key, value in places.take_remaining()]
    return {number.country: number for number in numbers}


def _read_number(context: ParseContext, key: YamlScalar, value: YamlNode) -> EmergencyNumber:
    """Read the emergency numbers of one country."""
    country = context.read_name(key, "a country", COUNTRY_CODE_PATTERN, "GB")
    with TableReader(context, value, f"'{key.value}'", key) as table:
        _check_evidence(table)
        table.require("number", "empty where the sources disagree")
        return EmergencyNumber(
            country=country,
            name=table.read_text("name", ()),
            number=table.read_text_or_blank("number"),
            ambulance=table.read_text_or_blank("ambulance"),
            status=table.read_choice("status", EVIDENCE_STATUSES),
            other_numbers=table.read_text_or_blank("also"),
        )


def _check_evidence(table: TableReader) -> None:
    """Check the source of an entry; it is written for those who re-check the entry, and is not stored."""
    table.read_text("source", ())
    table.read_text_or_blank("why")


def read_helplines(context: ParseContext) -> PhoneDirectory:
    """Read the helplines, the fallback for all others, and the EU's countries; without emergency numbers."""
    with TableReader(context, context.parse_root(), "the list of helplines") as top:
        top.read_date("checked")
        with TableReader(context, top.require("fallback"), "'fallback'") as table:
            fallback = Helpline(
                "", "", table.read_text("name", ()), table.read_text_or_blank("number"), table.read_text("contact", ())
            )
            _check_evidence(table)
        eu = frozenset(
            context.read_name(item, "a country", COUNTRY_CODE_PATTERN, "FR") for item in top.read_items("eu")
        )
        top.require("lines")
        return PhoneDirectory(
            {}, tuple(_read_helpline(context, item) for item in top.read_items("lines")), fallback, eu
        )


def _read_helpline(context: ParseContext, node: YamlNode) -> Helpline:
    """Read one helpline."""
    with TableReader(context, node, "the helpline") as table:
        _check_evidence(table)
        table.read_text_or_blank("languages")
        table.read_flag("text")
        return Helpline(
            purpose=table.read_choice("for", HELPLINE_PURPOSES),
            country=table.read_name("country", REGION_PATTERN, "GB, EU or other"),
            name=table.read_text("name", ()),
            number=table.read_text_or_blank("number"),
            contact=table.read_text_or_blank("contact"),
            hours=table.read_text_or_blank("hours"),
            status=table.read_choice("status", EVIDENCE_STATUSES),
            international_number=table.read_text_or_blank("international"),
        )
