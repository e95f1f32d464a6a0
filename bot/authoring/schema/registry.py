"""The table of all kinds of file that have a schema, and where each schema is shipped for editors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.authoring.parsing.readers.emergency_numbers import PURPOSES, STATUS
from bot.authoring.parsing.readers.glossary import BORNE_OUT, LONGEST
from bot.authoring.parsing.readers.options import LABEL
from bot.authoring.parsing.readers.pages import GIST, TITLE
from bot.authoring.parsing.readers.promises import COUNTS
from bot.authoring.schema import fragments as p
from bot.authoring.schema import lists, translations
from bot.authoring.schema import style_guide as speech
from bot.authoring.schema.clinics import clinics
from bot.authoring.schema.flow import flow
from bot.authoring.schema.fragments import DAY, DRAFT, ENDING, REVIEW, SIGNATURE, SILENCE, SOURCE, URGENCY, Schema
from bot.model.bundle import BASE

FLAG = r"R\d{2}[a-z]?"
LANGUAGE: Schema = {"const": BASE}


def red_flags() -> Schema:
    """Return the schema of flows/red_flags.yaml."""
    row = {"title": p.text(filled=False), "needs": URGENCY, "when": p.ref("guard"), "unless": p.ref("guard")}
    rows = p.entries(p.table(row, ("title", "needs", "when")), p.named(FLAG))
    return p.table({"red_flags": rows}, ("red_flags",), **_guarded())


def _guarded() -> Schema:
    """Return the definition of a guard that names each question with its flow."""
    return {"$defs": {"guard": p.guard(qualified=True)}}


def promises() -> Schema:
    """Return the schema of flows/promises.yaml."""
    why, when, flags = p.text(filled=False), p.ref("guard"), p.one_or_more(p.named(FLAG))
    never = p.table({"never": p.one_or_more(URGENCY), "when": when, "why": why}, ("never", "when", "why"))
    least = p.table({"at_least": ENDING, "when": when, "why": why}, ("at_least", "when", "why"))
    excuse = p.table(
        {"when": when, "why": why, "shows_signs": p.flag(), "flags": flags, "still": flags}, ("when", "why")
    )
    instead = p.table({"not_sure": ENDING, "prefer_not_to_say": ENDING, "why": why}, ("why",))
    unsure = p.table({"usual": ENDING, "two": ENDING, "instead": p.entries(instead)}, ("usual", "two", "instead"))
    way = p.table({"options": p.one_or_more(p.blank()), "why": why}, ("why",))
    bound = p.table(
        {"most": _number(3), "why": why, "counts": p.word(COUNTS), "given": when, "without": p.one_or_more(p.blank())},
        ("most", "why"),
    )
    tried = p.table({"options": _number(3), "endings": _number(3), "why": why}, ("options", "endings", "why"))
    return p.table(
        {
            "never": p.entries(never, p.name()),
            "least": p.entries(least, p.name()),
            "excused": p.entries(excuse, p.name()),
            "unsure": unsure,
            "own_ways": p.entries(way),
            "bounds": p.entries(bound, p.name()),
            "tried": tried,
        },
        ("never", "excused", "unsure", "own_ways", "bounds"),
        "What is promised about every conversation.",
        **_guarded(),
    )


def _number(digits: int) -> Schema:
    """Return the schema of a positive whole number of at most *max_digits* digits."""
    return p.scalar(pattern=rf"^0{{0,3}}[1-9]\d{{0,{digits - 1}}}$")


def phrases() -> Schema:
    """Return the schema of content/phrases.yaml."""
    texts, words = p.entries(p.any_text(), p.name()), p.entries(p.some(p.text(filled=False)), p.name())
    keys = {"language": LANGUAGE, "review": REVIEW, "silence": p.some(SILENCE), "texts": texts, "words": words}
    return p.table(keys, ("texts", "words"), **_signed())


def _signed() -> Schema:
    """Return the definition of a reviewer's signature."""
    return {"$defs": {"signature": SIGNATURE}}


def numbers() -> Schema:
    """Return the schema of content/numbers.yaml, the emergency numbers by country."""
    plain = p.text(filled=False)
    keys = {"name": plain, "status": p.word(STATUS), "source": plain}
    keys |= {key: p.blank() for key in ("number", "ambulance", "also", "why")}
    place = p.table(keys, ("name", "number", "status", "source"))
    sources = p.some(p.table({"code": plain, "what": plain}, ("code", "what")))
    places = p.entries(place, p.named("[A-Z]{2}"))
    keys = {"checked": DAY, "owner": p.blank(), "sources": sources, "places": places}
    return p.table(keys, ("checked", "places"))


def helplines() -> Schema:
    """Return the schema of content/helplines.yaml."""
    plain, blank = p.text(filled=False), p.blank()
    keys = {"for": p.word(PURPOSES), "country": p.named("[A-Z]{2}|other"), "name": plain, "status": p.word(STATUS)}
    keys |= {"source": plain, "text": p.flag()}
    keys |= dict.fromkeys(("number", "international", "contact", "hours", "languages", "why"), blank)
    line = p.table(keys, ("for", "country", "name", "status", "source"))
    fallback = p.table(
        {"name": plain, "contact": plain, "source": plain, "number": blank, "why": blank}, ("name", "contact", "source")
    )
    top = {"checked": DAY, "fallback": fallback, "eu": p.some(p.named("[A-Z]{2}")), "lines": p.some(line)}
    return p.table(top, ("checked", "fallback", "lines"))


