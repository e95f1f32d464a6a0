"""What comes in from Telegram, gone bad: bodies, updates, buttons' data, links. Nobody's answer may come of it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

from msgspec import structs

from bot.adapters.telegram_bot.messages.callback_data import CallbackDataCodec
from bot.adapters.telegram_bot.messages.context import UpdateContext
from bot.adapters.telegram_bot.receiving.chat_update import ResumeUpdate, TelegramUpdate
from bot.adapters.telegram_bot.receiving.updates import CallbackQuery, IncomingUpdate, TextMessage, parse_update
from bot.adapters.telegram_bot.receiving.webhook import HttpStatusError, _parse_body
from bot.authoring.loader import content_root, load_bundle
from bot.clinics.draft_links import draft_payload, parse_start_payload
from bot.engine.deep_links import clinic_payload
from bot.engine.session import Session
from bot.engine.snapshot import Snapshot
from bot.engine.step import step
from bot.engine.understanding.option_matching import match_option
from bot.model.bundle import ContentBundle
from bot.model.flow import Question
from bot.sessions.chat_record import ChatRecord
from bot.sessions.chat_view import ChatView
from bot.sessions.service import SessionService
from bot.sessions.stores.memory import MemoryStore
from tests.long.hostile.area import Area, WrongOutcomeError
from tests.long.hostile.mutations import bent, bent_tree
from tests.support.clinics import seconds, town

CHAT, KEY = 4815162342, "a key that is long enough to be one."
WALKS = (
    (), ("!go_on:chooser",), ("!go_on:chooser", "bleeding"), ("!go_on:chooser", "bleeding", "no"),
    ("!go_on:chooser", "bleeding", "yes"), ("!go_on:chooser", "bleeding", "no", "no", "no"),
    ("!go_on:bleeding_after_sex", "not_sure"), ("!go_on:chooser", "pain", "!help"),
)  # fmt: skip


@cache
def library() -> ContentBundle:
    return town(load_bundle(content_root())[0], "2026-11-22T09:00")


@cache
def desk() -> UpdateContext:
    return UpdateContext(
        library(), CallbackDataCodec(library()), lambda link: parse_start_payload(link, library(), library(), [KEY])
    )


@cache
def door() -> SessionService:
    return SessionService([library()], MemoryStore(), clock=lambda: 1e9)


# ---- people in the middle of something


def done(kept: ChatRecord, deed: TelegramUpdate | ResumeUpdate) -> ChatRecord:
    """What is kept after *deed*, as the door would keep it; it must be writable, and readable again."""
    after = door()._record_after(kept, deed)[0]
    text = after.to_json()
    text.encode()
    if ChatRecord.from_json(text).to_json() != text:
        raise WrongOutcomeError("what is kept is not read as it was written")
    return after


@cache
def people() -> tuple[str, ...]:
    """Each of WALKS, walked by real taps, with everything shown; as it lies in a row."""
    return tuple(_walked(walk).to_json() for walk in WALKS)


def _walked(walk: tuple[str, ...]) -> ChatRecord:
    kept, numbers = ChatRecord(), count(1)
    for id in walk:
        stands = Snapshot(library(), kept.session).current_message() if kept.session.flow else None
        ids = [option.id for option in stands.options] if stands else []
        known = id if id.startswith("!") or id in ids else ids[0]
        number = next(numbers)
        tap = CallbackQuery("query", desk().callback_data.encode(kept, known))
        kept = done(kept, TelegramUpdate(IncomingUpdate(number, CHAT, True, tap, 10), desk()))
        screen = ChatView(
            main_message=10, message_ids=[10], last_message=10, main_turn=kept.session.turn, main_kind="question"
        )
        kept = structs.replace(kept, outbox=(), view=screen)
    return kept


def person(number: int) -> ChatRecord:
    return ChatRecord.from_json(people()[number % len(WALKS)])


@dataclass(frozen=True)
class OpenQuestion:
    """Where somebody stands: the open question, and what its buttons say and mean."""

    asked: Question | None
    at: str
    buttons: Mapping[str, str]


@cache
def standing(number: int) -> OpenQuestion:
    kept = person(number)
    if not kept.session.flow:
        return OpenQuestion(None, "", {})
    talk = Snapshot(library(), kept.session)
    options = talk.current_message().options
    return OpenQuestion(
        talk.shown_question,
        talk.interpreter.state_id,
        {desk().callback_data.encode(kept, option.id): option.id for option in options},
    )


def judge(number: int, heard: IncomingUpdate) -> str:
    """Only a button of the open question, or words that mean one of its options, may have answered anything."""
    before, stands = person(number), standing(number % len(WALKS))
    after = done(person(number), TelegramUpdate(heard, desk()))
    old, new = before.session.answers, after.session.answers
    more = {at: value for at, value in new.items() if old.get(at) != value}
    if not more:
        return "nothing recorded"
    match heard.content:
        case CallbackQuery(_, data):
            meant = stands.buttons.get(data)
        case TextMessage(text):
            meant = stands.asked and match_option(stands.asked, text, library().phrases["en"])
        case _:
            meant = None
    if more != {stands.at: meant}:
        raise WrongOutcomeError(f"recorded {sorted(more)} though nobody answered")
    return "an answer"


# ---- a webhook's body


def body(data: bytes) -> str:
    try:
        update = _parse_body(data)
    except HttpStatusError as refusal:
        return f"{refusal.status}"
    if not 0 <= update["update_id"] < 2**63:
        raise WrongOutcomeError("a number that no store can keep")
    return "an update"


# ---- an update


def update(data: bytes) -> str:
    try:
        raw = _parse_body(data)
    except HttpStatusError:
        return "refused"
    try:
        came = parse_update(raw)
    except Exception:
        return "set aside"  # the inbox does so, after three tries
    if came is None:
        return "nothing"
    if not all(type(number) is int for number in (came.update_id, came.chat_id, came.message_id, came.date)):
        raise WrongOutcomeError("a number that is none")
    if not came.is_private:
        return "not private"
    return judge(raw["update_id"], came)


def updates() -> Iterator[bytes]:
    """Every kind of update, to everybody in the middle of something."""
    for number in range(len(WALKS)):
        taps = [
            *standing(number).buttons,
            *(desk().callback_data.encode(person(number), id) for id in ("!back", "!why")),
        ]
        for kind, what in _kinds(taps[number % len(taps)]):
            yield json.dumps({"update_id": 800 + number, kind: what}).encode()


def _kinds(tap: str) -> Iterator[tuple[str, Any]]:
    chat, sender = (
        {"id": CHAT, "type": "private", "first_name": "Ana"},
        {"id": CHAT, "is_bot": False, "first_name": "A"},
    )
    group = {"id": -100, "type": "supergroup", "title": "x"}
    message = {"message_id": 20, "date": 1_700_000_000, "chat": chat, "from": sender}
    for text in (
        "yes",
        "not sure",
        "1",
        "/start",
        "/start northside-k3m9",
        "/urgent",
        "/country GB",
        "/back",
        "banana",
    ):
        yield "message", message | {"text": text}
    photo = {"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}
    things: dict[str, Any] = {
        "photo": [photo],
        "voice": {"file_id": "a", "file_unique_id": "b", "duration": 1},
        "contact": {"phone_number": "1", "first_name": "A"},
        "location": {"latitude": 1.0, "longitude": 1.0},
        "sticker": photo | {"type": "regular", "is_animated": False, "is_video": False},
    }
    for name, thing in things.items():
        yield "message", message | {name: thing}
    query = {"id": "7", "from": sender, "chat_instance": "x", "data": tap}
    yield "callback_query", query | {"message": message | {"message_id": 10}}
    yield "callback_query", query
    yield "callback_query", query | {"message": {"message_id": 10, "date": 0, "chat": chat}}
    yield "edited_message", message | {"text": "yes", "edit_date": 1_700_000_001}
    yield "message", message | {"chat": group, "text": "yes"}
    yield "channel_post", {"message_id": 1, "date": 1, "chat": group | {"type": "channel"}, "text": "x"}
    member = {"user": sender, "status": "member"}
    change = {"chat": chat, "from": sender, "date": 1, "old_chat_member": member}
    yield "my_chat_member", change | {"new_chat_member": {"user": sender, "status": "kicked", "until_date": 0}}
    yield "inline_query", {"id": "1", "from": sender, "query": "x", "offset": ""}


# ---- the data of a button: a byte for the person, then the text


def tap(data: bytes) -> str:
    number, text = (data or b"\0")[0], data[1:].decode("utf-8", "surrogateescape")
    if not text.isascii():
        text = ""  # as it is read; see updates.py
    before, came = person(number), IncomingUpdate(900, CHAT, True, CallbackQuery("q", text), 10)
    tapped = desk().callback_data.decode(before, text)
    if (
        tapped.is_authentic
        and before.tag
        and not tapped.session_before_consent
        and text != desk().callback_data.encode(before, tapped.button_id)
    ):
        turn = structs.replace(before, session=before.session.with_changes(turn=tapped.turn))
        if text != desk().callback_data.encode(turn, tapped.button_id):
            raise WrongOutcomeError("a forged button was taken for ours")
    return judge(number, came) if tapped.is_authentic or number % 4 == 0 else "not ours"


def taps() -> Iterator[bytes]:
    for number in range(len(WALKS)):
        kept = person(number)
        for id in ("yes", "not_sure", "!back", "!help", "!delete", "!mistake", "!change:safety.signs", "!country:GB"):
            yield bytes([number]) + desk().callback_data.encode(kept, id).encode()
        yield from (bytes([number]) + data.encode() for data in standing(number).buttons)


# ---- what follows /start


def link(data: bytes) -> str:
    text = data.decode("utf-8", "surrogateescape")
    start = desk().read_link(text)
    if start.reviewer and text not in LINKS:
        raise WrongOutcomeError("a draft was opened by a link that nobody made")
    if start.clinic and text.strip().lower() not in LINKS:
        raise WrongOutcomeError("a clinic was named by a link that was not made for it")
    for session in (Session(), person(3).session):
        if step(library(), session, start).session.answers.keys() - session.answers.keys():
            raise WrongOutcomeError("a link answered something")
    return start.phrase or ("a draft" if start.reviewer else "a clinic" if start.clinic else "a start")


LINKS = frozenset(
    (
        *(
            clinic_payload(clinic, flow)
            for clinic in ("northside", "riverside")
            for flow in ("", "bleeding_after_sex", "safety")
        ),
        draft_payload(KEY, "bleeding_after_sex", "A. Reviewer", seconds("2026-11-29T09:00")),
        draft_payload(KEY, "safety", "Zoë", seconds("2026-11-21T09:00")),
        "bleeding_after_sex",
        "",
    )
)


def areas() -> Iterator[Area]:
    raw = tuple(updates())
    yield Area("bodies", "what a webhook is sent, byte by byte", raw, bent, body, 335_000)
    yield Area("updates", "updates as trees, up to what would be kept", raw, bent_tree, update, 90_000)
    yield Area("buttons", "callback data", tuple(taps()), bent, tap, 70_000)
    yield Area("links", "what follows /start", tuple(one.encode() for one in sorted(LINKS)), bent, link, 60_000)
