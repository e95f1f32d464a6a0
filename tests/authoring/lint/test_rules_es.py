"""The Spanish rules of speech, each on words that break it and on words that do not, as in `tests/data/lint_en`."""

import re

import pytest

from bot.authoring.lint import patterns
from bot.authoring.lint.readable_text import ReadableText
from bot.authoring.loader import load_bundle
from bot.model.style_guide import StyleRule
from tests.support.paths import DATA, ROOT

REPOSITORY = ROOT
EXAMPLES = DATA / "lint_es"
LINE = re.compile(r"([-+]) (?:\[([a-z_:]+)\] )?(.+)")

RULES: dict[str, StyleRule] = {
    rule.code: rule for rule in load_bundle(REPOSITORY, include_drafts=True)[0].style_guides["es"].rules
}


def examples(slug: str, sign: str) -> list[ReadableText]:
    found = map(LINE.fullmatch, (EXAMPLES / f"{slug}.txt").read_text(encoding="utf-8").splitlines())
    return [_said(match[2] or "say", match[3]) for match in found if match and match[1] == sign]


def _said(kind: str, text: str) -> ReadableText:
    tags = ("phrase", kind) if kind.startswith("phrase:") else (kind,)
    return ReadableText(text.replace("\\n", "\n"), tags, ("example",), "es")


@pytest.mark.parametrize("slug", RULES)
def test_a_rule_is_broken_and_kept(slug: str) -> None:
    breaking, keeping = examples(slug, "-"), examples(slug, "+")
    assert breaking
    assert keeping
    assert [said.text for said in breaking if not list(patterns.find_violations(RULES[slug], said))] == []
    assert [said.text for said in keeping if list(patterns.find_violations(RULES[slug], said))] == []


@pytest.mark.parametrize("slug", RULES)
def test_each_pattern_catches_something(slug: str) -> None:
    for pattern in RULES[slug].forbidden_patterns:
        assert any(pattern.search(said.text) for said in examples(slug, "-")), pattern.pattern


def test_every_file_of_examples_has_its_rule() -> None:
    assert {path.stem for path in EXAMPLES.iterdir()} == {*RULES}