def glossary() -> Schema:
    """Return the schema of content/glossary.yaml."""
    keys = {
        "term": p.short(LABEL),
        "text": p.short(LONGEST),
        "also": p.one_or_more(p.text(filled=False)),
        "source": p.named(BORNE_OUT.pattern),
    }
    terms = p.entries(p.table(keys, ("term", "text", "source")), p.name())
    return p.table({"language": LANGUAGE, "silence": p.some(SILENCE), "terms": terms}, ("terms",))


def page() -> Schema:
    """Return the schema of a page's front matter, which stands between two lines of `---`."""
    plain = p.text(filled=False)
    source = {"org": plain, "title": plain, "year": plain, "code": SOURCE, "checked": DAY}
    keys = {
        "title": p.short(TITLE),
        "gist": p.short(GIST),
        "button": p.short(LABEL),
        "topic": p.named(r"T\d{2}"),
        "language": LANGUAGE,
        "unverified": plain,
        "sources": p.some(p.table(source, tuple(source))),
        "review": REVIEW,
        "silence": p.some(SILENCE),
    }
    return p.table(keys, ("title", "gist", "sources", "review"), **_signed())


def chats() -> Schema:
    """Return the schema of a file of scenarios."""
    question = p.named(r"[^.\s]*\..*", "A flow and a question, such as safety.blood_now.")
    answers = p.entries(p.any_text("An option's id, or what it says."), {"pattern": r"\."})
    pages, questions = p.one_or_more(p.name()), p.one_or_more(question)
    hopes = {"comes": ENDING, "ends_at": questions, "right_after": questions, "pages": pages, "no_pages": pages}
    hopes |= {"asked": questions, "not_asked": questions}
    chat = p.table({"begin": p.name(), "taps": answers, **hopes}, anyOf=[{"required": [key]} for key in hopes])
    keys = {"begin": p.name("The flow it starts in."), "otherwise": answers, "chats": p.entries(chat)}
    return p.table(keys, ("chats",), "Chats beside a flow. See flows/tests/README.md.")


def hazards() -> Schema:
    """Return the schema of flows/hazards.yaml, the hazard log."""
    plain, figure = p.text(filled=False), {"enum": ["1", "2", "3", "4", "5", 1, 2, 3, 4, 5]}
    risk = p.table({"severity": figure, "likelihood": figure}, ("severity", "likelihood"))
    control = p.table({"what": plain, "held_by": p.one_or_more(plain)}, ("what", "held_by"))
    keys = {"hazard": plain, "cause": plain, "harm": plain, "before": risk, "after": risk, "residual": plain}
    hazard = p.table({**keys, "controls": p.some(control)}, (*keys, "controls"))
    decision = p.table({"what": plain, "asks": plain}, ("what", "asks"))
    lists = {key: p.some(plain) for key in ("stricter", "limits", "adopting")}
    named = {"hazards": p.entries(hazard, p.named(r"H\d{2}")), "decisions": p.entries(decision, p.named(r"F\d{1,2}"))}
    return p.table({**named, **lists}, (*named, *lists))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: how its schema is built, the folder it is shipped in, and the pattern of its files."""

    make: Callable[[], Schema]
    folder: str
    files: str

    def schema(self) -> Schema:
        """Return the complete schema."""
        return {"$schema": DRAFT, **self.make()}


KINDS: Mapping[str, Kind] = {
    "flow": Kind(flow, "flows", "flows/*.yaml"),
    "red_flags": Kind(red_flags, "flows", "flows/red_flags.yaml"),
    "promises": Kind(promises, "flows", "flows/promises.yaml"),
    "chats": Kind(chats, "flows", "flows/tests/*.yaml"),
    "hazards": Kind(hazards, "flows", "flows/hazards.yaml"),
    "page": Kind(page, "content", "content/*.md"),
    "phrases": Kind(phrases, "content", "content/phrases.yaml"),
    "numbers": Kind(numbers, "content", "content/numbers.yaml"),
    "helplines": Kind(helplines, "content", "content/helplines.yaml"),
    "glossary": Kind(glossary, "content", "content/glossary.yaml"),
    "services": Kind(lists.services, "content", "content/services.yaml"),
    "sources": Kind(lists.sources, "content", "content/sources.yaml"),
    "coverage": Kind(lists.coverage, "content", "content/coverage.yaml"),
    "languages": Kind(lists.languages, "content", "content/languages.yaml"),
    "subjects": Kind(speech.subjects, "content", "content/subjects.yaml"),
    "wording": Kind(speech.wording, "content", "content/**/wording.yaml"),
    "translation": Kind(translations.flow, "flows", "flows/[a-z][a-z]/*.yaml"),
    "translated_page": Kind(translations.page, "content", "content/[a-z][a-z]/*.md"),
    "translated_phrases": Kind(translations.phrases, "content", "content/[a-z][a-z]/phrases.yaml"),
    "translated_glossary": Kind(translations.glossary, "content", "content/[a-z][a-z]/glossary.yaml"),
    "translated_places": Kind(translations.places, "content", "content/[a-z][a-z]/places.yaml"),
    "clinics": Kind(clinics, "content", "content/clinics.example.yaml"),
}
