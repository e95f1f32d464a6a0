"""The rules of speech, each on words that break it and on words that do not; and every shipped word on all of them.

`tests/data/lint_en/<rule>.txt`: a line that begins with `-` breaks the rule, one with `+` does not. `[emergency]`
before the words says what kind of text they are; `\\n` is a line break. Anything else is something that a statement
says.
"""

import re
import subprocess
import sys
from dataclasses import replace

import pytest

from bot.authoring import lint as wording
from bot.authoring.lint.linter import RULE_REASONS
from bot.authoring.lint.message_length import MAX_MESSAGE_CHARS
from bot.authoring.lint.reading_level import reading_grade
from bot.authoring.loader import load_bundle
from bot.engine.session import ButtonPress, Session, Start
from bot.engine.step import step
from bot.model.bundle import ContentBundle
from bot.model.flow import Flow, Option, Question
from bot.model.style_guide import StyleGuide, StyleRule
from tests.support.paths import DATA, ROOT
from tests.support.small_bundle import emptied, holding, slugs

REPOSITORY = ROOT
EXAMPLES = DATA / "lint_en"
LINE = re.compile(r"([-+]) (?:\[([a-z_:]+)\] )?(.+)")
PLANTED_HERE = {"same-label", "long-message", "long-data", "idle-silence", "no-rules"}  # not shown in one line of text


def manners() -> StyleGuide:
    return load_bundle(REPOSITORY)[0].style_guides["en"]


RULES: dict[str, StyleRule] = {rule.code: rule for rule in manners().rules}


def examples(slug: str, sign: str) -> list[tuple[str, str]]:
    """What kind of text, and its words."""
    lines = (EXAMPLES / f"{slug}.txt").read_text().splitlines()
    found = [LINE.fullmatch(line) for line in lines if not line.startswith("#")]
    return [(match[2] or "say", match[3].replace("\\n", "\n")) for match in found if match and match[1] == sign]


@pytest.fixture
def bare(library: ContentBundle) -> ContentBundle:
    return emptied(library)


@pytest.mark.parametrize("slug", [*RULES, *sorted(RULE_REASONS.keys() - PLANTED_HERE)])
def test_a_rule_is_broken_and_kept(slug: str, bare: ContentBundle) -> None:
    breaking, keeping = examples(slug, "-"), examples(slug, "+")
    assert breaking
    assert keeping
    for kind, text in breaking:
        assert slug in slugs(holding(bare, kind, text)), f"[{kind}] {text}"
    for kind, text in keeping:
        assert slug not in slugs(holding(bare, kind, text)), f"[{kind}] {text}"


@pytest.mark.parametrize("slug", RULES)
def test_each_pattern_catches_something_and_each_leave_lets_something_stand(slug: str, bare: ContentBundle) -> None:
    rule = RULES[slug]
    breaking = [text.replace("’", "'") for _, text in examples(slug, "-")]
    for pattern in rule.forbidden_patterns:
        assert any(pattern.search(text) for text in breaking), f"nothing in {slug}.txt shows {pattern.pattern}"
    for leave in rule.exemptions:
        others = tuple(other for other in rule.exemptions if other is not leave)
        strict = replace(bare.style_guides["en"], rules=(replace(rule, exemptions=others),))
        kept = [slugs(holding(replace(bare, style_guides={"en": strict}), *one)) for one in examples(slug, "+")]
        assert any(slug in found for found in kept), f"nothing in {slug}.txt needs {leave}"


def test_every_file_of_examples_has_its_rule() -> None:
    assert {path.stem for path in EXAMPLES.iterdir()} == {*RULES, *RULE_REASONS} - PLANTED_HERE


def test_every_rule_says_why() -> None:
    for rule in RULES.values():
        assert rule.why
        assert "\n" not in rule.why


# ---- what no single line shows


def test_two_buttons_that_say_the_same(bare: ContentBundle) -> None:
    options = (Option("one", "Yes, it hurts", "", "Yes"), Option("two", "Yes, it bleeds", "", "yes"))
    flow = Flow("example", "", "1", "here", {"here": Question("here", "Is it so?", options)})
    assert slugs(replace(bare, flows={"en": {"example": flow}})).count("same-label") == 2


