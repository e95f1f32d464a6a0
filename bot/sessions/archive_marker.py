"""The marker that proves a folder of the release archive to be the bot's own: every file in it and its hash.

Whatever the marker does not list, or what is no longer as the bot wrote it, is somebody else's: it is never removed.
"""

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

log = logging.getLogger(__name__)
OWN_MARKER = "MADE_BY_CONFIDANTE"
RECALL_MARKER = "RECALLED"
MARKERS = (OWN_MARKER, RECALL_MARKER)


def write_marker(folder: Path, source: Path, subfolders: tuple[str, ...]) -> None:
    """Write the marker into *folder*: what it holds, or is going to hold, is what is in *source* now."""
    files = {
        str(path.relative_to(source)): _file_hash(path)
        for subfolder in subfolders
        for path in paths_below(source / subfolder)
        if path.is_file()
    }
    text = json.dumps({"made by": "Confidante, which removes this folder when nobody can be in it", "files": files})
    (folder / OWN_MARKER).write_text(text, encoding="utf-8")


def foreign_paths(folder: Path) -> Iterator[Path]:
    """Yield every path below *folder* that the bot did not put there, as far as its marker tells."""
    files = _marked_files(folder)
    subfolders = {str(parent) for file in files for parent in Path(file).parents}
    for path in paths_below(folder):
        name = str(path.relative_to(folder))
        is_folder = path.is_dir() and not path.is_symlink()
        known = subfolders if is_folder else (*files, *MARKERS)
        if name not in known or path.is_symlink() or not (is_folder or path.is_file()):
            yield path


def remove_own_folder(folder: Path) -> bool:
    """Remove *folder*, file by file, if all in it is as the bot put it there; return whether it is gone."""
    try:
        files = _marked_files(folder)
        changed = (
            path
            for path in paths_below(folder)
            if path.is_file()
            and path.name not in MARKERS
            and files.get(str(path.relative_to(folder))) != _file_hash(path)
        )
        if any(foreign_paths(folder)) or any(changed):
            log.error("an old release is not as the bot put it there, and so it is not removed")
            return False
        for path in sorted(paths_below(folder), reverse=True):  # what is in a folder comes before the folder
            if path.is_dir():
                path.rmdir()
            elif path != folder / OWN_MARKER:
                path.unlink(missing_ok=True)
        (folder / OWN_MARKER).unlink(missing_ok=True)  # last: if it breaks off, the rest can still be told to be ours
        folder.rmdir()
    except FileNotFoundError:  # another instance does the same
        return True
    except OSError as error:
        log.error("an old release could not be removed: %s", error)
        return False
    return True


def paths_below(folder: Path) -> Iterator[Path]:
    """Yield every path below *folder*; links are not followed."""
    for path in sorted(folder.iterdir()):
        yield path
        if path.is_dir() and not path.is_symlink():
            yield from paths_below(path)


def _marked_files(folder: Path) -> Mapping[str, str]:
    """Return the hash of each file that the marker of *folder* lists; nothing if the marker is missing or broken."""
    try:
        marker = json.loads((folder / OWN_MARKER).read_text(encoding="utf-8"))
        return {str(file): str(digest) for file, digest in marker["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _file_hash(path: Path) -> str:
    """Return the hash of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
