"""`python -m tests.long.hostile.guided AREA [--runs N]`: one area once more, guided by what code its input reaches.

It needs atheris (`pip install atheris`), which is no part of the development packages: it is there for few systems.
"""

import argparse
import sys
import tempfile
from pathlib import Path


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m tests.long.hostile.guided", description=__doc__)
    options.add_argument("area", help="such as links, updates, buttons, flows")
    options.add_argument("--runs", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    try:
        import atheris  # type: ignore[import-not-found]
    except ImportError:
        sys.exit("atheris is not here: pip install atheris")
    with atheris.instrument_imports(include=["bot"]):
        from tests.long.hostile.all_areas import areas
        from tests.long.hostile.case_runner import bounded
    area = areas()[given.area]
    with tempfile.TemporaryDirectory() as corpus, bounded():
        for number, seed in enumerate(area.seeds):
            (Path(corpus) / str(number)).write_bytes(seed)
        words = [
            sys.argv[0],
            corpus,
            f"-runs={given.runs}",
            f"-seed={given.seed}",
            "-max_len=8192",
            "-rss_limit_mb=2048",
        ]
        atheris.Setup(words, area.attempt)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
