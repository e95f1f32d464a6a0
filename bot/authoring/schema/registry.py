"""The table of all kinds of file that have a schema, and where each schema is shipped for editors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.authoring.parsing.readers.emergency_numbers import EVIDENCE_STATUSES, HELPLINE_PURPOSES
from bot.authoring.parsing.readers.glossary import TERM_SOURCE_PATTERN
from bot.authoring.parsing.readers.promises import BOUND_COUNTS
from bot.authoring.schema import fragments as p
from bot.authoring.schema import plain_lists, translations, vocabulary
from bot.authoring.schema import style_guide as speech
from bot.authoring.schema.clinics import clinics_schema
from bot.authoring.schema.flow import flow_schema
from bot.authoring.schema.fragments import (
    DATE_SCHEMA,
    ENDING_SCHEMA,
    JSON_SCHEMA_DIALECT,
    REVIEW_SCHEMA,
    SIGNATURE_SCHEMA,
    SOURCE_CODE_SCHEMA,
    SUPPRESSION_SCHEMA,
    URGENCY_SCHEMA,
    Schema,
)
from bot.model.bundle import BASE_LANGUAGE
from bot.model.text_limits import MAX_DEFINITION_LENGTH, MAX_GIST_LENGTH, MAX_LABEL_LENGTH, MAX_TITLE_LENGTH

RED_FLAG_ID_PATTERN = r"R\d{2}[a-z]?"
BASE_LANGUAGE_SCHEMA: Schema = {"const": BASE_LANGUAGE}


def red_flags_schema() -> Schema:
    """Return the schema of flows/red_flags.yaml."""
    row = {
        "title": p.text(allow_placeholders=False),
        "needs": URGENCY_SCHEMA,
        "when": p.ref("guard"),
        "unless": p.ref("guard"),
    }
    rows = p.table_of(p.table(row, ("title", "needs", "when")), p.matching(RED_FLAG_ID_PATTERN))
    return p.table({"red_flags": rows}, ("red_flags",), **_guard_definitions())


def _guard_definitions() -> Schema:
    """Return the definition of a guard that names each question with its flow."""
    return {"$defs": {"guard": p.guard_schema(qualified=True)}}


def promises_schema() -> Schema:
    """Return the schema of flows/promises.yaml."""
    why, guard, flags = (
        p.text(allow_placeholders=False),
        p.ref("guard"),
        p.one_or_array_of(p.matching(RED_FLAG_ID_PATTERN)),
    )
    never = p.table({"never": p.one_or_array_of(URGENCY_SCHEMA), "when": guard, "why": why}, ("never", "when", "why"))
    least = p.table({"at_least": ENDING_SCHEMA, "when": guard, "why": why}, ("at_least", "when", "why"))
    exemption = p.table(
        {"when": guard, "why": why, "shows_signs": p.yes_or_no(), "flags": flags, "still": flags}, ("when", "why")
    )
    separate_path = p.table({"options": p.one_or_array_of(p.optional_text()), "why": why}, ("why",))
    coverage_target = p.table(
        {"options": _positive_number(3), "endings": _positive_number(3), "why": why}, ("options", "endings", "why")
    )
    return p.table(
        {
            "never": p.table_of(never, p.identifier()),
            "least": p.table_of(least, p.identifier()),
            "excused": p.table_of(exemption, p.identifier()),
            "unsure": _uncertainty_floors_schema(why),
            "own_ways": p.table_of(separate_path),
            "bounds": p.table_of(_length_bound_schema(why), p.identifier()),
            "tried": coverage_target,
        },
        ("never", "excused", "unsure", "own_ways", "bounds"),
        "What is promised about every conversation.",
        **_guard_definitions(),
    )


def _uncertainty_floors_schema(why: Schema) -> Schema:
    """Return the schema of the lowest endings after "not sure" and "prefer not to say"."""
    instead = p.table({"not_sure": ENDING_SCHEMA, "prefer_not_to_say": ENDING_SCHEMA, "why": why}, ("why",))
    return p.table(
        {"usual": ENDING_SCHEMA, "two": ENDING_SCHEMA, "instead": p.table_of(instead)}, ("usual", "two", "instead")
    )


def _length_bound_schema(why: Schema) -> Schema:
    """Return the schema of a bound on the number of questions."""
    return p.table(
        {
            "most": _positive_number(3),
            "why": why,
            "counts": p.word(BOUND_COUNTS),
            "given": p.ref("guard"),
            "without": p.one_or_array_of(p.optional_text()),
        },
        ("most", "why"),
    )


def _positive_number(max_digits: int) -> Schema:
    """Return the schema of a positive whole number of at most *max_digits* digits."""
    return p.scalar(pattern=rf"^0{{0,3}}[1-9]\d{{0,{max_digits - 1}}}$")


def phrases_schema() -> Schema:
    """Return the schema of content/phrases.yaml."""
    texts, words = (
        p.table_of(p.any_text(), p.identifier()),
        p.table_of(p.array_of(p.text(allow_placeholders=False)), p.identifier()),
    )
    keys = {
        "language": BASE_LANGUAGE_SCHEMA,
        "review": REVIEW_SCHEMA,
        "silence": p.array_of(SUPPRESSION_SCHEMA),
        "texts": texts,
        "words": words,
    }
    return p.table(keys, ("texts", "words"), **_signature_definitions())


def _signature_definitions() -> Schema:
    """Return the definition of a reviewer's signature."""
    return {"$defs": {"signature": SIGNATURE_SCHEMA}}


