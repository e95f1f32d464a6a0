"""The people of the benchmark: each taps along the recorded dialog as soon as the bot has answered the tap before.

They read the buttons from what the bot sends, as a phone does; so each bot's own data comes back to it.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from secrets import randbits
from typing import Any

from tests.long.benchmark.api import OK, Api

Deliver = Callable[[bytes], Awaitable[None]]
PATIENCE = 30.0
SHOWN = ("sendMessage", "editMessageText")
WHEN = 1_900_000_000


@dataclass(slots=True, eq=False)
class Chat:
    """One person: what stands on their screen, and what they wait for."""

    id: int
    last: int = 0  # the id of the last message in it
    message: int = 0
    text: str = ""
    markup: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    answered: bool = True
    shown: bool = True
    done: asyncio.Future[None] | None = None
    emergencies: int = 0

    @property
    def buttons(self) -> list[str]:
        return [button["callback_data"] for row in self.markup.get("inline_keyboard", ()) for button in row
                if "callback_data" in button]  # fmt: skip

    def next(self) -> int:
        self.last += 1
        return self.last

    def settle(self) -> None:
        if self.answered and self.shown and self.done and not self.done.done():
            self.done.set_result(None)


class Crowd:
    """Everybody who talks with one bot. *deliver* brings an update to it."""

    def __init__(self, api: Api, token: str, deliver: Deliver | None = None) -> None:
        self.api, self.token, self.chats = api, token, {}
        self.deliver = deliver or self._queued
        self.updates, self.taken, self.queries = count(randbits(40)), count(1), {}
        self.calls = 0
        api.bots[token] = self.hears

    async def _queued(self, update: bytes) -> None:
        self.api.offer(self.token, update)

    # ---- what the bot says

    def hears(self, method: str, asked: dict[str, Any]) -> bytes:
        self.calls += 1
        if method == "answerCallbackQuery":
            chat = self.queries.pop(asked["callback_query_id"], None)
            if chat and chat.query == asked["callback_query_id"]:
                chat.answered = True
                chat.settle()
            return OK
        chat = self.chats.get(int(asked.get("chat_id", 0)))
        if chat is None or not method.startswith(("send", "editMessage")):
            return OK
        id = chat.next() if method.startswith("send") else int(asked["message_id"])
        markup = asked.get("reply_markup") or "{}"
        message = {"message_id": id, "from": {"id": 1, "is_bot": True, "first_name": "Bot", "username": "bench_bot"},
                   "chat": {"id": chat.id, "type": "private", "first_name": "P"}, "date": WHEN,
                   "text": asked.get("text", "")}  # fmt: skip
        table = json.loads(markup) if isinstance(markup, str) else markup
        if table:
            message["reply_markup"] = table
            chat.message, chat.text, chat.markup = id, message["text"], table
        if method in SHOWN:
            chat.shown = True
            chat.settle()
        return b'{"ok":true,"result":' + json.dumps(message).encode() + b"}"

    # ---- what people do

    def chat(self, id: int) -> Chat:
        return self.chats.setdefault(id, Chat(id))

    async def starts(self, chat: Chat) -> None:
        person = {"id": chat.id, "is_bot": False, "first_name": "P", "language_code": "en"}
        message = {"message_id": chat.next(), "from": person, "date": WHEN, "text": "/start",
                   "chat": {"id": chat.id, "type": "private", "first_name": "P"},
                   "entities": [{"type": "bot_command", "offset": 0, "length": 6}]}  # fmt: skip
        await self.does(chat, {"message": message}, query="")

    async def taps(self, chat: Chat, number: int) -> float:
        """Tap the button *number*; the seconds until it was acknowledged and something new stood there."""
        query, tap = self._tap(chat, number)
        return await self.does(chat, {"callback_query": tap}, query)

    async def sends(self, chat: Chat, number: int) -> None:
        """The same tap, waiting for nothing."""
        if chat.buttons:
            query, tap = self._tap(chat, number)
            chat.query = query
            await self.deliver(json.dumps({"update_id": next(self.updates), "callback_query": tap}).encode())

    def _tap(self, chat: Chat, number: int) -> tuple[str, dict[str, Any]]:
        self.queries[query := f"{chat.id}-{next(self.taken)}"] = chat
        message = {"message_id": chat.message, "from": {"id": 1, "is_bot": True, "first_name": "Bot"}, "date": WHEN,
                   "chat": {"id": chat.id, "type": "private", "first_name": "P"}, "text": chat.text,
                   "reply_markup": chat.markup}  # fmt: skip
        person = {"id": chat.id, "is_bot": False, "first_name": "P", "language_code": "en"}
        data = chat.buttons[number]
        return query, {"id": query, "from": person, "message": message, "chat_instance": "1", "data": data}

    async def does(self, chat: Chat, update: dict[str, Any], query: str) -> float:
        chat.query, chat.answered, chat.shown = query, not query, False
        chat.done = asyncio.get_running_loop().create_future()
        raw = json.dumps({"update_id": next(self.updates), **update}).encode()
        began = time.perf_counter()
        await self.deliver(raw)
        await asyncio.wait_for(chat.done, PATIENCE)
        return time.perf_counter() - began


async def at_once(works: Iterable[Awaitable[Any]], most: int) -> list[Any]:
    """All of *works*, *most* of them in flight."""
    gate = asyncio.Semaphore(most)

    async def one(work: Awaitable[Any]) -> Any:
        async with gate:
            return await work

    return await asyncio.gather(*map(one, works))
