"""`python -m bot schema [KIND]`: what a file may hold, as JSON Schema; or, without a kind, which kinds there are."""

import json
import sys
from argparse import Namespace
from pathlib import Path

from bot.problem import guess
from bot.schema.kinds import KINDS
from bot.schema.parts import Schema

BAD_USAGE = 2


def run(options: Namespace) -> int:
    if options.write:
        write(Path(options.write))
    elif not options.kind:
        width = max(map(len, KINDS))
        print("\n".join(f"{name:{width}}  {kind.files}" for name, kind in KINDS.items()))
    elif kind := KINDS.get(options.kind):
        print(as_text(kind.schema()), end="")
    else:
        print(f"There is no schema '{options.kind}'; {guess(options.kind, KINDS)}".strip("; "), file=sys.stderr)
        return BAD_USAGE
    return 0


def as_text(schema: Schema) -> str:
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def write(home: Path) -> None:
    """Put every schema where editors find it: flows/schema and content/schema below *home*."""
    for name, kind in KINDS.items():
        folder = home / kind.folder / "schema"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.json").write_text(as_text(kind.schema()), encoding="utf-8")
