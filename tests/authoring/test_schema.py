"""The schemas that editors use are those that the reader means: they refuse nothing that it takes.

The reader has the last word: it also knows names, files and places. What a schema can tell of its faults, it tells.
"""

import copy
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot.__main__ import main
from bot.authoring.loader import content_root, load_bundle
from bot.authoring.localization.traversal import collect_units
from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.readers.clinics import read_clinics
from bot.authoring.parsing.readers.coverage import read_coverage
from bot.authoring.parsing.readers.danger import read_danger
from bot.authoring.parsing.readers.emergency_numbers import read_helplines, read_numbers
from bot.authoring.parsing.readers.flows import read_flow
from bot.authoring.parsing.readers.glossary import read_glossary
from bot.authoring.parsing.readers.hazards import read_hazards
from bot.authoring.parsing.readers.heard_languages import read_heard_languages
from bot.authoring.parsing.readers.intents import read_intents
from bot.authoring.parsing.readers.languages import read_languages
from bot.authoring.parsing.readers.pages import read_front_matter, read_page
from bot.authoring.parsing.readers.phrases import read_phrases
from bot.authoring.parsing.readers.promises import read_promises
from bot.authoring.parsing.readers.red_flags import read_red_flags
from bot.authoring.parsing.readers.scenarios import read_scenarios
from bot.authoring.parsing.readers.services import read_services
from bot.authoring.parsing.readers.sources import read_sources
from bot.authoring.parsing.readers.style_guide import read_style_guide
from bot.authoring.parsing.readers.subjects import read_subjects
from bot.authoring.parsing.readers.translations import TranslationReader
from bot.authoring.parsing.source_file import decode_source_file
from bot.authoring.schema.command import to_json
from bot.authoring.schema.registry import SCHEMA_KINDS
from tests.support.paths import DATA, ROOT

FAULTS = DATA / "diagnostics"
GOOD = FAULTS / "good"
LIBRARY = load_bundle(content_root())[0]
VALIDATORS = {name: Draft202012Validator(kind.schema()) for name, kind in SCHEMA_KINDS.items()}


def in_spanish(reading: ParseContext, original: object) -> TranslationReader:
    return TranslationReader(reading, "es", f"es/{reading.file_stem}", collect_units(original))


READERS: dict[str, Callable[[ParseContext], object]] = {
    "flow": read_flow,
    "red_flags": read_red_flags,
    "promises": read_promises,
    "chats": read_scenarios,
    "hazards": read_hazards,
    "page": read_page,
    "phrases": read_phrases,
    "numbers": read_numbers,
    "helplines": read_helplines,
    "glossary": read_glossary,
    "services": read_services,
    "sources": read_sources,
    "coverage": read_coverage,
    "languages": read_languages,
    "translation": lambda reading: in_spanish(reading, LIBRARY.flow(reading.file_stem)),
    "translated_page": lambda reading: in_spanish(reading, LIBRARY.page(reading.file_stem)),
    "translated_phrases": lambda reading: in_spanish(reading, LIBRARY.phrases["en"]),
    "translated_glossary": lambda reading: in_spanish(reading, LIBRARY.glossary["en"]),
    "translated_places": lambda reading: in_spanish(reading, LIBRARY.phone_directory),
    "subjects": read_subjects,
    "danger": lambda reading: read_danger(reading, "es" if "/es/" in reading.source_file.file else "en"),
    "heard": read_heard_languages,
    "intents": read_intents,
    "wording": lambda reading: read_style_guide(reading, "en"),
    "clinics": lambda reading: read_clinics(reading, LIBRARY),
}
EXAMPLES = int(os.environ.get("EXAMPLES", "40"))  # EXAMPLES=1000 for a long look
PAGES = {"page", "translated_page"}  # only their head is YAML
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
OWN = {"red_flags.yaml", "promises.yaml", "hazards.yaml"}  # files in flows/ that are no flows


def typed(text: str) -> Any:
    """YAML as the reader takes it: every scalar is the text that was typed."""
    return yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))


def resolved(text: str) -> Any:
    """YAML as an editor takes it: numbers and the words true and false are no texts; yes, no and days are."""
    return yaml.load(text, Loader=Editor)


class Editor(yaml.SafeLoader):
    """YAML 1.2, as far as it matters here."""


Editor.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if tag.rpartition(":")[2] not in ("timestamp", "bool")]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def head_of(text: str) -> str:
    return text.split("---\n")[1]


def shipped() -> list[tuple[str, Path]]:
    """Every shipped file that has a schema, and which one."""
    found = [
        (name, path) for name, kind in SCHEMA_KINDS.items() for path in sorted(content_root().glob(kind.file_pattern))
    ]
    wanted = [(name, path) for name, path in found if path.name != "README.md"]
    return [(name, path) for name, path in wanted if name != "flow" or path.name not in OWN]


