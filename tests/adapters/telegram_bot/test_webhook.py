"""The webhook answers 200 when an update is kept, and never because of anything else."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bot.adapters.telegram_bot.receiving.webhook import MAX_BODY_BYTES
from bot.model.bundle import ContentBundle
from bot.operations.errors import StoreUnavailableError
from bot.sessions.stores.base import Write
from bot.sessions.stores.memory import MemoryStore
from tests.support.running_bot import RunningBot, begun, bots, keyboards, tapped_on
from tests.support.running_bot import unpaced as serving
from tests.support.telegram_double import WEBHOOK, Broken, Cut, Telegram

SECRET = "a-secret_of-ours"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
BLEEDING, NONE = "Bleeding after sex", "No, none"


class Failing(MemoryStore):
    down = False

    async def commit(self, change: Write) -> int:
        if self.down:
            raise StoreUnavailableError("The disk is full.")
        return await super().commit(change)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    async with Telegram(seed=2) as double:
        yield double
        assert double.complaints == []


@pytest.fixture
def store() -> Failing:
    return Failing()


@pytest.fixture
def url() -> str:
    return f"http://127.0.0.1:{free_port()}/hook"


@pytest.fixture
async def served(telegram: Telegram, library: ContentBundle, store: Failing, url: str) -> AsyncIterator[RunningBot]:
    listen = url.removeprefix("http://").removesuffix("/hook")
    async with serving(telegram, library, store, WEBHOOK_URL=url, WEBHOOK_SECRET=SECRET, WEBHOOK_LISTEN=listen) as bot:
        while not telegram.hook.url:
            await asyncio.sleep(0.01)
        yield bot


async def post(url: str, body: Any = None, secret: str | None = SECRET, **more: Any) -> httpx.Response:
    headers = {HEADER: secret} if secret is not None else {}
    async with httpx.AsyncClient(trust_env=False) as client:
        if isinstance(body, bytes):
            return await client.post(url, content=body, headers=headers | more.get("headers", {}))
        return await client.post(url, json=body, headers=headers | more.get("headers", {}))


def update(number: int, text: str = "/start") -> dict[str, Any]:
    chat = {"id": 77, "type": "private", "first_name": "Ana"}
    message = {
        "message_id": number,
        "date": 1_800_000_000,
        "chat": chat,
        "from": chat | {"is_bot": False},
        "text": text,
    }
    return {"update_id": number, "message": message}


async def test_a_whole_conversation_comes_in_through_it(served: RunningBot, telegram: Telegram) -> None:
    ana = telegram.person("Ana")
    await begun(ana, BLEEDING, NONE)
    assert await served.answers(ana) == {"topic": "bleeding", "signs": "no"}
    assert telegram.hook.secret == SECRET
    assert telegram.updates.allowed == {"message", "callback_query", "my_chat_member"}


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], "ü"])
async def test_without_the_secret_nothing_is_read(
    served: RunningBot, url: str, store: Failing, secret: str | None
) -> None:
    headers = {HEADER.encode(): (secret or "").encode()} if secret is not None else {}
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(url, json=update(1), headers=headers)
    assert answer.status_code == 403
    assert not await store.is_processed(1)


async def test_a_secret_given_twice_is_none(served: RunningBot, url: str, store: Failing) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(url, json=update(1), headers=[(HEADER, SECRET), (HEADER, SECRET)])
    assert answer.status_code == 403
    assert not await store.is_processed(1)


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD", "DELETE"])
async def test_only_post(served: RunningBot, url: str, method: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.request(method, url, headers={HEADER: SECRET})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


async def test_a_body_without_end_is_cut_off(served: RunningBot, url: str) -> None:
    assert (await post(url, b"x" * (MAX_BODY_BYTES + 1))).status_code == 413


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b'{"update_id": "1"}', b"[" * 100_000, b"\xff"])
async def test_what_is_no_update_is_refused(served: RunningBot, url: str, body: bytes) -> None:
    assert (await post(url, body)).status_code == 400


async def test_while_the_store_is_down_telegram_is_asked_to_come_back(
    served: RunningBot, telegram: Telegram, store: Failing, url: str
) -> None:
    ana = telegram.person("Ana")
    await begun(ana, BLEEDING)
    store.down = True
    answer = await post(url, update(5))
    ana.taps(NONE)
    await asyncio.sleep(0.3)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert await served.answers(ana) == {"topic": "bleeding"}
    store.down = False
    telegram.clock.advance(10)
    await ana.sees("How much blood")
    assert await served.answers(ana) == {"topic": "bleeding", "signs": "no"}


async def test_an_update_that_cannot_be_read_is_given_up_at_once(
    served: RunningBot, telegram: Telegram, store: Failing, url: str
) -> None:
    """Its chat is not a table, and no further try would make it one: Telegram need not bring it again."""
    poison = {"update_id": 9, "message": {"message_id": 1, "date": 1, "chat": 7}}
    assert [(await post(url, poison)).status_code for _ in range(2)] == [200, 200]
    assert await store.is_processed(9)
    ana = telegram.person("Ana")
    await begun(ana, BLEEDING)
    assert await served.answers(ana) == {"topic": "bleeding"}


async def test_redelivery_and_lost_answers_count_once(served: RunningBot, telegram: Telegram) -> None:
    """The update was kept, but Telegram never heard of it, and brings it again."""
    ana = telegram.person("Ana")
    await begun(ana)
    telegram.faults.next(WEBHOOK, Cut(after=True), Broken(after=True), Cut())
    ana.taps(BLEEDING)
    await ana.sees("Right now, do any of these fit?")
    telegram.clock.advance(30)
    await served.idle()
    assert await served.answers(ana) == {"topic": "bleeding"}
    assert len(bots(ana)) == 1


async def test_a_tap_and_words_in_the_same_moment(served: RunningBot, telegram: Telegram) -> None:
    """They come through two queues, and so at once. Neither is an answer to a question that nobody had seen."""
    ana = telegram.person("Ana")
    await begun(ana)
    ana.taps(BLEEDING)
    ana.writes("not sure")
    await served.idle()
    assert await served.answers(ana) in ({"topic": "bleeding"}, {"topic": "not_sure"})
    assert keyboards(ana) == 1


async def test_many_at_once_each_in_their_own_order(served: RunningBot, telegram: Telegram) -> None:
    people = [telegram.person(f"P{n}") for n in range(40)]
    await asyncio.gather(*(tapped_on(person, BLEEDING, NONE) for person in people))
    for person in people:
        assert await served.answers(person) == {"topic": "bleeding", "signs": "no"}
        assert len(bots(person)) == 1


async def test_a_guest_who_was_answered_before_the_answer_to_telegram_was_lost(
    served: RunningBot, telegram: Telegram
) -> None:
    ana = telegram.person("Ana")
    telegram.faults.next(WEBHOOK, Cut(after=True))
    ana.starts()
    await ana.sees("Hello.")
    telegram.clock.advance(10)
    await served.idle()
    assert len(bots(ana)) == 1


async def test_when_a_step_breaks_somebody_is_told_and_nothing_is_lost(
    served: RunningBot, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = telegram.person("Ana")
    await begun(ana, BLEEDING)

    def broken(*_: object) -> None:
        raise RuntimeError("words that must not be shown")

    monkeypatch.setattr("bot.sessions.releases.step", broken)
    ana.taps(NONE)
    await ana.sees("Something went wrong on my side")
    await served.idle()
    assert await served.answers(ana) == {"topic": "bleeding"}
    monkeypatch.undo()
    ana.writes("no, none of these")
    await served.idle()
    assert (await served.answers(ana))["topic"] == "bleeding"


async def test_told_to_stop_it_finishes_what_was_begun_and_takes_nothing_new(
    served: RunningBot, telegram: Telegram, store: Failing, url: str
) -> None:
    """The update that is being kept is kept, answered with 200 and shown; the next waits at Telegram."""
    begun_with, may_end = asyncio.Event(), asyncio.Event()
    commit = store.commit

    async def slowly(change: Write) -> int:
        begun_with.set()
        await may_end.wait()
        return await commit(change)

    ana = telegram.person("Ana")
    await begun(ana, BLEEDING)
    await served.idle()
    store.commit = slowly  # type: ignore[method-assign]
    ana.taps(NONE)
    await begun_with.wait()
    ending = asyncio.create_task(served.ends())
    await asyncio.sleep(0.2)
    with pytest.raises(httpx.ConnectError):
        await post(url, update(5))
    assert not ending.done()
    kept = served.answers
    may_end.set()
    await ana.sees("How much blood")
    assert await kept(ana) == {"topic": "bleeding", "signs": "no"}
    await asyncio.wait_for(ending, 10)
    assert telegram.updates.queue == []
    assert sum(telegram.failures.values()) == 0
