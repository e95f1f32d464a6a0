"""A copy of the project, in whose files every fault of a room stands ready."""

import os
import shutil
from pathlib import Path

from tests.slips.rooms import Room

HERE = Path(__file__).parents[2]
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".hypothesis", ".*_cache", "bench")


def names_of(room: Room, folder: Path) -> list[str]:
    """Every fault of the room, in order; the files in *folder* have them all from here on, and none of them active."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    found = []
    for path in sorted(path for one in room.files for path in (folder / "bot").glob(one)):
        mutated = mutate_file_contents(str(path), path.read_text(encoding="utf-8"))
        path.write_text(mutated.code, encoding="utf-8")
        module = ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
        found += [f"{module}.{name}" for name in mutated.mutant_names]
    return found


def copied(work: Path, room: Room, name: str) -> list[str]:
    folder = work / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE, folder, ignore=NOT_COPIED, symlinks=True)
    with (folder / "pyproject.toml").open("a") as settings:
        settings.write('\n[tool.mutmut]\nsource_paths = ["bot"]\n')
    os.chdir(folder)  # where mutmut looks for its settings
    return names_of(room, folder)
