"""However many hands check the flows: the same is found, in the same order, and nobody is left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.authoring.check.command import Progress
from bot.authoring.check.parallel import Crew, hands
from tests.support.paths import ROOT

HERE = ROOT
BROKEN = """
from tests.proof.test_checks import EXAMPLES, example
from bot.authoring.check.parallel import Crew
from bot.proof.context import Case
from bot.proof.prover import prove_case
for name in EXAMPLES:
    library, _ = example(name)
    with Crew(2) as crew:
        told = prove_case(Case(library), share=crew.meanwhile)
    assert told == prove_case(Case(library)), name
    assert name == "too-entangled" or name in {finding.slug for finding in told.findings}, name
print("the same", len(EXAMPLES))
"""
ALONE = """
import sys, threading
from bot.authoring.check.parallel import hands
held = threading.Event()
threading.Thread(target=held.wait).start()
print(hands())
held.set()
"""
INTERRUPTED = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's job in the background is made deaf to it
from bot.authoring.check import parallel as crew
from bot.authoring.check import command as checking
from bot.__main__ import main
checking.hands = lambda: 2
checking._beside = lambda *_: time.sleep(60)
checking.prove_case = lambda *_: (print("at it", flush=True), time.sleep(60))
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
    with Crew(1) as crew:
        work = crew.meanwhile(lambda: done.append(1))
        assert done == []
        work()
    assert done == [1]


LOST = """
import os, sys
from bot.authoring.check.parallel import Crew
from bot.model.diagnostics import Faulty, Place, Problem
here = os.getpid()
def dies():
    if os.getpid() != here:
        os._exit(9)
    return "done here"
def faulty():
    raise Faulty([Problem(Place("a.yaml", 3, 1), "stray", "nobody reads this")])
with Crew(2) as crew:
    one, other = crew.meanwhile(dies), crew.meanwhile(faulty)
    print(one())
    try:
        other()
    except Faulty as told:
        print(told)
"""


def test_a_lost_twin_is_done_without_and_a_fault_is_told_as_ever() -> None:
    told, wrong = python(LOST).communicate(timeout=60)
    assert told == "done here\na.yaml:3:1: nobody reads this  [stray]\n"
    assert wrong == ""


def test_there_is_a_hand_for_each_core_at_the_most() -> None:
    assert 1 <= hands() <= (os.cpu_count() or 1)


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
    progress = Progress(terminal)
    progress("Every path comes to an ending.")
    assert terminal.said == ""
    progress.began = time.monotonic() - 1.1
    progress("Every red flag can go up.")
    progress.done()
    assert "Every red flag can go up." in terminal.said
    assert terminal.said.endswith("\r\x1b[K")
