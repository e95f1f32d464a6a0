"""Small faults put into the bot's own code, one at a time: each must be noticed by the quick tests of its room.

    python -m tests.slips engine --seed 1 --most 400

mutmut writes the faults. It is no development package: the command wants an environment that has it besides what the
tests want. It works on a copy of the project. Each fault is tried in a fork of one process that has the tests loaded,
on those tests only that run through the faulty function; what was found is added to the room's list, and a command that
was stopped goes on where it was. `--again` tries once more what nobody noticed, as after a test was written.
"""

import argparse
import functools
import gc
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from tests.slips_rooms import ROOMS, Room

HERE = Path(__file__).parent.parent
QUIET = ["-q", "-n0", "-pno:timeout", "-pno:cacheprovider", "-oaddopts=", "-ofilterwarnings=ignore"]
QUIET += ["--tb=native", "--assert=plain"]  # nobody reads why a test failed: that takes longer than the test
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".hypothesis", ".*_cache", "results", "bench")


@dataclass(slots=True)
class Told:
    """What is known of each test: how long it takes, and the functions that it runs through."""

    seconds: dict[str, float] = field(default_factory=dict)
    through: dict[str, set[str]] = field(default_factory=dict)  # function to tests
    kills: dict[str, int] = field(default_factory=dict)
    early: set[str] = field(default_factory=set)  # functions that run while what all tests share is made

    @classmethod
    def read(cls, file: Path) -> "Told":
        if not file.exists():
            return cls()
        known = json.loads(file.read_text())
        through = {name: set(tests) for name, tests in known["through"].items()}
        return cls(known["seconds"], through, known["kills"], set(known["early"]))

    def write(self, file: Path) -> None:
        through = {name: sorted(tests) for name, tests in self.through.items()}
        known = {"seconds": self.seconds, "through": through, "kills": self.kills, "early": sorted(self.early)}
        file.write_text(json.dumps(known))


def function_of(name: str) -> str:
    return name.partition("__mutmut_")[0]


