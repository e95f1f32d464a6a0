"""How long a start takes and how much memory is held, each with its largest three parts."""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.long.benchmark.api import Api
from tests.long.benchmark.contender import ROOT, Contender
from tests.long.benchmark.results import row, section

MANY, SOME, ANSWERS = 25_000, 2_000, 12  # sessions with one answer each; and with the whole dialog
SESSIONS = """
import asyncio, os, sys, time
from bot.adapters.telegram_bot.receiving.chat_update import ChatDeed
from bot.adapters.telegram_bot.receiving.updates import Command, Heard, Tap
from tests.long.benchmark.contender import resident
from tests.long.benchmark.our_bot import library, service
many, answers = map(int, sys.argv[1:])
async def main():
    bot = service(os.environ, library())
    door, before = bot.door, resident(os.getpid())
    async def talk(chat):
        for turn, done in enumerate((Command("start"), Tap("1", "g.en...!go_on:chooser"), *[None] * answers)):
            if done is None:
                kept = door._live[str(chat)].kept
                done = Tap("1", bot.desk.buttons.write(kept, "o0"))
            deed = ChatDeed(Heard(chat * 16 + turn, chat, True, done, 1 + turn, 1), bot.desk)
            await door.hear(deed)
            for parcel in door.owed(str(chat)):
                await door.shown(str(chat), parcel["n"], harmless=True)
    for first in range(1, many + 1, 100):
        await asyncio.gather(*map(talk, range(first, first + 100)))
        await door.settle(quiet=0)
    print(resident(os.getpid()) - before, len(door._live))
    await bot.store.close()
asyncio.run(main())
"""
AGAIN = """
import asyncio, os, sys, time
from bot.sessions.service import Conversation
from bot.sessions.stores.open_store import opened
from tests.long.benchmark.our_bot import KEY, library
words = library()
async def main(*keys):
    began = time.perf_counter()
    store = opened(os.environ["SESSION_STORE"], keys)
    door = Conversation([words], store, clock=lambda: time.time() + 3600)
    async for chat in door.wake():
        pass
    print(time.perf_counter() - began)
    await store.close()
asyncio.run(main(KEY))
asyncio.run(main("another key, as long as one has to be.", KEY))
"""


async def run() -> str:
    lines = [row("start", "seconds"), "|---|--:|"]
    lines.append(row("`python -m bot chat`, to the first question", f"{best(chat):.2f}"))
    lines.append(row("the bot, to its first getUpdates", f"{await polling():.2f}"))
    parts, modules = imports(), weights()
    with tempfile.TemporaryDirectory() as folder:
        held, small, live = sessions(Path(folder) / "one.sqlite", MANY, 1)
        same, other = again(Path(folder) / "one.sqlite")
        _, full, _ = sessions(Path(folder) / "twelve.sqlite", SOME, ANSWERS)
    return section(
        "Start and memory",
        *lines,
        "A start's largest parts, in seconds: " + told(parts, "{:.2f}") + ".",
        "Memory's largest parts at the start, in MB: " + told(modules, "{:.0f}") + ".",
        f"{MANY:,} open sessions hold {held / 2**20:.0f} MB beyond the empty process, {live:,} of them in memory: more "
        f"are never held, so 100,000 hold the same. On disk each takes {small / MANY / 1024:.2f} KiB after the first "
        f"answer and {full / SOME / 1024:.2f} KiB after {ANSWERS}, its key included.",
        f"To open them and look who is to be shown something takes {same:.1f} s, and with a new key {other:.1f} s.",
    )


def told(parts: list[tuple[str, float]], form: str) -> str:
    return ", ".join(f"{name} {form.format(value)}" for name, value in parts)


def best(work: object, times: int = 5) -> float:
    return min(work() for _ in range(times))  # type: ignore[operator]


def chat() -> float:
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "bot", "chat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, cwd=ROOT)  # fmt: skip
    assert process.stdout
    assert process.stdin
    process.stdin.close()
    process.stdout.read(1)
    took = time.perf_counter() - began
    process.kill()
    process.wait()
    return took


