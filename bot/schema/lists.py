"""The schemas of plain lists: services, languages, sources, claims."""

from bot.languages import CODE
from bot.reading.coverage import CARRIERS, CLAIM, VERDICTS
from bot.reading.coverage import LONGEST as SAYS
from bot.reading.languages import STATUS
from bot.reading.services import WORDS
from bot.reading.sources import CODE as CODE_OF_SOURCE
from bot.schema import parts as p
from bot.schema.parts import DAY, Schema

OWN_NAME = 24  # characters of a language's own name


def services() -> Schema:
    service = p.table({"fits": p.one_or_more(p.word(WORDS)), "pages": p.one_or_more(p.blank())}, ("fits",))
    return p.table({"checked": DAY, "services": p.entries(service, p.name())}, ("checked", "services"))


def coverage() -> Schema:
    carrier = p.named(rf"({'|'.join(CARRIERS)}):.*", "Such as page:coil or question:safety.blood_now.")
    keys = {"verdict": p.word(VERDICTS), "carried_by": p.one_or_more(carrier), "says": p.short(SAYS)}
    keys |= {"left_out": p.text("Why nothing carries it.", filled=False)}
    either: list[Schema] = [{"required": ["carried_by", "says"]}, {"required": ["left_out"]}]
    claims = p.entries(p.table(keys, ("verdict",), anyOf=either), p.named(CLAIM.pattern))
    return p.table({"checked": DAY, "claims": claims}, ("checked", "claims"))


def sources() -> Schema:
    plain = p.text(filled=False)
    source = p.table(dict.fromkeys(("org", "title", "year", "seen"), plain), ("org", "title", "year", "seen"))
    return p.table(
        {"checked": DAY, "sources": p.entries(source, p.named(CODE_OF_SOURCE.pattern))}, ("checked", "sources")
    )


def languages() -> Schema:
    language = p.table({"name": p.short(OWN_NAME), "status": p.word(STATUS)}, ("name", "status"))
    return p.table({"languages": p.entries(language, p.named(CODE.pattern))}, ("languages",))
