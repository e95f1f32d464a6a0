"""The command `python -m bot schema [KIND]`: print the JSON Schema of a kind of file, or list all kinds."""

import json
import sys
from argparse import Namespace
from pathlib import Path

from bot.authoring.schema.fragments import Schema
from bot.authoring.schema.registry import SCHEMA_KINDS
from bot.model.diagnostics import suggest
from bot.operations.exit_codes import EXIT_BAD_USAGE, EXIT_OK


def run(options: Namespace) -> int:
    """Run `schema` and return its exit code."""
    if options.write:
        write_schemas(Path(options.write))
    elif not options.kind:
        width = max(map(len, SCHEMA_KINDS))
        print("\n".join(f"{name:{width}}  {kind.file_pattern}" for name, kind in SCHEMA_KINDS.items()))
    elif kind := SCHEMA_KINDS.get(options.kind):
        print(to_json(kind.schema()), end="")
    else:
        print(
            f"There is no schema '{options.kind}'; {suggest(options.kind, SCHEMA_KINDS)}".strip("; "), file=sys.stderr
        )
        return EXIT_BAD_USAGE
    return EXIT_OK


def to_json(schema: Schema) -> str:
    """Return *schema* as JSON text."""
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def write_schemas(root: Path) -> None:
    """Write all schemas to where editors find them: flows/schema and content/schema below *root*."""
    for name, kind in SCHEMA_KINDS.items():
        folder = root / kind.folder / "schema"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.json").write_text(to_json(kind.schema()), encoding="utf-8")
