"""A short form of `python -m tests.long.hostile`, and everything it has found, each held by a test of its own."""

import asyncio
import json
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from bot.adapters.telegram_bot.receiving.polling import Polling
from bot.adapters.telegram_bot.receiving.updates import CallbackQuery, parse_update
from bot.adapters.telegram_bot.receiving.webhook import HttpStatusError, _parse_body
from bot.authoring.translate.po_files import apply_po
from bot.authoring.translate.workspace import TranslationWorkspace
from bot.operations.encryption import KeyRing
from bot.operations.errors import CommandError
from bot.operations.settings import Settings, SettingsError
from bot.sessions.chat_record import ChatRecord
from bot.sessions.stores.base import Write
from bot.sessions.stores.sqlite import open_sqlite_store
from tests.long.hostile import authored_input, environment_input, store_input, telegram_input
from tests.long.hostile.area import Area
from tests.long.hostile.authored_input import small
from tests.long.hostile.case_runner import AreaResult, CaseHangsError, bounded, one, run
from tests.long.hostile.environment_input import GOOD
from tests.long.hostile.mutations import bent
from tests.long.hostile.telegram_input import person


@pytest.mark.parametrize(
    "inputs",
    [telegram_input, store_input, authored_input, environment_input],
    ids=lambda module: module.__name__.split(".")[-1],
)
def test_a_few_of_each(inputs: ModuleType) -> None:
    became = Counter[str]()
    for area in inputs.areas():
        cases = 400 if area.share > 50_000 else 60 if area.share > 2_000 else 5
        result = run(area, len(area.seeds) + cases, "short", rounds=0)
        assert result.faults == []
        became += result.became
    assert len(became) > 1, "some end otherwise than others, or nothing was tried"


def test_a_fault_is_noticed() -> None:
    """The tool itself can fail: a crash, a hang, a wrong recording are each told."""
    result = AreaResult("", "")
    one(Area("broken", "", (b"x",), bent, lambda data: str(1 // 0), 1), result, b"x")
    assert "ZeroDivisionError" in result.faults[0]
    with bounded(), pytest.raises(CaseHangsError):
        raise CaseHangsError


# ---- what was found


@pytest.mark.parametrize("number", [2**63, -1, 10**30, True, "5", None, 1.0])
def test_an_update_has_a_number_that_a_store_can_keep(number: object) -> None:
    with pytest.raises(HttpStatusError):
        _parse_body(json.dumps({"update_id": number}).encode())


async def test_polling_passes_over_such_a_number() -> None:
    class Line:
        async def get_updates(self, parameters: object, poll_seconds: float) -> list[object]:
            return [{"update_id": 2**63}, {"update_id": True}, 7, {"update_id": 7}]

    assert await Polling(Line(), None).fetch_updates() == [{"update_id": 7}]  # type: ignore[arg-type]


async def test_no_number_ends_the_thread_that_writes(tmp_path: Path) -> None:
    store = open_sqlite_store(tmp_path / "store.sqlite", KeyRing(["a key that is long enough to be one."]))
    with pytest.raises(OverflowError):
        await store.commit(Write("1", "x", expires_at=2e9, update_id=2**64))
    assert await asyncio.wait_for(store.commit(Write("1", "x", expires_at=2e9, update_id=1)), 5)
    await store.close()


def test_a_buttons_data_that_cannot_be_ours_is_none() -> None:
    query = {"id": "1", "from": {"id": 5, "is_bot": False, "first_name": "A"}, "chat_instance": "x"}
    for data in ("\ud800", "g.ü...yes", 7, None, {}):
        told = parse_update({"update_id": 1, "callback_query": query | {"data": data}})
        assert told
        assert told.content == CallbackQuery("1", "")


@pytest.mark.parametrize("name", ["id", "message_id", "date"])
def test_numbers_that_are_none_are_poison(name: str) -> None:
    message: dict[str, object] = {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "x"}
    assert parse_update({"update_id": 1, "message": message})
    if name == "id":
        message["chat"] = {"id": "5", "type": "private"}
    else:
        message[name] = [5]
    with pytest.raises(Exception, match=r"."):
        parse_update({"update_id": 1, "message": message})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("tag",), 7),
        (("touched",), "soon"),
        (("touched",), float("nan")),
        (("begun",), True),
        (("outbox",), {}),
        (("outbox",), [{"n": 1}]),
        (("outbox",), [{"n": 1, "turn": 0, "moved": True, "card": []}]),
        (("outbox",), [{"n": 1, "turn": 0, "moved": True, "card": [{"text": "x", "rows": [["x"]], "protect": True}]}]),
        (("screen",), []),
        (("screen", "ids"), 5),
        (("screen", "left"), [[1]]),
        (("screen", "done"), {"1": "card"}),
        (("session", "turn"), -1),  # it would be written in base 36 for ever
        (("session", "language"), "\ud800"),  # no store could keep it again
        (("session", "answers"), {"a": 1}),
    ],
)
def test_a_row_of_another_shape_means_to_begin_afresh(path: tuple[str, ...], value: object) -> None:
    row = json.loads(person(2).to_json())
    assert ChatRecord.parse_or_new(json.dumps(row)) == person(2)
    inside = row
    for name in path[:-1]:
        inside = inside[name]
    inside[path[-1]] = value
    assert ChatRecord.parse_or_new(json.dumps(row)) == ChatRecord()


def test_bytes_that_are_no_text_are_told_with_everything_else() -> None:
    given = dict(line.split("=", 1) for line in GOOD.split("\n"))
    with pytest.raises(SettingsError) as wrong:
        Settings.from_environment(given | {"SESSION_KEY": "k\udcff" * 40, "SESSION_HOURS": "9" * 5000})
    assert [sentence.split()[0] for sentence in wrong.value.messages] == ["SESSION_KEY", "SESSION_HOURS"]


def test_a_po_file_in_an_encoding_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for file, data in small().items():
        (home / file).parent.mkdir(parents=True, exist_ok=True)
        (home / file).write_bytes(data)
    header = b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=n-8-ftu\\n"\n\nmsgid "a"\nmsgstr "b"\n'
    with pytest.raises(CommandError):
        apply_po(TranslationWorkspace(home, "es"), header)
