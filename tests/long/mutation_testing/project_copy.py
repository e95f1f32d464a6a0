"""A copy of the project, in whose files every fault of a target stands ready."""

import hashlib
import json
import os
import shutil
from pathlib import Path

from tests.long.mutation_testing.targets import MutationTarget
from tests.support.paths import ROOT

HERE = ROOT
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".hypothesis", ".*_cache", "bench")


def names_of(target: MutationTarget, folder: Path) -> list[str]:
    """Every fault of the target, in order; the files in *folder* have them all from here on, none of them active."""
    from mutmut.mutation.file_mutation import mutate_file_contents

    found = []
    for path in sorted(path for one in target.files for path in (folder / "bot").glob(one)):
        mutated = mutate_file_contents(str(path), path.read_text(encoding="utf-8"))
        path.write_text(mutated.code, encoding="utf-8")
        module = ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
        found += [f"{module}.{name}" for name in mutated.mutant_names]
    return found


def copied(work: Path, target: MutationTarget, name: str) -> list[str]:
    """The names of all faults. A copy whose code is still the same is used again, with the tests of today."""
    folder, written = work / name, work / f"{name}.all.json"
    code = _hash([HERE / "bot", HERE / "flows", HERE / "content"], target)
    known = json.loads(written.read_text()) if written.exists() and folder.exists() else {}
    if known.get("code") == code:
        shutil.rmtree(folder / "tests")
        shutil.copytree(HERE / "tests", folder / "tests", ignore=NOT_COPIED)
        os.chdir(folder)
        return list(known["names"])
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE, folder, ignore=NOT_COPIED, symlinks=True)
    with (folder / "pyproject.toml").open("a") as settings:
        settings.write('\n[tool.mutmut]\nsource_paths = ["bot"]\n')
    os.chdir(folder)  # where mutmut looks for its settings
    names = names_of(target, folder)
    written.write_text(json.dumps({"code": code, "names": names}))
    return names


def _hash(folders: list[Path], target: MutationTarget) -> str:
    digest = hashlib.sha256(repr(target.files).encode())
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file()):
        if "__pycache__" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()
