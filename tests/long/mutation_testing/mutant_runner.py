"""A process that has the tests loaded: it tries each fault in a fork of itself."""

import argparse
import functools
import gc
import json
import os
import signal
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from tests.long.mutation_testing.run_history import RunHistory, function_of
from tests.long.mutation_testing.targets import MUTATION_TARGETS


class MutantRunner:
    """The pytest plugin that runs every test once, and then some of them for each fault."""

    def __init__(self, names: list[str], given: argparse.Namespace, found: Path) -> None:
        self.names, self.target, self.found = names, MUTATION_TARGETS[given.target], found
        self.known = given.work / f"{given.target}.history.json"
        self.history = RunHistory.read(self.known)
        self.history.forget(given.tests or ())
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
        self.history.early |= self.hits - before
        return made

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        from mutmut.mutation.trampoline import set_mutant_under_test

        self.record_hits()
        set_mutant_under_test("stats")
        self.run_each_test_once(session.items)
        self.history.write(self.known)
        set_mutant_under_test("")
        self.make_shared_fixtures(session.items)
        self.items = {item.nodeid: item for item in session.items}
        caches = [one for one in gc.get_objects() if isinstance(one, functools._lru_cache_wrapper)]
        self.caches = [one for one in caches if str(one.__module__).startswith(("bot", "tests"))]
        gc.collect()
        gc.freeze()
        for name in self.names:
            if monotonic() > self.end:
                break
            self.try_fault(session, name)
        self.history.write(self.known)
        return True

    def record_hits(self) -> None:
        """Hear of each function that runs; who called it, which mutmut asks too, takes too long."""
        from mutmut.mutation import trampoline

        class Alone:
            get, set, reset = (lambda *_: (None, 0)), (lambda *_: None), (lambda *_: None)

        trampoline.record_trampoline_hit = lambda name, caller: self.hits.add(name)  # type: ignore[assignment]
        trampoline.MutmutCallStack = Alone  # type: ignore[assignment, misc]

    def run_each_test_once(self, items: list[pytest.Item]) -> None:
        """Every test without a fault, once: it has to pass. What is known of it since is not asked again."""
        from _pytest.runner import runtestprotocol

        new = [item for item in items if item.nodeid not in self.history.seconds]
        for number, item in enumerate(new):
            self.hits.clear()
            began = monotonic()
            reports = runtestprotocol(item, nextitem=(*new[number + 1 :], items[0])[0], log=False)
            for report in reports:
                assert not report.failed, f"{item.nodeid} fails without a fault\n{report.longreprtext}"
            self.history.seconds[item.nodeid] = monotonic() - began
            for function in self.hits:
                self.history.through.setdefault(function, set()).add(item.nodeid)
            if not number % 50:
                self.history.write(self.known)

    def make_shared_fixtures(self, items: list[pytest.Item]) -> None:
        """Have everything made that tests share, so that not every fork makes it."""
        from _pytest.runner import runtestprotocol

        wanted = [next((one for one in items if name in one.fixturenames), None) for name in ("library", "postgres")]
        for item in filter(None, wanted):
            runtestprotocol(item, nextitem=items[0], log=False)
        if server := self.server():
            server.made = 100_000  # all names as long as each other from here on

    def tests_for(self, name: str) -> list[pytest.Item]:
        """The tests for this fault: those first that noticed others, then the quickest, as long as the time allows."""
        function, history = function_of(name), self.history
        through = set(self.items) if function in history.early else history.through.get(function, set())
        order = sorted(through & self.items.keys(), key=lambda one: (-history.kills.get(one, 0), history.seconds[one]))
        taken, left = [], self.target.seconds_per_fault
        for one in order:
            if history.seconds[one] <= left and history.seconds[one] < self.target.max_test_seconds:
                taken.append(self.items[one])
                left -= history.seconds[one]
        return taken

    def try_fault(self, session: pytest.Session, name: str) -> None:
        tests = self.tests_for(name)
        began, way = monotonic(), os.pipe()
        child = os.fork()
        if not child:
            self.run_in_fork(session, name, tests, way[1])
        os.close(way[1])
        with os.fdopen(way[0]) as heard:
            killer = heard.read()
        code = os.waitpid(child, 0)[1]
        self.drop_databases()
        if not code:
            verdict = "lives" if tests else "no test"
        else:
            verdict = "noticed" if killer else "hangs or dies"
            self.history.kills[killer] = self.history.kills.get(killer, 0) + 1
        line = {"name": name, "verdict": verdict, "by": killer, "tests": len(tests), "s": round(monotonic() - began, 2)}
        with self.found.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def server(self) -> Any:
        """The PostgreSQL that tests share, where they do."""
        made = self.shared.get("postgres")
        return made and made.cached_result and made.cached_result[0]

    def drop_databases(self) -> None:
        """Away with the databases of the fork; the next one counts on from where none are."""
        if server := self.server():
            query = f"SELECT datname FROM pg_database WHERE datname > 'test{server.made}'"
            for (name,) in server.ask("postgres", query):
                server.ask("postgres", f"DROP DATABASE {name} WITH (FORCE)")

    def run_in_fork(self, session: pytest.Session, name: str, tests: list[pytest.Item], way: int) -> None:
        from _pytest.runner import runtestprotocol
        from mutmut.mutation.trampoline import set_mutant_under_test

        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (1, 2):
            os.dup2(nothing, stream)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        gc.disable()
        signal.alarm(int(5 + 2 * sum(self.history.seconds[one.nodeid] for one in tests)))
        set_mutant_under_test(name)
        try:
            self.clear_caches(function_of(name))
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

    def clear_caches(self, function: str) -> None:
        """What was remembered of the code without the fault."""
        for cache in self.caches:
            cache.cache_clear()
        if function in self.history.early or function.startswith(self.target.remembered):
            for name, made in self.shared.items():
                if name != "postgres":
                    made.cached_result = None