def emergency_numbers_schema() -> Schema:
    """Return the schema of content/numbers.yaml, the emergency numbers by country."""
    plain_text = p.text(allow_placeholders=False)
    keys = {"name": plain_text, "status": p.word(EVIDENCE_STATUSES), "source": plain_text}
    keys |= {key: p.optional_text() for key in ("number", "ambulance", "also", "why")}
    country = p.table(keys, ("name", "number", "status", "source"))
    sources = p.array_of(p.table({"code": plain_text, "what": plain_text}, ("code", "what")))
    countries = p.table_of(country, p.matching("[A-Z]{2}"))
    keys = {"checked": DATE_SCHEMA, "owner": p.optional_text(), "sources": sources, "places": countries}
    return p.table(keys, ("checked", "places"))


def helplines_schema() -> Schema:
    """Return the schema of content/helplines.yaml."""
    plain_text, optional_text = p.text(allow_placeholders=False), p.optional_text()
    keys = {
        "for": p.word(HELPLINE_PURPOSES),
        "country": p.matching("[A-Z]{2}|other"),
        "name": plain_text,
        "status": p.word(EVIDENCE_STATUSES),
    }
    keys |= {"source": plain_text, "text": p.yes_or_no()}
    keys |= dict.fromkeys(("number", "international", "contact", "hours", "languages", "why"), optional_text)
    helpline = p.table(keys, ("for", "country", "name", "status", "source"))
    fallback = p.table(
        {
            "name": plain_text,
            "contact": plain_text,
            "source": plain_text,
            "number": optional_text,
            "why": optional_text,
        },
        ("name", "contact", "source"),
    )
    properties = {
        "checked": DATE_SCHEMA,
        "fallback": fallback,
        "eu": p.array_of(p.matching("[A-Z]{2}")),
        "lines": p.array_of(helpline),
    }
    return p.table(properties, ("checked", "fallback", "lines"))


def glossary_schema() -> Schema:
    """Return the schema of content/glossary.yaml."""
    keys = {
        "term": p.short_text(MAX_LABEL_LENGTH),
        "text": p.short_text(MAX_DEFINITION_LENGTH),
        "also": p.one_or_array_of(p.text(allow_placeholders=False)),
        "source": p.matching(TERM_SOURCE_PATTERN.pattern),
    }
    terms = p.table_of(p.table(keys, ("term", "text", "source")), p.identifier())
    return p.table(
        {"language": BASE_LANGUAGE_SCHEMA, "silence": p.array_of(SUPPRESSION_SCHEMA), "terms": terms}, ("terms",)
    )


def page_schema() -> Schema:
    """Return the schema of a page's front matter, which stands between two lines of `---`."""
    plain_text = p.text(allow_placeholders=False)
    source = {
        "org": plain_text,
        "title": plain_text,
        "year": plain_text,
        "code": SOURCE_CODE_SCHEMA,
        "checked": DATE_SCHEMA,
    }
    keys = {
        "title": p.short_text(MAX_TITLE_LENGTH),
        "gist": p.short_text(MAX_GIST_LENGTH),
        "button": p.short_text(MAX_LABEL_LENGTH),
        "topic": p.matching(r"T\d{2}"),
        "asked": p.one_or_array_of(plain_text, "Questions as people type them, which lead here."),
        "language": BASE_LANGUAGE_SCHEMA,
        "unverified": plain_text,
        "sources": p.array_of(p.table(source, tuple(source))),
        "review": REVIEW_SCHEMA,
        "silence": p.array_of(SUPPRESSION_SCHEMA),
    }
    return p.table(keys, ("title", "gist", "sources", "review"), **_signature_definitions())


