"""Every message fits: whatever is filled in, in every language, country and clinic, and whatever was answered."""

import re
from dataclasses import replace

import pytest

from bot.authoring.lint.linter import ending_diagnostics
from bot.authoring.lint.message_length import MAX_MESSAGE_CHARS, MaxLengths, ending_lengths
from bot.authoring.lint.readable_text import readable_texts
from bot.authoring.loader import content_root, load_bundle
from bot.authoring.scenarios.runner import load_scenarios, run_scenario
from bot.engine.interpreter import replay
from bot.engine.presenters.ending import ending_message
from bot.engine.presenters.texts import HELPLINE_PURPOSES, Texts
from bot.engine.session import Session
from bot.model.bundle import ContentBundle
from bot.model.clinic import Environment
from bot.model.content import Phrases
from bot.model.diagnostics import SourceMap
from bot.model.urgency import EMERGENCY_FLOOR
from bot.proof.context import ProofContext

HOLE = re.compile(r"\{[a-z_]+\}")
ALWAYS = {
    f"{{{name}}}" for name in ("emergency_number", "warning_signs", "clinic_name", "clinic_phone", *HELPLINE_PURPOSES)
}


@pytest.fixture(scope="module")
def shipped() -> tuple[ContentBundle, SourceMap]:
    return load_bundle(content_root(), include_drafts=True)


@pytest.fixture(scope="module")
def case(shipped: tuple[ContentBundle, SourceMap]) -> ProofContext:
    return ProofContext(shipped[0])


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_ending_is_longer_than_reckoned(
    shipped: tuple[ContentBundle, SourceMap], case: ProofContext, language: str
) -> None:
    """Every third chat beside the flows, by the link of a clinic with everything, the third time, after an alarm."""
    library, lengths = case.bundle, dict(ending_lengths(case, language))
    voice = MaxLengths(library, language).largest_clinic_texts
    session = voice.session.with_changes(shown_emergency=True, started=3)
    for trial in load_scenarios(content_root(), *shipped)[::3]:
        played = run_scenario(library, trial)
        walker = replay(voice.bundle, trial.entry_flow.name, dict(played.answers), language)
        if walker.floor < EMERGENCY_FLOOR:
            flow, _, name = walker.state_id.partition(".")
            text = ending_message(Texts(voice.bundle, session), walker).text
            assert len(text) <= lengths[flow if language == "en" else f"{language}/{flow}", name] <= MAX_MESSAGE_CHARS


def test_a_clinics_doors_count(shipped: tuple[ContentBundle, SourceMap], case: ProofContext) -> None:
    """An ending that fits by itself, and no longer below it where somebody can be seen, is told with its place."""
    library, atlas = shipped
    assert list(ending_diagnostics(case, atlas)) == []
    longest = dict(ending_lengths(case, "en"))
    room = MAX_MESSAGE_CHARS - max(longest.values())
    texts = dict(library.phrases["en"].texts)
    texts["clinic_where"] += " m" * (room // 2 + 1)
    phrases: dict[str, Phrases] = {**library.phrases, "en": replace(library.phrases["en"], texts=texts)}
    wordy = replace(case, bundle=replace(library, phrases=phrases))
    wordy.__dict__["graph"] = case.graph  # nothing moves because of a phrase
    found = list(ending_diagnostics(wordy, atlas))
    assert {problem.code for problem in found} == {"long-message"}
    assert all(problem.location.source_line.strip().startswith(("birth_begins:", "in_pregnancy:")) for problem in found)


def test_every_placeholder_is_filled_for_every_country_and_clinic(shipped: tuple[ContentBundle, SourceMap]) -> None:
    library, _ = shipped
    for language in library.all_languages:
        written = [said for said in readable_texts(library, {}) if said.language == language and HOLE.search(said.text)]
        texts = {said.text for said in written if not said.has_tag("phrase")}  # those get more from who says them
        assert {hole for text in texts for hole in HOLE.findall(text)} <= ALWAYS
        clinic = MaxLengths(library, language).largest_clinic_texts
        for country in ("", *library.phone_directory.emergency_numbers):
            here = Session(language=language, country=country)
            for voice in (
                Texts(library.with_environment(Environment()), here),
                Texts(clinic.bundle, here.with_changes(clinic="m")),
            ):
                assert all(voice.fill(hole) for hole in ALWAYS)
                assert not any(HOLE.search(voice.fill(text)) for text in texts)
