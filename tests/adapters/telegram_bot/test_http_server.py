"""A stranger cannot hold up the webhook: not with headers, silence, slowness or a crowd. The sockets are real."""

import asyncio
import contextlib
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.telegram_bot.receiving import http_server
from bot.adapters.telegram_bot.receiving.http_server import MAX_HEADER_BYTES, WebServer, connection_limit
from bot.adapters.telegram_bot.receiving.webhook import WebhookEndpoint
from bot.operations.metrics import Metrics
from tests.support.listener import SECRET, Listener, listening, many_files, request
from tests.support.postgres_server import free_port

FLOOD_BYTES = 50 << 20
CROWD = 1300


@pytest.fixture
async def listener(tmp_path: Path) -> AsyncIterator[Listener]:
    async with listening(tmp_path) as listener:
        yield listener


async def flood(listener: Listener, head: bytes, piece: bytes) -> None:
    """Send a header that does not end, until the line breaks."""
    _, writer = await listener.connect()
    with contextlib.suppress(OSError):
        writer.write(head)
        for _ in range(FLOOD_BYTES // len(piece)):
            writer.write(piece)
            await writer.drain()
    writer.close()


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"POST / HTTP/1.1\r\nX: ", b"a" * 65536),
        (b"POST /", b"a" * 65536),
        (b"POST / HTTP/1.1\r\n", b"a: b\r\n" * 10000),
        (b"\r\n", b"\r\n" * 30000),
    ],
)
async def test_a_header_without_end_costs_next_to_nothing(listener: Listener, head: bytes, piece: bytes) -> None:
    spent = listener.processor_seconds()
    attack = asyncio.gather(*(flood(listener, head, piece) for _ in range(4)))
    waits = [await listener.seconds()]
    while not attack.done() or len(waits) < 20:
        waits.append(await listener.seconds())
    assert statistics.median(waits) < 0.05
    assert listener.processor_seconds() - spent < 1.0
    assert len(listener.log_lines()) <= 1


@pytest.mark.parametrize("trickle", [b"", b"POST / HTTP/1.1\r\nX: "])
async def test_a_silent_crowd_is_dropped_and_others_are_served(listener: Listener, trickle: bytes) -> None:
    """1,300 connections that say nothing, or begin and stop, where 1,024 files may be open."""
    many_files()
    writers = []

    async def one() -> None:
        _, writer = await listener.connect()
        writer.write(trickle)
        writers.append(writer)

    await asyncio.gather(*(one() for _ in range(CROWD)), return_exceptions=True)
    waits = [await listener.seconds() for _ in range(50)]
    assert statistics.median(waits) < 0.05
    assert listener.open_files() < 300
    assert len([line for line in listener.log_lines() if "too many" in line]) == 1
    assert len(listener.log_lines()) == 1
    for writer in writers:
        writer.close()


async def test_where_hardly_a_file_may_be_open_it_still_serves(tmp_path: Path) -> None:
    many_files()
    async with listening(tmp_path, open_files=64) as listener:
        crowd = [await listener.connect() for _ in range(200)]
        assert await listener.seconds() < 1
        assert len(listener.log_lines()) == 1
        for _, writer in crowd:
            writer.close()


async def test_after_a_refusal_no_byte_keeps_the_connection(listener: Listener) -> None:
    """403 while a body was promised: whatever is sent after it, the connection is gone."""
    reader, writer = await listener.connect()
    writer.write(request(secret="wrong", body=b"", length=1000))
    assert (await reader.readline()).split()[1] == b"403"
    began = time.monotonic()
    with contextlib.suppress(OSError):
        while time.monotonic() - began < 3 and not reader.at_eof():
            writer.write(b"x")
            await writer.drain()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(reader.read(1000), 0.1)
    assert time.monotonic() - began < 2
    writer.close()


async def test_what_comes_before_the_answer_is_no_request(listener: Listener) -> None:
    """5,000 requests in one packet: nobody whom the bot knows sends a second before the first is answered."""
    reader, writer = await listener.connect()
    writer.write(request() + b"GET / HTTP/1.1\r\n\r\n" * 5000)
    answers = (await asyncio.wait_for(reader.read(), 5)).count(b"HTTP/1.1")
    writer.close()
    assert answers == 1
    assert await listener.seconds() < 1


