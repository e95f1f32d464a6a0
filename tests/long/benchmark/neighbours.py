"""A fair neighbour: chats that go on calmly, beside one that floods, one answered slowly, one that is rate-limited."""

import asyncio
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from tests.long.benchmark.api import Api
from tests.long.benchmark.contender import Contender
from tests.long.benchmark.crowd import Chat
from tests.long.benchmark.dialog import STEPS
from tests.long.benchmark.results import row, section

CALM, EVERY, API = 40, 1.3, 0.1  # chats, seconds between two taps of one, seconds that a call takes
BAD = 9_000_000  # from here on chats are no good neighbours
OURS = [sys.executable, "-m", "tests.long.benchmark.our_bot", "--paced"]


async def run() -> str:
    lines = [row("beside", "p50 ms", "p99 ms", "p99, × of alone", "emergency p99 ms"), "|---" + "|--:" * 4 + "|"]
    with tempfile.TemporaryDirectory() as folder:
        async with Api() as api:
            ours = Contender("x", OURS, 1, webhook=True, environment={"SESSION_STORE": f"sqlite:{folder}/s.sqlite"})
            try:
                await ours.start(api, 1)
                api.latency = lambda method, asked: API
                found: dict[str, tuple[list[float], list[float]]] = {}
                for name in ("nobody", *BESIDE, "nobody "):
                    found[name] = await scene(ours, BESIDE.get(name, alone))
                    print(f"beside {name}: {99} % within {percent(found[name][0], 99) * 1000:.0f} ms", flush=True)
            finally:
                await ours.stop()
    base = statistics.mean(percent(found[name][0], 99) for name in ("nobody", "nobody "))
    for name, (waits, alarms) in found.items():
        p99 = percent(waits, 99)
        lines.append(row(name, *(f"{percent(waits, at) * 1000:.0f}" for at in (50, 99)), f"{p99 / base:.2f}",
                         f"{percent(alarms, 99) * 1000:.0f}"))  # fmt: skip
    return section(
        "Neighbours",
        f"{CALM} chats that tap every {EVERY} s, over an API that takes {API * 1000:.0f} ms a call, beside one that "
        "does not behave; nobody stands first and last, to show what chance does. The emergency is every fifth chat's "
        "last tap, until its screen stands there.",
        *lines,
    )


def percent(waits: list[float], at: int) -> float:
    return sorted(waits)[min(len(waits) - 1, len(waits) * at // 100)]


async def scene(ours: Contender, beside: Callable[[Contender], Any]) -> tuple[list[float], list[float]]:
    """How long the calm waited for their steps, and for the emergency screen."""
    crowd, first = ours.crowd, ours.people
    assert crowd
    ours.people += CALM
    people = [crowd.chat(1000 + number) for number in range(first, first + CALM)]
    async with beside(ours):
        waits = await asyncio.gather(*(talk(ours, person, number) for number, person in enumerate(people)))
    return [wait for steps, _ in waits for wait in steps], [wait for _, alarms in waits for wait in alarms]


async def talk(ours: Contender, person: Chat, number: int) -> tuple[list[float], list[float]]:
    crowd = ours.crowd
    assert crowd
    await asyncio.sleep(number * EVERY / CALM)
    await crowd.starts(person)
    steps, alarms = [], []
    for at in range(STEPS + 1):
        await asyncio.sleep(EVERY)
        last = at == STEPS
        wait = await crowd.taps(person, 0 if at == 0 else 2 if last and number % 5 == 0 else 1)
        (alarms if last and number % 5 == 0 else steps).append(wait)
    return steps, alarms


# ---- who is beside them


@asynccontextmanager
async def alone(_: Contender) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def busy(ours: Contender, every: float) -> AsyncIterator[None]:
    """One chat taps *every* so many seconds, and waits for nothing."""
    crowd = ours.crowd
    assert crowd
    bad = crowd.chat(BAD + len(crowd.chats))
    await crowd.starts(bad)

    async def go_on() -> None:
        while True:
            await crowd.sends(bad, 0)
            await asyncio.sleep(every)

    task = asyncio.create_task(go_on())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.sleep(6)


def flooding(ours: Contender) -> AbstractAsyncContextManager[None]:
    """Two hundred taps a second, from one chat."""
    return busy(ours, 0.005)


@asynccontextmanager
async def slow(ours: Contender) -> AsyncIterator[None]:
    """Telegram takes five seconds for each call about one chat."""
    assert ours.crowd
    async with busy(ours, 0.2):
        ours.crowd.api.latency = lambda _, asked: 5.0 if is_bad(asked) else API
        try:
            yield
        finally:
            ours.crowd.api.latency = lambda *_: API


@asynccontextmanager
async def limited(ours: Contender) -> AsyncIterator[None]:
    """Every call about one chat is told to come again in five seconds."""
    assert ours.crowd
    async with busy(ours, 0.2):
        ours.crowd.api.refused = is_bad
        try:
            yield
        finally:
            ours.crowd.api.refused = None


def is_bad(asked: dict[str, Any]) -> bool:
    chat = asked.get("chat_id") or str(asked.get("callback_query_id", "0")).partition("-")[0]
    return int(chat) >= BAD


BESIDE = {"one that floods": flooding, "one answered slowly": slow, "one that is rate-limited": limited}
