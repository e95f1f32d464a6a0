"""Telegram, standing in for itself: everything put together, as a test uses it."""

import asyncio
import contextlib
import random
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

from tests.support.telegram_double import receiving
from tests.support.telegram_double.chats import User
from tests.support.telegram_double.clock import Clock
from tests.support.telegram_double.control import Control
from tests.support.telegram_double.faults import Faults
from tests.support.telegram_double.other_bots import EchoBot, OtherPoller
from tests.support.telegram_double.people import Group, Person
from tests.support.telegram_double.rules import Rules
from tests.support.telegram_double.server import Server
from tests.support.telegram_double.update_delivery import UpdateDelivery
from tests.support.telegram_double.world import Hook, World

BOT = User(4_242_424_242, "Confidante", "confidante_bot", is_bot=True)
FIRST_PERSON = 6_000_000_001  # more than 32 bits, as real ones are


class Telegram(World):
    """`async with Telegram() as telegram:` and a bot with `telegram.token` can talk to `telegram.url`."""

    def __init__(
        self,
        *,
        seed: int = 0,
        rules: Rules | None = None,
        speed: float = 1.0,
        jitter: float = 0.0,
        port: int = 0,
        token: str = "",
    ) -> None:
        chance = random.Random(seed)
        self_made = f"{BOT.id}:AA{''.join(chance.choices('ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz', k=33))}"
        clock = Clock(speed)
        super().__init__(clock, rules or Rules(), Faults(seed, clock), BOT, token or self_made, chance)
        self.server = Server(self, Control(self))
        self.delivery = UpdateDelivery(self, jitter)
        self._port = port
        self._others: list[OtherPoller] = []
        self._delivery_task: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """What TELEGRAM_API_URL is to be; `<token>/<method>` is appended."""
        return f"http://127.0.0.1:{self.server.port}/bot"

    def person(self, name: str = "Ana", language: str = "en") -> Person:
        """Somebody new. They have not written yet, so the bot may not write to them either."""
        user = User(FIRST_PERSON + len(self.people), name, language_code=language)
        self.people[user.id] = user
        return Person(self, user)

    def group(self, title: str = "Friends") -> Group:
        return Group(self, -4_000_000_000 - len(self.chats), title)

    def batch(self, order: Sequence[int] | None = None, gap: float = 0.0) -> AbstractContextManager[None]:
        """Let the bot hear of all that happens within at once, see `Updates.in_one_batch`."""
        return self.updates.in_one_batch(order, gap)

    def echo_bot(self, name: str = "Echo", answers: int = 100) -> EchoBot:
        """Another bot in a private chat with ours, which says again whatever it hears, *answers* times at most."""
        user = User(FIRST_PERSON + len(self.people), name, f"{name.lower()}_bot", is_bot=True, stranger=True)
        self.people[user.id] = user
        return EchoBot(self, user, answers)

    def other_poller(self, seconds: float, pause: float = 0.05, confirms: bool = False) -> OtherPoller:
        """Somebody else polls with our token for so many seconds of the clock, see `OtherPoller`."""
        poller = OtherPoller(self, seconds, pause, confirms)
        self._others.append(poller)
        return poller

    def other_sets_webhook(self, url: str = "https://elsewhere.example/hook", takes: bool = False) -> None:
        """Somebody else with our token calls setWebhook: polls are refused with 409 until deleteWebhook.

        *takes*: their server answers 200, so what comes now is lost to us; else it answers 404 and all waits. No
        request leaves this machine.
        """
        receiving.hang(self, Hook(url, set_at=time.monotonic(), foreign=True, takes=takes))

    def other_deletes_webhook(self, drop_pending_updates: bool = False) -> None:
        """Somebody else with our token calls deleteWebhook: nothing is posted any more, and nobody tells us."""
        receiving.delete_webhook(self, {"drop_pending_updates": drop_pending_updates})

    def odd_update(self, kind: str, body: Any, chat: int = 0) -> None:
        """An update of a known *kind* with anything at all inside: a Telegram of another day, or a broken one."""
        self.updates.add(kind, body, (kind, chat))

    def repeat(self, update: int) -> None:
        """Tell the bot the same update again."""
        self.updates.repeat(update)

    async def __aenter__(self) -> "Telegram":
        await self.server.start(self._port)
        self._delivery_task = asyncio.create_task(self.delivery.run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        for poller in self._others:
            await poller.stop()
        if self._delivery_task:
            self._delivery_task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._delivery_task
        await self.server.stop()
