"""How cost grows: with stored sessions, answers, questions, pages, languages, chats at once, and a slow API."""

import asyncio
import gc
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.authoring.loader import content_root, load_bundle
from bot.engine.interpreter import replay
from bot.engine.machine import build_machine
from bot.engine.session import ButtonPress, Session, Start
from bot.engine.step import step
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.content import Page
from bot.operations.encryption import KeyRing
from bot.sessions.stores.base import Write
from bot.sessions.stores.sqlite import open_sqlite_store
from tests.long.benchmark.api import Api
from tests.long.benchmark.chart import curves
from tests.long.benchmark.contender import Contender
from tests.long.benchmark.our_bot import dialog, library
from tests.long.benchmark.results import row, section

OURS = [sys.executable, "-m", "tests.long.benchmark.our_bot"]
TEXT = "x" * 900
SIZES = (100, 1000, 10_000, 100_000, 1_000_000)
Points = list[tuple[float, float]]


async def run() -> str:
    shipped = load_bundle(content_root())[0]
    lines, charts = [], []
    for title, unit, what, points, why in [
        await stored(),
        answers(shipped),
        cold(shipped),
        questions(shipped),
        pages(shipped),
        languages(shipped),
        *await at_once(),
        await slow(),
    ]:
        lines += [f"**{title}**, {unit}. {why}", row(what, *(f"{at:,.0f}" for at, _ in points))]
        lines += ["|---" + "|--:" * len(points) + "|", row("", *(f"{value:,.3g}" for _, value in points))]
        charts.append((title, unit, points))
    curves("growth.svg", charts)
    return section("How cost grows", "![curves](growth.svg)", *lines)


# ---- the whole bot, over HTTP


@asynccontextmanager
async def bot(api: Api, number: int, store: str, people: int = 0) -> Any:
    contender = Contender("x", OURS, 1, webhook=True, environment={"SESSION_STORE": store}, people=people)
    try:
        await contender.start(api, number)
        yield contender
    finally:
        await contender.stop()


async def stored() -> tuple[str, str, str, Points, str]:
    """The store alone, as nothing else of a step can know how many there are."""
    points: Points = []
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            file, sealer = Path(folder) / f"{size}.sqlite", KeyRing(["a key of the benchmark, long enough to be one"])
            store = open_sqlite_store(file, sealer)
            version = await store.commit(Write("1", TEXT, 0, 4e9, 1))
            await store.close()
            await asyncio.to_thread(fill, file, size)
            store, began = open_sqlite_store(file, sealer), time.process_time()
            for update in range(2, 302):
                await store.load("1")
                version = await store.commit(Write("1", TEXT, version, 4e9, update))
            points.append((size, (time.process_time() - began) / 300 * 1000))
            print(f"{size} stored: {points[-1][1]:.2f} ms", flush=True)
            await store.close()
            file.unlink()
    why = "SQLite finds a row in a tree: one level more from a thousand rows to a million."
    return "Stored sessions", "CPU ms to read one and to commit it, on the disk", "sessions", points, why


def fill(file: Path, size: int) -> None:
    """*size* sessions more in the store, as copies of one, under names of chance; no row of them can be opened."""
    with sqlite3.connect(file) as db:
        db.execute("ATTACH ? AS ring", (f"{file}.keys",))
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        some = "(SELECT sealed FROM ring.keys LIMIT 1)"
        db.execute(f"{numbers} INSERT INTO ring.keys SELECT randomblob(32), {some} FROM n", (size,))
        new = "FROM ring.keys k WHERE k.name NOT IN (SELECT name FROM chats)"
        some = "(SELECT sealed FROM chats LIMIT 1)"
        db.execute(f"INSERT INTO chats SELECT k.name, 1, 4000000000, {some} {new}")
    db.close()