@pytest.mark.parametrize("kind", ["page", "ask", "emergency", "phrase:help_text"])  # endings: test_fitting
def test_a_message_that_is_too_long(kind: str, bare: ContentBundle) -> None:
    assert "long-message" not in slugs(holding(bare, kind, "It is short. " * 200))
    assert "long-message" in slugs(holding(bare, kind, "It is short. " * 330))


def test_a_message_counts_what_is_filled_in(bare: ContentBundle) -> None:
    long = replace(bare.phrases["en"], texts={**bare.phrases["en"].texts, "warning_signs": "Call now. " * 200})
    filled = holding(replace(bare, phrases={"en": long}), "page", "It is short. " * 200 + "{warning_signs}")
    assert "long-message" in slugs(filled)


def test_a_buttons_data_leaves_room(bare: ContentBundle) -> None:
    question = Question("a_question_with_a_name_that_goes_on_and_on", "Is it so?", ())
    flow = Flow("example", "", "1", question.name, {question.name: question})
    assert "long-data" in slugs(replace(bare, flows={"en": {"example": flow}}))


def test_words_without_rules(bare: ContentBundle) -> None:
    assert slugs(replace(bare, style_guides={})) == ["no-rules"]


# ---- the shipped words


def test_every_shipped_word_keeps_every_rule() -> None:
    assert [str(problem) for problem in wording.lint_bundle(*load_bundle(REPOSITORY))] == []


def test_the_reading_level_is_measured_here() -> None:
    easy, hard = (
        reading_grade("The cat sat on the mat."),
        reading_grade("Gynaecological examinations necessitate investigation."),
    )
    assert easy is not None
    assert hard is not None
    assert easy < 3 < 12 < hard


def test_every_kind_of_text_is_looked_at(library: ContentBundle) -> None:
    tags = {tag for said in wording.readable_texts(library, {}) for tag in said.tags}
    kinds = "title gist button ask why explain option say advise ending emergency safety_net page phrase safety name"
    assert set(kinds.split()) <= tags


def test_every_label_that_is_shown_fits_a_phone(library: ContentBundle) -> None:
    """The labels are listed in content/wording.yaml; here they are looked at as people get them."""
    session, shown = step(library, Session(), Start())
    presses = ("!urgent", "!help", "!countries", "!all_pages", "!go_on:chooser", "!glossary", "!privacy", "!why")
    for press in presses:
        session, more = step(library, session, ButtonPress(press))
        shown += more
    for message in shown:
        for button in message.buttons:
            assert len(button.label) <= 24, f"{button.id}: {button.label}"


def test_the_longest_message_is_short_enough_to_send() -> None:
    assert MAX_MESSAGE_CHARS == 4096


def test_without_its_tools_the_reading_level_is_said_to_be_unmeasured() -> None:
    """What was measured before is known without them; a new text is not."""
    blind = (
        "import sys; sys.modules['textstat'] = None; from pathlib import Path\n"
        "from bot.authoring import lint; from bot.authoring.loader import load_bundle\n"
        "levels = lint.ReadingLevels(Path('.')); bundle, source_map = load_bundle(Path('.'))\n"
        "print([*lint.lint_bundle(bundle, source_map, levels)], levels.incomplete)\n"
        "print(levels.grade('Quite new.'), levels.incomplete)"
    )
    told = subprocess.run([sys.executable, "-c", blind], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert told.stdout.splitlines() == ["[] False", "None True"]


def test_the_reading_levels_that_are_written_down_are_what_is_measured() -> None:
    """So they cannot be made easier by hand, and a text that was changed is measured again."""
    written, measured = wording.ReadingLevels(REPOSITORY), wording.ReadingLevels()
    library, atlas = load_bundle(REPOSITORY)
    for levels in (written, measured):
        list(wording.lint_bundle(library, atlas, levels))
    assert written.stored_grades == written.used_grades == measured.used_grades
