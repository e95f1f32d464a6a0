"""The coverage table: every claim of the articles this project began with is carried by something, or left out.

That a name in it leads somewhere is the reader's own promise (`unknown-page` and its like); here it is held to it.
"""

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from bot.authoring.loader import content_root, load_bundle
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.content import Page
from bot.model.diagnostics import DiagnosticsError

CLAIMS = [f"C{number:03}" for number in range(1, 163)]
CODE = re.compile(r"\bS\d{2,3}\b")
VERDICTS = {"supported": 58, "partly": 41, "wrong": 32, "harmful": 16, "outdated": 6, "unclear": 6, "new": 3}


def pages(library: ContentBundle) -> list[Page]:
    return list(library.pages[BASE_LANGUAGE].values())


def test_162_of_162(library: ContentBundle) -> None:
    assert list(library.coverage) == CLAIMS


def test_the_verdicts_are_those_of_the_review(library: ContentBundle) -> None:
    """Nobody may turn a harmful claim into a supported one on the way."""
    assert Counter(claim.verdict for claim in library.coverage.values()) == VERDICTS


def test_every_row_is_carried_or_left_out_for_a_reason(library: ContentBundle) -> None:
    for claim in library.coverage.values():
        if claim.left_out:
            assert len(claim.left_out.split()) >= 8, f"{claim.id}: that is no reason"
        else:
            assert claim.carried_by, claim.id
            assert claim.guidance, claim.id


def test_nothing_carries_a_claim_twice(library: ContentBundle) -> None:
    assert [claim.id for claim in library.coverage.values() if len(set(claim.carried_by)) < len(claim.carried_by)] == []


def test_every_page_carries_a_claim_or_goes_beyond_the_articles(library: ContentBundle) -> None:
    """What the articles never mention, and people need all the same (section 11 of the review)."""
    carried = {carrier.removeprefix("page:") for claim in library.coverage.values() for carrier in claim.carried_by}
    assert {page.id for page in pages(library)} - carried == {
        "after_operations",
        "bilharzia_and_fgm",
        "child_bleeding",
        "testosterone",
        "urgent_after_sex",
        "unwanted_sex",
    }


def test_all_37_topics_have_their_page_and_five_more(library: ContentBundle) -> None:
    topics = [page.topic for page in pages(library) if page.topic]
    assert sorted(topics) == [f"T{number:02}" for number in range(1, 38)]
    beyond = {page.id for page in pages(library) if not page.topic}
    assert beyond == {"at_the_visit", "before_the_visit", "not_inside", "child_bleeding", "urgent_after_sex"}


# Topics for which the project's notes hold a fact from general knowledge alone: their page stays general, and says so.
GENERAL = {"T05", "T07", "T09", "T10", "T13", "T17", "T23", "T32", "T36", "T37"}


def test_what_nobody_has_checked_stays_general_and_is_said_to(library: ContentBundle) -> None:
    assert {page.topic for page in pages(library) if page.unverified} >= GENERAL


@pytest.mark.parametrize("verdict", ["wrong", "harmful", "outdated"])
def test_a_mistake_is_set_right_where_people_read_it(library: ContentBundle, verdict: str) -> None:
    """Not by a glossary entry alone: by a page, a question or an emergency screen."""
    for claim in library.coverage.values():
        if claim.verdict == verdict and not claim.left_out:
            sorts = {carrier.partition(":")[0] for carrier in claim.carried_by}
            assert sorts & {"page", "question", "state"}, claim.id


# The words that set a dangerous mistake right. If an editor takes them out of the page, the row is a lie.
SAID = {
    "C025": ("first_times", "blood that keeps coming back: within 7 to 14 days"),
    "C029": ("first_times", "heavy bleeding is not a usual part of a first time"),
    "C034": ("bleeding_after_sex", "pregnancy and menopause"),
    "C035": ("near_a_period", "sex is not known to bring a period forward"),
    "C052": ("coil", "the coil can often stay in"),
    "C054": ("sti_tests", "other things can look the same, so a test is needed"),
    "C056": ("sti_tests", "nobody is to blame"),
    "C064": ("washing_and_home_remedies", "too much washing is a common reason"),
    "C073": ("thrush", "thrush is not counted as an sti"),
    "C084": ("menopause", "new watery or smelly discharge after menopause"),
    "C091": ("cervical_ectropion", "an ectropion is not a wound"),
    "C092": ("cervical_ectropion", "sex does not bring on an ectropion"),
    "C094": ("cervical_ectropion", "it has no link with cancer"),
    "C096": ("cervical_polyps", "usually left alone"),
    "C108": ("endometriosis", "are not cancer"),
    "C114": ("womb_growths", "unusual bleeding is the main sign"),
    "C116": ("menopause", "any blood 12 months or more after your last period"),
    "C118": ("early_pregnancy", "official advice says sex does not bring on a miscarriage"),
    "C124": ("early_pregnancy", "nobody can name the reason without a check"),
    "C125": ("early_pregnancy", "ask if progesterone"),
    "C130": ("early_pregnancy", "lying down for half an hour after sex does not help"),
    "C131": ("later_pregnancy", "sex is fine in most pregnancies"),
    "C142": ("ectopic_pregnancy", "one sign is enough"),
    "C146": ("not_inside", "peroxide does not heal a cut inside"),
    "C147": ("washing_and_home_remedies", "it does not help. studies link it"),
    "C148": ("not_inside", "have no proof behind them"),
    "C149": ("not_inside", "a tampon soaked in a brew can burn"),
    "C152": ("cervix_and_pelvic_infection", "early antibiotics help"),
    "C154": ("washing_and_home_remedies", "the vagina cleans itself"),
}