@pytest.mark.parametrize(
    ("kind", "path"), shipped(), ids=lambda value: value.name if isinstance(value, Path) else value
)
def test_every_shipped_file_is_valid(kind: str, path: Path) -> None:
    text = path.read_text()
    for read in (typed, resolved):
        data = read(head_of(text) if kind in PAGES else text)
        assert [error.message for error in VALIDATORS[kind].iter_errors(data)] == []


@pytest.mark.parametrize("kind", SCHEMA_KINDS)
def test_what_is_shipped_is_what_is_meant(kind: str) -> None:
    """After a change:  python -m bot schema --write ."""
    schema = SCHEMA_KINDS[kind].schema()
    Draft202012Validator.check_schema(schema)
    assert (ROOT / SCHEMA_KINDS[kind].folder / "schema" / f"{kind}.json").read_text() == to_json(schema)


# ---- the faults that authors make

TOLD = """
    count empty floor-emergency idle kind language learn-emergency long-button missing name no-safety-net not-a-date
    not-a-list not-a-table not-yes-or-no too-long unknown-key unknown-placeholder unknown-urgency unsure
"""
UNTOLD = {
    "anchor tag tab twice documents control-character not-utf8 not-yaml too-deep not-text": "is seen before a schema",
    "unknown-state unknown-flow unknown-page unknown-option not-an-outcome": "is about names in other places",
    "information-part": "is about a state far below",
    "no-source section unlisted-source unused-source unverified warning-signs front-matter": "is about a page's body",
    "too-many-faults": "is about how many faults there are",
}


@pytest.mark.parametrize("slug", TOLD.split())
def test_a_fault_that_a_schema_can_tell_is_told(slug: str) -> None:
    data = typed((FAULTS / f"{slug}.yaml").read_text())
    assert list(VALIDATORS["flow"].iter_errors(data))


def test_every_example_of_a_fault_was_thought_of() -> None:
    examples = {path.stem for path in FAULTS.iterdir() if path.suffix in (".yaml", ".md")}
    thought_of = {*TOLD.split(), *" ".join(UNTOLD).split()}
    assert examples == thought_of


def test_an_unqualified_red_flag_and_an_unknown_word() -> None:
    rows = "red_flags: {R01: {title: x, needs: emergency, when: {amount: pouring}}}"
    assert list(VALIDATORS["red_flags"].iter_errors(typed(rows)))
    line = "{for: sleep, country: GB, name: a, number: '', status: agree, source: GK}"
    fallback = "{name: a, contact: b, source: c}"
    text = f"checked: 2026-11-22\nfallback: {fallback}\nlines: [{line}]"
    assert list(VALIDATORS["helplines"].iter_errors(typed(text)))
    assert not list(VALIDATORS["helplines"].iter_errors(typed(text.replace("sleep", "crisis"))))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("subjects", "subjects: {start: coil}"),
        ("subjects", "subjects: {start: [Coil]}"),
        ("wording", "{sentence: 20, lines: 4, lists: {}, rules: {no-net: {why: it asks for nothing}}}"),
        ("wording", "{sentence: twenty, lines: 4, lists: {}, rules: {}}"),
        ("translated_page", "{language: es, title: El DIU, gists: corto}"),
        ("translated_page", f"{{language: es, title: {'x' * 61}}}"),
        ("translated_phrases", "{language: es, words: {stop: para}}"),
        ("translated_glossary", "{language: es, terms: {coil: {term: DIU, meaning: un aparato}}}"),
        ("translated_places", "{language: es, countries: {Spain: España}}"),
        ("translated_places", "{language: es, numbers: {ES: '112'}}"),
    ],
)
def test_a_fault_beside_the_flows_is_told(kind: str, text: str) -> None:
    assert list(VALIDATORS[kind].iter_errors(typed(text)))


@pytest.mark.parametrize("fault", ["hours", "link", "phone", "many"])
def test_a_fault_in_the_clinics_file_is_told(fault: str) -> None:
    text = (DATA / "clinic_diagnostics" / f"{fault}.yaml").read_text()
    assert list(VALIDATORS["clinics"].iter_errors(typed(text)))


# ---- whatever the schema refuses, the reader refuses

