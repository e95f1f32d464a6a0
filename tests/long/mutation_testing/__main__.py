"""`python -m tests.long.mutation_testing TARGET`: the copy, the sample, and the verdicts."""

import argparse
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.long.mutation_testing.mutant_runner import MutantRunner
from tests.long.mutation_testing.project_copy import copied
from tests.long.mutation_testing.report import shown
from tests.long.mutation_testing.run_history import verdicts
from tests.long.mutation_testing.targets import MUTATION_TARGETS

QUIET = ["-q", "-n0", "-pno:timeout", "-pno:cacheprovider", "-oaddopts=", "-ofilterwarnings=ignore"]
QUIET += ["--tb=native", "--assert=plain"]  # nobody reads why a test failed: that takes longer than the test


def sampled(names: Iterable[str], given: argparse.Namespace, known: dict[str, str]) -> list[str]:
    """The faults of the sample that are still to be tried. A file that the target wants whole is tried whole."""
    wanted, target = sorted(names), MUTATION_TARGETS[given.target]
    whole = [name for name in wanted if name.rpartition(".")[0] in target.whole]
    rest = [name for name in wanted if name.rpartition(".")[0] not in target.whole]
    picked = random.Random(given.seed).sample(rest, min(given.most, len(rest))) + whole
    again = {"lives", "no test"} if given.again else set()
    left = [name for name in picked if name not in known or known[name] in again]
    print(f"{given.target}: {len(wanted)} faults, {len(picked)} in the sample, {len(left)} to try", flush=True)
    return sorted(left) if not given.only else [name for name in left if fnmatch(name, given.only)]


def asked() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m tests.long.mutation_testing", description=__doc__)
    options.add_argument("target", choices=MUTATION_TARGETS)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--most", type=int, default=10_000, help="faults in the sample, besides the whole files'")
    options.add_argument("--seconds", type=float, default=540, help="no new fault is tried after that")
    options.add_argument("--only", default="", help="faults whose names are like this")
    options.add_argument("--tests", nargs="*", help="these alone, to see a new test fail")
    options.add_argument("--again", action="store_true", help="what was not noticed is tried again")
    options.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "slips")
    options.add_argument("--faults", help=argparse.SUPPRESS)  # in the copy: the file with their names
    return options.parse_args()


def main() -> int:
    given = asked()
    found = given.work / f"{given.target}.jsonl"
    if given.faults:
        from hypothesis import Phase, settings

        quick = [Phase.explicit, Phase.generate]
        settings.register_profile("slips", derandomize=True, database=None, deadline=None, phases=quick)
        settings.load_profile("slips")
        plugin = MutantRunner(Path(given.faults).read_text().split(), given, found)
        return int(
            pytest.main(
                [
                    *QUIET,
                    "-k",
                    MUTATION_TARGETS[given.target].excluded_tests,
                    *(given.tests or MUTATION_TARGETS[given.target].tests),
                ],
                plugins=[plugin],
            )
        )
    given.work.mkdir(exist_ok=True, parents=True)
    names = copied(given.work, MUTATION_TARGETS[given.target], given.target)
    left = sampled(names, given, verdicts(found))
    if left:
        file = given.work / f"{given.target}.names"
        file.write_text("\n".join(left))
        words = [sys.executable, "-m", "tests.long.mutation_testing", *sys.argv[1:], "--faults", str(file)]
        subprocess.run(words, cwd=given.work / given.target, check=False)
    picked = set(sampled(names, given, {}))
    known = {name: verdict for name, verdict in verdicts(found).items() if name in picked}
    print(*shown(given.work / given.target, known), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
