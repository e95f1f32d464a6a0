"""Several bots behind one address, and one PostgreSQL for all of them: killed, started again, their database restarted.

`python -m tests.long.load_two_instances --people 200 --minutes 10 --seed 1`

The walk is that of walk_of_many, with the same judgement. No connection belongs to one bot: each goes to the next.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from bot.authoring.loader import content_root, load_bundle
from bot.operations.encryption import KeyRing
from bot.sessions.chat_record import ChatRecord
from bot.sessions.stores.postgres import open_postgres_store
from tests.long.load import CHANCES, PATIENCE, LoadResult, Walk, ended
from tests.support.instances import BotInstances
from tests.support.postgres_server import Server
from tests.support.running_bot import KEY
from tests.support.tcp_proxy import TcpProxy
from tests.support.telegram_double import Telegram

RESTARTS_EVERY = 60.0  # seconds


class SharedWalk(Walk):
    bot: BotInstances  # type: ignore[assignment]
    server: Server

    async def run(self) -> None:
        over = asyncio.Event()
        restarting = asyncio.create_task(self._restart(over, min(RESTARTS_EVERY, self.found.minutes * 24)))
        try:
            await super().run()
        finally:
            over.set()
            await restarting
        await self._all_shown()

    async def _restart(self, over: asyncio.Event, every: float) -> None:
        """The database goes away for a moment, now in order and now not. When the walk is over, it is there."""
        while not over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), every)
                return
            await asyncio.to_thread(self.server.stop, self.chance.choice(["fast", "immediate"]))
            await asyncio.to_thread(self.server.start)
            self.found.faults["restart of the database"] += 1

    async def _all_shown(self) -> None:
        """Wait until nothing is owed: what a bot owed that was killed last is shown once it is known to be dead."""
        store = open_postgres_store(self.bot.address, KeyRing([KEY]))
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and [
            row async for _, row in store.rows() if ChatRecord.parse_or_new(row.text).outbox
        ]:
            await asyncio.sleep(0.5)
        await store.close()

    async def judge(self) -> None:
        store = open_postgres_store(self.bot.address, KeyRing([KEY]))
        for actor in self.actors:
            row = await store.load(str(actor.person.chat.id))
            self._judge(actor, ChatRecord.from_json(row.text) if row else None)
        await store.close()
        self.found.wrong += self.bot.complaints() + self.telegram.complaints
        self.found.calls = len(self.telegram.calls)
        self.found.faults.update(type(call.fault).__name__ for call in self.telegram.calls if call.fault)


async def walk(
    people: int, minutes: float, seed: int, pace: float = 5.0, number: int = 2, calm: bool = False
) -> LoadResult:
    found, began, library = LoadResult(people, minutes, seed), time.monotonic(), load_bundle(content_root())[0]
    server = Server().start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            async with Telegram(seed=seed) as telegram:
                for fault, chance in [] if calm else CHANCES:
                    telegram.faults.often(fault, chance)
                workers = BotInstances(telegram, server.database(), Path(folder), number, seed)
                async with TcpProxy(*workers.ports) as wires:
                    workers.at(wires.port).start()
                    walking = SharedWalk(telegram, workers, library, found, pace)  # type: ignore[arg-type]
                    walking.server = server
                    try:
                        await walking.run()
                    finally:
                        await workers.stop()
                    await walking.judge()
                    found.connections = list(wires.carried)
    finally:
        server.remove()
    found.seconds = round(time.monotonic() - began, 1)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pace", type=float, default=5.0, help="seconds between two deeds of one person")
    parser.add_argument("--bots", type=int, default=2)
    parser.add_argument("--calm", action="store_true", help="without the faults of Telegram's side")
    parser.add_argument("--save", type=Path, help="keep the figures in this file too")
    given = parser.parse_args()
    found = asyncio.run(walk(given.people, given.minutes, given.seed, given.pace, given.bots, given.calm))
    return ended(found, "tests.long.load_two_instances", given.save)


if __name__ == "__main__":
    sys.exit(main())