class Trying:
    """The pytest plugin that runs every test once, and then some of them for each fault."""

    def __init__(self, names: list[str], given: argparse.Namespace, found: Path) -> None:
        self.names, self.given, self.found = names, given, found
        self.known = given.work / f"{given.room}.told.json"
        self.told = Told.read(self.known)
        self.end, self.hits = monotonic() + given.seconds, set[str]()
        self.shared: dict[str, Any] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Any:
        """What runs while something is made that all tests share runs for all of them."""
        if fixturedef.scope != "session":
            return (yield)
        self.shared[fixturedef.argname] = fixturedef
        before = set(self.hits)
        made = yield
        self.told.early |= self.hits - before
        return made

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        from mutmut.mutation.trampoline import set_mutant_under_test

        self.listen()
        set_mutant_under_test("stats")
        self.once(session.items)
        self.told.write(self.known)
        set_mutant_under_test("")
        self.share(session.items)
        self.items = {item.nodeid: item for item in session.items}
        caches = [one for one in gc.get_objects() if isinstance(one, functools._lru_cache_wrapper)]
        self.caches = [one for one in caches if str(one.__module__).startswith(("bot", "tests"))]
        gc.collect()
        gc.freeze()
        for name in self.names:
            if monotonic() > self.end:
                break
            self.one(session, name)
        self.told.write(self.known)
        return True

    def listen(self) -> None:
        """Hear of each function that runs; who called it, which mutmut asks too, takes too long."""
        from mutmut.mutation import trampoline

        class Alone:
            get, set, reset = (lambda *_: (None, 0)), (lambda *_: None), (lambda *_: None)

        trampoline.record_trampoline_hit = lambda name, caller: self.hits.add(name)  # type: ignore[assignment]
        trampoline.MutmutCallStack = Alone  # type: ignore[assignment, misc]

    def once(self, items: list[pytest.Item]) -> None:
        """Every test without a fault, once: it has to pass. What is known of it since is not asked again."""
        from _pytest.runner import runtestprotocol

        new = [item for item in items if item.nodeid not in self.told.seconds]
        for number, item in enumerate(new):
            self.hits.clear()
            began = monotonic()
            reports = runtestprotocol(item, nextitem=(*new[number + 1 :], items[0])[0], log=False)
            for report in reports:
                assert not report.failed, f"{item.nodeid} fails without a fault\n{report.longreprtext}"
            self.told.seconds[item.nodeid] = monotonic() - began
            for function in self.hits:
                self.told.through.setdefault(function, set()).add(item.nodeid)

    def share(self, items: list[pytest.Item]) -> None:
        """Have everything made that tests share, so that not every fork makes it."""
        from _pytest.runner import runtestprotocol

        wanted = [next((one for one in items if name in one.fixturenames), None) for name in ("library", "postgres")]
        for item in filter(None, wanted):
            runtestprotocol(item, nextitem=items[0], log=False)
        if server := self.server():
            server.made = 100_000  # all names as long as each other from here on

    def chosen(self, name: str) -> list[pytest.Item]:
        """The tests for this fault: those first that noticed others, then the quickest, as long as the time allows."""
        function, told = function_of(name), self.told
        through = set(self.items) if function in told.early else told.through.get(function, set())
        order = sorted(through, key=lambda one: (-told.kills.get(one, 0), told.seconds[one]))
        taken, left = [], self.given.each
        for one in order:
            if told.seconds[one] <= left and told.seconds[one] < self.given.slow:
                taken.append(self.items[one])
                left -= told.seconds[one]
        return taken

    def one(self, session: pytest.Session, name: str) -> None:
        tests = self.chosen(name)
        began, way = monotonic(), os.pipe()
        child = os.fork()
        if not child:
            self.child(session, name, tests, way[1])
        os.close(way[1])
        with os.fdopen(way[0]) as heard:
            killer = heard.read()
        code = os.waitpid(child, 0)[1]
        self.sweep()
        if not code:
            verdict = "lives" if tests else "no test"
        else:
            verdict = "noticed" if killer else "hangs or dies"
            self.told.kills[killer] = self.told.kills.get(killer, 0) + 1
        line = {"name": name, "verdict": verdict, "by": killer, "tests": len(tests), "s": round(monotonic() - began, 2)}
        with self.found.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def server(self) -> Any:
        """The PostgreSQL that tests share, where they do."""
        made = self.shared.get("postgres")
        return made and made.cached_result and made.cached_result[0]

    def sweep(self) -> None:
        """Away with the databases of the fork; the next one counts on from where none are."""
        if server := self.server():
            query = f"SELECT datname FROM pg_database WHERE datname > 'test{server.made}'"
            for (name,) in server.ask("postgres", query):
                server.ask("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    def child(self, session: pytest.Session, name: str, tests: list[pytest.Item], way: int) -> None:
        from _pytest.runner import runtestprotocol
        from mutmut.mutation.trampoline import set_mutant_under_test

        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (1, 2):
            os.dup2(nothing, stream)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        gc.disable()
        signal.alarm(int(10 + 4 * sum(self.told.seconds[one.nodeid] for one in tests)))
        set_mutant_under_test(name)
        try:
            self.forget(function_of(name))
            for number, item in enumerate(tests):
                session._setupstate.teardown_exact(item)
                after = next(one for one in (*tests[number + 1 :], *session.items) if one is not item)
                if any(report.failed for report in runtestprotocol(item, nextitem=after, log=False)):
                    os.write(way, item.nodeid.encode())
                    os._exit(1)
        except BaseException as error:
            os.write(way, repr(error).encode()[:300])
            os._exit(1)
        os._exit(0)

    def forget(self, function: str) -> None:
        """What was remembered of the code without the fault."""
        for cache in self.caches:
            cache.cache_clear()
        if function in self.told.early or function.startswith(ROOMS[self.given.room].remembered):
            for name, made in self.shared.items():
                if name != "postgres":
                    made.cached_result = None


# ---- the copy


def names_of(room: Room, folder: Path) -> list[str]:
    """Every fault of the room, in order; the files in *folder* have them all from here on, and none of them active."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    found = []
    for path in sorted(path for one in room.files for path in (folder / "bot").glob(one)):
        mutated = mutate_file_contents(str(path), path.read_text(encoding="utf-8"))
        path.write_text(mutated.code, encoding="utf-8")
        module = ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
        found += [f"{module}.{name}" for name in mutated.mutant_names]
    return found


def copied(work: Path, room: Room, name: str) -> list[str]:
    folder = work / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE, folder, ignore=NOT_COPIED, symlinks=True)
    shutil.copytree(HERE / "tests" / "results", folder / "tests" / "results")
    with (folder / "pyproject.toml").open("a") as settings:
        settings.write('\n[tool.mutmut]\nsource_paths = ["bot"]\n')
    os.chdir(folder)  # where mutmut looks for its settings
    return names_of(room, folder)


def verdicts(found: Path) -> dict[str, str]:
    """The last verdict on each fault that was tried."""
    lines = found.read_text(encoding="utf-8").splitlines() if found.exists() else []
    return {one["name"]: one["verdict"] for one in map(json.loads, lines)}


def sampled(names: Iterable[str], given: argparse.Namespace, known: dict[str, str]) -> list[str]:
    """The faults of the sample that are still to be tried. A file that the room wants whole is tried whole."""
    wanted, room = sorted(names), ROOMS[given.room]
    whole = [name for name in wanted if name.rpartition(".")[0] in room.whole]
    rest = [name for name in wanted if name.rpartition(".")[0] not in room.whole]
    picked = random.Random(given.seed).sample(rest, min(given.most, len(rest))) + whole
    again = {"lives", "no test"} if given.again else set()
    left = [name for name in picked if name not in known or known[name] in again]
    print(f"{given.room}: {len(wanted)} faults, {len(picked)} in the sample, {len(left)} to try", flush=True)
    return sorted(left) if not given.only else [name for name in left if fnmatch(name, given.only)]


def asked() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m tests.slips", description=(__doc__ or "").partition("\n")[0])
    options.add_argument("room", choices=ROOMS)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--most", type=int, default=10_000, help="faults in the sample, besides the whole files'")
    options.add_argument("--seconds", type=float, default=540, help="no new fault is tried after that")
    options.add_argument("--each", type=float, default=4, help="seconds of tests for a fault that nobody notices")
    options.add_argument("--slow", type=float, default=1, help="seconds that a test may take to be tried at all")
    options.add_argument("--only", default="", help="faults whose names are like this")
    options.add_argument("--again", action="store_true", help="what was not noticed is tried again")
    options.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "slips")
    options.add_argument("--faults", help=argparse.SUPPRESS)  # in the copy: the file with their names
    return options.parse_args()


def main() -> int:
    given = asked()
    found = given.work / f"{given.room}.jsonl"
    if given.faults:
        from hypothesis import Phase, settings

        quick = [Phase.explicit, Phase.generate]
        settings.register_profile("slips", derandomize=True, database=None, deadline=None, phases=quick)
        settings.load_profile("slips")
        plugin = Trying(Path(given.faults).read_text().split(), given, found)
        return int(pytest.main([*QUIET, "-k", ROOMS[given.room].but, *ROOMS[given.room].tests], plugins=[plugin]))
    given.work.mkdir(exist_ok=True, parents=True)
    names = copied(given.work, ROOMS[given.room], given.room)
    left = sampled(names, given, verdicts(found))
    if left:
        file = given.work / f"{given.room}.names"
        file.write_text("\n".join(left))
        words = [sys.executable, "-m", "tests.slips", *sys.argv[1:], "--faults", str(file)]
        subprocess.run(words, cwd=given.work / given.room, check=False)
    picked = set(sampled(names, given, {}))
    known = [verdict for name, verdict in verdicts(found).items() if name in picked]
    print(given.room, len(known), "tried:", {one: known.count(one) for one in sorted(set(known))})
    return 0


if __name__ == "__main__":
    sys.exit(main())
