"""The operator's commands, word for word as bot/OPERATING.md has them: on real stores, with real bots in processes."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.authoring.loader import content_root, load_bundle
from bot.operations.encryption import KeyRing
from bot.operations.errors import StoreConfigError
from bot.operations.settings import MIN_KEY_BYTES
from bot.sessions.release_archive import RECALL_MARKER, archive_release, load_older_releases
from bot.sessions.stores.base import Store, Write
from bot.sessions.stores.postgres import open_postgres_store
from bot.sessions.stores.sqlite import open_sqlite_store
from tests.support.paths import ROOT
from tests.support.postgres_server import Server
from tests.support.running_bot import begun, bots, moved_on
from tests.support.telegram_double import Telegram

TEXT = (ROOT / "bot" / "OPERATING.md").read_text()
COMMANDS = dict(re.findall(r"^```sh ([\w-]+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL))
KEY = "a key that is long enough to be one."
QUESTION = "Right now, do any of these fit?"


def environment(**given: str) -> dict[str, str]:
    """What a shell has, and the bot of this folder to be found wherever a command is run."""
    return {"PATH": f"{given.pop('bin', '')}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)} | given


def run(name: str, folder: Path, **given: str) -> str:
    words = ["sh", "-euc", COMMANDS[name]]
    done = subprocess.run(words, cwd=folder, env=environment(**given), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder as the first set-up leaves it. Its Python is the one that runs these tests: it has the packages."""
    for file in (".env.example", "requirements.lock"):
        shutil.copy(ROOT / file, tmp_path)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    make, _, rest = COMMANDS["set-up"].partition("\n")
    assert (
        make == "python3 -m venv .venv && .venv/bin/pip install -q -r requirements.lock"
    )  # what CI and README do, too
    subprocess.run(["sh", "-euc", rest], cwd=tmp_path, env=environment(), check=True)
    return tmp_path


def put(place: Path, **given: str) -> None:
    """What an operator writes into .env by hand."""
    text = (place / ".env").read_text()
    for name, value in given.items():
        text = re.sub(rf"(?m)^{name}=.*$", f"{name}={value}", text)
    (place / ".env").write_text(text)


def keys(place: Path) -> list[str]:
    found = re.search(r"(?m)^SESSION_KEY=(.*)$", (place / ".env").read_text())
    assert found
    return found[1].split(",")


