"""The sends of one chat, in order: emergencies before everything, then the tap's answer, then the card.

Only what was committed is shown, and it stays owed until it has been. A card that a newer one replaces is not shown at
all. When Telegram asks to wait, this chat waits and no other; an emergency that comes meanwhile is tried at once.
"""

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field

from telegram.error import TelegramError

from bot.adapters.telegram.failures import FIRST_PAUSE, Lost, Unsent, Wait, pause
from bot.adapters.telegram.jobs import Jobs
from bot.adapters.telegram.line import Line, Nobody
from bot.adapters.telegram.order import ALARM, ANSWER, SHOW, TIDY, jobs, rank, replaces
from bot.conversation import Conversation, kind
from bot.kept import Parcel
from bot.stores import Down

log = logging.getLogger(__name__)
TRIES = {"alarm": 40, "tidy": 8, "clear": 3, "beside": 8, "card": 8}
ROUNDS = 20  # so often a parcel that could not be shown is taken up again
HEAD_START = 0.05  # seconds
LOOK = 1.0  # seconds after which a lane that waits looks what other bots have added


@dataclass(slots=True)
class Progress:
    """A parcel's jobs, in order, and how often each was tried in vain. *parked*: it waits to be taken up again."""

    jobs: tuple[str, ...]
    tries: dict[str, int] = field(default_factory=dict)
    rounds: int = 0
    parked: bool = False


