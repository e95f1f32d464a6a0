"""What is kept of a conversation is read back as it was; what is no session is refused, and no word of it repeated."""

import json
from types import MappingProxyType

import pytest
from msgspec.structs import fields

from bot.engine.session import Session

SESSION = Session(
    bundle_version="abc",
    flow="chooser",
    country="GB",
    consented=True,
    started=1,
    answers=MappingProxyType({"chooser.topic": "bleeding", "safety.signs": "no"}),
    turn=3,
)
SESSION.cache_interpreter(object())
KEPT = json.loads(SESSION.to_json())


def refused(text: str) -> str:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        Session.from_json(text)
    return str(caught.value)


def test_what_was_kept_is_what_it_was() -> None:
    read = Session.from_json(SESSION.to_json())
    assert read == SESSION
    assert read.cached_interpreter is None, "found out again, never kept"
    with pytest.raises(TypeError):
        read.answers["chooser.topic"] = "pain"  # type: ignore[index]


def test_nothing_is_kept_of_what_is_as_at_first() -> None:
    assert json.loads(Session().to_json()) == {"answers": {}}
    assert Session.from_json('{"answers":{}}') == Session()


def test_a_session_in_which_everything_has_happened_is_kept_whole() -> None:
    full = Session(
        "v", "f", "es", "GB", "c", True, 2, {"a.b": "c"}, "a.b", 9, 1, "help", True, "x", "anna", 5, True, True
    )
    kept = json.loads(full.to_json())
    assert len(kept) == len(fields(Session))
    assert Session.from_json(full.to_json()) == full


def test_it_is_kept_in_few_bytes_and_in_its_own_letters() -> None:
    text = Session(language="ñ").to_json()
    assert " " not in text
    assert "ñ" in text


@pytest.mark.parametrize(
    "kept",
    [
        None,
        [],
        sorted(KEPT),
        {},
        {name: value for name, value in KEPT.items() if name != "answers"},
        KEPT | {"secret": "x"},
        *(KEPT | {"turn": value} for value in ("3", True, 3.0, -1, None, 1 << 63)),
        *(KEPT | {"agreed": value} for value in (1, "", None)),
        *(KEPT | {"flow": value} for value in (1, True, None, ["secret"])),
        *(KEPT | {"answers": value} for value in ([], "secret", None, {"secret": 1}, {"a": "b", "secret": None})),
        KEPT | {"flow": "secret \ud83d"},
    ],
)
def test_what_is_no_session_is_refused_in_the_same_three_words(kept: object) -> None:
    assert refused(json.dumps(kept)) == "not a session"
