"""The bot in a process of its own, that can be made to die at any moment: at the so-and-so-many-th thing it does.

What it does is counted where it is done: every read, write and commit of the store, every request to Telegram, each
before and after. The bot itself knows nothing of it. Processes are forked from one that has imported and read it all.
"""

import asyncio
import logging
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Collection, Mapping
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from bot.adapters.telegram_bot.api.client import ApiClient
from bot.adapters.telegram_bot.api.request import JsonRequest
from bot.adapters.telegram_bot.app import TelegramApp
from bot.authoring.loader import content_root, load_bundle
from bot.operations.encryption import KeyRing
from bot.operations.logging_setup import configure_logging
from bot.operations.settings import Settings
from bot.sessions.stores.base import Store
from bot.sessions.stores.open_store import open_store
from bot.sessions.stores.postgres import PostgresStore
from bot.sessions.stores.postgres_pool import Connection
from bot.sessions.stores.postgres_pool import PostgresPool as Database
from bot.sessions.stores.postgres_pool import Work as Transaction
from bot.sessions.stores.postgres_schema import prepare_database
from bot.sessions.stores.sqlite import open_sqlite_store
from bot.sessions.stores.sqlite_writer import SqliteWriter, Work
from tests.support.running_bot import KEY, UnlimitedRate, hurry

LIBRARY = load_bundle(content_root())[0] if multiprocessing.current_process().name != "MainProcess" else None
NEVER = 0


class KillPoint:
    """Counts what is done, and ends the process at number *at*."""

    def __init__(self, at: int, counted: Any) -> None:
        self.at, self.counted = at, counted

    def point(self) -> None:
        with self.counted.get_lock():
            self.counted.value += 1
            number = self.counted.value
        if number == self.at:
            os.kill(os.getpid(), signal.SIGKILL)


def counting_worker(fate: KillPoint) -> type[SqliteWriter]:
    class CountingWriter(SqliteWriter):
        def attempt(self, work: Work) -> Any:
            fate.point()
            result = super().attempt(work)
            fate.point()
            return result

        def commit(self) -> None:
            fate.point()
            super().commit()
            fate.point()

    return CountingWriter


class CountingPostgresStore(PostgresStore):
    """A store on a server: questions are counted, and every transaction as it begins, before its commit, and after."""

    def __init__(self, address: str, fate: KillPoint) -> None:
        prepare_database(address, KeyRing([KEY]))
        super().__init__(CountingDatabase(address, fate), KeyRing([KEY]))
        self._uncounted = PostgresStore(Database(address), KeyRing([KEY]))

    async def exchange_heartbeats(self, me: str, gone: Collection[str]) -> Mapping[str, int]:
        """They come as time goes by, and not as things are done: so they are not counted."""
        return await self._uncounted.exchange_heartbeats(me, gone)

    async def close(self) -> None:
        await self._uncounted.close()
        await super().close()


class CountingDatabase(Database):
    def __init__(self, address: str, fate: KillPoint) -> None:
        super().__init__(address)
        self.fate = fate

    async def transaction(self, work: Transaction[Any]) -> Any:
        async def counted(connection: Connection) -> Any:
            self.fate.point()
            result = await work(connection)
            self.fate.point()
            return result

        result = await super().transaction(counted)
        self.fate.point()
        return result

    async def read(self, work: Transaction[Any]) -> Any:
        self.fate.point()
        result = await super().read(work)
        self.fate.point()
        return result


def count_requests(fate: KillPoint) -> None:
    original = JsonRequest.post_json

    async def post_json(self: JsonRequest, url: str, *args: Any, **kwargs: Any) -> Any:
        if "/getUpdates" in url:
            return await original(self, url, *args, **kwargs)
        fate.point()
        result = await original(self, url, *args, **kwargs)
        fate.point()
        return result

    JsonRequest.post_json = post_json  # type: ignore[method-assign]


def store_of(environment: Mapping[str, str], file: str, fate: KillPoint) -> Store:
    if address := environment.get("SESSION_STORE"):
        return CountingPostgresStore(address, fate)
    return open_sqlite_store(Path(file), KeyRing([KEY]), writer_class=counting_worker(fate))


def live(environment: dict[str, str], file: str, log: str, at: int, counted: Any, answer_within: float) -> None:
    """The whole life of the process."""
    sys.stderr = open(log, "a", buffering=1)  # noqa: SIM115
    logging.root.handlers.clear()
    settings = Settings.from_environment(environment)
    configure_logging("WARNING", [settings.token])
    fate = KillPoint(at, counted)
    count_requests(fate)
    library = LIBRARY or load_bundle(content_root())[0]

    async def run() -> None:
        store = store_of(environment, file, fate)
        line = ApiClient(settings.token, settings.api_url, answer_within)
        service = TelegramApp(settings, library, store, line)
        hurry(service)
        service.poll_seconds = 5
        service.update_handler.rate_limiter = UnlimitedRate()
        await service.run()

    asyncio.run(run())


def context() -> ForkServerContext:
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(["tests.support.killable_bot"])
    return made


class KillableBot:
    """A bot that dies, and is started again."""

    def __init__(self, environment: dict[str, str], folder: Path, answer_within: float = 2.0) -> None:
        self.environment, self.folder, self.answer_within = environment, folder, answer_within
        self.context = context()
        self.counted: Any = self.context.Value("q", 0)
        self.process: BaseProcess | None = None
        self.born = 0.0

    @property
    def file(self) -> Path:
        return self.folder / "store.sqlite"

    @property
    def on_server(self) -> bool:
        return "SESSION_STORE" in self.environment

    def store(self) -> Store:
        """What it keeps; a file is to be read only when it is not running."""
        if address := self.environment.get("SESSION_STORE"):
            return open_store(address, [KEY])
        return open_sqlite_store(self.file, KeyRing([KEY]))

    @property
    def log(self) -> Path:
        return self.folder / "log.txt"

    def start(self, at: int = NEVER) -> None:
        self.counted.value = 0
        self.born = time.monotonic()
        given = (self.environment, str(self.file), str(self.log), at, self.counted, self.answer_within)
        self.process = self.context.Process(target=live, args=given, daemon=True)
        self.process.start()

    @property
    def age(self) -> float:
        """Seconds since it was last started."""
        return time.monotonic() - self.born

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.is_alive()

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.join(10)

    async def stop(self) -> None:
        """As an operator would."""
        assert self.process
        self.process.terminate()
        await asyncio.to_thread(self.process.join, 30)
        assert self.process.exitcode is not None, "it did not stop"

    @property
    def was_killed(self) -> bool:
        return self.process is not None and self.process.exitcode == -signal.SIGKILL

    def complaints(self) -> list[str]:
        """What it logged as an error."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        wrong = [line for line in lines if " ERROR " in line or "Traceback" in line or "Error:" in line]
        return [line for line in wrong if "an emergency could not be shown, and is tried again" not in line]
