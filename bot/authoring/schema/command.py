"""The command `python -m bot schema [KIND]`: print the JSON Schema of a kind of file, or list all kinds."""

import json
import sys
from argparse import Namespace
from pathlib import Path

from bot.authoring.schema.fragments import Schema
from bot.authoring.schema.registry import KINDS
from bot.model.diagnostics import guess

BAD_USAGE = 2


def run(options: Namespace) -> int:
    """Run `schema` and return its exit code."""
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
    """Return *schema* as JSON text."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def write(home: Path) -> None:
    """Write all schemas to where editors find them: flows/schema and content/schema below *root*."""
    for name, kind in KINDS.items():
        folder = home / kind.folder / "schema"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.json").write_text(as_text(kind.schema()), encoding="utf-8")
