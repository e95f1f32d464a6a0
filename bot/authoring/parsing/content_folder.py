"""The files in flows/ and content/, translations too: the bytes of each, and what is missing or does not belong."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from bot.authoring.parsing.source_file import MOST_BYTES
from bot.model.diagnostics import Place, Problem
from bot.model.language import CODE

FOLDERS = {"flows": (".yaml",), "content": (".md", ".yaml")}
NEEDED = ("flows/red_flags.yaml", "content/phrases.yaml", "content/numbers.yaml", "content/helplines.yaml")
BESIDE = (
    "README.md",
    "clinics.example.yaml",
    "tests",
    "schema",
    "hazards.yaml",
    "proof.json",
    "reading_levels.json",
    "remaining.json",
)  # for authors: neither read here nor part of the version


class Folder:
    """The content folder; *files* are sorted and keyed by their name below it, such as `flows/start.yaml`."""

    def __init__(self, root: Path) -> None:
        """Read all files below *root* and collect diagnostics for what is missing or does not belong."""
        self.root = root.resolve()
        self.problems: list[Problem] = []
        self.files: dict[str, bytes] = {}
        for folder, endings in FOLDERS.items():
            for path in self._files(folder):
                inside = path.relative_to(self.root / folder)
                self._take(path, "/".join((folder, *map(_printable, inside.parts))), endings)
        told = {problem.place.file for problem in self.problems}
        for file in NEEDED:
            if file not in self.files and told.isdisjoint({file, file.partition("/")[0]}):
                self._fault(file, "not-found", "this file is missing")

    @property
    def version(self) -> str:
        """Return the hash of every name and every byte: what a session is pinned to."""
        digest = hashlib.sha256()
        for file, data in sorted(self.files.items()):
            for part in (file.encode(), data):
                digest.update(len(part).to_bytes(8, "big") + part)  # lengths: no byte can move to another part
        return digest.hexdigest()

    def _files(self, folder: str) -> Iterator[Path]:
        """Return every path in *folder*, and in its language subfolders, which hold translations."""
        for path in self._listed(folder):
            if CODE.fullmatch(path.name) and path.is_dir() and self._inside(path, folder):
                yield from self._listed(f"{folder}/{path.name}")
            else:
                yield path

    def _listed(self, folder: str) -> list[Path]:
        """Return the sorted paths directly in *folder*, without ignored and hidden ones."""
        try:
            return sorted(
                path for path in (self.root / folder).iterdir() if path.name not in BESIDE and path.name[0] != "."
            )
        except FileNotFoundError:
            self._fault(folder, "not-found", "this folder is missing")
        except OSError as error:
            self._fault(folder, "unreadable", f"this folder cannot be opened: {error.strerror}")
        return []

    def _take(self, path: Path, file: str, endings: tuple[str, ...]) -> None:
        """Read the bytes of one file, or report why it cannot be read."""
        if not self._inside(path, file.partition("/")[0]):
            message = "this is a link that leads out of the folder, or in a circle"
            self._fault(file, "outside", message, "put the file itself here")
        elif path.suffix not in endings or path.is_dir():
            self._fault(file, "stray", "nobody reads this", f"only files that end in {' or '.join(endings)} are read")
        elif not path.is_file():
            self._fault(file, "unreadable", "this is no file that can be read")
        else:
            try:
                with path.open("rb") as opened:
                    self.files[file] = opened.read(MOST_BYTES + 1)
            except OSError as error:
                self._fault(file, "unreadable", f"this file cannot be opened: {error.strerror}")

    def _inside(self, path: Path, folder: str) -> bool:
        """Whether *path*, with links followed, is still inside *folder*."""
        try:
            return path.resolve().is_relative_to(self.root / folder)
        except (OSError, RuntimeError):  # a link in a circle
            return False

    def _fault(self, file: str, slug: str, message: str, hint: str = "") -> None:
        """Report a diagnostic about *file* as a whole."""
        self.problems.append(Problem(Place(file, 1, 1), slug, message, hint))


def _printable(name: str) -> str:
    """Return a file's name as it can be printed on one line."""
    return name if name.isprintable() else ascii(name)[1:-1]
