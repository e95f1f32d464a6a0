"""However many hands check the flows: the same is found, in the same order, and nobody is left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.authoring.check.command import ProgressLine
from bot.authoring.check.parallel import ForkPool, available_workers
from tests.support.paths import ROOT

HERE = ROOT
BROKEN = """
from tests.proof.test_checks import EXAMPLES, example
from bot.authoring.check.parallel import ForkPool
from bot.proof.context import ProofContext
from bot.proof.prover import prove_in_context
for name in EXAMPLES:
    library, _ = example(name)
    with ForkPool(2) as pool:
        told = prove_in_context(ProofContext(library), share_work=pool.submit)
    assert told == prove_in_context(ProofContext(library)), name
    assert name == "too-entangled" or name in {finding.code for finding in told.findings}, name
print("the same", len(EXAMPLES))
"""
ALONE = """
import sys, threading
from bot.authoring.check.parallel import available_workers
held = threading.Event()
threading.Thread(target=held.wait).start()
print(available_workers())
held.set()
"""
INTERRUPTED = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's job in the background is made deaf to it
from bot.authoring.check import parallel as crew
from bot.authoring.check import command as checking
from bot.__main__ import main
checking.available_workers = lambda: 2
checking._check_content = lambda *_: time.sleep(60)
checking.prove_in_context = lambda *_: (print("at it", flush=True), time.sleep(60))
sys.exit(main(["check"]))
"""


def python(script: str) -> subprocess.Popen[str]:
    """A process of its own: this one may have threads, and then it has no twin."""
    words = [sys.executable, "-c", script]
    own = {"start_new_session": True, "cwd": HERE, "text": True}
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **own)  # type: ignore[call-overload, no-any-return]


def test_two_prove_what_one_proves_in_the_same_order() -> None:
    """Also in the whole check: see `test_checking`."""
    told, wrong = python(BROKEN).communicate(timeout=120)
    assert (told.split(), wrong) == (["the", "same", "15"], "")


def test_a_process_with_threads_works_alone() -> None:
    assert python(ALONE).communicate(timeout=60)[0] == "1\n"


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="only Linux lists what runs")
def test_an_interrupt_ends_it_quietly_and_leaves_nobody_behind() -> None:
    checking = python(INTERRUPTED)
    assert checking.stdout
    assert checking.stdout.readline() == "at it\n"
    os.killpg(checking.pid, signal.SIGINT)  # as a terminal does: to all of them
    told, wrong = checking.communicate(timeout=20)  # which waits for whoever still holds the other end
    assert (checking.returncode, told, wrong) == (130, "", "")
    with pytest.raises(ProcessLookupError):
        os.killpg(checking.pid, 0)


def test_one_hand_does_it_when_it_is_asked_for() -> None:
    done: list[int] = []
    with ForkPool(1) as crew:
        work = crew.submit(lambda: done.append(1))
        assert done == []
        work()
    assert done == [1]


LOST = """
import os, sys
from bot.authoring.check.parallel import ForkPool
from bot.model.diagnostics import Diagnostic, DiagnosticsError, SourceLocation
here = os.getpid()
def dies():
    if os.getpid() != here:
        os._exit(9)
    return "done here"
def faulty():
    raise DiagnosticsError([Diagnostic(SourceLocation("a.yaml", 3, 1), "stray", "nobody reads this")])
with ForkPool(2) as pool:
    one, other = pool.submit(dies), pool.submit(faulty)
    print(one())
    try:
        other()
    except DiagnosticsError as told:
        print(told)
"""


def test_a_lost_twin_is_done_without_and_a_fault_is_told_as_ever() -> None:
    told, wrong = python(LOST).communicate(timeout=60)
    assert told == "done here\na.yaml:3:1: nobody reads this  [stray]\n"
    assert wrong == ""


def test_there_is_a_hand_for_each_core_at_the_most() -> None:
    assert 1 <= available_workers() <= (os.cpu_count() or 1)


def test_it_says_what_it_looks_at_when_that_takes_long() -> None:
    """On a terminal, and only after a second."""

    class Terminal:
        said = ""

        def isatty(self) -> bool:
            return True

        def write(self, text: str) -> None:
            self.said += text

        def flush(self) -> None: ...

    terminal = Terminal()
    progress = ProgressLine(terminal)
    progress("Every path comes to an ending.")
    assert terminal.said == ""
    progress.started = time.monotonic() - 1.1
    progress("Every red flag can go up.")
    progress.clear()
    assert "Every red flag can go up." in terminal.said
    assert terminal.said.endswith("\r\x1b[K")
