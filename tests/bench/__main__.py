"""`python -m tests.bench [PART…]`: everything, or the parts that are named. Less than twenty minutes on two cores."""

import asyncio
import sys

from tests.bench import compare, growth, neighbours, startup
from tests.bench.telling import write

PARTS = {"compare": compare.run, "growth": growth.run, "neighbours": neighbours.run, "startup": startup.run}


def main() -> None:
    for name in sys.argv[1:] or PARTS:
        write(asyncio.run(PARTS[name]()))


if __name__ == "__main__":
    main()
