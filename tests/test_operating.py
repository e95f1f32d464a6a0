"""The operator's commands, word for word as bot/OPERATING.md has them, on a real database."""

import os
import re
import subprocess
from pathlib import Path

from bot.archive import RECALLED, keep, older
from bot.loading import home, load
from bot.sealing import SHORTEST, Sealer
from bot.stores import Change
from bot.stores.postgres import open_server
from bot.stores.sqlite import open_file
from tests.postgres import Server

TEXT = (Path(__file__).parents[1] / "bot" / "OPERATING.md").read_text()
COMMANDS = dict(re.findall(r"^```sh ([\w-]+)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL))
KEY = "a key that is long enough to be one."


def run(name: str, folder: Path, **given: str) -> str:
    path = {"PATH": f"{given.pop('bin', '')}:{os.environ['PATH']}"}
    done = subprocess.run(["sh", "-euc", COMMANDS[name]], cwd=folder, env=path | given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_a_backup_that_forgets_and_its_restore(postgres: Server, tmp_path: Path) -> None:
    address = postgres.database()
    where = {"DATABASE": address, "bin": str(postgres.bin)}
    store = open_server(address, Sealer([KEY]))
    await store.commit(Change("1", "stays", ends=2e9, update=5))
    leaves = await store.commit(Change("2", "leaves", ends=2e9))
    run("backup", tmp_path, **where)
    await store.commit(Change("2", None, leaves))
    await store.close()
    run("restore", tmp_path, **where)
    store = open_server(address, Sealer([KEY]))
    assert {chat: row.text async for chat, row in store.rows()} == {"1": "stays"}
    assert await store.seen(5)
    await store.close()


def test_a_key_is_long_enough(tmp_path: Path) -> None:
    assert len(run("key", tmp_path).strip().encode()) >= SHORTEST


def test_a_recall(tmp_path: Path) -> None:
    library = load(home())[0]
    keep(home(), tmp_path, library.version)
    run("recall", tmp_path, RELEASES=str(tmp_path), VERSION=library.version)
    assert (tmp_path / library.version / RECALLED).exists()
    assert older(tmp_path, "another", lambda place: load(place)[0]) == []


async def test_leaving_sqlite_leaves_nothing(tmp_path: Path) -> None:
    store = open_file(tmp_path / "confidante.sqlite", Sealer([KEY]))
    await store.commit(Change("1", "x", ends=2e9))
    await store.close()
    assert list(tmp_path.iterdir())
    run("leave-sqlite", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_every_command_in_it_is_run_here() -> None:
    here = Path(__file__).read_text()
    assert COMMANDS
    assert all(f'run("{name}"' in here for name in COMMANDS)
    assert TEXT.count("```sh") == len(COMMANDS)
