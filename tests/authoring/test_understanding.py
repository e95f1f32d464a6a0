"""For authors of what people type: the command that explains, the checks of phrases, the record of the model."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.authoring.loader import content_root, load_bundle
from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.readers.intents import read_examples, read_intent_model, write_intent_model
from bot.authoring.parsing.source_file import decode_source_file
from bot.authoring.understanding.phrase_checks import phrase_diagnostics
from bot.authoring.understanding.record import MODEL_FILE, is_current, model_diagnostics, write_model
from bot.model.bundle import ContentBundle
from bot.model.diagnostics import DiagnosticsError
from bot.model.flow import Question
from tests.support.paths import DATA

EXAMPLES = """scenario\tlanguage\tintent\ttext
a\ten\tthrush\titching and white lumps
b\ten\tout_of_scope\tdo my homework
c\tfr\tout_of_scope\tfais mes devoirs
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The content that ships, with a small vocabulary."""
    for folder in ("flows", "content"):
        shutil.copytree(content_root() / folder, tmp_path / folder)
    for name in ("danger", "heard", "intents"):
        shutil.copy(DATA / "vocabulary" / f"{name}.yaml", tmp_path / "content" / f"{name}.yaml")
    (tmp_path / "content" / "examples.tsv").write_text(EXAMPLES)
    (tmp_path / MODEL_FILE).unlink(missing_ok=True)
    return tmp_path


def told(bundle: ContentBundle) -> list[str]:
    return [diagnostic.message for diagnostic in phrase_diagnostics(bundle, {})]


def with_words(library: ContentBundle, also: tuple[str, ...]) -> ContentBundle:
    """The bundle with other words for "yes" at the signs of danger."""
    safety = library.flow("safety")
    signs = safety.states["signs"]
    assert isinstance(signs, Question)
    options = tuple(replace(option, also=also) if option.id == "yes" else option for option in signs.options)
    flow = replace(safety, states={**safety.states, "signs": replace(signs, options=options)})
    return replace(library, flows={"en": {**library.flows["en"], "safety": flow}})


def test_what_ships_is_found_by_what_it_stands_for() -> None:
    bundle, source_map = load_bundle(content_root(), include_drafts=True)
    assert [*phrase_diagnostics(bundle, source_map)] == []
    assert model_diagnostics(bundle.vocabulary) == []


def test_other_words_of_an_option_that_collide_are_told(library: ContentBundle) -> None:
    usual = len(told(library))
    assert len(told(with_words(library, ("one of them for sure",)))) == usual
    assert "'no' of option 'yes' is heard as no answer, or as more than one" in told(with_words(library, ("no",)))
    assert "'help' of option 'yes' is also a word for 'help'" in told(with_words(library, ("help",)))


def test_questions_that_lead_to_two_pages_or_tell_danger_are_told(library: ContentBundle) -> None:
    def asked(**questions: str) -> ContentBundle:
        pages = {id: replace(library.page(id), asked=(text,)) for id, text in questions.items()}
        return replace(library, pages={**library.pages, "en": {**library.pages["en"], **pages}})

    assert "'is it itchy' also leads to coil" in told(asked(thrush="is it itchy", coil="is it itchy"))
    assert any("is heard as danger" in one for one in told(asked(thrush="i cant breathe")))


def test_a_record_is_written_anew_where_the_examples_have_changed(home: Path) -> None:
    assert model_diagnostics(load_bundle(home)[0].vocabulary)
    assert write_model(home)
    first = (home / MODEL_FILE).read_bytes()
    vocabulary = load_bundle(home)[0].vocabulary
    assert is_current(vocabulary)
    assert not write_model(home), "it is of today's examples"
    version = load_bundle(home)[0].version
    (home / "content" / "examples.tsv").write_text(EXAMPLES + "d\ten\tthrush\tso itchy\n")
    assert not is_current(load_bundle(home)[0].vocabulary)
    assert write_model(home)
    assert (home / MODEL_FILE).read_bytes() != first
    assert load_bundle(home)[0].version != version, "what changes behaviour is in the version"


def test_a_model_that_cannot_be_read_is_none(home: Path) -> None:
    write_model(home)
    written = json.loads((home / MODEL_FILE).read_text())

    def read(text: str) -> object:
        return read_intent_model(ParseContext(decode_source_file(MODEL_FILE, text.encode())))

    model = read(json.dumps(written))
    assert model
    assert write_intent_model(model) == (home / MODEL_FILE).read_text()  # type: ignore[arg-type]
    for text in ("", "[]", "{}", json.dumps({**written, "intents": {**written["intents"], "bits": 12}})):
        assert read(text) is None


@pytest.mark.parametrize(
    "text", ["", "scenario\ttext\n", EXAMPLES + "no tabs\n", EXAMPLES + "a\ten\tthrush\titching and white lumps\n"]
)
def test_examples_that_cannot_be_read_are_told(text: str) -> None:
    context = ParseContext(decode_source_file("content/examples.tsv", text.encode()))
    read_examples(context)
    assert context.diagnostics


def test_names_that_intents_lead_to_must_be_there(home: Path) -> None:
    (home / "content" / "intents.yaml").write_text("intents:\n  thrush: {pages: [no_such_page], flow: nowhere}\n")
    with pytest.raises(DiagnosticsError) as refused:
        load_bundle(home)
    assert "no_such_page" in str(refused.value)
    assert "nowhere" in str(refused.value)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["i cant breathe"], "Help now: breath"),
        (["yes", "--at", "safety.signs"], "At safety.signs: the answer 'yes'"),
        (["10", "--at", "safety.pain"], "At safety.pain: no answer; asked again: pain_score"),
        (["hablas español?"], "Asks for the language: es"),
    ],
)
def test_the_command_shows_what_it_makes_of_a_sentence(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hear", *arguments]) == 0
    assert line in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["x", "--at", "no.such"], ["x", "--lang", "xx"]])
def test_the_command_says_what_is_not_there(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hear", *arguments]) == 2
    assert capsys.readouterr().err
