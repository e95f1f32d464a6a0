"""What every file of results begins with: when, on what, and how to come to the same figures again."""

import os
import platform
import sys
from datetime import date
from typing import Any


def made(module: str) -> dict[str, Any]:
    """The head of a file of results that *module* has made with the words it was given."""
    words = list(sys.argv[1:])
    if "--save" in words:
        at = words.index("--save")
        del words[at : at + 2]
    return {
        "command": " ".join(["python -m", module, *words]),
        "date": date.today().isoformat(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
    }
