"""The wire: HTTP on loopback, with every way it can break."""

import asyncio
import contextlib
import json
import socket
import struct
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import h11

from tests.support.telegram_double.errors import ApiRefusalError, bad, flood
from tests.support.telegram_double.faults import Broken, Cut, Fault, Flood, Held, Refused, Silent, Slow
from tests.support.telegram_double.methods import begin, carry_out
from tests.support.telegram_double.multipart_form import multipart
from tests.support.telegram_double.odd_answers import HTML_PAGE, Odd
from tests.support.telegram_double.world import Call, World

Json = dict[str, Any]
Control = Callable[[str, Json], Awaitable[Json]]


class HangUpError(Exception):
    """Reset the connection instead of an answer."""


class Server:
    """Answers `/bot<token>/<method>`, and `/control/<verb>` when there is something to control."""

    def __init__(self, world: World, control: Control | None = None) -> None:
        self.world, self.control = world, control
        self._connections: set[asyncio.Task[None]] = set()
        self._work: set[asyncio.Task[tuple[int, bytes]]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", port, backlog=512)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        await _turns()  # who was let in just now begins, and so can end
        await self.drop()
        await _end(self._work)
        await _turns()  # so that what was reset is closed before the loop is

    async def drop(self) -> None:
        """Reset every connection that is open now; the port stays."""
        await _end(self._connections)

    def work(self, answer: Coroutine[Any, Any, tuple[int, bytes]]) -> asyncio.Task[tuple[int, bytes]]:
        """Something that is carried out whether or not the one who asked is still there."""
        task = asyncio.create_task(answer)
        self._work.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[tuple[int, bytes]]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (wrong := task.exception()) and not isinstance(wrong, HangUpError):
            self.world.complain(f"the double itself failed: {wrong!r}")

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._connections.add(task)
        try:
            await Line(self, reader, writer).serve()
        except (HangUpError, asyncio.CancelledError):
            _reset(writer)
        except (ConnectionError, h11.RemoteProtocolError):
            writer.close()
        finally:
            self._connections.discard(task)
            writer.close()

    async def answer(self, path: str, given: Json) -> tuple[int, bytes]:
        """The status and the body for one request; a HangUpError when there is to be neither."""
        head, _, name = path.lstrip("/").partition("/")
        if head == "control" and self.control:
            return 200, json.dumps(await self.control(name, given)).encode()
        if not head.startswith("bot") or not name:
            return 404, json.dumps(ApiRefusalError(404, "Not Found").body()).encode()
        call = begin(self.world, head.removeprefix("bot"), name, given)
        call.fault = self.world.faults.choose(call.method, call.chat) if call.method else None
        return await self.faulty(call, call.fault)

    async def faulty(self, call: Call, fault: Fault | None) -> tuple[int, bytes]:
        match fault:
            case None:
                return await self.result(call)
            case Flood(retry_after):
                return self.refused(call, flood(retry_after))
            case Refused(code, description, after):
                if after:
                    await self.result(call)
                return self.refused(call, ApiRefusalError(code, description))
            case Slow(seconds, after):
                first = await self.result(call) if after else None
                await asyncio.sleep(seconds)
                return first or await self.result(call)
            case Held(after, gate):
                first = await self.result(call) if after else None
                await gate.wait()
                return first or await self.result(call)
            case Odd():
                return await self.odd(call, fault)
            case Broken() | Cut() | Silent():
                if fault.after:
                    await self.result(call)
                return await self.broken(call, fault)

    async def odd(self, call: Call, fault: Odd) -> tuple[int, bytes]:
        body = (await self.result(call))[1] if fault.after else b""
        call.code, body = fault.answer(call.method, body)
        return call.code, body

    async def broken(self, call: Call, fault: Broken | Cut | Silent) -> tuple[int, bytes]:
        if isinstance(fault, Broken):
            call.code = fault.code
            return fault.code, HTML_PAGE
        call.code = 0
        if isinstance(fault, Silent):
            await asyncio.Event().wait()  # until the other side has had enough
        raise HangUpError

    async def result(self, call: Call) -> tuple[int, bytes]:
        try:
            body = await carry_out(self.world, call)
        except ApiRefusalError as refusal:
            return self.refused(call, refusal)
        call.code = 200
        return 200, json.dumps(body).encode()

    def refused(self, call: Call, refusal: ApiRefusalError) -> tuple[int, bytes]:
        call.code, call.description = refusal.code, refusal.description
        return refusal.code, json.dumps(refusal.body()).encode()


class Line:
    """One connection, kept open from request to request."""

    def __init__(self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.server, self.reader, self.writer = server, reader, writer
        self.http = h11.Connection(h11.SERVER)

    async def serve(self) -> None:
        while (asked := await self.request()) is not None:
            status, body = await self.unless_gone(*asked)
            await self.respond(status, body)
            if self.http.our_state is h11.MUST_CLOSE:
                return
            self.http.start_next_cycle()

    async def request(self) -> tuple[h11.Request, bytes] | None:
        """The next request and its body; None when the other side has hung up."""
        head: h11.Request | None = None
        body = b""
        while True:
            match self.http.next_event():
                case h11.NEED_DATA:
                    self.http.receive_data(await self.reader.read(65536))
                case h11.Request() as head:
                    pass
                case h11.Data(data=data):
                    body += bytes(data)
                case h11.EndOfMessage() if head:
                    return head, body
                case _:
                    return None

    async def answer(self, head: h11.Request, body: bytes) -> tuple[int, bytes]:
        url = urlsplit(head.target.decode())
        headers = {name.decode().lower(): value.decode("latin-1") for name, value in head.headers}
        try:
            given = dict(parse_qsl(url.query, keep_blank_values=True)) | _read(headers.get("content-type", ""), body)
        except ValueError:
            return 400, json.dumps(bad("can't parse the request's body").body()).encode()
        return await self.server.answer(url.path, given)

    async def unless_gone(self, head: h11.Request, body: bytes) -> tuple[int, bytes]:
        """The answer. When the other side hangs up first, a poll is over; anything else is still carried out."""
        work = self.server.work(self.answer(head, body))
        more = asyncio.ensure_future(self.reader.read(65536))
        try:
            await asyncio.wait({work, more}, return_when=asyncio.FIRST_COMPLETED)
            if more.done():
                if not (data := more.result()) and not work.done():
                    raise ConnectionResetError
                self.http.receive_data(data)
            return await work
        except (ConnectionError, asyncio.CancelledError):
            if head.target.lower().partition(b"?")[0].endswith(b"/getupdates"):
                work.cancel()
            raise
        finally:
            more.cancel()
            await asyncio.wait({more})

    async def respond(self, status: int, body: bytes) -> None:
        kind = "text/html" if body == HTML_PAGE else "application/json"
        headers = [("content-type", kind), ("content-length", str(len(body)))]
        if status in (204, 304):
            headers = []  # HTTP allows neither with these
        for event in (h11.Response(status_code=status, headers=headers), h11.Data(data=body), h11.EndOfMessage()):
            self.writer.write(self.http.send(event) or b"")
        await self.writer.drain()


async def _end(tasks: "set[asyncio.Task[Any]]") -> None:
    ended = list(tasks)
    for task in ended:
        task.cancel()
    await asyncio.gather(*ended, return_exceptions=True)


async def _turns() -> None:
    """A few turns of the loop: as many as a connection needs to begin, or to end."""
    for _ in range(10):
        await asyncio.sleep(0)


def _read(kind: str, body: bytes) -> Json:
    if not body:
        return {}
    if kind.startswith("application/json"):
        given = json.loads(body)
        if not isinstance(given, dict):
            raise ValueError("not an object")
        return given
    if kind.startswith("multipart/form-data"):
        return multipart(kind, body)
    return dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))


def _reset(writer: asyncio.StreamWriter) -> None:
    """End the connection with a reset, not with a goodbye."""
    if (sock := writer.get_extra_info("socket")) is not None:
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