async def test_a_connection_can_bring_many_updates_one_after_another(listener: Listener) -> None:
    reader, writer = await listener.connect()
    for _ in range(20):
        for byte in (request()[:50], request()[50:]):  # in pieces, as a network may cut them
            writer.write(byte)
            await asyncio.sleep(0.001)
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
    writer.close()


# ---- seconds, in this process, with shorter ones


class Handler:
    may_end = asyncio.Event()

    async def receive(self, update: dict[str, Any]) -> None:
        await asyncio.wait_for(self.may_end.wait(), 10)


class Short:
    """A listener whose seconds are short."""

    def __init__(self, port: int, handler: Handler, metrics: Metrics) -> None:
        self.port, self.handler, self.metrics = port, handler, metrics

    async def lasts(self, *sent: bytes) -> float:
        """How long a connection lasts on which so much is *sent*, piece by piece."""
        began = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        pieces = iter(sent)
        while time.monotonic() - began < 8:
            writer.write(next(pieces, b""))
            with contextlib.suppress(TimeoutError, ConnectionError):
                if not await asyncio.wait_for(reader.read(1000), 0.1):
                    break
        writer.close()
        return time.monotonic() - began


@pytest.fixture
async def short(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Short]:
    monkeypatch.setattr(http_server, "HEADER_SECONDS", 0.5)
    monkeypatch.setattr(http_server, "BODY_SECONDS", 0.7)
    monkeypatch.setattr(http_server, "IDLE_SECONDS", 1)
    monkeypatch.setattr(http_server, "TICKS_PER_SWEEP", 1)
    handler, metrics, port = Handler(), Metrics(), free_port()
    handler.may_end = asyncio.Event()
    server = WebServer(WebhookEndpoint(handler, SECRET, metrics), "127.0.0.1", port, "webhook", metrics)  # type: ignore[arg-type]
    task = asyncio.create_task(server.run())
    while not server.started:
        await asyncio.sleep(0.01)
    yield Short(port, handler, metrics)
    handler.may_end.set()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_silence_slow_headers_and_slow_bodies_have_an_end(short: Short) -> None:
    header, body = request(body=b"", length=100), [b"x"] * 60
    assert await short.lasts() < 2
    assert await short.lasts(*(bytes([byte]) for byte in header)) < 2
    assert await short.lasts(header, *body) < 2
    assert short.metrics.dropped_connections == {("webhook", "header_slow"): 2, ("webhook", "body_slow"): 1}


async def test_an_answer_that_takes_long_is_waited_for(short: Short) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", short.port)
    writer.write(request())
    await asyncio.sleep(1.5)
    short.handler.may_end.set()
    assert (await reader.readline()).split()[1] == b"200"
    began = time.monotonic()
    await reader.read()
    assert 0.5 < time.monotonic() - began < 2, "and then the connection waits a while for the next update"
    writer.close()


async def test_the_second_header_has_a_bound_as_well(short: Short) -> None:
    short.handler.may_end.set()
    assert 0.3 < await short.lasts(request(), b"POST / HT", *[b""] * 3, b"T", *[b"P"] * 40) < 2


async def test_what_is_refused_is_counted(short: Short) -> None:
    await short.lasts(request(secret="wrong"))
    await short.lasts(request(body=b"{}"))
    await short.lasts(b"GET / HTTP/1.1\r\n\r\n")
    await short.lasts(b"GET / HTTP/1.1\r\nX: " + b"x" * MAX_HEADER_BYTES)
    assert short.metrics.refused_calls == {403: 1, 400: 1, 405: 1}
    text = short.metrics.render()
    assert 'confidante_refused_calls_total{status="403"} 1' in text
    assert 'confidante_dropped_connections_total{listener="webhook",bound="header_long"} 1' in text


async def test_who_waits_longest_goes_and_who_is_answered_stays(short: Short) -> None:
    limit = connection_limit()
    busy_reader, busy = await asyncio.open_connection("127.0.0.1", short.port)
    busy.write(request())
    silent = [await asyncio.open_connection("127.0.0.1", short.port) for _ in range(limit)]
    short.handler.may_end.set()
    assert (await busy_reader.readline()).split()[1] == b"200"
    assert short.metrics.dropped_connections["webhook", "too_many"] == 1
    for _, writer in (*silent, (busy_reader, busy)):
        writer.close()


def test_a_listener_takes_few_of_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    for files, expected in ((1024, 256), (64, 16), (16, 8), (1 << 20, 512), (-1, 512)):
        monkeypatch.setattr("resource.getrlimit", lambda _, files=files: (files, files))
        assert connection_limit() == expected