SAMPLES = {
    "flow": [
        GOOD / "flows" / "good.yaml",
        content_root() / "flows" / "child.yaml",
        content_root() / "flows" / "chooser.yaml",
    ],
    "red_flags": [GOOD / "flows" / "red_flags.yaml"],
    "page": [GOOD / "content" / "good_page.md", content_root() / "content" / "coil.md"],
    "phrases": [GOOD / "content" / "phrases.yaml"],
    "numbers": [GOOD / "content" / "numbers.yaml"],
    "helplines": [GOOD / "content" / "helplines.yaml"],
    "promises": [content_root() / "flows" / "promises.yaml"],
    "chats": [content_root() / "flows" / "tests" / "chooser.yaml"],
    "hazards": [content_root() / "flows" / "hazards.yaml"],
    "glossary": [content_root() / "content" / "glossary.yaml"],
    "services": [content_root() / "content" / "services.yaml"],
    "sources": [content_root() / "content" / "sources.yaml"],
    "coverage": [content_root() / "content" / "coverage.yaml"],
    "languages": [content_root() / "content" / "languages.yaml"],
    "translation": [
        content_root() / "flows" / "es" / "today.yaml",
        content_root() / "flows" / "es" / "pregnancy_known.yaml",
    ],
    "clinics": [content_root() / "content" / "clinics.example.yaml"],
    "subjects": [content_root() / "content" / "subjects.yaml"],
    "wording": [content_root() / "content" / "wording.yaml"],
    "danger": [DATA / "vocabulary" / "danger.yaml"],
    "heard": [DATA / "vocabulary" / "heard.yaml"],
    "intents": [DATA / "vocabulary" / "intents.yaml"],
    "translated_page": [
        content_root() / "content" / "es" / "coil.md",
        content_root() / "content" / "es" / "pill_patch_ring.md",
    ],
    "translated_phrases": [content_root() / "content" / "es" / "phrases.yaml"],
    "translated_glossary": [content_root() / "content" / "es" / "glossary.yaml"],
    "translated_places": [content_root() / "content" / "es" / "places.yaml"],
}
VALUES = [
    "", " ", "yes", "no", "not_sure", "urgency", "emergency", "soon", "soon 7 days", "soon 15 days", "2026-11-22",
    "S06",
    "{emergency_number}", "{nobody}", "x" * 25, "x" * 201, "Name", "a.b", "7", [], ["yes"], [[]], {}, {"yes": "no"},
    {"text": "Yes"}, {"goto": "home"}, {"any of": []}, {"not": {}},
    "closed", "09:00-17:00", "9:00-17:00", "22:00-02:00", "09:00-25:00", "+44 20 7946 0018", "call us", "999",
]  # fmt: skip
KEYS = "ask say run return outcome goto only_if learn at_least when why text button not_sure urgency language R01 H01 "
KEYS += "hours phone monday 2026-12-24"


def spots(data: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value in *data*."""
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [at, *(spot for key, value in inside for spot in spots(value, (*at, key)))][0 if at else 1 :]


def damaged(data: Any, draw: Callable[[Any], Any]) -> Any:
    """*data* after an accident: a key lost, misspelt or added, a value replaced."""
    *way, last = draw(st.sampled_from(spots(data)))
    inside = data = copy.deepcopy(data)
    for key in way:
        inside = inside[key]
    match draw(st.sampled_from(["lose", "rename", "replace", "add"])):
        case "lose":
            del inside[last]
        case "rename" if isinstance(inside, dict):
            inside[draw(st.sampled_from([f"{last}x", *KEYS.split()]))] = inside.pop(last)
        case "add" if isinstance(inside, dict):
            inside[draw(st.sampled_from(KEYS.split()))] = copy.deepcopy(draw(st.sampled_from(VALUES)))
        case _:
            inside[last] = copy.deepcopy(draw(st.sampled_from(VALUES)))
    return data


def refused_by_reader(kind: str, path: Path, data: Any) -> list[str]:
    text = yaml.dump(data, Dumper=DUMPER, allow_unicode=True, width=10_000, sort_keys=False)
    if kind in PAGES:
        text = f"---\n{text}---\n{path.read_text().split('---' + chr(10), 2)[2]}"
    reading = ParseContext(decode_source_file(f"{SCHEMA_KINDS[kind].folder}/{path.name}", text.encode()))
    READERS[kind](reading)
    nameless = ["unknown-name" for mention in reading.references if "" in mention.key]  # looked up later, and not found
    return [problem.code for problem in reading.diagnostics] + nameless


@pytest.mark.parametrize("kind", SCHEMA_KINDS)
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(draw=st.data())
def test_what_the_schema_refuses_the_reader_refuses(kind: str, draw: st.DataObject) -> None:
    path = draw.draw(st.sampled_from(SAMPLES[kind]))
    text = path.read_text()
    data = damaged(typed(head_of(text) if kind in PAGES else text), draw.draw)
    if errors := [error.message for error in VALIDATORS[kind].iter_errors(data)]:
        assert refused_by_reader(kind, path, data), errors


@pytest.mark.parametrize("kind", SCHEMA_KINDS)
def test_the_samples_are_good(kind: str) -> None:
    """Else whatever is refused would prove nothing."""
    for path in SAMPLES[kind]:
        text = path.read_text()
        assert refused_by_reader(kind, path, typed(head_of(text) if kind in PAGES else text)) == []
    assert read_front_matter  # the reader's own way to a page's head; `head_of` is the test's


# ---- the command


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "flow"]) == 0
    assert json.loads(capsys.readouterr().out) == SCHEMA_KINDS["flow"].schema()
    assert main(["schema"]) == 0
    assert ["phrases", "content/phrases.yaml"] in [line.split() for line in capsys.readouterr().out.splitlines()]
    assert main(["schema", "flwo"]) == 2
    assert "did you mean 'flow'?" in capsys.readouterr().err
