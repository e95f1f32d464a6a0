"""The real `python -m bot chat`, between two pipes or in a terminal that a test sits at."""

import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fcntl import ioctl

from tests.support.paths import ROOT

CHAT = [sys.executable, "-m", "bot", "chat"]
PLAIN = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TERM": "xterm", "PYTHONIOENCODING": ""}


def piped(typed: str, *words: str, encoding: str = "utf-8", **more: str) -> subprocess.CompletedProcess[bytes]:
    """`python -m bot chat` between two pipes."""
    environment = {**PLAIN, "LC_ALL": "C.UTF-8", **more}
    return subprocess.run(
        [*CHAT, *words], input=typed.encode(encoding), capture_output=True, env=environment, timeout=60
    )


@dataclass
class Terminal:
    """A terminal with the bot in it."""

    process: subprocess.Popen[bytes]
    side: int  # the side of the terminal that a person sits at
    seen: str = field(default="")

    def type(self, text: str) -> None:
        os.write(self.side, text.encode())

    def until(self, words: str, seconds: float = 20) -> str:
        """Everything that was shown since the last look, up to *words*."""
        end = time.monotonic() + seconds
        while words not in self.seen:
            assert time.monotonic() < end, f"never saw {words!r}"
            if select.select([self.side], [], [], 0.1)[0]:
                with suppress(OSError):  # what the other side has closed
                    self.seen += os.read(self.side, 65536).decode()
        shown, _, self.seen = self.seen.partition(words)
        return (shown + words).replace("\r\n", "\n")

    def rest(self) -> str:
        """What is shown until the process has ended."""
        with suppress(OSError):
            while data := os.read(self.side, 65536):
                self.seen += data.decode()
        self.process.wait(20)
        return self.seen.replace("\r\n", "\n")


def _sit_down() -> None:
    """So that Ctrl-C reaches it: the terminal is its own, and it does not ignore what its parent may ignore."""
    ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def terminal(*words: str, columns: int = 80, **more: str) -> Iterator[Terminal]:
    person, bot = pty.openpty()
    ioctl(bot, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [*CHAT, *words],
        stdin=bot,
        stdout=bot,
        stderr=bot,
        env={**PLAIN, "LC_ALL": "C.UTF-8", **more},
        start_new_session=True,
        preexec_fn=_sit_down,
    )
    os.close(bot)
    try:
        yield Terminal(process, person)
    finally:
        process.kill()
        process.wait()
        os.close(person)
