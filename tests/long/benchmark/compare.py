"""The same dialog through everybody, interleaved: a lap of each after a lap of each, so that a busy minute hits all."""

import asyncio
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.long.benchmark.api import Api
from tests.long.benchmark.chart import bars
from tests.long.benchmark.contender import Contender
from tests.long.benchmark.peer_environments import peers, postgresql, redis, versions
from tests.long.benchmark.results import row, section

LAPS, CHATS = 8, 40
FLOOR, LIMIT, REDIS = "PTB, only answers and edits", "bare aiohttp, polling", "aiogram 3, FSM in Redis"
BEST = "Confidante, webhook, SQLite"
OURS = [sys.executable, "-m", "tests.long.benchmark.our_bot"]


def contenders(folder: Path, python: Path, store: str, server: int, fsm: str, fsm_server: int) -> Iterator[Contender]:
    def peer(name: str, file: str, *words: str, **more: object) -> Contender:
        return Contender(name, [str(python), f"tests/long/benchmark/peers/{file}.py", *words], **more)

    def ours(name: str, where: str, **more: object) -> Contender:
        return Contender(f"Confidante, {name}", OURS, 1, environment={"SESSION_STORE": where}, **more)

    yield peer(LIMIT, "bare")
    yield peer("bare aiohttp, webhook", "bare", "webhook", webhook=True)
    yield ours("webhook, SQLite", f"sqlite:{folder}/w.sqlite", webhook=True)
    yield ours("polling, SQLite", f"sqlite:{folder}/p.sqlite")
    if store:
        yield ours("polling, PostgreSQL", store, server=server)
    yield ours("polling, memory", "memory:")
    yield peer("aiogram 3, FSM in memory", "aiogram_fsm")
    if fsm:
        yield peer(REDIS, "aiogram_fsm", fsm, server=fsm_server)
    yield peer("aiogram-dialog, memory", "aiogram_dialogs")
    yield peer(FLOOR, "ptb_floor")
    yield peer("PTB ConversationHandler, memory", "ptb_conversation")
    yield peer("PTB ConversationHandler, PicklePersistence", "ptb_conversation", f"{folder}/pickle")


async def run(laps: int = LAPS) -> str:
    python = await asyncio.to_thread(peers)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        store, fsm = stack.enter_context(postgresql()), stack.enter_context(redis())
        everybody = list(contenders(folder, python, *store, *fsm))
        async with Api() as api:
            try:
                for number, contender in enumerate(everybody):
                    await contender.start(api, number + 1)
                for number in range(laps):
                    for contender in everybody[number % 2 :] + everybody[: number % 2]:
                        lap = await contender.lap(CHATS)
                        print(f"{number + 1}/{laps} {contender.name}: {lap.a_second:.0f} steps/s", flush=True)
                memory = [contender.memory() for contender in everybody]
            finally:
                await asyncio.gather(*(contender.stop() for contender in everybody))
    bars("speed.svg", [(contender.name, contender.median("a_second")) for contender in everybody])
    missing = [] if fsm[0] else ["Redis was not there: `apt-get install redis-server`."]
    missing += [] if store[0] else ["PostgreSQL was not there: `apt-get install postgresql`."]
    return section(
        "Side by side",
        f"{laps} laps of {CHATS} chats with 12 steps each, 32 in flight, every lap one of each. A step is one tap in, "
        "answerCallbackQuery and editMessageText out. Medians; ± is half the range of the laps' middle half. Ours "
        "is the whole bot: every step sealed, version-checked and, but for memory, on the disk before it is shown. "
        "*server* is the processor time of the store's own process. Peers: " + versions(python) + ".",
        *missing,
        *table(everybody, memory),
    )


def table(everybody: Sequence[Contender], memory: Sequence[int]) -> Iterator[str]:
    yield row("", "steps/s", "± %", "× floor", "CPU ms/step", "× bare", "server ms", "p50 ms", "p99 ms", "memory")
    yield "|---" + "|--:" * 9 + "|"
    laps = {contender.name: contender.laps for contender in everybody}
    for contender, held in zip(everybody, memory, strict=True):
        faster = [lap.a_second / base.a_second for lap, base in zip(contender.laps, laps[FLOOR], strict=True)]
        dearer = [lap.milliseconds / base.milliseconds for lap, base in zip(contender.laps, laps[LIMIT], strict=True)]
        server = statistics.median(lap.server / lap.steps * 1000 for lap in contender.laps)
        name = f"**{contender.name}**" if contender.name.startswith("Confidante") else contender.name
        yield row(
            name,
            f"{contender.median('a_second'):.0f}",
            f"{spread([lap.a_second for lap in contender.laps]):.0f}",
            f"{statistics.median(faster):.1f}",
            f"{contender.median('milliseconds'):.2f}",
            f"{statistics.median(dearer):.1f}",
            f"{server:.2f}" if contender.server else "",
            f"{contender.wait(50) * 1000:.0f}",
            f"{contender.wait(99) * 1000:.0f}",
            f"{held >> 20} MB",
        )


def spread(values: Sequence[float]) -> float:
    low, middle, high = statistics.quantiles(values, n=4)
    return (high - low) / 2 / middle * 100
