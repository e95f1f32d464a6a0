"""A bare Bot API on loopback, fast enough not to be what is measured: it refuses nothing and remembers little.

The double in tests/support/telegram_double is strict; this one is quick. It hands every call to the crowd of simulated
people, and answers after *latency* seconds, as a server far away would.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

LATER = b'{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":5}}'
OK = b'{"ok":true,"result":true}'
ME = {"id": 1, "is_bot": True, "first_name": "Bot", "username": "bench_bot", "can_join_groups": True,
      "can_read_all_group_messages": False, "supports_inline_queries": False}  # fmt: skip
EMPTY = {"getMyDescription": {"description": ""}, "getMyShortDescription": {"short_description": ""},
         "getMyName": {"name": "Bot"}, "getMyCommands": [], "getMe": ME,
         "getWebhookInfo": {"url": "", "has_custom_certificate": False, "pending_update_count": 0}}  # fmt: skip
Heard = Callable[[str, dict[str, Any]], bytes]


class Api:
    """One server for every bot; `bots` says who hears the calls made with which token."""

    def __init__(self) -> None:
        self.bots: dict[str, Heard] = {}
        self.queues: dict[str, deque[bytes]] = {}
        self.waiting: dict[str, asyncio.Future[None]] = {}
        self.refused: Callable[[dict[str, Any]], bool] | None = None  # whom 429 is told
        self.latency: Callable[[str, dict[str, Any]], float] = lambda method, asked: 0.0

    async def __aenter__(self) -> "Api":
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Connection(self), "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    def offer(self, token: str, update: bytes) -> None:
        """An update, for a bot that polls."""
        self.queues.setdefault(token, deque()).append(update)
        if (waiting := self.waiting.pop(token, None)) and not waiting.done():
            waiting.set_result(None)

    async def poll(self, token: str, timeout: float) -> bytes:
        queue = self.queues.setdefault(token, deque())
        if not queue and timeout:
            self.waiting[token] = waiting = asyncio.get_running_loop().create_future()
            await asyncio.wait([waiting], timeout=timeout)
        batch = [queue.popleft() for _ in range(min(100, len(queue)))]
        return b'{"ok":true,"result":[' + b",".join(batch) + b"]}"


class Connection(asyncio.Protocol):
    """Requests of one client, one after the other."""

    def __init__(self, api: Api) -> None:
        self.api, self.data, self.tasks = api, b"", set()

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.data += data
        while (end := self.data.find(b"\r\n\r\n")) >= 0:
            head = self.data[:end].decode("latin-1")
            fields = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head.split("\r\n")[1:])}
            size = int(fields.get("content-length", 0))
            if "transfer-encoding" in fields:
                raise ValueError("no chunks here")
            if len(self.data) < end + 4 + size:
                return
            body, self.data = self.data[end + 4 : end + 4 + size], self.data[end + 4 + size :]
            self.request(head.split(" ", 2)[1], fields.get("content-type", ""), body)

    def request(self, target: str, kind: str, body: bytes) -> None:
        path, _, query = target.partition("?")
        _, bot, method = path.split("/")
        asked = dict(parse_qsl(query)) | read(kind, body)
        token = bot.removeprefix("bot")
        if method.lower() == "getupdates":
            task = asyncio.ensure_future(self.polled(token, float(asked.get("timeout", 0))))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
            return
        refused = self.api.refused and self.api.refused(asked)
        answer = LATER if refused else self.answer(token, method, asked)
        if delay := self.api.latency(method, asked):
            asyncio.get_running_loop().call_later(delay, self.write, answer)
        else:
            self.write(answer)

    def answer(self, token: str, method: str, asked: dict[str, Any]) -> bytes:
        if method in EMPTY:
            return b'{"ok":true,"result":' + json.dumps(EMPTY[method]).encode() + b"}"
        hears = self.api.bots.get(token)
        return hears(method, asked) if hears else OK

    async def polled(self, token: str, timeout: float) -> None:
        self.write(await self.api.poll(token, timeout))

    def write(self, body: bytes) -> None:
        if not self.transport.is_closing():
            status = b"429 Too Many Requests" if body is LATER else b"200 OK"
            head = (
                b"HTTP/1.1 " + status + b"\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
            )
            self.transport.write(head + body)


def read(kind: str, body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    if kind.startswith("application/json"):
        return dict(json.loads(body))
    if kind.startswith("multipart/"):
        return multipart(kind, body)
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def multipart(kind: str, body: bytes) -> dict[str, Any]:
    """The plain fields of a form in parts."""
    edge, fields = b"--" + kind.partition("boundary=")[2].strip('"').encode(), {}
    for part in body.split(edge)[1:-1]:
        head, _, value = part.strip(b"\r\n").partition(b"\r\n\r\n")
        name = head.decode().partition('name="')[2].partition('"')[0]
        fields[name] = value.decode()
    return fields
