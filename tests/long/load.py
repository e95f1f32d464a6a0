"""Many people at once, every fault switched on, and the bot killed again and again.

`python -m tests.long.load --people 200 --minutes 10 --seed 1`

It ends well only if what is recorded of each person is what they tapped, no tap is unanswered, no message stands there
twice, and the bot logged no error.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bot.authoring.loader import content_root, load_bundle
from bot.model.bundle import ContentBundle
from bot.operations.encryption import KeyRing
from bot.sessions.chat_record import ChatRecord
from bot.sessions.stores.sqlite import open_sqlite_store
from tests.support.killable_bot import KillableBot
from tests.support.results_header import made
from tests.support.running_bot import KEY
from tests.support.simulated_people import SimulatedPerson, is_met
from tests.support.telegram_double import Broken, Cut, Flood, Silent, Slow, Telegram

PATIENCE = 120.0  # seconds in which the screen must say what it should, whatever went wrong
KILLS_EVERY = 20.0
LONGER = 60.0  # seconds, where too little was done
CHANCES = (
    (Flood(1), 0.02),
    (Broken(502), 0.02),
    (Broken(500, after=True), 0.02),
    (Cut(), 0.02),
    (Cut(after=True), 0.02),
    (Slow(0.5), 0.05),
    (Silent(), 0.002),
    (Silent(after=True), 0.002),
)


@dataclass(slots=True)
class LoadResult:
    """What the walk came to: the figures, and everything that is wrong."""

    people: int
    minutes: float
    seed: int
    deeds: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    taps: int = 0
    calls: int = 0
    kills: int = 0
    repeated: int = 0
    answers: int = 0
    slowest: float = 0.0
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)

    connections: list[int] = field(default_factory=list)  # to each bot, where there are several

    def told(self, module: str) -> str:
        """Everything as a file of results."""
        said = made(module) | asdict(self) | {"deeds": dict(self.deeds), "faults": dict(self.faults)}
        return json.dumps(said, indent=1)


class Walk:
    def __init__(
        self, telegram: Telegram, bot: KillableBot, library: ContentBundle, found: LoadResult, pace: float
    ) -> None:
        self.telegram, self.bot, self.library, self.found, self.pace = telegram, bot, library, found, pace
        self.chance = random.Random(found.seed)
        self.actors = [SimulatedPerson(telegram.person(), library, f"{found.seed}:{n}") for n in range(found.people)]
        self.end = time.monotonic() + found.minutes * 60
        self.least = 0  # taps

    async def run(self) -> None:
        beside = [asyncio.create_task(self._kill()), asyncio.create_task(self._repeat())]
        try:
            await asyncio.gather(*(self._live(actor) for actor in self.actors))
        finally:
            for task in beside:
                task.cancel()
        self.telegram.faults.stop()
        if not self.bot.alive:
            self.bot.start()
        await asyncio.gather(*(self._calm(actor) for actor in self.actors))

    async def _live(self, actor: SimulatedPerson) -> None:
        """One person's ten minutes."""
        await asyncio.sleep(actor.chance.uniform(0, self.pace))
        try:
            await actor.begins(PATIENCE)
            while self._goes_on():
                began = time.monotonic()
                await actor.acts(PATIENCE)
                self.found.slowest = max(self.found.slowest, time.monotonic() - began)
                await asyncio.sleep(actor.chance.uniform(0.5, 1.5) * self.pace)
        except AssertionError as wrong:
            self.found.wrong.append(f"after {actor.deeds[-5:]}: {wrong}")

    def _goes_on(self) -> bool:
        """Until its time is over; on a slow machine until enough was done to be worth a judgement."""
        done = sum(len(actor.person.taps_made) for actor in self.actors) >= self.least and self.found.kills > 0
        return time.monotonic() < self.end + (0 if done else LONGER)

    async def _calm(self, actor: SimulatedPerson) -> None:
        try:
            await actor.settles(PATIENCE)
            await actor.person.until(lambda: not self._owed(actor), PATIENCE)
            await asyncio.sleep(6)  # longer than any pause between two tries
        except AssertionError as wrong:
            self.found.wrong.append(f"at the end: {wrong}")

    def _owed(self, actor: SimulatedPerson) -> bool:
        return any(update.lane[1] == actor.person.chat.id for update in self.telegram.updates.queue)

    async def _kill(self) -> None:
        """Kill it every now and then, and start it again."""
        while True:
            await asyncio.sleep(self.chance.uniform(0.5, 1.5) * min(KILLS_EVERY, self.found.minutes * 20))
            self.bot.kill()
            self.found.kills += 1
            self.bot.start()

    async def _repeat(self) -> None:
        """Telegram tells old updates again, and holds new ones back to tell them in another order."""
        while True:
            await asyncio.sleep(self.chance.uniform(0.1, 0.5))
            updates = list(self.telegram.updates.all)
            if updates:
                self.telegram.repeat(self.chance.choice(updates[-500:]))
                self.found.repeated += 1
            if self.chance.random() < 0.2:
                self.telegram.updates.hold()
                await asyncio.sleep(0.2)
                held = len(self.telegram.updates._held or [])
                self.telegram.updates.release(self.chance.sample(range(held), held))

    # ---- what must be true

    async def judge(self) -> None:
        store = open_sqlite_store(self.bot.file, KeyRing([KEY]))
        for actor in self.actors:
            row = await store.load(str(actor.person.chat.id))
            self._judge(actor, ChatRecord.from_json(row.text) if row else None)
        await store.close()
        self.found.wrong += self.bot.complaints() + self.telegram.complaints
        self.found.calls = len(self.telegram.calls)
        self.found.faults.update(type(call.fault).__name__ for call in self.telegram.calls if call.fault)

    def _judge(self, actor: SimulatedPerson, kept: ChatRecord | None) -> None:
        found, person = self.found, actor.person
        found.deeds.update(actor.deeds)
        found.taps += len(person.taps_made)
        problems = [
            ("nothing was kept", kept is None and bool(actor.deeds)),
            ("what is recorded is not what was tapped", kept is not None and not actor.mind.allows(kept.session)),
            ("something is owed", kept is not None and bool(kept.outbox)),
            ("a tap is unanswered", not all(map(is_met, person.taps_made))),
            (f"a message stands there twice ({actor.doubles()})", bool(actor.doubles())),
            ("there is more than one open card", actor.open_cards() > 1),
        ]
        found.answers += len(kept.session.answers) if kept else 0
        for problem, is_so in problems:
            if is_so:
                found.wrong.append(
                    f"{problem}: {actor.deeds[-8:]}\n{person.transcript()[-15000:]}\n{self._behind(actor, kept)}"
                )

    def _behind(self, actor: SimulatedPerson, kept: ChatRecord | None) -> str:
        """What happened behind the screen: the last calls, the updates that were told, and what is kept."""
        chat = actor.person.chat.id
        calls = [call for call in self.telegram.calls if call.chat == chat][-25:]
        told = [
            f"{call.at:.2f} {call.method} {call.given.get('message_id', '')} {call.code} {call.fault or ''} "
            f"{'' if call.done else 'not done '}{call.description}"
            for call in calls
        ]
        updates = [update for update in self.telegram.updates.all.values() if update.lane[1] == chat][-12:]
        told += [f"update {update.id} {update.kind} {update.body.get('data', '')}" for update in updates]
        told += [repr(kept.view), repr(kept.outbox)] if kept else []
        return "\n".join(told)


async def walk(people: int, minutes: float, seed: int, pace: float = 5.0, least: int = 0) -> LoadResult:
    found, began = LoadResult(people, minutes, seed), time.monotonic()
    library = load_bundle(content_root())[0]
    with tempfile.TemporaryDirectory() as folder:
        async with Telegram(seed=seed) as telegram:
            for fault, chance in CHANCES:
                telegram.faults.often(fault, chance)
            bot = KillableBot({"TELEGRAM_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url}, Path(folder))
            bot.start()
            walking = Walk(telegram, bot, library, found, pace)
            walking.least = least
            try:
                await walking.run()
            finally:
                await bot.stop()
            await walking.judge()
    found.seconds = round(time.monotonic() - began, 1)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pace", type=float, default=5.0, help="seconds between two deeds of one person")
    parser.add_argument("--save", type=Path, help="keep the figures in this file too")
    given = parser.parse_args()
    found = asyncio.run(walk(given.people, given.minutes, given.seed, given.pace))
    return ended(found, "tests.long.load", given.save)


def ended(found: LoadResult, module: str, save: Path | None) -> int:
    """Tell what was found, and keep it if asked to; the exit code."""
    print(text := found.told(module))
    if save:
        save.write_text(f"{text}\n")
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
