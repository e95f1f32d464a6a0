"""The fallback: `/start`, `/help` and `/urgent` are answered within a second when everything else fails.

The answer says where to get help, in the words of `bot.engine.presenters.emergency`. Everything else that the bot says
comes from files, by way of a bundle and a store; this is for the day when a file cannot be read, a phrase is missing or
the store is down. So it reads no file and no store.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from bot.engine.presenters.emergency import FALLBACK_TEXT, fallback_message
from bot.engine.session import Message
from bot.sessions.stores.base import AlreadyProcessedError

log = logging.getLogger(__name__)
Result = TypeVar("Result")

FALLBACK_COMMANDS = frozenset({"start", "help", "urgent"})
ANSWER_TIMEOUT_SECONDS = 0.5  # seconds for an ordinary answer; so that the fallback text is there within one
SLOW_ANSWER_TIMEOUT_SECONDS = 5.0  # seconds for an ordinary answer where nothing has failed yet, and all is only slow
MAX_REMEMBERED_UPDATES = 1000  # updates answered so: while a store is down each of them is delivered again and again


def is_fallback_command(typed: str) -> bool:
    """Whether *typed* is a fallback command, as a person or a link may write it: `/Start@a_bot coil`, `help`."""
    first_word = (typed.split() or [""])[0]
    return first_word.removeprefix("/").partition("@")[0].lower() in FALLBACK_COMMANDS


def with_fallback(compose: Callable[[], Iterable[Message]]) -> tuple[Message, ...]:
    """Return what *compose* returns, or the fallback message if it raises."""
    try:
        return tuple(compose())
    except Exception as error:
        log.error("nothing could be said: %s", type(error).__name__)
        return (fallback_message(),)


def _has_failed(task: asyncio.Future[Result]) -> bool:
    """Whether the ordinary answer failed. An update that was processed before did not: it has its answer already."""
    return task.cancelled() or not isinstance(task.exception(), AlreadyProcessedError | None)


class EmergencyFallback:
    """The fallback that runs beside the ordinary answer and replaces it if that fails or is late.

    *send* shows a text in a chat with nothing in between: no store, no queue. *is_failing* says whether what the answer
    waits for has failed lately; a bot that is only busy need not say that it is broken.
    """

    def __init__(
        self, send: Callable[[str, str], Awaitable[object]], answer_timeout: float = ANSWER_TIMEOUT_SECONDS,
        is_failing: Callable[[], bool] = lambda: True,
    ) -> None:  # fmt: skip
        self._send, self._answer_timeout, self._is_failing = send, answer_timeout, is_failing
        self._answered: deque[tuple[str, int | None]] = deque(maxlen=MAX_REMEMBERED_UPDATES)

    async def protect(self, handling: Awaitable[Result], chat: str, typed: str, update_id: int | None = None) -> Result:
        """Return or raise what *handling* does; send the fallback text meanwhile if it fails or is late.

        Only where *typed* is a fallback command.
        """
        task = asyncio.ensure_future(handling)
        if is_fallback_command(typed):
            await self._wait_for_answer(task)
            if not task.done() or _has_failed(task):
                await self._send_fallback(chat, update_id)
        return await task

    async def _wait_for_answer(self, task: asyncio.Future[Result]) -> None:
        """Wait until the task is done, until something has failed, or until it is too late for a call for help."""
        deadline = time.monotonic() + SLOW_ANSWER_TIMEOUT_SECONDS
        while not task.done() and time.monotonic() < deadline:
            await asyncio.wait({task}, timeout=self._answer_timeout)
            if self._is_failing():
                return

    async def answer(self, chat: str, typed: str, update_id: int | None = None) -> None:
        """Send the fallback text to a fallback command, where no file could be read and nothing else can answer."""
        if is_fallback_command(typed):
            await self._send_fallback(chat, update_id)

    async def _send_fallback(self, chat: str, update_id: int | None) -> None:
        """Send the text, once for each update. If that fails too, only the ordinary answer is left."""
        if update_id is not None and (chat, update_id) in self._answered:
            return
        try:
            await self._send(chat, FALLBACK_TEXT)
            self._answered.append((chat, update_id))
        except Exception as error:
            log.warning("the last resort could not be sent: %s", type(error).__name__)