class Lane:
    def __init__(self, chat: str, door: Conversation, line: Line, gate: asyncio.Semaphore) -> None:
        self.chat, self.door, self.line = chat, door, line
        self.jobs = Jobs(int(chat), line, lambda: door.screen(chat), gate)
        self.gate = gate
        self.bell = asyncio.Event()
        self.progress: dict[int, Progress] = {}
        self.answering: dict[tuple[str, int], asyncio.Task[None]] = {}
        self.not_before = dict.fromkeys((ALARM, ANSWER, SHOW, TIDY), 0.0)

    # ---- what is next

    def _todo(self) -> tuple[Parcel, str] | None:
        """The next job; None when nothing more can be done now. An alarm that must wait keeps no tap unanswered."""
        owed = [parcel for parcel in self.door.owed(self.chat) if not self._of(parcel).parked]
        self._pass_over(owed)
        left = [(parcel, job) for parcel in owed for job in self._left(parcel)]
        if self._is_rung():
            left = [(parcel, job) for parcel, job in left if rank(job) <= ANSWER]
        ready = sorted(left, key=lambda todo: (self._wait(todo[1]) > 0, rank(todo[1])))
        if ready and rank(ready[0][1]) > ANSWER:
            return min(left, key=lambda todo: rank(todo[1]))
        return ready[0] if ready else None

    def _left(self, parcel: Parcel) -> list[str]:
        """The jobs of *parcel* that are neither done nor being done."""
        done, others = self.jobs.screen.done(parcel["n"]), self.door.company.is_ringing(parcel)
        left = [job for job in self._of(parcel).jobs if job not in done and (job, parcel["n"]) not in self.answering]
        return [job for job in left if not (others and rank(job) == ALARM)]

    def _is_rung(self) -> bool:
        """Whether another bot is showing an emergency here just now: cards come after it."""
        ringing = filter(self.door.company.is_ringing, self.door.owed(self.chat))
        return any("alarm 0" not in self.jobs.screen.done(parcel["n"]) for parcel in ringing)

    def _pass_over(self, owed: list[Parcel]) -> None:
        """A card that a later parcel replaces need not be shown."""
        for at, parcel in enumerate(owed):
            if any(replaces(later) for later in owed[at + 1 :]) and "card" in self._left(parcel):
                self._is_done(parcel, "card")

    def _is_done(self, parcel: Parcel, job: str) -> None:
        self.jobs.screen.done(parcel["n"]).append(job)

    def _of(self, parcel: Parcel) -> Progress:
        if not (progress := self.progress.get(parcel["n"])):
            progress = self.progress[parcel["n"]] = Progress(jobs(parcel))
        return progress

    def _wait(self, job: str) -> float:
        return self.not_before[rank(job)] - asyncio.get_running_loop().time()

    # ---- the loop

    async def run(self) -> None:
        """Show everything that is owed, as far as that is possible."""
        while True:
            self.bell.clear()
            await self._settle()
            todo = self._todo()
            if todo and self._wait(todo[1]) <= 0:
                if (self.door.company.sure and not self._of(todo[0]).tries) or await self._is_mine():
                    await self._try(*todo)
            elif todo or self.answering or self._is_rung():
                await self._listen(self._wait(todo[1]) if todo else None)
            else:
                return

    async def _is_mine(self) -> bool:
        """Before something is tried again: while we waited, another bot may have shown it, or may have moved on."""
        try:
            return await self.door.is_mine(self.chat)
        except Down:
            return True

    async def _listen(self, seconds: float | None) -> None:
        """Wait until something more is to be done; where others write too, they say so in the store only."""
        others = self.door.company.shared
        with suppress(TimeoutError):
            await asyncio.wait_for(self.bell.wait(), min(seconds or LOOK, LOOK) if others else seconds)
        if others and not self.bell.is_set():
            await self._is_mine()

    async def _try(self, parcel: Parcel, job: str) -> None:
        try:
            await self._do(parcel, job)
        except Wait as wait:
            for other in (job, "card", "tidy"):  # it is the chat that is to be left alone, and not this one call
                self._pause(other, wait.seconds)
            return
        except (Lost, Unsent):
            self._again(parcel, job)
            return
        except Nobody:
            await self.door.forget(self.chat)
            return
        except TelegramError as error:
            log.error("a %s was refused: %s", job.partition(" ")[0], type(error).__name__)
        except Exception as error:
            log.error("a %s failed: %s", job.partition(" ")[0], kind(error))
        if job != "answer":
            self._is_done(parcel, job)

    async def _do(self, parcel: Parcel, job: str) -> None:
        name, _, number = job.partition(" ")
        match name:
            case "alarm":
                await self.jobs.alarm(parcel, int(number))
            case "answer":
                await self._answer(parcel)
            case "beside":
                await self.jobs.beside(parcel, int(number))
            case "card":
                await self.jobs.card(parcel)
            case "clear":
                await self.jobs.clear(parcel)
            case _:
                await self.jobs.tidy(parcel)

    def _pause(self, job: str, seconds: float) -> None:
        self.not_before[rank(job)] = asyncio.get_running_loop().time() + seconds

    def _again(self, parcel: Parcel, job: str) -> None:
        """Nobody knows whether it was done. Try again soon; and if that goes on and on, some time later."""
        progress = self._of(parcel)
        tries = progress.tries[job] = progress.tries.get(job, 0) + 1
        if tries < TRIES[job.partition(" ")[0]]:
            self._pause(job, pause(tries))
        elif job == "tidy":
            self._is_done(parcel, job)
        else:
            progress.parked = True

    async def _settle(self) -> None:
        """What is wholly shown is owed no more; nor is what could not be shown however often it was tried."""
        for parcel in self.door.owed(self.chat):
            self.jobs.was_rung(parcel)
            progress, done = self._of(parcel), self.jobs.screen.done(parcel["n"])
            shown = all(job in done for job in progress.jobs)
            if shown or (progress.parked and progress.rounds >= ROUNDS and time.time() >= parcel.get("until", 0)):
                await self._is_over(parcel)

    async def _is_over(self, parcel: Parcel) -> None:
        try:
            await self.door.shown(self.chat, parcel["n"], harmless=self.jobs.was_in_place(parcel))
        except Exception as error:
            log.warning("what was shown could not be marked as shown: %s", kind(error))
            return  # what was done stays known: it may turn up again as owed
        self.progress.pop(parcel["n"], None)
        self.jobs.is_over(parcel)  # only now: else it could be kept that it is owed, and not what was done

    def take_up(self) -> None:
        """Try again what could not be shown."""
        for progress in self.progress.values():
            if progress.parked:
                progress.parked, progress.rounds = False, progress.rounds + 1
                progress.tries.clear()

    # ---- taps

    async def _answer(self, parcel: Parcel) -> None:
        """Answer the tap, with a head start, beside everything else: if that fails, or must wait, nothing else does."""
        task = asyncio.create_task(self._acknowledge(*parcel["tap"]))
        self.answering["answer", parcel["n"]] = task
        task.add_done_callback(lambda _: self._answered(parcel))
        await asyncio.wait([task], timeout=HEAD_START)

    def _answered(self, parcel: Parcel) -> None:
        self.answering.pop(("answer", parcel["n"]), None)
        self._is_done(parcel, "answer")
        self.bell.set()

    async def _acknowledge(self, query: str, toast: str) -> None:
        for tries in range(TRIES["card"]):
            try:
                async with self.gate:
                    await self.line.acknowledge(query, toast)
                return
            except Wait as wait:
                await asyncio.sleep(wait.seconds)
            except (Lost, Unsent):
                await asyncio.sleep(FIRST_PAUSE * 2**tries)
            except TelegramError:
                return
