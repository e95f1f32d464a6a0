"""Every message fits: whatever is filled in, in every language, country and clinic, and whatever was answered."""

import re
from dataclasses import replace

import pytest

from bot.authoring.lint.findings import endings
from bot.authoring.lint.message_length import MESSAGE, Longest, ending_lengths
from bot.authoring.lint.texts import strings
from bot.authoring.loader import Atlas, home, load
from bot.authoring.scenarios.runner import play, read
from bot.engine.interpreter import walk
from bot.engine.presenters.ending import ending
from bot.engine.presenters.texts import HELPLINES, Voice
from bot.engine.session import Session
from bot.model.bundle import Library
from bot.model.clinic import Outside
from bot.model.content import Phrases
from bot.model.urgency import EMERGENCY
from bot.proof.context import Case

HOLE = re.compile(r"\{[a-z_]+\}")
ALWAYS = {f"{{{name}}}" for name in ("emergency_number", "warning_signs", "clinic_name", "clinic_phone", *HELPLINES)}


@pytest.fixture(scope="module")
def shipped() -> tuple[Library, Atlas]:
    return load(home(), drafts=True)


@pytest.fixture(scope="module")
def case(shipped: tuple[Library, Atlas]) -> Case:
    return Case(shipped[0])


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_ending_is_longer_than_reckoned(shipped: tuple[Library, Atlas], case: Case, language: str) -> None:
    """Every third chat beside the flows, by the link of a clinic with everything, the third time, after an alarm."""
    library, lengths = case.library, dict(ending_lengths(case, language))
    voice = Longest(library, language).at_a_clinic
    session = replace(voice.session, shown_emergency=True, begun=3)
    for trial in read(home(), *shipped)[::3]:
        played = play(library, trial)
        walker = walk(voice.library, trial.begin.name, dict(played.said), language)
        if walker.floor < EMERGENCY:
            flow, _, name = walker.at.partition(".")
            text = ending(Voice(voice.library, session), walker).text
            assert len(text) <= lengths[flow if language == "en" else f"{language}/{flow}", name] <= MESSAGE


def test_a_clinics_doors_count(shipped: tuple[Library, Atlas], case: Case) -> None:
    """An ending that fits by itself, and no longer below it where somebody can be seen, is told with its place."""
    library, atlas = shipped
    assert list(endings(case, atlas)) == []
    longest = dict(ending_lengths(case, "en"))
    room = MESSAGE - max(longest.values())
    texts = dict(library.phrases["en"].texts)
    texts["clinic_where"] += " m" * (room // 2 + 1)
    phrases: dict[str, Phrases] = {**library.phrases, "en": replace(library.phrases["en"], texts=texts)}
    wordy = replace(case, library=replace(library, phrases=phrases))
    wordy.__dict__["graph"] = case.graph  # nothing moves because of a phrase
    found = list(endings(wordy, atlas))
    assert {problem.slug for problem in found} == {"long-message"}
    assert all(problem.place.source.strip().startswith(("birth_begins:", "in_pregnancy:")) for problem in found)


def test_every_placeholder_is_filled_for_every_country_and_clinic(shipped: tuple[Library, Atlas]) -> None:
    library, _ = shipped
    for language in library.spoken:
        written = [said for said in strings(library, {}) if said.language == language and HOLE.search(said.text)]
        texts = {said.text for said in written if not said.has("phrase")}  # those get more from who says them
        assert {hole for text in texts for hole in HOLE.findall(text)} <= ALWAYS
        clinic = Longest(library, language).at_a_clinic
        for country in ("", *library.places.numbers):
            here = Session(language=language, country=country)
            for voice in (Voice(library.at(Outside()), here), Voice(clinic.library, replace(here, clinic="m"))):
                assert all(voice.fill(hole) for hole in ALWAYS)
                assert not any(HOLE.search(voice.fill(text)) for text in texts)
