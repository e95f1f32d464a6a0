"""Every results file says what it is and how it is made again: its row in tests/results/README.md."""

import re

from tests.support.paths import RESULTS

RESULTS = RESULTS
ROWS = re.findall(r"^\| `([\w.]+)` \| (.+) \| (.+) \| (.+) \|$", (RESULTS / "README.md").read_text(), re.MULTILINE)


def test_every_results_file_has_its_row() -> None:
    there = {path.name for path in RESULTS.iterdir() if not path.name.startswith(".")} - {"README.md"}
    assert there <= {name for name, *_ in ROWS}


def test_every_command_can_be_given() -> None:
    root = RESULTS.parents[1]
    for name, _, command, _ in ROWS:
        if not (RESULTS / name).exists():
            continue
        for module in re.findall(r"-m (tests\.[\w.]+)", command):
            place = root.joinpath(*module.split("."))
            assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), name
        for file in re.findall(r"tests/test_\w+\.py", command):
            assert (root / file).exists(), name
