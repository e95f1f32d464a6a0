"""The delivery queue of one chat: emergencies before everything, then the callback answer, then the main message.

Only what was committed is delivered, and it stays in the outbox until it has been. A main message that a newer one
replaces is not sent at all. When Telegram asks to wait, this chat waits and no other; an emergency that comes
meanwhile is tried at once.
"""

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field

from telegram.error import TelegramError

from bot.adapters.telegram_bot.api.client import Line, Nobody
from bot.adapters.telegram_bot.api.errors import FIRST_PAUSE, Lost, Unsent, Wait, pause
from bot.adapters.telegram_bot.delivery.priority import ALARM, ANSWER, SHOW, TIDY, jobs, rank, replaces
from bot.adapters.telegram_bot.delivery.steps import Jobs
from bot.sessions.chat_record import Parcel
from bot.sessions.service import Conversation, kind
from bot.sessions.stores.base import Down

log = logging.getLogger(__name__)
TRIES = {"alarm": 40, "tidy": 8, "clear": 3, "beside": 8, "card": 8}
ROUNDS = 20  # so often an entry that could not be delivered is retried
HEAD_START = 0.05  # by which the callback answer goes before the next step
LOOK = 1.0  # between reads of what other instances have added


@dataclass(slots=True)
class Progress:
    """The steps of an outbox entry, and their failed attempts. *parked*: it waits for `retry_parked`."""

    jobs: tuple[str, ...]
    tries: dict[str, int] = field(default_factory=dict)
    rounds: int = 0
    parked: bool = False


