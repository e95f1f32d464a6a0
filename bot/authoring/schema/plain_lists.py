"""The JSON Schemas of plain lists: services, coverage, sources, languages."""

from bot.authoring.parsing.readers.coverage import (
    CARRIED_BY_KINDS,
    CLAIM_ID_PATTERN,
    CLAIM_VERDICTS,
    MAX_CLAIM_TEXT_LENGTH,
)
from bot.authoring.parsing.readers.languages import LANGUAGE_STATUSES
from bot.authoring.parsing.readers.services import SERVICE_URGENCIES
from bot.authoring.parsing.readers.sources import SOURCE_CODE_PATTERN as CODE_OF_SOURCE
from bot.authoring.schema import fragments as p
from bot.authoring.schema.fragments import DATE_SCHEMA, Schema
from bot.model.language import LANGUAGE_CODE_PATTERN
from bot.model.text_limits import MAX_LABEL_LENGTH


def services_schema() -> Schema:
    """Return the schema of content/services.yaml."""
    service = p.table(
        {"fits": p.one_or_array_of(p.word(SERVICE_URGENCIES)), "pages": p.one_or_array_of(p.optional_text())}, ("fits",)
    )
    return p.table({"checked": DATE_SCHEMA, "services": p.table_of(service, p.identifier())}, ("checked", "services"))


def coverage_schema() -> Schema:
    """Return the schema of content/coverage.yaml."""
    claim_location = p.matching(
        rf"({'|'.join(CARRIED_BY_KINDS)}):.*", "Such as page:coil or question:safety.blood_now."
    )
    keys = {
        "verdict": p.word(CLAIM_VERDICTS),
        "carried_by": p.one_or_array_of(claim_location),
        "says": p.short_text(MAX_CLAIM_TEXT_LENGTH),
    }
    keys |= {"left_out": p.text("Why nothing carries it.", allow_placeholders=False)}
    either: list[Schema] = [{"required": ["carried_by", "says"]}, {"required": ["left_out"]}]
    claims = p.table_of(p.table(keys, ("verdict",), anyOf=either), p.matching(CLAIM_ID_PATTERN.pattern))
    return p.table({"checked": DATE_SCHEMA, "claims": claims}, ("checked", "claims"))


def sources_schema() -> Schema:
    """Return the schema of content/sources.yaml."""
    plain_text = p.text(allow_placeholders=False)
    source = p.table(dict.fromkeys(("org", "title", "year", "seen"), plain_text), ("org", "title", "year", "seen"))
    return p.table(
        {"checked": DATE_SCHEMA, "sources": p.table_of(source, p.matching(CODE_OF_SOURCE.pattern))},
        ("checked", "sources"),
    )


def languages_schema() -> Schema:
    """Return the schema of content/languages.yaml."""
    language = p.table(
        {
            "name": p.short_text(MAX_LABEL_LENGTH),
            "status": p.word(LANGUAGE_STATUSES),
            "called": p.one_or_array_of(p.text(allow_placeholders=False), "How people ask for it."),
        },
        ("name", "status"),
    )
    return p.table({"languages": p.table_of(language, p.matching(LANGUAGE_CODE_PATTERN.pattern))}, ("languages",))
