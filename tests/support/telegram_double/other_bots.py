"""Others beside our bot: a second program that polls with our token, and another bot that writes to ours."""

import asyncio
import contextlib
import math

from tests.support.telegram_double import receiving
from tests.support.telegram_double.chats import Message, User
from tests.support.telegram_double.errors import ApiRefusalError
from tests.support.telegram_double.people import Person
from tests.support.telegram_double.world import World


class OtherPoller:
    """Another program that calls getUpdates with our token, for so many seconds of the double's clock.

    Telegram ends a waiting getUpdates with 409 as soon as another one arrives: each poller ends the other, in turn.
    What waits goes to whoever asks; when the other *confirms* it, we never hear of it (`got` has their numbers).
    *pause*: real seconds before it polls again after it was ended itself.
    """

    def __init__(self, world: World, seconds: float, pause: float = 0.05, confirms: bool = False) -> None:
        self.world, self.pause, self.confirms = world, pause, confirms
        self.until = world.clock.now() + seconds
        self.got: list[int] = []
        self._task = asyncio.create_task(self._run())

    @property
    def running(self) -> bool:
        return not self._task.done()

    async def stop(self) -> None:
        """End it now, as if that program was stopped."""
        self.until = -math.inf
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _run(self) -> None:
        offset = 0
        while (left := self.until - self.world.clock.now()) > 0:
            with contextlib.suppress(ApiRefusalError):
                wait = min(1.0, left / self.world.clock.speed)
                updates = await receiving.get_updates(self.world, {"timeout": wait, "offset": offset})
                self.got += [update["update_id"] for update in updates]
                offset = self.got[-1] + 1 if self.confirms and self.got else 0
            await asyncio.sleep(self.pause)


class EchoBot(Person):
    """A bot in a private chat that says again, at once, each text it hears.

    To ours it is somebody with `is_bot` true; no rule of Telegram's keeps two bots from answering each other for ever.
    """

    def __init__(self, world: World, user: User, answers: int = 100) -> None:
        super().__init__(world, user)
        self.answers_left = answers
        self.chat.watchers.append(self._hear)

    def _hear(self, message: Message) -> None:
        if message.text and self.answers_left > 0:
            self.answers_left -= 1
            self.writes(message.text)