@asynccontextmanager
async def started(place: Path) -> AsyncIterator["subprocess.Popen[str]"]:
    """The bot, as `start` starts it; in the end told to stop, if it has not."""
    words = ["sh", "-euc", COMMANDS["start"]]
    process = subprocess.Popen(words, cwd=place, env=environment(), stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        await asyncio.to_thread(process.wait, 30)
        assert process.stderr
        process.stderr.close()


# ---- the first set-up


def test_the_first_set_up_makes_a_key_and_shows_it_to_nobody(place: Path) -> None:
    (key,) = keys(place)
    assert len(key.encode()) >= MIN_KEY_BYTES
    assert (place / ".env").stat().st_mode & 0o077 == 0


async def test_from_the_set_up_to_a_leaked_token(place: Path) -> None:
    """One person's evening: the bot is set up and started, its token leaks, and it is back before they notice much."""
    async with Telegram(seed=1) as telegram:
        put(place, TELEGRAM_TOKEN=telegram.token, TELEGRAM_API_URL=telegram.url, OPERATOR_NAME="'A clinic'")
        async with started(place) as process:
            ana = telegram.person("Ana")
            await begun(ana, "Bleeding after sex")
            await ana.sees(QUESTION)
            telegram.token = "123456:" + "B" * 35
            telegram.person("Bea").starts()  # or Telegram would hold its answer back for half a minute
            assert await asyncio.to_thread(process.wait, 120) == 2, "it ends by itself"
            assert process.stderr
            assert "does not know this TELEGRAM_TOKEN" in process.stderr.read()
        (place / "new-token").write_text(f"{telegram.token}\n")
        run("token", place)
        assert not (place / "new-token").exists()
        async with started(place):
            await moved_on(ana, "No, none", within=60)
            assert QUESTION not in bots(ana)[-1]


# ---- the key


async def test_the_key_is_changed_in_three_steps_and_nobody_is_lost(place: Path) -> None:
    def store() -> Store:
        return open_sqlite_store(place / "confidante.sqlite", KeyRing(keys(place)))

    (old,) = keys(place)
    first = store()
    await first.commit(Write("1", "x", expires_at=2e9))
    await first.close()
    many = []
    for step in ("key-1", "key-2", "key-3"):
        run(step, place)
        many.append(len(keys(place)))
        bot = store()
        assert {chat: row.text async for chat, row in bot.rows()} == {"1": "x"}, step
        await bot.close()
    assert many == [2, 2, 1]
    with pytest.raises(StoreConfigError):
        open_sqlite_store(place / "confidante.sqlite", KeyRing([old]))


# ---- backup and restore


async def test_a_backup_that_forgets_and_its_restore(postgres: Server, tmp_path: Path) -> None:
    address = postgres.database()
    where = {"DATABASE": address, "bin": str(postgres.bin)}
    store = open_postgres_store(address, KeyRing([KEY]))
    await store.commit(Write("1", "stays", expires_at=2e9, update_id=5))
    leaves = await store.commit(Write("2", "leaves", expires_at=2e9))
    run("backup", tmp_path, **where)
    await store.commit(Write("2", None, leaves))
    await store.close()
    run("restore", tmp_path, **where)
    store = open_postgres_store(address, KeyRing([KEY]))
    assert {chat: row.text async for chat, row in store.rows()} == {"1": "stays"}
    assert await store.is_processed(5)
    await store.close()


# ---- releases


def test_an_upgrade_brings_the_new_release_and_its_packages(
    place: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    upstream, clone = tmp_path_factory.mktemp("upstream"), tmp_path_factory.mktemp("bot") / "bot"

    def git(*words: object) -> None:
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main")
        subprocess.run(["git", *who, *map(str, words)], cwd=upstream, check=True, capture_output=True)

    shutil.copy(place / "requirements.lock", upstream)
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "a release")
    git("clone", "-q", upstream, clone)
    (clone / ".venv").symlink_to(sys.prefix)
    (upstream / "flows.yaml").write_text("new")
    git("add", ".")
    git("commit", "-qm", "the next one")
    run("upgrade", clone)
    assert (clone / "flows.yaml").read_text() == "new"


def test_a_recall(tmp_path: Path) -> None:
    library = load_bundle(content_root())[0]
    archive_release(content_root(), tmp_path, library.version)
    run("recall", tmp_path, RELEASES=str(tmp_path), VERSION=library.version)
    assert (tmp_path / library.version / RECALL_MARKER).exists()
    assert load_older_releases(tmp_path, "another", lambda place: load_bundle(place)[0]) == []


# ---- from one store to the other


async def test_a_move_takes_everybody_along(place: Path, postgres: Server) -> None:
    """In the middle of a conversation the bot is stopped, everybody moved, and the next tap is the next answer."""
    async with Telegram(seed=1) as telegram:
        put(place, TELEGRAM_TOKEN=telegram.token, TELEGRAM_API_URL=telegram.url)
        ana, bea = telegram.person("Ana"), telegram.person("Bea")
        async with started(place):
            await begun(ana, "Bleeding after sex")
            await ana.sees(QUESTION)
            await begun(bea, "Bleeding after sex")
            bea.writes("/stop")
            await bea.until(lambda: "forg" in bots(bea)[-1], within=30)
        put(place, SESSION_STORE=postgres.database())
        said = run("move", place)
        assert said.startswith("1 conversations were moved; 0 were there before; 0 were over.")
        assert run("move", place).startswith("0 conversations were moved; 1 were there before;"), "twice does no harm"
        run("leave-sqlite", place)
        assert not list(place.glob("confidante.sqlite*"))
        async with started(place):
            await moved_on(ana, "No, none", within=60)
            assert QUESTION not in bots(ana)[-1]


async def test_what_was_heard_before_a_move_is_not_heard_again(postgres: Server, tmp_path: Path) -> None:
    from bot.sessions.migrate import migrate_store

    old = open_sqlite_store(tmp_path / "confidante.sqlite", KeyRing([KEY]))
    new = open_postgres_store(postgres.database(), KeyRing([KEY]))
    for update in range(120):
        await old.commit(Write("x", None, update_id=update))
    moved = await migrate_store(old, new, 24)
    assert (moved.processed_updates, moved.moved) == (120, 0)
    assert all([await new.is_processed(update) for update in range(120)])
    for store in (old, new):
        await store.close()


def test_every_command_in_it_is_run_here() -> None:
    here = Path(__file__).read_text()
    assert COMMANDS
    assert all(f'"{name}"' in here for name in COMMANDS)
    assert TEXT.count("```sh") == len(COMMANDS)
