"""`python -m tests.long.benchmark [PART…]`: everything, or the parts that are named.

It takes less than twenty minutes on two cores.
"""

import argparse
import asyncio

from tests.long.benchmark import compare, growth, neighbours, startup
from tests.long.benchmark.results import write

PARTS = {"compare": compare.run, "growth": growth.run, "neighbours": neighbours.run, "startup": startup.run}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"one or more of: {', '.join(PARTS)}")
    parts = parser.parse_args().parts
    if strange := [name for name in parts if name not in PARTS]:
        parser.error(f"there is no part called {strange[0]!r}; there are: {', '.join(PARTS)}")
    for name in parts or PARTS:
        write(asyncio.run(PARTS[name]()))


if __name__ == "__main__":
    main()
