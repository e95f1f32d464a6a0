"""A webhook listener in a process of its own, with few open files, and what strangers do to it over real sockets."""

import asyncio
import contextlib
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.paths import ROOT
from tests.support.postgres_server import free_port

SECRET = "a-secret_of-ours"
UPDATE = b'{"update_id": 7, "message": {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}}'
SERVER = """
import asyncio, sys
from bot.adapters.telegram_bot.receiving.webhook import WebhookEndpoint
from bot.adapters.telegram_bot.receiving.http_server import WebServer
from bot.operations.logging_setup import configure_logging

class Handler:
    async def receive(self, update):
        pass

configure_logging("INFO", [])
asyncio.run(WebServer(WebhookEndpoint(Handler(), sys.argv[2]), "127.0.0.1", int(sys.argv[1])).run())
"""


def request(secret: str = SECRET, body: bytes = UPDATE, *more: str, length: int | None = None) -> bytes:
    lines = (
        "POST /hook HTTP/1.1",
        "Host: bot",
        f"X-Telegram-Bot-Api-Secret-Token: {secret}",
        f"Content-Length: {len(body) if length is None else length}",
        *more,
    )
    return "\r\n".join((*lines, "", "")).encode() + body


class Listener:
    """The process, where it listens, and what it wrote to its log."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self.port, self.process, self._log = port, process, log

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def status(self, sent: bytes, within: float = 5.0) -> int:
        """The status that a request on a connection of its own is answered with."""
        async with asyncio.timeout(within):
            reader, writer = await self.connect()
            writer.write(sent)
            line = await reader.readline()
            writer.close()
        return int(line.split()[1])

    async def seconds(self, within: float = 30.0) -> float:
        """How long Telegram waits for its 200."""
        began = time.monotonic()
        assert await self.status(request(), within) == 200
        return time.monotonic() - began

    def log_lines(self) -> list[str]:
        return self._log.read_text().splitlines()

    def open_files(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def processor_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100


@asynccontextmanager
async def listening(folder: Path, open_files: int = 1024) -> AsyncIterator[Listener]:
    port, log = free_port(), folder / "listener.log"

    def few_files() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, open_files))

    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(port), SECRET],
            stderr=written,
            preexec_fn=few_files,
            cwd=ROOT,
        )
    listener = Listener(port, process, log)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError, TimeoutError):
                if await listener.status(request()) == 200:
                    break
            await asyncio.sleep(0.05)
        yield listener
    finally:
        process.terminate()
        process.wait(20)


def many_files() -> None:
    """Let this process open as many files as it may: it plays a crowd."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
