"""Several bots in processes of their own, that share one store and can be killed one by one."""

import asyncio
import logging
import multiprocessing
import random
import sys
from multiprocessing.process import BaseProcess
from pathlib import Path

from bot.adapters.telegram_bot.api.client import ApiClient
from bot.adapters.telegram_bot.app import TelegramApp
from bot.authoring.loader import content_root, load_bundle
from bot.operations.errors import StoreConfigError
from bot.operations.logging_setup import configure_logging
from bot.operations.settings import Settings
from bot.sessions.stores.base import Store
from bot.sessions.stores.open_store import open_store
from tests.support.postgres_server import free_port
from tests.support.running_bot import KEY, UnlimitedRate
from tests.support.telegram_double import Telegram

SECRET = "a-secret_of-ours"
LIBRARY = load_bundle(content_root())[0] if multiprocessing.current_process().name != "MainProcess" else None
EXPECTED = (
    "The database",
    "Telegram does not answer",
    "an emergency could not be shown, and is tried again",
)  # what a bot rightly says while its database is away


def work(environment: dict[str, str], log: str) -> None:
    """The whole life of one bot."""
    sys.stderr = open(log, "a", buffering=1)  # noqa: SIM115
    logging.root.handlers.clear()
    settings = Settings.from_environment(environment)
    configure_logging("WARNING", [settings.token, settings.store])
    library = LIBRARY or load_bundle(content_root())[0]

    async def run() -> None:
        line = ApiClient(settings.token, settings.api_url, 2.0)
        service = TelegramApp(settings, library, await patiently_opened(settings), line)
        service.update_handler.rate_limiter = UnlimitedRate()  # the people of a test are faster than people
        await service.run()

    asyncio.run(run())


async def patiently_opened(settings: Settings) -> Store:
    """As whoever runs it would: a bot that finds no database ends, and is started again."""
    while True:
        try:
            return open_store(settings.store, settings.session_keys)
        except StoreConfigError:
            await asyncio.sleep(0.5)


class BotInstances:
    """*number* bots, each at a port of its own."""

    def __init__(self, telegram: Telegram, address: str, folder: Path, number: int, seed: int) -> None:
        self.address, self.folder, self.chance = address, folder, random.Random(seed)
        self.ports = [free_port() for _ in range(number)]
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["tests.support.instances"])
        self.processes: list[BaseProcess | None] = [None] * number
        self.environment = {
            "TELEGRAM_TOKEN": telegram.token,
            "TELEGRAM_API_URL": telegram.url,
            "SESSION_STORE": address,
            "SESSION_KEY": KEY,
            "WEBHOOK_SECRET": SECRET,
        }

    def at(self, port: int) -> "BotInstances":
        """Behind the proxy at *port*."""
        self.environment["WEBHOOK_URL"] = f"http://127.0.0.1:{port}/hook"
        return self

    def start(self) -> None:
        """Start whoever is dead."""
        for number, port in enumerate(self.ports):
            process = self.processes[number]
            if process is None or not process.is_alive():
                given = (self.environment | {"WEBHOOK_LISTEN": f"127.0.0.1:{port}"}, str(self.log(number)))
                self.processes[number] = made = self.context.Process(target=work, args=given, daemon=True)
                made.start()

    def log(self, number: int) -> Path:
        return self.folder / f"log{number}.txt"

    @property
    def alive(self) -> bool:
        return all(process and process.is_alive() for process in self.processes)

    def kill(self) -> None:
        """One of them, any of them."""
        process = self.chance.choice([process for process in self.processes if process and process.is_alive()])
        process.kill()
        process.join(10)

    async def stop(self) -> None:
        for process in self.processes:
            if process and process.is_alive():
                process.terminate()
        for process in self.processes:
            if process:
                await asyncio.to_thread(process.join, 40)
                assert process.exitcode is not None, "it did not stop"

    def complaints(self) -> list[str]:
        texts = [self.log(n).read_text() for n in range(len(self.ports)) if self.log(n).exists()]
        lines = [line for text in texts for line in text.splitlines()]
        wrong = (" ERROR ", "Traceback", "Error:", "It ended with")
        return [line for line in lines if any(w in line for w in wrong) and not any(e in line for e in EXPECTED)]
