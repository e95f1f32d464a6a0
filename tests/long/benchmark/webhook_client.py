"""Telegram's own hand at a webhook: a few connections that stay open, each update posted and its 200 awaited."""

import asyncio
from collections import deque
from contextlib import suppress

CONNECTIONS = 40


class WebhookClient:
    def __init__(self, port: int, secret: str, path: str = "/") -> None:
        self.port = port
        self.head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"X-Telegram-Bot-Api-Secret-Token: {secret}\r\nContent-Length: "
        ).encode()
        self.idle: deque[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = deque()
        self.gate = asyncio.Semaphore(CONNECTIONS)
        self.behind: set[asyncio.Task[None]] = set()

    async def deliver(self, update: bytes) -> None:
        """Begin to post *update*; as with Telegram, what people see does not wait for the 200."""
        task = asyncio.ensure_future(self._post(update))
        self.behind.add(task)
        task.add_done_callback(self.behind.discard)

    async def _post(self, update: bytes) -> None:
        async with self.gate:
            line = self.idle.popleft() if self.idle else await asyncio.open_connection("127.0.0.1", self.port)
            if line[0].at_eof():  # it was idle for too long
                line = await asyncio.open_connection("127.0.0.1", self.port)
            line[1].write(self.head + b"%d\r\n\r\n" % len(update) + update)
            head = await line[0].readuntil(b"\r\n\r\n")
            size = next((int(row[15:]) for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:")), 0)
            if size:
                await line[0].readexactly(size)
            if not head.startswith(b"HTTP/1.1 200"):
                raise AssertionError(head)
            self.idle.append(line)

    async def close(self) -> None:
        for _, writer in self.idle:
            with suppress(OSError):
                writer.close()
