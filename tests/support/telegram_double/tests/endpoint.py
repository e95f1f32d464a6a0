"""Where a bot would listen for updates."""

import asyncio
import json
import re
import time
from collections.abc import Callable

from tests.support.telegram_double.tests.bot import Json

_LENGTH = re.compile(r"content-length: (\d+)", re.IGNORECASE)
_SECRET = re.compile(r"x-telegram-bot-api-secret-token: (\S+)", re.IGNORECASE)


class Endpoint:
    """Where a bot would listen: it answers with the statuses it was told, then with 200."""

    def __init__(self) -> None:
        self.got: list[Json] = []
        self.secrets: list[str] = []
        self.statuses: list[int] = []
        self.slow: Callable[[Json], float] = lambda update: 0.0
        self.retry_after = ""
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = _LENGTH.search(head)
        assert length
        update = json.loads(await reader.readexactly(int(length[1])))
        await asyncio.sleep(self.slow(update))
        self.got.append(update)
        self.secrets.append(found[1] if (found := _SECRET.search(head)) else "")
        status = self.statuses.pop(0) if self.statuses else 200
        wait = f"retry-after: {self.retry_after}\r\n" if self.retry_after else ""
        writer.write(f"HTTP/1.1 {status} So\r\n{wait}content-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    async def gets(self, count: int, within: float = 5) -> list[Json]:
        end = time.monotonic() + within
        while len(self.got) < count and time.monotonic() < end:
            await asyncio.sleep(0.02)
        assert len(self.got) >= count, f"{len(self.got)} of {count} came"
        return self.got
