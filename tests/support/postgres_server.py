"""A PostgreSQL of our own, in a temporary folder: real, and ours to stop, to kill and to break."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

LIKE_COMPOSE = ("wal_recycle=off",)  # what compose.yaml sets as well: test_shipping.py holds the two equal
QUICK = ("fsync=off", "max_connections=60", "shared_buffers=16MB", "log_min_messages=info")


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, wherever this machine has it."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def needed() -> Path:
    """The same; where there is none the test is skipped, and says so."""
    folder = programs()
    if folder is None:
        pytest.skip("NO POSTGRESQL HERE, so nothing of it was tested: apt-get install postgresql")
    return folder


def servant() -> str | None:
    """Whom the server runs as: PostgreSQL refuses to run as root."""
    if os.geteuid():
        return None
    users = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


class Server:
    """With a folder of its own, outside of the tests' folders: those are shut to any user but ours."""

    def __init__(self, *options: str) -> None:
        self.bin, self.port = needed(), free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="confidante-postgres-"))
        self.data, self.journal = self.folder / "data", self.folder / "server.log"
        self.user, self.options, self.made = servant(), options, 0
        self._process: subprocess.Popen[bytes] | None = None
        self.data.mkdir()
        self.folder.chmod(0o755)
        if self.user:
            shutil.chown(self.data, self.user)
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")

    def _run(self, program: str, *words: object) -> str:
        done = subprocess.run(
            [self.bin / program, *map(str, words)], user=self.user, cwd="/", capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run(self, program: str, *words: object) -> str:
        """One of PostgreSQL's own programs, such as pg_dump."""
        return self._run(program, *words)

    def start(self) -> "Server":
        """Until it answers."""
        self.start_blind()
        try:
            self.wait()
        except BaseException:
            self.remove()
            raise
        return self

    def start_blind(self) -> None:
        """Until it listens; whether it lets us in is another matter."""
        words = [self.bin / "postgres", "-D", self.data, "-p", str(self.port), "-k", "", "-h", "127.0.0.1"]
        for option in (*QUICK, *LIKE_COMPOSE, *self.options):
            words += ["-c", option]
        with self.journal.open("ab") as journal:
            self._process = subprocess.Popen(words, user=self.user, cwd="/", stdout=journal, stderr=journal)
        end = time.monotonic() + 20
        while subprocess.run([self.bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode:
            assert time.monotonic() < end, self.journal.read_text()[-2000:]
            time.sleep(0.05)

    def wait(self, within: float = 20.0) -> None:
        end = time.monotonic() + within
        while True:
            try:
                psycopg.connect(self.address("postgres"), connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                assert time.monotonic() < end, self.journal.read_text()[-2000:]
                time.sleep(0.05)

    def stop(self, how: str = "fast") -> None:
        """`fast` shuts down in order; `immediate` is as good as a crash."""
        if self._process:
            self._process.send_signal(signal.SIGINT if how == "fast" else signal.SIGQUIT)
            self._process.wait(30)
            self._process = None

    def remove(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder)

    def address(self, database: str, port: int = 0) -> str:
        return f"postgresql://postgres@127.0.0.1:{port or self.port}/{database}"

    def database(self) -> str:
        """The address of a new, empty database."""
        self.made += 1
        self.ask("postgres", f"CREATE DATABASE test{self.made}")
        return self.address(f"test{self.made}")

    def ask(self, database: str, query: str) -> list[tuple[object, ...]]:
        address = database if "://" in database else self.address(database)
        with psycopg.connect(address, autocommit=True) as connection:
            found = connection.execute(query)  # type: ignore[call-overload]
            return found.fetchall() if found.description else []
