"""Danger by phrases: as whole words anywhere, a letter wrong, signs together, and taken back by a word such as "no"."""

import pytest

from bot.engine.understanding.danger import find_danger
from bot.engine.understanding.folding import MAX_TYPED_CHARACTERS, read_typed
from bot.engine.understanding.phrase_index import build_phrase_index
from bot.model.content import EmergencyNumber
from bot.model.understanding import DangerWords, HeardLanguage, SignCombination

WORDS = DangerWords(
    "en",
    kinds={
        "suicide": ("kill myself", "suicide"),
        "bleeding": ("cant stop bleeding", "bleeding that won't stop"),
        "breath": ("cant breathe", "chest pain"),
        "assault": ("rape", "raped"),
        "collapse": ("pass out",),
    },
    signs={"weakness": ("dizzy", "light headed"), "blood": ("bleeding", "blood"), "fever": ("fever",)},
    together=(SignCombination(("weakness", "blood"), "collapse"),),
    negated=("no", "not", "never"),
    between=("been", "any"),
)
FRENCH = HeardLanguage("fr", "Français", ("french",), "{languages} {emergency_number}", "{emergency_number}", (), {
    "suicide": ("je veux mourir",)})  # fmt: skip
THAI = HeardLanguage(
    "th", "ไทย", (), "{languages} {emergency_number}", "{emergency_number}", (), {"breath": ("หายใจไม่ออก",)}
)
NUMBERS = [EmergencyNumber("XX", "X", "112 or 15", "118", "checked")]
INDEX = build_phrase_index([WORDS], [FRENCH, THAI], NUMBERS)


@pytest.mark.parametrize(
    ("text", "kind"),
    {
        "I want to KILL myself": "suicide",
        "killl myself": "suicide",
        "sucide": "suicide",
        "suicidee": "suicide",
        "help i can’t stop bleeding now": "bleeding",
        "cant stop bleding": "bleeding",
        "bleeding that wont stop": "bleeding",
        "cant breath": "breath",
        "chest pains": "breath",
        "cheeest paaain": "breath",
        "i was raped": "assault",
        "raped and i want to kill myself": "suicide",
        "dizzy and bleeding": "collapse",
        "so much blood, im light headed": "collapse",
        "112": "help",
        "118": "help",
        "no fever but i cant breathe": "breath",
        "no. i cant breathe": "breath",
        "Je veux mourir": "suicide",
        "ฉันหายใจไม่ออกแล้ว": "breath",
    }.items(),
)
def test_danger_is_heard(text: str, kind: str) -> None:
    found = find_danger(INDEX, read_typed(text))
    assert found
    assert found.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "no chest pain",
        "never been raped",
        "not any chest pain",
        "grape juice",
        "drape",
        "dizzy",
        "bleeding",
        "no blood but dizzy",
        "15",
        "the 112 bus",
        "cheat pains",  # two letters
        "",
        "passing the outlet",
    ],
)
def test_what_is_none_is_not(text: str) -> None:
    assert find_danger(INDEX, read_typed(text)) is None


def test_a_phrase_is_heard_at_the_end_of_the_longest_text() -> None:
    text = "so " * 1300 + "i cant breathe"
    assert len(text) < MAX_TYPED_CHARACTERS
    found = find_danger(INDEX, read_typed(text))
    assert found
    assert found.kind == "breath"
    assert find_danger(INDEX, read_typed("so " * 1500 + "i cant breathe")) is None, "after the cut"
