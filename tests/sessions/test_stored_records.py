"""What is stored of a chat is read back as it was, by each release that can read it whole, and by no other.

tests/data/records/ holds rows as they were written before records had types: one of every shape that tests, evenings
and kills had produced, and one of every kind of text that means to start afresh.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import fields, replace

from bot.engine.session import Session
from bot.model.stored_types import NUMBER_LIMIT
from bot.sessions.chat_record import ChatRecord
from bot.sessions.chat_view import ChatView
from bot.sessions.outbox_entry import OutboxEntry, OutgoingMessage
from tests.support.paths import ROOT

DATA = Path(ROOT) / "tests/data/records"
RECORDS = (DATA / "records.jsonl").read_text(encoding="utf-8").splitlines()
AFRESH = [json.loads(line) for line in (DATA / "afresh.jsonl").read_text(encoding="utf-8").splitlines()]
MESSAGE = {
    "text": "x",
    "rows": [[["x", "y"]], [["x", "", "z"]]],
    "protect": True,
    "marks": [["b", 0, 4]],
    "phone": "1",
    "core": "y",
}
ENTRY = {
    "n": -1,
    "turn": 0,
    "moved": True,
    "tap": ["q", ""],
    "card": [MESSAGE],
    "kind": "question",
    "bare": 7,
    "left": "x",
    "alarm": [MESSAGE],
    "beside": [MESSAGE],
    "page": True,
    "typed": 1,
    "over": 2,
    "leaves": True,
    "line": MESSAGE,
    "clear": [1],
    "some_left": MESSAGE,
    "until": 2.0,
    "rings": "a",
    "rung": [1],
    "doubt": True,
}
VIEW = {
    "ids": [1],
    "last": 1,
    "done": {"1": ["card"]},
    "spare": [2],
    "card": 1,
    "kind": "question",
    "face": "f",
    "turn": 1,
    "shown": 1,
    "left": [[1, "x"]],
    "by": 1,
    "up": [1],
    "alarm": [7, "x", 1],
    "pages": [1],
    "strange": [1],
    "doubt": 0,
    "cleared": 1,
    "unseen": True,
    "reopened": True,
    "begun": True,
}
SESSION = {
    "library": "v",
    "flow": "f",
    "language": "es",
    "country": "GB",
    "clinic": "c",
    "agreed": True,
    "begun": 1,
    "answers": {"a.b": "c"},
    "changing": "a.b",
    "offered": "help",
    "turn": 1,
    "misses": 1,
    "shown_emergency": True,
    "counted": "x",
    "reviewer": "Ann",
    "until": 5,
    "uncovered": True,
    "told": True,
}
RECORD = {
    "session": SESSION,
    "tag": "t",
    "begun": 1.5,
    "touched": 2.5,
    "screen": VIEW,
    "outbox": [ENTRY],
    "by": "i",
}


def written(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def meaning(value: object) -> object:
    """*value* without what says nothing: empty lists, texts and tables, zeros, and what is not so."""
    match value:
        case dict():
            told = {key: meaning(item) for key, item in value.items()}
            return {key: item for key, item in told.items() if item not in (None, False, 0, "", [], {})}
        case list():
            return [meaning(item) for item in value]
    return value


def begins_afresh(row: object) -> bool:
    return ChatRecord.parse_or_new(written(row)) == ChatRecord()


# ---- rows of before


def test_each_row_of_before_is_read_to_the_same_record() -> None:
    for row in RECORDS:
        text = ChatRecord.from_json(row).to_json()
        assert meaning(json.loads(text)) == meaning(json.loads(row))


def test_what_must_be_there_is_there_be_it_empty() -> None:
    """The release before looks for them: it must be able to read what this one has written."""
    for row in RECORDS:
        stored, was = json.loads(ChatRecord.from_json(row).to_json()), json.loads(row)
        assert list(stored) == ["session", "tag", "begun", "touched", "screen", "outbox", "by"]
        assert "answers" in stored["session"]
        assert stored["screen"].get("doubt") == was["screen"].get("doubt")
        for entry, old in zip(stored["outbox"], was["outbox"], strict=True):
            assert {"n", "turn", "moved"} <= entry.keys()
            assert {"clear", "rings"} & entry.keys() == {"clear", "rings"} & old.keys(), "empty ones mean something"


def test_what_is_written_is_written_back_byte_for_byte() -> None:
    for row in RECORDS:
        text = ChatRecord.from_json(row).to_json()
        assert ChatRecord.from_json(text).to_json() == text


def test_whether_a_row_rests_is_told_without_reading_it_whole() -> None:
    for row in RECORDS:
        record = ChatRecord.from_json(row)
        for since in (record.last_active_at - 1, record.last_active_at):
            assert ChatRecord.is_idle_row(row, since) is (not record.outbox and record.last_active_at <= since)


@pytest.mark.parametrize("text", AFRESH, ids=range(len(AFRESH)))
def test_what_began_afresh_before_does_so_still(text: str) -> None:
    assert ChatRecord.parse_or_new(text) == ChatRecord()
    with pytest.raises(ValueError, match=r"^not what is stored of a chat$"):
        ChatRecord.from_json(text)


# ---- a row of another release is never half read


def test_the_row_in_which_everything_stands_is_read_whole() -> None:
    record = ChatRecord.from_json(written(RECORD))
    assert json.loads(record.to_json()) == RECORD
    message = record.outbox[0].main[0]
    for struct, stored in ((record, RECORD), (record.session, SESSION), (record.view, VIEW), (record.outbox[0], ENTRY)):
        assert {field.encode_name for field in fields(struct)} == stored.keys(), "each word is tried here"
    assert {field.encode_name for field in fields(message)} == MESSAGE.keys()


@pytest.mark.parametrize("path", [(), ("session",), ("screen",), ("outbox", 0), ("outbox", 0, "card", 0)])
def test_a_word_that_this_release_does_not_know_begins_it_afresh(path: tuple[str | int, ...]) -> None:
    row = json.loads(written(RECORD))
    inside: Any = row
    for step in path:
        inside = inside[step]
    assert not begins_afresh(row)
    inside["newer"] = 1
    assert begins_afresh(row)


def test_several_answers_to_a_question_are_of_a_newer_release() -> None:
    assert begins_afresh(RECORD | {"session": SESSION | {"answers": {"a.b": ["c", "d"]}}})
    with pytest.raises(ValueError, match=r"^not a session$"):
        Session.from_json(written({"answers": {"a.b": ["c"]}}))


@pytest.mark.parametrize("name", ["session", "outbox"])
def test_a_row_lacks_neither(name: str) -> None:
    assert begins_afresh({key: value for key, value in RECORD.items() if key != name})
    assert begins_afresh(RECORD | {"session": {}})


@pytest.mark.parametrize("name", ["n", "turn", "moved"])
def test_an_entry_lacks_nothing(name: str) -> None:
    assert begins_afresh(RECORD | {"outbox": [{key: value for key, value in ENTRY.items() if key != name}]})


@pytest.mark.parametrize("name", ["text", "rows", "protect"])
def test_a_message_lacks_nothing(name: str) -> None:
    message = {key: value for key, value in MESSAGE.items() if key != name}
    assert begins_afresh(RECORD | {"outbox": [ENTRY | {"card": [message]}]})


# ---- nothing is something else

THINGS = (None, True, 0, 7, -7, NUMBER_LIMIT, -NUMBER_LIMIT, 0.5, -0.5, 7.0, "", "x", [], [7], ["x"], {}, {"a": 7})
NUMBERS, COUNTS, TEXTS = (0, 7, -7), (0, 7), ("", "x")
LISTS_OF_NUMBERS = ([], [7])


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        *((name, NUMBERS) for name in ("card", "last", "by", "shown", "turn", "doubt", "cleared")),
        *((name, TEXTS) for name in ("kind", "face")),
        *((name, LISTS_OF_NUMBERS) for name in ("ids", "up", "strange", "spare", "pages")),
        *((name, (True,)) for name in ("reopened", "begun", "unseen")),
        ("alarm", ()),
        ("left", ([],)),
        ("done", ({},)),
    ],
)
def test_nothing_of_a_view_is_something_else(name: str, fits: tuple[object, ...]) -> None:
    let_through = [thing for thing in THINGS if not begins_afresh(RECORD | {"screen": VIEW | {name: thing}})]
    assert list(map(repr, let_through)) == list(map(repr, fits))


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        *((name, NUMBERS) for name in ("n", "typed", "bare", "over")),
        *((name, TEXTS) for name in ("kind", "left", "rings")),
        *((name, (True,)) for name in ("moved", "page", "leaves", "doubt")),
        *((name, LISTS_OF_NUMBERS) for name in ("clear", "rung")),
        *((name, ([],)) for name in ("alarm", "beside")),
        *((name, ()) for name in ("card", "tap", "line", "some_left")),
        ("turn", COUNTS),
        ("until", (0, 7, 0.5, 7.0)),
    ],
)
def test_nothing_of_an_entry_is_something_else(name: str, fits: tuple[object, ...]) -> None:
    let_through = [thing for thing in THINGS if not begins_afresh(RECORD | {"outbox": [ENTRY | {name: thing}]})]
    assert list(map(repr, let_through)) == list(map(repr, fits))


@pytest.mark.parametrize("name", [*MESSAGE])
@pytest.mark.parametrize("thing", [{"x": 7}, 7, None, [[["x"]]], [[["x", "y", "z", "z"]]], [[["x", 7]]]])
def test_nothing_of_a_message_is_something_else(name: str, thing: object) -> None:
    assert begins_afresh(RECORD | {"outbox": [ENTRY | {"card": [MESSAGE | {name: thing}]}]})


@pytest.mark.parametrize("pair", [[1], [1, "x", 1], ["x", 1], "x7", [7, 7]])
def test_a_pair_has_just_its_two_in_their_order(pair: object) -> None:
    assert begins_afresh(RECORD | {"screen": VIEW | {"left": [pair]}})
    assert begins_afresh(RECORD | {"outbox": [ENTRY | {"tap": pair}]})


@pytest.mark.parametrize("name", ["begun", "touched"])
@pytest.mark.parametrize("thing", [None, True, -1, -0.5, float("nan"), float("inf"), 1e400, NUMBER_LIMIT, "1", []])
def test_a_time_is_a_second_of_the_epoch(name: str, thing: object) -> None:
    assert begins_afresh(RECORD | {name: thing})


def test_the_largest_number_is_just_below_the_limit() -> None:
    for number in (NUMBER_LIMIT - 1, 1 - NUMBER_LIMIT):
        record = ChatRecord.from_json(written(RECORD | {"screen": VIEW | {"card": number}}))
        assert record.view.main_message == number
        assert json.loads(record.to_json())["screen"]["card"] == number


@pytest.mark.parametrize("text", ["\ud800", "\udc00x", "\ude00\ud83d"])
def test_half_a_character_is_nowhere(text: str) -> None:
    for row in (
        RECORD | {"tag": text},
        RECORD | {"session": SESSION | {"answers": {text: "x"}}},
        RECORD | {"screen": VIEW | {"done": {"1": [text]}}},
        RECORD | {"outbox": [ENTRY | {"card": [MESSAGE | {"text": text}]}]},
    ):
        assert ChatRecord.parse_or_new(json.dumps(row)) == ChatRecord(), "as JSON writes it"
        assert ChatRecord.parse_or_new(written(row)) == ChatRecord(), "as it is"


def test_a_whole_character_and_a_backslash_may_be_anywhere() -> None:
    for text in ("🩸", r"\ud800", "\u202e", "\0", '"'):
        assert ChatRecord.from_json(json.dumps(RECORD | {"tag": text})).tag == text


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"a":' * 100_000, '{"outbox":' + "[" * 50_000])
def test_what_is_too_deep_begins_afresh(deep: str) -> None:
    assert ChatRecord.parse_or_new(deep) == ChatRecord()
    assert ChatRecord.is_idle_row(deep, 0.0)


# ---- what is written


def test_without_consent_the_session_is_not_written() -> None:
    record = ChatRecord.from_json(written(RECORD))
    before = replace(record, session=record.session.with_changes(consented=False))
    assert json.loads(before.to_json())["session"] == {"answers": {}}


def test_nothing_is_written_of_what_is_as_at_first() -> None:
    entry = OutboxEntry(update_id=1, turn=0, advanced=False, main=(OutgoingMessage("é", [], protect=True),))
    text = ChatRecord(outbox=(entry,), view=ChatView()).to_json()
    assert (
        '"screen":{},"outbox":[{"card":[{"text":"é","rows":[],"protect":true}],"n":1,"turn":0,"moved":false}]' in text
    )
