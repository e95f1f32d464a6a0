"""The JSON Schemas of plain lists: services, coverage, sources, languages."""

from bot.authoring.parsing.readers.coverage import CARRIERS, CLAIM, VERDICTS
from bot.authoring.parsing.readers.coverage import LONGEST as SAYS
from bot.authoring.parsing.readers.languages import STATUS
from bot.authoring.parsing.readers.services import WORDS
from bot.authoring.parsing.readers.sources import CODE as CODE_OF_SOURCE
from bot.authoring.schema import fragments as p
from bot.authoring.schema.fragments import DAY, Schema
from bot.model.language import CODE

OWN_NAME = 24  # characters of a language's own name


def services() -> Schema:
    """Return the schema of content/services.yaml."""
    service = p.table({"fits": p.one_or_more(p.word(WORDS)), "pages": p.one_or_more(p.blank())}, ("fits",))
    return p.table({"checked": DAY, "services": p.entries(service, p.name())}, ("checked", "services"))


def coverage() -> Schema:
    """Return the schema of content/coverage.yaml."""
    carrier = p.named(rf"({'|'.join(CARRIERS)}):.*", "Such as page:coil or question:safety.blood_now.")
    keys = {"verdict": p.word(VERDICTS), "carried_by": p.one_or_more(carrier), "says": p.short(SAYS)}
    keys |= {"left_out": p.text("Why nothing carries it.", filled=False)}
    either: list[Schema] = [{"required": ["carried_by", "says"]}, {"required": ["left_out"]}]
    claims = p.entries(p.table(keys, ("verdict",), anyOf=either), p.named(CLAIM.pattern))
    return p.table({"checked": DAY, "claims": claims}, ("checked", "claims"))


def sources() -> Schema:
    """Return the schema of content/sources.yaml."""
    plain = p.text(filled=False)
    source = p.table(dict.fromkeys(("org", "title", "year", "seen"), plain), ("org", "title", "year", "seen"))
    return p.table(
        {"checked": DAY, "sources": p.entries(source, p.named(CODE_OF_SOURCE.pattern))}, ("checked", "sources")
    )


def languages() -> Schema:
    """Return the schema of content/languages.yaml."""
    language = p.table({"name": p.short(OWN_NAME), "status": p.word(STATUS)}, ("name", "status"))
    return p.table({"languages": p.entries(language, p.named(CODE.pattern))}, ("languages",))