async def polling() -> float:
    """The shipped flows and a store in a file."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        async with Api() as api:
            for number in range(3):
                began = time.perf_counter()
                words = [sys.executable, "-m", "tests.long.benchmark.our_bot", "--shipped"]
                ours = Contender("x", words, environment={"SESSION_STORE": f"sqlite:{folder}/{number}.sqlite"})
                starting = asyncio.create_task(ours.start(api, number + 1))
                while f"{number + 1}:bench" not in api.waiting:
                    await asyncio.sleep(0.005)
                found.append(time.perf_counter() - began)
                starting.cancel()
                await asyncio.gather(starting, return_exceptions=True)
                await ours.stop()
    return min(found)


STAGES = """
import time
began = time.perf_counter()
def lap(name):
    global began
    now = time.perf_counter(); print(name, now - began, sep="\\t"); began = now
import telegram, telegram.request; lap("importing python-telegram-bot and httpx")
import bot.adapters.telegram_bot.api.aiohttp_transport; lap("importing aiohttp")
import transitions, uvicorn
import cryptography.hazmat.primitives.ciphers.aead; lap("importing transitions, cryptography, uvicorn")
from bot.authoring.loader import home, load
import bot.adapters.telegram_bot.app, bot.sessions.stores.open_store; lap("importing the bot itself")
library = load(home())[0]; lap("reading and checking flows and pages")
from tests.long.benchmark.our_bot import service
import os; service(os.environ, library); lap("the store, the line, the desk")
"""


def imports() -> list[tuple[str, float]]:
    totals: dict[str, list[float]] = {}
    for _ in range(5):
        said = subprocess.run(
            [sys.executable, "-c", STAGES], env=surroundings(), cwd=ROOT, capture_output=True, text=True, check=True
        )
        for line in said.stdout.splitlines():
            name, seconds = line.split("\t")
            totals.setdefault(name, []).append(float(seconds))
    return Counter({name: min(took) for name, took in totals.items()}).most_common(3)


HEAVY = """
import os, sys
from tests.long.benchmark.contender import resident
def lap(name):
    global before
    now = resident(os.getpid()); print(name, (now - before) / 2**20, sep="\\t"); before = now
before = 0; lap("Python itself")
import telegram, telegram.request; lap("python-telegram-bot and httpx")
import bot.adapters.telegram_bot.api.aiohttp_transport; lap("aiohttp")
import bot.adapters.telegram_bot.app, bot.sessions.stores.open_store; lap("the bot, transitions, cryptography, uvicorn")
from bot.authoring.loader import home, load
library = load(home())[0]; lap("flows, pages and their machines")
"""


def weights() -> list[tuple[str, float]]:
    said = subprocess.run(
        [sys.executable, "-c", HEAVY], env=surroundings(), cwd=ROOT, capture_output=True, text=True, check=True
    )
    return Counter({name: float(size) for name, size in pairs(said.stdout)}).most_common(3)


def pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, _, value = line.partition("\t")
        yield name, value


def surroundings(store: str = "memory:") -> dict[str, str]:
    return {"PATH": "", "PYTHONPATH": str(ROOT), "TELEGRAM_TOKEN": "1:bench", "SESSION_STORE": store}


def sessions(file: Path, many: int, answers: int) -> tuple[int, int, int]:
    """Bytes in memory, bytes on disk, and how many are held."""
    said = subprocess.run(
        [sys.executable, "-c", SESSIONS, str(many), str(answers)],
        env=surroundings(f"sqlite:{file}"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    held, live = map(int, said.stdout.split())
    return held, sum(path.stat().st_size for path in file.parent.glob(f"{file.stem}*")), live


def again(file: Path) -> list[float]:
    """Seconds until everybody in the file of `sessions` was thought of: with its key, and with a new one."""
    where = surroundings(f"sqlite:{file}")
    said = subprocess.run(
        [sys.executable, "-c", AGAIN], env=where, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [float(line) for line in said.stdout.split()]
