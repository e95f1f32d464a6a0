"""The bot, running against the double: in this process, over real HTTP, with a real store."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from bot.adapters.telegram_bot.api.client import ApiClient
from bot.adapters.telegram_bot.app import TelegramApp
from bot.adapters.telegram_bot.receiving.rate_limit import RateLimiter
from bot.engine.session import Message
from bot.engine.snapshot import Snapshot
from bot.model.bundle import ContentBundle
from bot.operations.encryption import KeyRing
from bot.operations.settings import Settings
from bot.sessions.chat_record import ChatRecord
from bot.sessions.stores.base import Store
from bot.sessions.stores.memory import MemoryStore
from bot.sessions.stores.sqlite import open_sqlite_store
from tests.support.telegram_double import Person, Telegram

KEY = "a key for tests that is long enough."
GO_ON = "Go on"


def settings(telegram: Telegram, **more: str) -> Settings:
    return Settings.from_environment({"TELEGRAM_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url} | more)


class UnlimitedRate(RateLimiter):
    """Lets everybody go as fast as a test does."""

    def allow(self, chat: int) -> bool:
        return True


class RunningBot:
    """A running bot, and what is kept of the people who talk with it."""

    def __init__(
        self, telegram: Telegram, service: TelegramApp, store: Store, stop: asyncio.Event, task: "asyncio.Task[None]"
    ) -> None:
        self.telegram, self.service, self.store, self.stop, self.task = telegram, service, store, stop, task

    async def kept(self, person: Person) -> ChatRecord | None:
        row = await self.store.load(str(person.chat.id))
        return ChatRecord.from_json(row.text) if row else None

    async def answers(self, person: Person) -> Mapping[str, str]:
        """What is recorded of *person*, by the question's own name."""
        kept = await self.kept(person)
        return {at.rpartition(".")[2]: option for at, option in kept.session.answers.items()} if kept else {}

    async def stands(self, person: Person) -> Message | None:
        """What should stand on the screen of *person*."""
        kept = await self.kept(person)
        return Snapshot(self.service.bundle, kept.session).current_message() if kept else None

    async def idle(self) -> None:
        """Wait until everything that came in was heard, and everything that goes out was sent."""
        quiet = 0
        while quiet < 3:
            busy = (
                self.service.dispatcher.queue_tasks
                or self.service.update_handler.in_progress
                or self.telegram.updates.queue
            )
            quiet = 0 if busy else quiet + 1
            await asyncio.sleep(0.005)

    def woken(self) -> bool:
        """Whether everybody who was to be shown something after the start has been thought of."""
        return self.service.all_resumed.is_set()

    async def ends(self) -> None:
        self.stop.set()
        await self.task


def hurry(service: TelegramApp) -> None:
    """Of several bots on one store: that another has died is seen sooner than would be wise on a busy machine."""
    service.service.membership.heartbeat_seconds, service.service.membership.lease_seconds = 0.1, 1.0


@asynccontextmanager
async def serving(
    telegram: Telegram,
    library: ContentBundle,
    store: Store | None = None,
    clock: Callable[[], float] | None = None,
    answer_within: float = 5.0,
    paced: bool = True,
    older: Sequence[ContentBundle] = (),
    hurried: bool = False,
    **more: str,
) -> AsyncIterator[RunningBot]:
    """The bot on *store*, until the block ends: then it stops as SIGTERM would stop it."""
    store = store or MemoryStore()
    ours = settings(telegram, **more)
    service = TelegramApp(ours, library, store, ApiClient(ours.token, ours.api_url, answer_within), older)
    service.poll_seconds = 3
    if not paced:
        service.update_handler.rate_limiter = UnlimitedRate()
    if hurried:
        hurry(service)
    if clock:
        service.service.cache.clock = clock
    stop = asyncio.Event()
    task = asyncio.create_task(service.serve(stop))
    served = RunningBot(telegram, service, store, stop, task)
    try:
        yield served
    finally:
        await served.ends()


unpaced = partial(serving, paced=False)  # a test is faster than a person


def in_file(folder: Path) -> Store:
    return open_sqlite_store(folder / "store.sqlite", KeyRing([KEY]))


async def begun(person: Person, *taps: str) -> None:
    """Somebody who started, agreed, and tapped their way on."""
    await tapped_on(person, *taps)
    person.world.clock.advance(1)  # nobody reads a question and writes in the same second


async def tapped_on(person: Person, *taps: str) -> None:
    """The same, one of many at once: the clock that they share is left alone, or taps of others would run out."""
    person.starts()
    for label in (GO_ON, *taps):
        await moved_on(person, label)


async def moved_on(person: Person, label: str, within: float = 30.0) -> None:
    """Tap *label* as soon as it is there, and wait until something else is on the screen."""
    await person.until(lambda: label in person.labels, within)
    before = [message.text for message in person.screen]
    tap = person.taps(label)
    await person.until(lambda: tap.answered and [message.text for message in person.screen] != before, within)


def bots(person: Person) -> list[str]:
    """The texts of the bot's messages that can be seen."""
    return [message.text for message in person.screen if message.author.is_bot]


def keyboards(person: Person) -> int:
    """How many messages with an open question's buttons there are."""
    return sum(any(label == "Back" for label in message.labels) for message in person.screen)
