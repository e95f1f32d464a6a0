"""A bot that takes part: a process of its own, its processor time and memory, and the people who talk with it."""

import asyncio
import ctypes
import os
import signal
import statistics
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.long.benchmark.api import Api
from tests.long.benchmark.crowd import Crowd, at_once
from tests.long.benchmark.dialog import STEPS
from tests.long.benchmark.dialog import taps as recorded
from tests.long.benchmark.webhook_client import WebhookClient
from tests.support.paths import ROOT

TICK = os.sysconf("SC_CLK_TCK")
IN_FLIGHT = 32
SECRET = "bench"


@dataclass(frozen=True, slots=True)
class Lap:
    """One stretch of a run: steps, seconds on the clock, seconds of the bot's processor, and each step's latency."""

    steps: int
    wall: float
    cpu: float
    server: float
    waits: tuple[float, ...]
    calls: int

    @property
    def a_second(self) -> float:
        return self.steps / self.wall

    @property
    def milliseconds(self) -> float:
        """Of processor time a step."""
        return self.cpu / self.steps * 1000


@dataclass(slots=True)
class Contender:
    """*command* starts it; TELEGRAM_API_URL and TELEGRAM_TOKEN are in its environment. *opens*: taps to question 1."""

    name: str
    command: list[str]
    opens: int = 0
    webhook: bool = False
    environment: dict[str, str] = field(default_factory=dict)
    server: int = 0  # a process that works for it, such as a store's server
    what: str = ""
    laps: list[Lap] = field(default_factory=list)
    process: asyncio.subprocess.Process | None = None
    crowd: Crowd | None = None
    people: int = 0

    async def start(self, api: Api, number: int) -> None:
        token, port = f"{number}:bench", 20_000 + os.getpid() % 20_000 + number
        plain = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "PYTHONPATH": str(ROOT)}
        told = {"TELEGRAM_API_URL": api.url, "TELEGRAM_TOKEN": token, "LOG_LEVEL": "WARNING"}
        if self.webhook:
            told |= {"WEBHOOK_URL": f"https://127.0.0.1:{port}/", "WEBHOOK_SECRET": SECRET,
                     "WEBHOOK_LISTEN": f"127.0.0.1:{port}"}  # fmt: skip
        post = WebhookClient(port, SECRET)
        self.crowd = Crowd(api, token, post.deliver if self.webhook else None)
        self.process = await asyncio.create_subprocess_exec(
            *self.command, env=plain | told | self.environment, cwd=ROOT, preexec_fn=ends_with_us
        )
        await self._listens(port)
        await self._ready()

    async def _listens(self, port: int) -> None:
        while self.webhook:
            with suppress(OSError):
                (await asyncio.open_connection("127.0.0.1", port))[1].close()
                return
            await asyncio.sleep(0.05)

    async def _ready(self) -> None:
        """Wait until it has answered somebody, and the first lap finds it warm."""
        await self.lap(4, 4, taps=2)  # no more than a bot that slows people down would take at once
        self.laps.clear()

    async def lap(self, chats: int, in_flight: int = IN_FLIGHT, taps: int = STEPS) -> Lap:
        """*chats* new people, each with the whole dialog, or with so many *taps* of it."""
        crowd, first = self.crowd, self.people
        assert crowd
        self.people += chats
        people = [crowd.chat(1000 + number) for number in range(first, first + chats)]
        await at_once((self._opened(person) for person in people), in_flight)
        loop, waits = asyncio.get_running_loop(), []

        async def talk(person: object, number: int) -> None:
            for tap in recorded(number)[:taps]:
                waits.append(await crowd.taps(person, tap))

        calls, began, cpu, server = crowd.calls, loop.time(), self.cpu(), seconds(self.server)
        await at_once((talk(person, first + at) for at, person in enumerate(people)), in_flight)
        lap = Lap(chats * taps, loop.time() - began, self.cpu() - cpu, seconds(self.server) - server,
                  tuple(waits), crowd.calls - calls)  # fmt: skip
        self.laps.append(lap)
        return lap

    async def _opened(self, person: object) -> None:
        assert self.crowd
        await self.crowd.starts(person)
        for _ in range(self.opens):
            await self.crowd.taps(person, 0)

    def cpu(self) -> float:
        return seconds(self.process.pid) if self.process else 0.0

    def memory(self) -> int:
        """Resident bytes."""
        assert self.process
        return resident(self.process.pid)

    async def stop(self) -> None:
        if self.process and self.process.returncode is None:
            with suppress(ProcessLookupError):
                self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), 15)
            except TimeoutError:
                self.process.kill()
                await self.process.wait()

    # ---- what came of it

    def median(self, what: str) -> float:
        return statistics.median(getattr(lap, what) for lap in self.laps)

    def wait(self, percent: int) -> float:
        waits = sorted(wait for lap in self.laps for wait in lap.waits)
        return waits[min(len(waits) - 1, len(waits) * percent // 100)]


def ends_with_us() -> None:
    """Asked of the system in the new process: whatever becomes of us, no bot goes on alone."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def seconds(pid: int) -> float:
    """Processor seconds of a process and of its children that are still there."""
    return sum(own(one) for one in family(pid)) if pid else 0.0


def own(pid: int) -> float:
    """To the nanosecond, by the scheduler's own count; a tick of the clock is too coarse for a lap."""
    total = 0
    with suppress(OSError, ValueError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError, ValueError):
                total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def family(pid: int) -> list[int]:
    """The process and those it started, such as a server's own."""
    parents = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError):
            parents[int(place.parent.name)] = int(place.read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def resident(pid: int) -> int:
    fields = Path(f"/proc/{pid}/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")
