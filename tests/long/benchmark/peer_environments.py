"""Where the peers live: an environment of their own, made once in the user's cache; and Redis and PostgreSQL."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.postgres_server import Server, free_port, programs

PACKAGES = ("python-telegram-bot==22.8", "aiogram==3.31.0", "aiogram-dialog==2.6.0", "redis==8.1.0", "aiohttp==3.14.5")


def peers() -> Path:
    """The Python of the peers' environment, made if it is not there yet."""
    home = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "confidante-bench"
    python, list_of_all = home / "bin" / "python", home / "packages"
    if not list_of_all.exists() or list_of_all.read_text() != "\n".join(PACKAGES):
        subprocess.run([sys.executable, "-m", "venv", "--clear", home], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
        list_of_all.write_text("\n".join(PACKAGES))
    return python


def versions(python: Path) -> str:
    """What is installed there, as far as it is measured."""
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format=freeze"], check=True, capture_output=True, text=True
    )
    wanted = {name.partition("==")[0].replace("-", "_") for name in PACKAGES} | {"httpx"}
    found = (line.replace("-", "_").split("==") for line in listed.stdout.split())
    return ", ".join(f"{name.replace('_', '-')} {version}" for name, version in found if name in wanted)


@contextmanager
def redis() -> Iterator[tuple[str, int]]:
    """The address and the process of a Redis that keeps nothing on the disk; ("", 0) where there is none."""
    if not shutil.which("redis-server"):
        yield "", 0
        return
    port = free_port()
    words = ["redis-server", "--port", str(port), "--save", "", "--appendonly", "no", "--bind", "127.0.0.1"]
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL)
        time.sleep(0.5)
        yield f"redis://127.0.0.1:{port}/0", server.pid
        server.terminate()
        server.wait()


@contextmanager
def postgresql() -> Iterator[tuple[str, int]]:
    """The same of a PostgreSQL that syncs every commit to the disk."""
    if not programs():
        yield "", 0
        return
    server = Server("fsync=on")
    server.start()
    try:
        yield server.database(), server._process.pid if server._process else 0
    finally:
        server.remove()