def scenarios_schema() -> Schema:
    """Return the schema of a file of scenarios."""
    question = p.matching(r"[^.\s]*\..*", "A flow and a question, such as safety.blood_now.")
    answers = p.table_of(p.any_text("An option's id, or what it says."), {"pattern": r"\."})
    pages, questions = p.one_or_array_of(p.identifier()), p.one_or_array_of(question)
    expectations = {
        "comes": ENDING_SCHEMA,
        "ends_at": questions,
        "right_after": questions,
        "pages": pages,
        "no_pages": pages,
    }
    expectations |= {"asked": questions, "not_asked": questions}
    scenario = p.table(
        {"begin": p.identifier(), "taps": answers, **expectations}, anyOf=[{"required": [key]} for key in expectations]
    )
    keys = {"begin": p.identifier("The flow it starts in."), "otherwise": answers, "chats": p.table_of(scenario)}
    return p.table(keys, ("chats",), "Chats beside a flow. See flows/tests/README.md.")


def hazards_schema() -> Schema:
    """Return the schema of flows/hazards.yaml, the hazard log."""
    plain_text, figure = p.text(allow_placeholders=False), {"enum": ["1", "2", "3", "4", "5", 1, 2, 3, 4, 5]}
    risk = p.table({"severity": figure, "likelihood": figure}, ("severity", "likelihood"))
    control = p.table({"what": plain_text, "held_by": p.one_or_array_of(plain_text)}, ("what", "held_by"))
    keys = {
        "hazard": plain_text,
        "cause": plain_text,
        "harm": plain_text,
        "before": risk,
        "after": risk,
        "residual": plain_text,
    }
    hazard = p.table({**keys, "controls": p.array_of(control)}, (*keys, "controls"))
    decision = p.table({"what": plain_text, "asks": plain_text}, ("what", "asks"))
    text_lists = {key: p.array_of(plain_text) for key in ("stricter", "limits", "adopting")}
    tables = {
        "hazards": p.table_of(hazard, p.matching(r"H\d{2}")),
        "decisions": p.table_of(decision, p.matching(r"F\d{1,2}")),
    }
    return p.table({**tables, **text_lists}, (*tables, *text_lists))


@dataclass(frozen=True, slots=True)
class SchemaKind:
    """A kind of file: how its schema is built, the folder it is shipped in, and the pattern of its files."""

    build: Callable[[], Schema]
    folder: str
    file_pattern: str

    def schema(self) -> Schema:
        """Return the complete schema."""
        return {"$schema": JSON_SCHEMA_DIALECT, **self.build()}


SCHEMA_KINDS: Mapping[str, SchemaKind] = {
    "flow": SchemaKind(flow_schema, "flows", "flows/*.yaml"),
    "red_flags": SchemaKind(red_flags_schema, "flows", "flows/red_flags.yaml"),
    "promises": SchemaKind(promises_schema, "flows", "flows/promises.yaml"),
    "chats": SchemaKind(scenarios_schema, "flows", "flows/tests/*.yaml"),
    "hazards": SchemaKind(hazards_schema, "flows", "flows/hazards.yaml"),
    "page": SchemaKind(page_schema, "content", "content/*.md"),
    "phrases": SchemaKind(phrases_schema, "content", "content/phrases.yaml"),
    "numbers": SchemaKind(emergency_numbers_schema, "content", "content/numbers.yaml"),
    "helplines": SchemaKind(helplines_schema, "content", "content/helplines.yaml"),
    "glossary": SchemaKind(glossary_schema, "content", "content/glossary.yaml"),
    "services": SchemaKind(plain_lists.services_schema, "content", "content/services.yaml"),
    "sources": SchemaKind(plain_lists.sources_schema, "content", "content/sources.yaml"),
    "coverage": SchemaKind(plain_lists.coverage_schema, "content", "content/coverage.yaml"),
    "languages": SchemaKind(plain_lists.languages_schema, "content", "content/languages.yaml"),
    "subjects": SchemaKind(speech.subjects_schema, "content", "content/subjects.yaml"),
    "wording": SchemaKind(speech.style_guide_schema, "content", "content/**/wording.yaml"),
    "danger": SchemaKind(vocabulary.danger_schema, "content", "content/**/danger.yaml"),
    "heard": SchemaKind(vocabulary.heard_languages_schema, "content", "content/heard.yaml"),
    "intents": SchemaKind(vocabulary.intents_schema, "content", "content/intents.yaml"),
    "translation": SchemaKind(translations.translated_flow_schema, "flows", "flows/[a-z][a-z]/*.yaml"),
    "translated_page": SchemaKind(translations.translated_page_schema, "content", "content/[a-z][a-z]/*.md"),
    "translated_phrases": SchemaKind(
        translations.translated_phrases_schema, "content", "content/[a-z][a-z]/phrases.yaml"
    ),
    "translated_glossary": SchemaKind(
        translations.translated_glossary_schema, "content", "content/[a-z][a-z]/glossary.yaml"
    ),
    "translated_places": SchemaKind(translations.translated_names_schema, "content", "content/[a-z][a-z]/places.yaml"),
    "clinics": SchemaKind(clinics_schema, "content", "content/clinics.example.yaml"),
}
