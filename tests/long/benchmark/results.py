"""The results as Markdown: each part of the benchmark writes its own section of tests/results/speed.md."""

import os
import platform
from datetime import date
from pathlib import Path

from tests.support.paths import RESULTS

FILE = RESULTS / "speed.md"
HEAD = """# How fast it is

Again: `python -m tests.long.benchmark`, or one part of it: `python -m tests.long.benchmark compare`. \
Trust ratios, not absolute figures.
"""


def row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def section(title: str, *lines: str) -> str:
    """One section; tables are lines that begin with a bar, and stand together."""
    text = f"## {title}\n\n{machine()}\n"
    for before, line in zip(("", *lines), lines, strict=False):
        text += ("" if line.startswith("|") and before.startswith("|") else "\n") + line + "\n"
    return text


def machine() -> str:
    """When and where it was measured, and how busy it was there."""
    model = next(
        (line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), ":"
    )
    busy = f"{os.getloadavg()[0]:.1f} processes wanted {os.cpu_count()} cores"
    return (
        f"*{date.today()}, Python {platform.python_version()}, {model.partition(':')[2].strip()}; {busy} at the end.*"
    )


def write(text: str) -> None:
    """Put the section that *text* is into the file, in place of the one of before."""
    RESULTS.mkdir(exist_ok=True)
    old = FILE.read_text(encoding="utf-8") if FILE.exists() else HEAD
    head, *sections = old.split("\n## ")
    kept = {part.partition("\n")[0]: part.rstrip() + "\n" for part in sections}
    title, _, rest = text.removeprefix("## ").partition("\n")
    kept[title] = f"{title}\n{rest.rstrip()}\n"
    FILE.write_text("\n## ".join([head.rstrip() + "\n", *kept.values()]), encoding="utf-8")