class Lane:
    """Delivers the outbox entries of one chat, step by step. *connection_slots* bound the calls of all chats."""

    def __init__(self, chat: str, door: Conversation, line: Line, gate: asyncio.Semaphore) -> None:
        self.chat, self.door, self.line = chat, door, line
        self.jobs = Jobs(int(chat), line, lambda: door.screen(chat), gate)
        self.gate = gate
        self.bell = asyncio.Event()
        self.progress: dict[int, Progress] = {}
        self.answering: dict[tuple[str, int], asyncio.Task[None]] = {}
        self.not_before = dict.fromkeys((ALARM, ANSWER, SHOW, TIDY), 0.0)

    # ---- the next step

    def _todo(self) -> tuple[Parcel, str] | None:
        """Return the next step and its entry; None when nothing more can be done now.

        An emergency that must wait does not delay the answer to a callback query.
        """
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
        """Return the steps of *entry* that are neither done nor being done."""
        done, others = self.jobs.screen.done(parcel["n"]), self.door.company.is_ringing(parcel)
        left = [job for job in self._of(parcel).jobs if job not in done and (job, parcel["n"]) not in self.answering]
        return [job for job in left if not (others and rank(job) == ALARM)]

    def _is_rung(self) -> bool:
        """Whether another instance is sending an emergency here just now: other messages come after it."""
        ringing = filter(self.door.company.is_ringing, self.door.owed(self.chat))
        return any("alarm 0" not in self.jobs.screen.done(parcel["n"]) for parcel in ringing)

    def _pass_over(self, owed: list[Parcel]) -> None:
        """Set the main message of each entry as done that a later entry replaces."""
        for at, parcel in enumerate(owed):
            if any(replaces(later) for later in owed[at + 1 :]) and "card" in self._left(parcel):
                self._is_done(parcel, "card")

    def _is_done(self, parcel: Parcel, job: str) -> None:
        """Set *step* of *entry* as done."""
        self.jobs.screen.done(parcel["n"]).append(job)

    def _of(self, parcel: Parcel) -> Progress:
        """Return the progress of *entry*; a new one at the first call."""
        if not (progress := self.progress.get(parcel["n"])):
            progress = self.progress[parcel["n"]] = Progress(jobs(parcel))
        return progress

    def _wait(self, job: str) -> float:
        """Return how many seconds *step* must still wait; zero or less when it may be tried."""
        return self.not_before[rank(job)] - asyncio.get_running_loop().time()

    # ---- the loop

    async def run(self) -> None:
        """Deliver every outbox entry of the chat, as far as that is possible; return when nothing more can be done."""
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
        """Whether this instance still owns the chat; asked before a step is tried again.

        While we waited, another instance may have delivered the entry, or the chat may have moved on.
        """
        try:
            return await self.door.is_mine(self.chat)
        except Down:
            return True

    async def _listen(self, seconds: float | None) -> None:
        """Wait until there is something more to do, *seconds* at the most.

        In a shared store other instances write too, and say so in the store only: so it is read every second.
        """
        others = self.door.company.shared
        with suppress(TimeoutError):
            await asyncio.wait_for(self.bell.wait(), min(seconds or LOOK, LOOK) if others else seconds)
        if others and not self.bell.is_set():
            await self._is_mine()

    async def _try(self, parcel: Parcel, job: str) -> None:
        """Try *step* once: set it as done, or delay it, or forget a chat that cannot be reached."""
        try:
            await self._do(parcel, job)
        except Wait as wait:
            for other in (job, "card", "tidy"):  # Telegram asks to leave the chat alone, not only this call
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
        """Carry out *step* by its name."""
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
        """Let no step of the priority of *step* be tried for *seconds*."""
        self.not_before[rank(job)] = asyncio.get_running_loop().time() + seconds

    def _again(self, parcel: Parcel, job: str) -> None:
        """Retry *step* later, as its outcome is unknown: soon at first, and after many attempts park its entry."""
        progress = self._of(parcel)
        tries = progress.tries[job] = progress.tries.get(job, 0) + 1
        if tries < TRIES[job.partition(" ")[0]]:
            self._pause(job, pause(tries))
        elif job == "tidy":
            self._is_done(parcel, job)
        else:
            progress.parked = True

    async def _settle(self) -> None:
        """Close every entry that is delivered, and those that could not be delivered after many rounds."""
        for parcel in self.door.owed(self.chat):
            self.jobs.was_rung(parcel)
            progress, done = self._of(parcel), self.jobs.screen.done(parcel["n"])
            shown = all(job in done for job in progress.jobs)
            if shown or (progress.parked and progress.rounds >= ROUNDS and time.time() >= parcel.get("until", 0)):
                await self._is_over(parcel)

    async def _is_over(self, parcel: Parcel) -> None:
        """Remove *entry* from the outbox; keep what was done of it if the store fails."""
        try:
            await self.door.shown(self.chat, parcel["n"], harmless=self.jobs.was_in_place(parcel))
        except Exception as error:
            log.warning("what was shown could not be marked as shown: %s", kind(error))
            return  # what was done stays known: the entry may turn up again in the outbox
        self.progress.pop(parcel["n"], None)
        self.jobs.is_over(parcel)  # only now: else a record could hold the entry without what was done of it

    def take_up(self) -> None:
        """Retry the entries that could not be delivered."""
        for progress in self.progress.values():
            if progress.parked:
                progress.parked, progress.rounds = False, progress.rounds + 1
                progress.tries.clear()

    # ---- callback queries

    async def _answer(self, parcel: Parcel) -> None:
        """Answer the callback query of *entry* in a task of its own, with a head start before the next step.

        If that fails, or must wait, no other step waits for it.
        """
        task = asyncio.create_task(self._acknowledge(*parcel["tap"]))
        self.answering["answer", parcel["n"]] = task
        task.add_done_callback(lambda _: self._answered(parcel))
        await asyncio.wait([task], timeout=HEAD_START)

    def _answered(self, parcel: Parcel) -> None:
        """Set the callback answer of *entry* as done, and wake the queue."""
        self.answering.pop(("answer", parcel["n"]), None)
        self._is_done(parcel, "answer")
        self.bell.set()

    async def _acknowledge(self, query: str, toast: str) -> None:
        """Answer the callback query; retry until Telegram answers or rejects it."""
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
