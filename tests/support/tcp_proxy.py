"""A wire that can be cut, and slowed, and that leads to whichever of several ends is there: the tests' own proxy."""

import asyncio
from contextlib import suppress
from itertools import cycle


class TcpProxy:
    """Listens on *port*; every connection goes on to the next of *ends* (ports on loopback) that takes it."""

    def __init__(self, *ends: int) -> None:
        self.ends, self._next = list(ends), cycle(range(len(ends)))
        self.slow, self.shut, self.carried = 0.0, False, [0] * len(ends)
        self.cut_after = b""  # the connection that carries these bytes is cut, once, when they have arrived
        self._running: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "TcpProxy":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()
        await asyncio.gather(*self._running, return_exceptions=True)

    def cut(self) -> None:
        """Every connection ends here and now, in whatever it was saying."""
        for task in list(self._running):
            task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._running.add(task)
        with suppress(asyncio.CancelledError, OSError):
            if not self.shut and (end := await self._end()):
                await self._carry(reader, writer, *end)
        self._running.discard(task)
        writer.transport.abort()

    async def _end(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in self.ends:
            number = next(self._next)
            with suppress(OSError):
                end = await asyncio.open_connection("127.0.0.1", self.ends[number])
                self.carried[number] += 1
                return end
        return None

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        far_writer: asyncio.StreamWriter,
    ) -> None:
        lost = asyncio.Event()
        ways = [asyncio.create_task(self._pump(a, b, lost)) for a, b in ((reader, far_writer), (far_reader, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            far_writer.transport.abort()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, lost: asyncio.Event) -> None:
        while part := await reader.read(1 << 16):
            if self.slow:
                await asyncio.sleep(self.slow)
            if lost.is_set():
                continue
            last = bool(self.cut_after) and self.cut_after in part
            if last:
                self.cut_after = b""
                lost.set()  # they arrive, and what is answered to them does not
            writer.write(part)
            await writer.drain()
            if last:
                await asyncio.sleep(0.1)
                return
