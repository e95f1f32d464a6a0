"""The Spanish rules of speech, each on words that break it and on words that do not, written as in `tests/data/lint_en`."""

import re

import pytest

from bot.authoring.lint import patterns
from bot.authoring.lint.texts import Said
from bot.authoring.loader import load
from bot.model.style_guide import Rule
from tests.support.paths import DATA, ROOT

REPOSITORY = ROOT
EXAMPLES = DATA / "lint_es"
LINE = re.compile(r"([-+]) (?:\[([a-z_:]+)\] )?(.+)")

RULES: dict[str, Rule] = {rule.slug: rule for rule in load(REPOSITORY, drafts=True)[0].manners["es"].rules}


def examples(slug: str, sign: str) -> list[Said]:
    found = map(LINE.fullmatch, (EXAMPLES / f"{slug}.txt").read_text(encoding="utf-8").splitlines())
    return [_said(match[2] or "say", match[3]) for match in found if match and match[1] == sign]


def _said(kind: str, text: str) -> Said:
    tags = ("phrase", kind) if kind.startswith("phrase:") else (kind,)
    return Said(text.replace("\\n", "\n"), tags, ("example",), "es")


@pytest.mark.parametrize("slug", RULES)
def test_a_rule_is_broken_and_kept(slug: str) -> None:
    breaking, keeping = examples(slug, "-"), examples(slug, "+")
    assert breaking
    assert keeping
    assert [said.text for said in breaking if not list(patterns.broken(RULES[slug], said))] == []
    assert [said.text for said in keeping if list(patterns.broken(RULES[slug], said))] == []


@pytest.mark.parametrize("slug", RULES)
def test_each_pattern_catches_something(slug: str) -> None:
    for pattern in RULES[slug].never:
        assert any(pattern.search(said.text) for said in examples(slug, "-")), pattern.pattern


def test_every_file_of_examples_has_its_rule() -> None:
    assert {path.stem for path in EXAMPLES.iterdir()} == {*RULES}