@pytest.mark.parametrize("id", SAID)
def test_the_page_says_so_in_these_words(library: ContentBundle, id: str) -> None:
    page, words = SAID[id]
    assert f"page:{page}" in library.coverage[id].carried_by
    assert words in library.page(page).text.lower()


def test_every_harmful_claim_has_its_words(library: ContentBundle) -> None:
    """Rows without a page are wording rules: the bot's own screens carry them, or nothing says them at all."""
    carried = {claim.id for claim in library.coverage.values() if claim.verdict == "harmful" and not claim.left_out}
    assert carried <= SAID.keys()


# ---- sources


def test_the_list_of_sources_is_whole(library: ContentBundle) -> None:
    assert list(library.sources) == [f"S{number:02}" for number in range(1, 71)]


def test_every_code_anywhere_is_on_the_list(library: ContentBundle) -> None:
    """In any file that people write: pages, flows, numbers, helplines, remarks."""
    used = {
        code
        for folder in ("flows", "content")
        for file in (content_root() / folder).iterdir()
        if file.suffix == ".md" or file.suffix == ".yaml"
        for code in CODE.findall(file.read_text())
    }
    assert used <= library.sources.keys()


def test_every_fact_on_a_page_has_a_source(library: ContentBundle) -> None:
    for page in pages(library):
        assert page.cited, page.id
        assert {source.code for source in page.sources} == set(page.cited) - {"GK"}, page.id


def test_pages_call_a_source_what_the_list_calls_it(library: ContentBundle) -> None:
    for page in pages(library):
        for source in page.sources:
            listed = library.sources[source.code]
            assert (source.org, source.title, source.year) == (listed.org, listed.title, listed.year), page.id


# ---- what happens when somebody breaks it


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for folder in ("flows", "content"):
        shutil.copytree(content_root() / folder, tmp_path / folder)
    return tmp_path


def told(copy: Path, file: str, old: str, new: str) -> set[tuple[str, str]]:
    """The file and slug of every fault after *old* has become *new*."""
    path = copy / file
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
    with pytest.raises(DiagnosticsError) as refused:
        load_bundle(copy)
    return {(problem.location.file, problem.code) for problem in refused.value.diagnostics}


C023 = "C023: {verdict: supported, carried_by: ["
BROKEN = {
    "page:first_tmes": "unknown-page",
    "flow:safty": "unknown-flow",
    "question:safety.blod_now": "unknown-question",
    "question:safety.call_now": "unknown-question",  # a state that asks nothing
    "state:safety.call_nwo": "unknown-state",
    "state:nowhere.call_now": "unknown-state",
    "glossary:ectropium": "unknown-term",
    "phrase:helo": "unknown-phrase",
    "poster:first_times": "unknown-word",
    "first_times": "unknown-word",
}


@pytest.mark.parametrize("carrier", BROKEN)
def test_a_row_that_points_nowhere(copy: Path, carrier: str) -> None:
    assert ("content/coverage.yaml", BROKEN[carrier]) in told(copy, "content/coverage.yaml", C023, f"{C023}{carrier}, ")


def test_a_row_that_says_nothing(copy: Path) -> None:
    row = next(line for line in (copy / "content/coverage.yaml").read_text().splitlines() if "C157" in line)
    faults = told(copy, "content/coverage.yaml", row, "  C157: {verdict: wrong}")
    assert faults == {("content/coverage.yaml", "missing")}


def test_a_row_that_is_left_out_without_a_reason(copy: Path) -> None:
    row = next(line for line in (copy / "content/coverage.yaml").read_text().splitlines() if "C157" in line)
    faults = told(copy, "content/coverage.yaml", row, '  C157: {verdict: wrong, left_out: ""}')
    assert faults == {("content/coverage.yaml", "empty")}


def test_a_page_that_is_taken_away(copy: Path) -> None:
    (copy / "content/dryness.md").unlink()
    with pytest.raises(DiagnosticsError) as refused:
        load_bundle(copy)
    assert "content/coverage.yaml" in {problem.location.file for problem in refused.value.diagnostics}


def test_a_fact_without_a_source(copy: Path) -> None:
    fact = "Thrush is not counted as an STI, an infection passed on in sex."
    assert ("content/thrush.md", "no-source") in told(copy, "content/thrush.md", f"{fact} [S45]", fact)


def test_a_source_that_is_called_something_else(copy: Path) -> None:
    assert told(copy, "content/thrush.md", "title: Vaginal discharge", "title: Thrush") == {
        ("content/thrush.md", "source-differs")
    }


def test_a_source_that_is_not_on_the_list(copy: Path) -> None:
    """Whoever uses it is told: a page, the glossary, a flow."""
    faults = told(copy, "content/sources.yaml", "  S45:", "  S71:")
    assert {slug for _, slug in faults} == {"unknown-source"}
    assert {"content/thrush.md", "content/glossary.yaml", "flows/pain_with_sex.yaml"} <= {file for file, _ in faults}