async def at_once() -> list[tuple[str, str, str, Points, str]]:
    rate: Points = []
    worst: Points = []
    with tempfile.TemporaryDirectory() as folder:
        async with Api() as api, bot(api, 1, f"sqlite:{folder}/s.sqlite") as ours:
            for many in (1, 10, 100, 1000, 5000):
                laps = [await ours.lap(max(many, 20), many, taps=2 if many > 500 else 12)]
                rate.append((many, statistics.median(lap.milliseconds for lap in laps)))
                worst.append((many, 1000 * sorted(laps[0].waits)[len(laps[0].waits) * 99 // 100] / many))
                print(f"{many} at once: {laps[0].a_second:.0f}/s", flush=True)
    why = "One alone pays a sync to the disk and two turns of the loop by itself; from ten on they share them."
    flat = "Whoever is last waits for all before: the waiting grows as the crowd does, and no faster."
    return [
        ("Chats at once", "CPU ms a step", "chats", rate, why),
        ("The wait of the last, for each of them", "p99 in ms, divided by chats at once", "chats", worst, flat),
    ]


async def slow() -> tuple[str, str, str, Points, str]:
    points: Points = []
    with tempfile.TemporaryDirectory() as folder:
        async with Api() as api, bot(api, 1, f"sqlite:{folder}/s.sqlite") as ours:
            for seconds in (0.0, 0.1, 0.5):
                api.latency = lambda method, asked, seconds=seconds: seconds
                lap = await ours.lap(200, 200, taps=6 if seconds < 0.5 else 3)
                points.append((max(seconds * 1000, 1), lap.a_second))
                print(f"{seconds} s away: {lap.a_second:.0f}/s", flush=True)
            api.latency = lambda method, asked: 0.0
    why = "200 chats at once. 96 connections, two calls a step: 96 / 2 / seconds is the most there can be."
    return "An API that takes long", "steps/s", "ms a call", points, why


# ---- the engine alone


def cost(work: Callable[[], object], times: int = 40) -> float:
    """Milliseconds of processor time, the best of five: what disturbs only ever adds."""
    work()
    best = []
    gc.disable()
    for _ in range(15):
        began = time.process_time()
        for _ in range(times):
            work()
        best.append((time.process_time() - began) / times * 1000)
    gc.enable()
    return min(best)


def steps(words: ContentBundle, *, most: int = 10_000) -> Iterator[tuple[Session, str]]:
    """Each session on the longest calm way through *words*, with the option that leads on."""
    session = step(words, Session(), Start()).session
    session, messages = step(words, session, ButtonPress("!go_on:chooser"))
    while session.flow and messages[-1].options and len(session.answers) < most:
        option = messages[-1].options[0].id
        yield session, option
        session, messages = step(words, session, ButtonPress(option, session.turn))


def a_step(words: ContentBundle, answers: int) -> float:
    session, option = next(pair for pair in steps(words) if len(pair[0].answers) == answers)
    return cost(lambda: step(words, session, ButtonPress(option, session.turn)))


def answers(shipped: ContentBundle) -> tuple[str, str, str, Points, str]:
    words = library(41, shipped)
    points = [(float(at), a_step(words, at)) for at in (1, 5, 10, 20, 30, 39)]
    why = "The engine alone, the last walk remembered: what grows is the copy of the answers."
    return "Answers given", "CPU ms of the engine a step", "answers", points, why


def cold(shipped: ContentBundle) -> tuple[str, str, str, Points, str]:
    words, points = library(41, shipped), []
    for at in (1, 5, 10, 20, 30, 40):
        session = next(one for one, _ in steps(words) if len(one.answers) == at)
        points.append((float(at), cost(lambda session=session: replay(words, session.flow, session.answers))))
    why = "A walk from the start, after a restart or where another bot heard the step before: some 18 µs an answer."
    return "A cold walk", "CPU ms", "answers", points, why


def questions(shipped: ContentBundle) -> tuple[str, str, str, Points, str]:
    points = [(float(size), a_step(library(size, shipped), 5)) for size in (10, 30, 100, 300, 1000)]
    return "Questions in a flow", "CPU ms of the engine a step", "questions", points, "A step looks at one question."


def pages(shipped: ContentBundle) -> tuple[str, str, str, Points, str]:
    page, points = next(iter(shipped.pages[BASE_LANGUAGE].values())), []
    for size in (10, 100, 1000):
        more = {f"page{number}": replace(page, id=f"page{number}") for number in range(size)}
        words = replace(library(12, shipped), pages={BASE_LANGUAGE: more})
        points.append((float(size), a_step(words, 5)))
    assert isinstance(page, Page)
    return "Pages", "CPU ms of the engine a step", "pages", points, "A step that shows no page looks at none."


def languages(shipped: ContentBundle) -> tuple[str, str, str, Points, str]:
    points, flow = [], dialog(12)
    for size in (1, 2, 5, 10, 20):
        codes = [BASE_LANGUAGE, *(f"x{number}" for number in range(size - 1))]
        words = replace(
            library(12, shipped),
            flows={code: {flow.name: flow} for code in codes},
            machines={flow.name: build_machine(flow)},
            phrases=dict.fromkeys(codes, shipped.phrases[BASE_LANGUAGE]),
        )
        points.append((float(size), a_step(words, 5)))
    return "Languages", "CPU ms of the engine a step", "languages", points, "A step speaks one of them."
