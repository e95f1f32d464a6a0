"""What is known of the tests: how long each takes, the functions that it runs through, and what was noticed so far."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class RunHistory:
    """What is known of each test: how long it takes, and the functions that it runs through."""

    seconds: dict[str, float] = field(default_factory=dict)
    through: dict[str, set[str]] = field(default_factory=dict)  # function to tests
    kills: dict[str, int] = field(default_factory=dict)
    early: set[str] = field(default_factory=set)  # functions that run while what all tests share is made

    @classmethod
    def read(cls, file: Path) -> "RunHistory":
        if not file.exists():
            return cls()
        known = json.loads(file.read_text())
        through = {name: set(tests) for name, tests in known["through"].items()}
        return cls(known["seconds"], through, known["kills"], set(known["early"]))

    def forget(self, files: Iterable[str]) -> None:
        """What is known of the tests of these *files*, which have changed, or run through other functions now."""
        old = {test for test in self.seconds if test.partition("::")[0] in set(files)}
        self.seconds = {test: took for test, took in self.seconds.items() if test not in old}
        self.through = {name: tests - old for name, tests in self.through.items()}

    def write(self, file: Path) -> None:
        through = {name: sorted(tests) for name, tests in self.through.items()}
        known = {"seconds": self.seconds, "through": through, "kills": self.kills, "early": sorted(self.early)}
        file.write_text(json.dumps(known))


def function_of(name: str) -> str:
    return name.partition("__mutmut_")[0]


def verdicts(found: Path) -> dict[str, str]:
    """The last verdict on each fault that was tried."""
    lines = found.read_text(encoding="utf-8").splitlines() if found.exists() else []
    return {one["name"]: one["verdict"] for one in map(json.loads, lines)}
